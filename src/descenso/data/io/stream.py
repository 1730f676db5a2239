"""A table read part by part, so that it may be larger than memory."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from descenso.data.columns.values import as_text, clean_text, parse_text
from descenso.data.io.options import ReadOptions
from descenso.data.io.read import is_path, read_table, unlike
from descenso.data.io.source import TableFiles, check_same_columns, open_files
from descenso.data.table import Table
from descenso.errors import TableError
from descenso.i18n import gettext as _

# Polars' own class, whose name beartype cannot check.
DataType = Any


@dataclass(frozen=True)
class TableStream:
    """A table, in files or in memory, whose rows can be had a part at a time, more than once.

    Attributes:
        names: of its columns; where each line of a file names them, those of its beginning.
        title: what to call it in a message.
        notes: what a person should know of how it is read, a sentence each.
    """

    names: tuple[str, ...]
    title: str
    notes: tuple[str, ...]
    _source: TableFiles | Table

    @classmethod
    def of(
        cls, data: Any, asked: ReadOptions | None = None, like: Mapping[str, Any] | None = None
    ) -> "TableStream":
        """The parts of what `read_table` takes; text in files stays text.

        Args:
            data: see `read_table`.
            asked: how to read files.
            like: how a table of the same kind was read: see `open_files`.

        Raises:
            TableError: it cannot be read, with the reason.
        """
        if not is_path(data):
            return cls._of_table(read_table(data))
        opened = open_files(data, asked, like)
        table = opened.arrays()
        if table is not None:
            return cls._of_table(table)
        return cls(tuple(opened.names()), opened.title, opened.notes, opened)

    @classmethod
    def _of_table(cls, table: Table) -> "TableStream":
        return cls(table.names, table.title, table.notes, table)

    @property
    def textual(self) -> bool:
        """Whether columns are text that may spell numbers and the like."""
        return isinstance(self._source, TableFiles) and self._source.textual

    @property
    def alike(self) -> bool:
        """Whether a column has one type in all parts."""
        return isinstance(self._source, Table) or (
            not self.textual and len(self._source.files) == 1
        )

    def read(self, columns: Sequence[str], rows: int) -> Iterator[Table]:
        """The rows, in order, at most so many `rows` at a time.

        Args:
            columns: those that are needed, at least.

        Raises:
            TableError: a file is damaged, has other columns than the first, or there are no rows.
        """
        if isinstance(self._source, Table):
            for first in range(0, self._source.height, rows):
                yield self._source.part(first, rows)
            return
        opened, empty = self._source, True
        for index, (file, frames) in enumerate(
            zip(opened.files, opened.parts(columns, rows), strict=True)
        ):
            before = 0
            for frame in frames:
                if index and not before:
                    wanted = set(columns)
                    first = [name for name in self.names if name in wanted]
                    check_same_columns(first, [n for n in frame.columns if n in wanted], file.name)
                table = Table(frame, name=file.name, numerals=opened.numerals, before=before)
                for start in range(0, frame.height, rows):
                    yield table.part(start, rows)
                before += frame.height
            empty = empty and before == 0
        if empty:
            raise TableError(_("{table}: the table has no rows.").format(table=self.title))

    def types(self, columns: Sequence[str], rows: int) -> dict[str, DataType]:
        """The types of some columns, in all rows; of text, what all its values spell.

        That is known once all rows were read, at most so many `rows` at a time.

        Raises:
            TableError: as in `read`, or two files have types that do not go together.
        """
        found: dict[str, DataType] = {}
        if not columns:
            return found
        for table in self.read(columns, rows):
            for name in columns:
                column = table.column(name)
                if self.textual and column.dtype == pl.String:
                    column = parse_text(column, table.numerals)
                if column.null_count() < len(column):
                    found[name] = self._common(found.get(name, column.dtype), column.dtype, table)
        return {name: found.get(name, pl.String()) for name in columns}

    def _common(self, one: DataType, other: DataType, table: Table) -> DataType:
        """The type that holds the values of both."""
        if one == other:
            return one
        if self.textual:
            numbers = one.is_numeric() and other.is_numeric()
            return pl.Float64() if numbers else pl.String()
        try:
            empty = [pl.DataFrame(schema={"": each}) for each in (one, other)]
            return pl.concat(empty, how="vertical_relaxed").dtypes[0]
        except pl.exceptions.PolarsError as error:
            raise unlike(table.title, error) from None


def as_type(column: pl.Series, dtype: DataType, table: Table) -> pl.Series:
    """A part of a column in the type that `TableStream.types` found for all of it."""
    if column.dtype == pl.String and dtype != pl.String:
        column = parse_text(column, table.numerals)
    if dtype == pl.String:
        return clean_text(as_text(column))
    return column.cast(dtype)
