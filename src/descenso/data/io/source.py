"""Files found, their format known, and how they are read settled: all but reading them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import polars as pl

from descenso.data.columns.numerals import Numerals
from descenso.data.io import bundled as bundled_module
from descenso.data.io.files import File, digest_of, find
from descenso.data.io.formats import Format, FormatOptions, format_of
from descenso.data.io.options import ReadOptions
from descenso.data.table import Source, Table
from descenso.errors import TableError
from descenso.hints import listed, nearest_names
from descenso.i18n import gettext as _
from descenso.i18n import ngettext

TablePaths = str | Path | Sequence[str | Path]

# The key of the format in Source.options.
FORMAT = "format"


@dataclass(frozen=True)
class TableFiles:
    """Files that are ready to be read, one table together.

    Attributes:
        files: with the same columns, in the order of their rows.
        settled: how each is read.
        format: their format.
        bundled: the name of a bundled table; None for any other.
    """

    files: tuple[File, ...]
    settled: tuple[FormatOptions, ...]
    format: Format
    bundled: str | None

    @property
    def title(self) -> str:
        """What to call the table in a message."""
        return self.bundled or title_of([file.name for file in self.files])

    @property
    def notes(self) -> tuple[str, ...]:
        """What a person should know of how the files are read."""
        return tuple(dict.fromkeys(note for each in self.settled for note in each.notes))

    @property
    def textual(self) -> bool:
        """Whether text may hold numbers and the like."""
        return self.format.textual

    @property
    def numerals(self) -> Numerals:
        """How numbers are written in text."""
        return self.settled[0].numerals

    def names(self) -> list[str]:
        """The columns of the first file; see `Format.names`."""
        return self.format.names(self.files[0], self.settled[0].options)

    def parts(
        self, columns: Sequence[str] | None = None, rows: int | None = None
    ) -> Iterator[Iterator[pl.DataFrame]]:
        """The rows of each file; see `Format.frames`."""
        for file, settled in zip(self.files, self.settled, strict=True):
            yield self.format.frames(file, settled.options, columns, rows)

    def arrays(self) -> Table | None:
        """The table, where the format holds arrays and not columns; None otherwise.

        Raises:
            TableError: the file is damaged, or there are several.
        """
        table = self.format.arrays(self.files[0])
        if table is None:
            return None
        if len(self.files) > 1:
            raise TableError(_("Several .npz files cannot be read as one table: give one."))
        return replace(table, source=self.source(), name=self.title)

    def source(self) -> Source | None:
        """Where the table can be read again; None where that is not possible."""
        lasting = [file.path for file in self.files if file.path is not None and not file.passing]
        paths = [str(path.resolve()) for path in lasting]
        if len(paths) < len(self.files):
            return None
        options = self.settled[0].options.named()
        if any(each.options.encoding != options.get("encoding") for each in self.settled):
            # Found out for each file again.
            options.pop("encoding", None)
        return Source(
            paths=(self.bundled,) if self.bundled else tuple(paths),
            options={FORMAT: self.format.name, **options},
            sha256=digest_of(self.files),
            bundled=self.bundled is not None,
        )


def open_files(
    places: TablePaths, asked: ReadOptions | None = None, like: Mapping[str, Any] | None = None
) -> TableFiles:
    """Find files, and settle how they are read.

    Args:
        places: a path, a pattern, "-", or the name of a bundled table; or several of them.
        asked: how to read them; what is None is found out.
        like: `Source.options` of a table of the same kind; what is neither asked for nor
            certain from the files is as it was there, where the format is the same.

    Raises:
        TableError: there is no such file, or it cannot be read in this way.
    """
    bundled = _bundled(places)
    files = [File(f"{bundled}.csv", bundled_module.path(bundled))] if bundled else find(places)
    asked = asked or ReadOptions()
    kinds = [format_of(file, asked.encoding) for file in files]
    for file, kind in zip(files, kinds, strict=True):
        _check_options(file, kind, asked)
        if kind != kinds[0]:
            raise TableError(
                _(
                    "{file}: the format is {found}, but that of {first} is {expected}. Several "
                    "files must have the same format."
                ).format(
                    file=file.name,
                    first=files[0].name,
                    found=kind.name,
                    expected=kinds[0].name,
                )
            )
    settled = _settle(files, kinds[0], asked, like or {})
    return TableFiles(tuple(files), tuple(settled), kinds[0], bundled)


def title_of(names: Sequence[str]) -> str:
    """What to call a table of these files in a message."""
    if len(names) == 1:
        return names[0]
    return ngettext("{file} and {n} more file", "{file} and {n} more files", len(names) - 1).format(
        file=names[0], n=len(names) - 1
    )


def check_same_columns(first: Sequence[str], found: Sequence[str], file: str) -> None:
    """Raise TableError where a further file has other columns than the first, in whatever order."""
    expected, there = set(first), set(found)
    absent = [name for name in first if name not in there]
    extra = [name for name in found if name not in expected]
    if absent:
        raise TableError(
            ngettext(
                "{file}: the column {names} is missing, which the first file has.",
                "{file}: the columns {names} are missing, which the first file has.",
                len(absent),
            ).format(file=file, names=listed(absent))
            + nearest_names(absent, extra)
        )
    if extra:
        raise TableError(
            ngettext(
                "{file}: the column {names} is not in the first file.",
                "{file}: the columns {names} are not in the first file.",
                len(extra),
            ).format(file=file, names=listed(extra))
        )


def _bundled(places: TablePaths) -> str | None:
    if not isinstance(places, str | Path):
        return _bundled(places[0]) if len(places) == 1 else None
    name = str(places)
    return name if name in bundled_module.names() and not Path(name).exists() else None


def _check_options(file: File, kind: Format, asked: ReadOptions) -> None:
    takes = kind.takes
    for name in asked.named():
        if name not in takes:
            raise TableError(
                _("{file}: --{option} does not apply to this format. {allowed}").format(
                    file=file.name,
                    option=name,
                    allowed=_("It takes {options}.").format(
                        options=", ".join(f"--{each}" for each in takes)
                    )
                    if takes
                    else _("It takes no options."),
                )
            )


def _settle(
    files: Sequence[File], kind: Format, asked: ReadOptions, like: Mapping[str, Any]
) -> list[FormatOptions]:
    usual = ReadOptions.from_dict(like) if like.get(FORMAT) == kind.name else ReadOptions()
    first = kind.settle(files[0], asked, usual)
    # One table has one way to write numbers.
    same = replace(asked, decimal=first.options.decimal, thousands=first.options.thousands)
    return [first, *(kind.settle(file, same, first.options) for file in files[1:])]
