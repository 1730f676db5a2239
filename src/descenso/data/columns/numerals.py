"""Numbers as people write them in text: decimal comma, signs between thousands, money, percent."""

import re
import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import polars as pl

from descenso.data.io.options import NO_THOUSANDS
from descenso.i18n import gettext as _

# So many values of a column are looked at to see how its numbers are written.
SAMPLE = 1000

_SIGN = r"^[+-]?"
_EXPONENT = r"([eE][+-]?\d+)?$"
_AMOUNT = r"[+-]?\d[\d.,' ]*"
_MONEY = rf"^[+-]?\s*(\p{{Sc}}|[A-Z]{{3}}\s)\s*{_AMOUNT}$|^{_AMOUNT}\s*(\p{{Sc}}|\s[A-Z]{{3}})$"
_PERCENT = rf"^{_AMOUNT}\s*%$"
_LONG = r"^[+-]?[1-9]\d{18}"  # a whole number that no Int64 may hold
_GROUPED = r"^[+-]?\d{1,3}(,\d{3})+(\.\d*)?$"


@dataclass(frozen=True)
class Numerals:
    """How numbers are written.

    Attributes:
        decimal: the sign before the decimals.
        thousands: the sign between thousands; None where there is none.
    """

    decimal: str = "."
    thousands: str | None = None

    @classmethod
    def of(cls, decimal: str | None, thousands: str | None) -> "Numerals":
        """Those of options, where "none" is no sign."""
        return cls(decimal or ".", None if thousands == NO_THOUSANDS else thousands)

    @property
    def plain(self) -> bool:
        """Whether they are those of programs: 1234.5."""
        return self == Numerals()

    def read(self, text: pl.Series) -> pl.Series:
        """Text as programs write numbers, 1234.5; null where it is no number of these."""
        if self.plain:
            return text
        whole = r"\d+"
        if self.thousands:
            whole = rf"(\d+|\d{{1,3}}({_escaped(self.thousands)}\d{{3}})+)"
        number = rf"{_SIGN}({whole}({re.escape(self.decimal)}\d*)?|{re.escape(self.decimal)}\d+)"
        # inf is a number too, if none that descenso can take: it is refused by its row.
        known = text.str.contains(rf"{number}{_EXPONENT}|^[+-]?(?i:inf|infinity)$")
        text = text.set(~known, None)
        if self.thousands:
            text = text.str.replace_all(_escaped(self.thousands), "")
        return text.str.replace(self.decimal, ".", literal=True)


def infer_numerals(columns: Sequence[pl.Series]) -> tuple[Numerals, str]:
    """How the numbers in columns of text are written, where that cannot be mistaken.

    Args:
        columns: text without blanks around it, null where it is missing.

    Returns:
        The signs that some column cannot be read without and that no column contradicts; and one
        of the values that show them, "" where numbers are plain.
    """
    found = [each for each in map(_signs, columns) if each is not None]
    decimals = {decimal for decimal, _thousands, _proof in found if decimal}
    between = {thousands for _decimal, thousands, _proof in found if thousands}
    if len(decimals) > 1 or len(between) > 1:
        return Numerals(), ""
    proofs = (proof for decimal, thousands, proof in found if decimal == "," or thousands)
    return Numerals(next(iter(decimals), "."), next(iter(between), None)), next(proofs, "")


def _signs(column: pl.Series) -> tuple[str | None, str | None, str] | None:
    """The signs before a column's decimals and between its thousands, and a value that shows them.

    A sign is None where the column has none; all is, where it holds other than numbers, or where
    the signs may be others.
    """
    values = column.drop_nulls().head(SAMPLE)
    if values.is_empty():
        return None
    for decimal, thousands in ((",", "."), (".", ","), *product(".,", "' ")):
        between, point = _escaped(thousands), re.escape(decimal)
        groups = rf"\d{{1,3}}({between}\d{{3}})+"
        if not _all(values, rf"{_SIGN}(\d+|{groups})?({point}\d*)?{_EXPONENT}"):
            continue
        # Three decimals may be a group of three digits, and the other way round.
        proof = rf"{point}(\d{{1,2}}|\d{{4,}})(\D|$)|^[+-]?0{point}|{between}\d{{3}}{point}"
        # Blanks between digits may part something else, such as a telephone number.
        proof += {" ": "|[\u00a0\u202f]", "'": "|'"}.get(thousands, rf"|{between}\d{{3}}{between}")
        shown = values.filter(values.str.contains(proof))
        if not shown.is_empty():
            decided = thousands in ".," or _any(values, point)
            grouped = values.filter(values.str.contains(rf"{between}\d{{3}}(\D|$)"))
            both = shown.filter(shown.is_in(grouped.implode()))
            return (
                decimal if decided else None,
                None if grouped.is_empty() else thousands,
                str((shown if both.is_empty() else both)[0]),
            )
    return None


def _escaped(thousands: str) -> str:
    # People see no difference between a blank and those that do not break a line.
    return "[ \u00a0\u202f]" if thousands == " " else re.escape(thousands)


def remark(text: pl.Series, numerals: Numerals) -> str:
    """A sentence about a column of text that holds numbers in disguise; "" about any other."""
    values = text.drop_nulls().head(SAMPLE)
    if values.is_empty():
        return ""
    # Codes such as 01005 have no comma: nothing says that they are numbers.
    with_comma = values.filter(values.str.contains(",", literal=True))
    shown = values
    if _all(values, _MONEY):
        remedy = _("to use it as a number, remove the currency sign")
    elif _all(values, _PERCENT):
        remedy = _("to use it as a number, remove the percent sign")
    elif _all(values, r"^[+-]?\d+$") and _any(values, _LONG):
        shown = values.filter(values.str.contains(_LONG))
        return _(
            "{column} is text, with values such as {example}: whole numbers this long are "
            "read as codes; if they are quantities, use --column {word}=number."
        ).format(column=text.name, example=repr(shown[0]), word=shlex.quote(text.name))
    elif with_comma.is_empty():
        return ""
    elif numerals.plain and _all(values, rf"{_GROUPED}|^[+-]?\d+(\.\d*)?$"):
        shown, remedy = with_comma, _("if they are numbers, use --thousands ,")
    elif numerals.decimal == "." and _all(values, r"^[+-]?\d*,\d+$|^[+-]?\d+$"):
        shown = with_comma
        remedy = _("if they are numbers with a decimal comma, use --decimal ,")
    else:
        return ""
    return _("{column} is text, with values such as {example}; {remedy}.").format(
        column=text.name, example=repr(shown[0]), remedy=remedy
    )


def _all(values: pl.Series, pattern: str) -> bool:
    return bool(values.str.contains(pattern).all())


def _any(values: pl.Series, pattern: str) -> bool:
    return bool(values.str.contains(pattern).any())
