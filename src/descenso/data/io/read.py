"""Reading a table: files, the name of a bundled table, standard input, a data frame, or arrays."""

import re
from collections.abc import Collection, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeGuard, cast

import polars as pl

from descenso.data.columns.numerals import Numerals, remark
from descenso.data.columns.values import as_text, parse_text
from descenso.data.io.memory import TARGET, table_of, table_of_pair
from descenso.data.io.options import ReadOptions
from descenso.data.io.source import TableFiles, TablePaths, check_same_columns, open_files
from descenso.data.table import Source, Table
from descenso.errors import TableError
from descenso.hints import hint, listed
from descenso.i18n import gettext as _

__all__ = [
    "Source",
    "Table",
    "TablePaths",
    "is_path",
    "read",
    "read_table",
    "read_with_target",
    "reopen",
]

# So many remarks on single columns are read; more are a wall.
MOST_REMARKS = 5


def read(
    path: TablePaths,
    *,
    separator: str | None = None,
    encoding: str | None = None,
    decimal: str | None = None,
    thousands: str | None = None,
    sheet: str | int | None = None,
) -> Table:
    """Read a table from a file, where how to read it should not be found out.

    `descenso.train`, `Run.predict` and `Run.evaluate` take the result in the place of a path.

    Args:
        path: of a file of CSV, TSV or other text (also .gz, .bz2, .xz), Parquet, Arrow (Feather),
            JSON Lines, Excel or .npz; a pattern such as "data/*.csv", or several paths, of files
            with the same columns; the name of a bundled table; "-" for standard input.
        separator: the character between two fields of a text table, or "tab".
        encoding: of a text table, such as "latin-1".
        decimal: the sign before the decimals, "." or ",".
        thousands: the sign between thousands: . , ' _ or "space"; "none" for none.
        sheet: of an Excel file, its name or its number from 1.

    Raises:
        TableError: the file cannot be read, or not in this way; the message says why.

    >>> read("penguins").height
    344
    """
    number = None if sheet is None else str(sheet)
    return read_table(path, ReadOptions(separator, encoding, decimal, thousands, number))


def read_with_target(
    data: Any,
    target: Any = None,
    *,
    like: Mapping[str, Any] | None = None,
    called: str = "",
) -> tuple[Table, str]:
    """A table with the column to predict.

    Args:
        data: what `read_table` takes, or a pair (X, y) of features and target: X a data frame or an
            array of rows × columns, y one value for each row.
        target: the name of the column to predict, or its values, one for each row; a pair, also one
            in an .npz file, may do without.
        like: how a table of the same kind was read: see `open_files`. Then what a value means
            does not depend on the others in its column, but in the target's.
        called: what to call a table from memory in a message; else "the data".

    Returns:
        The table, and the target's name.

    Raises:
        TableError: the table cannot be read, or it has no column `target`.
    """
    if isinstance(target, int):
        target = str(target)  # pandas numbers columns that have no names
    if target is not None and not isinstance(target, str):
        if isinstance(data, tuple):
            raise TableError(
                _(
                    "A pair (X, y) has the target's values already: target can be its name, or be "
                    "left out."
                )
            )
        data, target = (data, target), None
    if isinstance(data, tuple):
        pair = cast("tuple[Any, ...]", data)
        if len(pair) != 2:
            raise TableError(
                _("A tuple must be a pair (X, y), but this one has {found} elements.").format(
                    found=len(pair)
                )
            )
        table, target = table_of_pair(*pair, target)
        return replace(table, name=called), target
    table = read_table(data, like=like, understood=None if like is None else (target or "",))
    if table.source is None and not table.name:
        table = replace(table, name=called)
    if target is None and table.array and TARGET in table.names:
        target = TARGET
    if target is None:
        raise TableError(
            _("{table}: name the column to predict with --target. The columns are {names}.").format(
                table=table.title, names=listed(table.names)
            )
        )
    if target not in table.names:
        raise TableError(
            _("{table}: there is no column {target!r}. {hint}").format(
                table=table.title,
                target=target,
                hint=_hint_at_separator(table) or hint(target, table.names),
            )
        )
    return table, target


