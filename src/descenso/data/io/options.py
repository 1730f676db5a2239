"""How a file is to be read, where that should not be found out from the file itself."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from descenso.errors import TableError
from descenso.hints import listed
from descenso.i18n import gettext as _

# A name for what is awkward to write on a command line.
SEPARATORS_BY_NAME = {"tab": "\t", "\\t": "\t", "space": " "}
THOUSANDS_BY_NAME = {"space": " "}

DECIMAL_SIGNS = (".", ",")
NO_THOUSANDS = "none"
THOUSANDS_SIGNS = (".", ",", "'", " ", "_", NO_THOUSANDS)


@dataclass(frozen=True)
class ReadOptions:
    r"""How to read a file; None for what is to be found out.

    Attributes:
        separator: the character between two fields of a text table; "tab" and "space" are names.
        encoding: of a text table, such as "utf-8", "latin-1" or "utf-16".
        decimal: the sign before the decimals, "." or ",".
        thousands: the sign between thousands, one of . , ' _ or a blank ("space"); "none" for none.
        sheet: of an Excel file, its name, or its number from 1.

    Raises:
        TableError: one of them cannot be so.

    >>> ReadOptions(separator="tab").named()
    {'separator': '\t'}
    """

    separator: str | None = None
    encoding: str | None = None
    decimal: str | None = None
    thousands: str | None = None
    sheet: str | None = None

    def __post_init__(self) -> None:
        _check_text({name: value for name, value in vars(self).items() if value is not None})
        separator, thousands = self.separator, self.thousands
        object.__setattr__(self, "separator", SEPARATORS_BY_NAME.get(separator or "", separator))
        object.__setattr__(self, "thousands", THOUSANDS_BY_NAME.get(thousands or "", thousands))
        self._check()

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> "ReadOptions":
        """The options among `values`, such as those of a `Source`; other names are left alone."""
        known = {field.name for field in fields(cls)}
        found = {name: value for name, value in values.items() if name in known}
        # They may come from a file that anybody wrote.
        _check_text(found)
        return cls(**found)

    def named(self) -> dict[str, str]:
        """Those that are not left to be found out, by name."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: value for name, value in values.items() if value is not None}

    def _check(self) -> None:
        if self.separator is not None and not _may_separate(self.separator):
            allowed = _("one character, no letter, digit, quote or line break; or tab or space")
            raise _refusal("separator", self.separator, allowed)
        if self.encoding is not None and not _is_encoding(self.encoding):
            allowed = _("the name of an encoding, such as utf-8, latin-1, cp1252 or utf-16")
            raise _refusal("encoding", self.encoding, allowed)
        if self.decimal is not None and self.decimal not in DECIMAL_SIGNS:
            raise _refusal("decimal", self.decimal, listed(DECIMAL_SIGNS))
        if self.thousands is not None and self.thousands not in THOUSANDS_SIGNS:
            raise _refusal("thousands", self.thousands, _(". , ' _ space none"))
        if self.thousands is not None and self.thousands == self.decimal:
            raise TableError(
                _("thousands and decimal are both {sign!r}: they must be two signs.").format(
                    sign=self.decimal
                )
            )


def _check_text(values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        if not isinstance(value, str):
            raise _refusal(name, value, _("text"))


def _refusal(name: str, found: object, allowed: str) -> TableError:
    return TableError(
        _("{option} is {found!r}; allowed: {allowed}.").format(
            option=name, found=found, allowed=allowed
        )
    )


def _may_separate(text: str) -> bool:
    return len(text) == 1 and not text.isalnum() and text not in '"\r\n\0\ufeff'


def _is_encoding(name: str) -> bool:
    # Python also calls some "encodings" that make bytes of bytes, such as base64.
    try:
        "a".encode(name)
    except (LookupError, ValueError):
        return False
    return True
