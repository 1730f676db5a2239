"""Parsing and checking the texts of the command line, before anything heavy is imported."""

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from descenso.errors import InputError
from descenso.fields import FieldType, NotAllowed
from descenso.i18n import gettext as _

if TYPE_CHECKING:
    # It brings JAX along, which must not delay --help.
    from descenso.api.run import Run

PAGES = (".html", ".htm")


def checked(option: str, field_type: FieldType, text: str) -> Any:
    """The value of an option's text."""
    try:
        return field_type.check(field_type.parse(text))
    except NotAllowed:
        raise InputError(
            _("--{option} is {found!r}; allowed: {allowed}.").format(
                option=option, found=text, allowed=field_type.allowed()
            )
        ) from None


def pairs(option: str, texts: Sequence[str]) -> dict[str, str]:
    """Names and values of options such as `--column age=category`.

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
    """The names in `--drop a --drop b,c`; a name with a comma in it is written in double quotes."""
    return [name for row in csv.reader(texts, skipinitialspace=True) for name in row]


def compute_on(device: str | None) -> None:
    """Select the device to compute on; None leaves the choice to JAX."""
    if device is not None:
        # JAX takes most of a second to import, which mistakes in the arguments do not wait for.
        from descenso.engine.device import use_device

        use_device(device)


def load_run(reference: str, runs: Path, device: str | None) -> "Run":
    """The run of this name, ready to compute on a device."""
    # JAX takes most of a second to import: --help and mistakes in the arguments do not wait for it.
    from descenso.api.run import load

    compute_on(device)
    return load(reference, runs=runs)


def check_tables(*tables: str | None) -> None:
    """Refuse a table that does not exist; None is no table."""
    for table in tables:
        if table is not None:
            files_of(table)


def files_of(table: str) -> list[Path]:
    """The files of a table; none for a bundled table and for standard input."""
    # It brings the decompressors along, which --help does not wait for.
    from descenso.data.io import bundled
    from descenso.data.io.files import STANDARD_INPUT, matching

    if table == STANDARD_INPUT or table in bundled.names():
        return []
    return matching(table)


def check_page(out: Path | None) -> None:
    """Refuse an --out to which no page can be written, before any work; None is no page."""
    if out is None:
        return
    if out.suffix.lower() not in PAGES:
        raise InputError(
            _("--out is {out!r}; a page must end in {suffixes}.").format(
                out=str(out), suffixes=", ".join(PAGES)
            )
        )
    check_place(str(out))


def check_place(out: str) -> None:
    """Refuse an --out that cannot be written to, before any work."""
    folder = Path(out).parent
    if not folder.is_dir():
        raise InputError(
            _("--out is {out!r}, but there is no folder {folder}.").format(out=out, folder=folder)
        )
    if Path(out).is_dir():
        raise InputError(_("--out is {out!r}, but that is a folder.").format(out=out))