def read_table(
    data: Any,
    asked: ReadOptions | None = None,
    *,
    like: Mapping[str, Any] | None = None,
    understood: Collection[str] | None = None,
) -> Table:
    """A table, whatever its columns are for.

    Args:
        data: a path or several, as `read` takes them; a `Table`; a Polars, pandas or Arrow table, a
            dict of columns, or rows; an array of rows × columns, which is not copied.
        asked: how to read files.
        like: how a table of the same kind was read: see `open_files`.
        understood: of text tables, the columns that become numbers or true and false where all
            their values are such; others stay text as it is written. None for all.

    Raises:
        TableError: it cannot be read, with the reason.
    """
    if isinstance(data, Table):
        return data
    if not is_path(data):
        return table_of(data)
    opened = open_files(data, asked, like)
    table = opened.arrays() or _read_columns(opened, understood)
    if table.height == 0 or not table.names:
        raise TableError(_("{table}: the table has no rows.").format(table=opened.title))
    return table


def is_path(data: Any) -> TypeGuard[TablePaths]:
    """Whether `data` names files: a path, or a list of paths."""
    if isinstance(data, str | Path):
        return True
    several = cast("list[Any]", data) if isinstance(data, list) else []
    return bool(several) and all(isinstance(each, str | Path) for each in several)


def reopen(source: Source) -> Table:
    """The table that `source` describes, read again as it was.

    Raises:
        TableError: a file is missing, or has changed since.
    """
    for path in source.paths:
        if not source.bundled and not Path(path).exists():
            raise TableError(
                _(
                    "{path}: the file that the run was trained on is missing. Restore it, or say "
                    "where it is now with --data FILE."
                ).format(path=path)
            )
    places = source.paths[0] if source.bundled else [Path(path) for path in source.paths]
    table = read_table(places, ReadOptions.from_dict(source.options))
    if table.source is None or table.source.sha256 != source.sha256:
        raise TableError(
            _(
                "{path}: the file has changed since the training. Restore it, or give an "
                "unchanged copy with --data FILE."
            ).format(path=", ".join(source.paths))
        )
    return replace(table, source=source)


def unlike(file: str, error: pl.exceptions.PolarsError) -> TableError:
    """The error for a file whose columns do not go together with those of the first."""
    return TableError(
        _("{file}: a column has another type than in the first file ({reason}).").format(
            file=file, reason=str(error).splitlines()[0]
        )
    )


def _hint_at_separator(table: Table) -> str:
    """A sentence where the one name of a file's columns looks like several; else ""."""
    if not table.name or len(table.names) != 1 or re.fullmatch(r"\w+", table.names[0]):
        return ""
    return _(
        "The only column is called {name!r}: if these are several columns, give the "
        "character between them with --separator."
    ).format(name=table.names[0])


def _read_columns(opened: TableFiles, understood: Collection[str] | None) -> Table:
    parts = [
        pl.concat(list(frames) or [pl.DataFrame()], how="diagonal") for frames in opened.parts()
    ]
    names = parts[0].columns
    for part, file in zip(parts, opened.files, strict=True):
        check_same_columns(names, part.columns, file.name)
    frame = _united([part.select(names) for part in parts], opened)
    notes: list[str] = []
    if opened.textual:
        frame, notes = _understand(frame, opened.numerals, understood)
    return Table(
        frame,
        opened.source(),
        name=opened.title,
        notes=(*opened.notes, *notes),
        numerals=opened.numerals,
    )


def _united(parts: list[pl.DataFrame], opened: TableFiles) -> pl.DataFrame:
    """The rows of all files, one below the other."""
    if opened.textual and len(parts) > 1:
        # A column of numbers in one spreadsheet and with a word among them in another is text.
        mixed = [
            name
            for name in parts[0].columns
            if len({part.schema[name] for part in parts if part.schema[name] != pl.Null}) > 1
        ]
        parts = [part.with_columns(as_text(part[name]) for name in mixed) for part in parts]
    for part, file in zip(parts, opened.files, strict=True):
        try:
            pl.concat([parts[0].clear(), part.clear()], how="vertical_relaxed")
        except pl.exceptions.PolarsError as error:
            raise unlike(file.name, error) from None
    return pl.concat(parts, how="vertical_relaxed")


def _understand(
    frame: pl.DataFrame, numerals: Numerals, understood: Collection[str] | None
) -> tuple[pl.DataFrame, list[str]]:
    """Columns of text as what all their values spell, and what there is to say of the others."""
    notes: list[str] = []
    columns = frame.get_columns()
    del frame
    for j, column in enumerate(columns):
        if column.dtype == pl.String and (understood is None or column.name in understood):
            # In place of the text, which is no longer needed.
            columns[j] = parse_text(column, numerals)
            if understood is None and columns[j].dtype == pl.String:
                notes += filter(None, [remark(columns[j], numerals)])
        columns[j] = columns[j].rechunk()
    return pl.DataFrame(columns), notes[:MOST_REMARKS]
