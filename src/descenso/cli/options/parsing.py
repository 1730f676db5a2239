"""Texts of the command line as values, checked."""

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from descenso.data.io import bundled
from descenso.data.io.files import STANDARD_INPUT, matching
from descenso.errors import InputError
from descenso.fields import FieldType, NotAllowed
from descenso.i18n import gettext as _

PAGES = (".html", ".htm")


def checked(option: str, field_type: FieldType, text: str) -> Any:
    """The value that an option's text spells.

    Raises:
        InputError: the option may not hold it.
    """
    try:
        return field_type.check(field_type.parse(text))
    except NotAllowed:
        raise InputError(
            _("--{option} is {found!r}; allowed: {allowed}.").format(
                option=option, found=text, allowed=field_type.allowed()
            )
        ) from None


def pairs(option: str, texts: Sequence[str]) -> dict[str, str]:
    """What options such as `--column age=category` say.

    Raises:
        InputError: one has no equals sign.
    """
    found: dict[str, str] = {}
    for text in texts:
        name, equals, value = text.rpartition("=")
        if not equals or not name:
            raise InputError(
                _("--{option} is {found!r}; write NAME=KIND, such as age=category.").format(
                    option=option, found=text
                )
            )
        found[name] = value
    return found


def names(texts: Sequence[str]) -> list[str]:
    """The names in `--drop a --drop b,c`; one that has a comma in it stands in double quotes."""
    return [name for row in csv.reader(texts, skipinitialspace=True) for name in row]


def compute_on(device: str | None) -> None:
    """Use a device for all that follows; None leaves the choice to JAX.

    Raises:
        InputError: there is none here.
    """
    if device is not None:
        # JAX takes most of a second to import: mistakes in the arguments do not wait for it.
        from descenso.engine.device import use_device

        use_device(device)


def check_table(table: str) -> None:
    """Say at once that a table is not there, before anything heavy is imported.

    Raises:
        TableError: there is no such file or bundled table.
    """
    files_of(table)


def files_of(table: str) -> list[Path]:
    """The files that a table's rows come from; none for a bundled one and standard input.

    Raises:
        TableError: there is no such file or bundled table.
    """
    if table == STANDARD_INPUT or table in bundled.names():
        return []
    return matching(table)


def check_page(out: Path | None) -> None:
    """Refuse a place where no page can be written before any work is done; None is none at all.

    Raises:
        InputError: naming it.
    """
    if out is None:
        return
    if out.suffix.lower() not in PAGES:
        raise InputError(
            _("--out is {out!r}, but what is written is a page: it must end in {suffixes}.").format(
                out=str(out), suffixes=", ".join(PAGES)
            )
        )
    check_place(str(out))


def check_place(out: str) -> None:
    """Refuse a file that cannot be written there before any work is done.

    Raises:
        InputError: there is no such folder, or the file is one.
    """
    folder = Path(out).parent
    if not folder.is_dir():
        raise InputError(
            _("--out is {out!r}, but there is no folder {folder}.").format(out=out, folder=folder)
        )
    if Path(out).is_dir():
        raise InputError(_("--out is {out!r}, but that is a folder.").format(out=out))
