"""A table as descenso holds it: columns by name, and where they came from."""

from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from jaxtyping import Integer, Shaped

from descenso.data.columns.numerals import Numerals
from descenso.html import escaped
from descenso.i18n import gettext as _

# Rows of a table by their numbers, from 0.
RowNumbers = Integer[np.ndarray, " _"]

MOST_SHOWN = 8  # rows in a notebook


@dataclass(frozen=True)
class Source:
    """The files that a table was read from: enough to reopen it and to know that it is the same.

    Attributes:
        paths: absolute paths, or the name of a bundled table.
        options: how it was read: its format, and what of `ReadOptions` matters to that.
        sha256: of the file's bytes, as hexadecimal digits; of several files, that of theirs.
        bundled: True when `paths` names a table that comes with descenso.
    """

    paths: tuple[str, ...]
    options: dict[str, Any]
    sha256: str
    bundled: bool


@dataclass(frozen=True, repr=False)
class Table:
    """A table in memory.

    A numeric array is kept as it was given, never copied: only the column at hand becomes a series.
    That keeps training on an array of gigabytes from needing the array twice.

    Attributes:
        columns: the columns by name; of a numeric array only what is not in `matrix`: the target.
        source: the file that they came from; None for data from memory.
        matrix: a numeric array's columns, called x0, x1, ...; None for any other table.
        name: what to call the table in a message; "" for "the data".
        notes: what a person should know of how it was read, a sentence each.
        numerals: how numbers are written in columns of text.
        before: how many rows of the file stand before these, where they are a part of it.
        categories: the columns of other values than text that came as categories, such as those of
            pandas: they keep their values, for they may be the target.
    """

    columns: pl.DataFrame
    source: Source | None = None
    matrix: Shaped[np.ndarray, "rows columns"] | None = field(default=None, repr=False)
    name: str = ""
    notes: tuple[str, ...] = ()
    numerals: Numerals = field(default_factory=Numerals, repr=False)
    before: int = 0
    categories: frozenset[str] = frozenset()

    def __repr__(self) -> str:
        return f"<Table {self.title}: {self.height} × {len(self.names)}>"

    def _repr_html_(self) -> str:
        shape = _("{table}: {rows} × {columns} (rows × columns); the first rows").format(
            table=self.title, rows=self.height, columns=len(self.names)
        )
        # Of an array no more than what is shown is copied.
        shown = self.part(0, MOST_SHOWN).frame._repr_html_()  # pyright: ignore[reportPrivateUsage]
        return f"<p>{escaped(shape)}</p>{shown}"

    @property
    def array(self) -> bool:
        """Whether the table came as a numeric array: its columns are numbers, no matter what."""
        return self.matrix is not None

    @cached_property
    def names(self) -> tuple[str, ...]:
        """All columns' names, in the table's order."""
        width = 0 if self.matrix is None else self.matrix.shape[1]
        return (*(f"x{j}" for j in range(width)), *self.columns.columns)

    @property
    def height(self) -> int:
        """How many rows the table has."""
        return self.columns.height if self.matrix is None else self.matrix.shape[0]

    @property
    def title(self) -> str:
        """What to call the table in a message: its file, or "the data"."""
        if self.name:
            return self.name
        return Path(self.source.paths[0]).name if self.source else _("the data")

    @property
    def frame(self) -> pl.DataFrame:
        """The whole table as one data frame (of a numeric array: a copy)."""
        if self.matrix is None:
            return self.columns
        return pl.DataFrame([self.column(name) for name in self.names])

    def part(self, first: int, rows: int) -> "Table":
        """At most so many `rows` from the row `first` on (from 0); nothing is copied."""
        return replace(
            self,
            columns=self.columns.slice(first, rows),
            matrix=None if self.matrix is None else self.matrix[first : first + rows],
            before=self.before + first,
        )

    def column(self, name: str, rows: Integer[np.ndarray, " rows"] | None = None) -> pl.Series:
        """The column `name`, or its values in `rows` (row numbers from 0).

        Raises:
            KeyError: there is no such column.
        """
        position = self._positions[name]
        width = 0 if self.matrix is None else self.matrix.shape[1]
        if self.matrix is not None and position < width:
            values = self.matrix[:, position]
            return pl.Series(name, np.ascontiguousarray(values if rows is None else values[rows]))
        series = self.columns.to_series(position - width)
        return series if rows is None else series[rows]

    @cached_property
    def _positions(self) -> dict[str, int]:
        return {name: position for position, name in enumerate(self.names)}
