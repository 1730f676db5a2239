"""What every lesson gives: what it measured, in sentences, tables and charts."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import polars as pl

from descenso.views.inspection_text import BLOCKS, short

if TYPE_CHECKING:
    import altair as alt


@dataclass(frozen=True)
class Part:
    """A step of a lesson: something measured, said in words and shown.

    Attributes:
        name: a word for it in JSON and in Python.
        title: its heading, for people.
        said: what the numbers show, a sentence each.
        table: the numbers; None where the sentences hold them.
        heads: the table's columns, for people; a column that is not named here keeps its name.
        words: what cells of the table say in English, as people read it.
        draw: makes its chart; None without. Drawing waits until somebody looks.
        alternative: what the chart shows, for those who do not see it.
        sketch: a picture drawn in text, a line each, where that helps in a terminal.
        most: rows of the table that are shown; a page folds the others away.
    """

    name: str
    title: str
    said: Sequence[str] = ()
    table: pl.DataFrame | None = None
    heads: Mapping[str, str] = field(default_factory=dict[str, str])
    words: Mapping[str, str] = field(default_factory=dict[str, str])
    draw: "Callable[[], alt.TopLevelMixin] | None" = None
    alternative: str = ""
    sketch: Sequence[str] = ()
    most: int = 12

    def told(self) -> pl.DataFrame | None:
        """The table as people read it."""
        if self.table is None:
            return None
        texts = [name for name, dtype in self.table.schema.items() if dtype == pl.String]
        heads = {name: self.heads.get(name, name) for name in self.table.columns}
        return self.table.with_columns(pl.col(texts).replace(self.words)).rename(heads)


@dataclass(frozen=True, repr=False)
class Lesson:
    """One topic of the theory, measured.

    Attributes:
        topic: its name on the command line.
        title: for people.
        subject: what it was measured on, in words.
        essence: what was found, a sentence each.
        parts: the steps.
        numbers: the single numbers that were found, by name, in JSON's own types.
    """

    topic: str
    title: str
    subject: str
    essence: Sequence[str]
    parts: Sequence[Part]
    numbers: Mapping[str, Any] = field(default_factory=dict[str, Any])

    def __repr__(self) -> str:
        return "\n".join([f"{self.title} ({self.subject})", *self.essence])

    @property
    def tables(self) -> dict[str, pl.DataFrame]:
        """The numbers of each part, by its name."""
        return {part.name: part.table for part in self.parts if part.table is not None}

    @property
    def table(self) -> pl.DataFrame:
        """The numbers of the first part that has a table."""
        return next(iter(self.tables.values()))

    @cached_property
    def charts(self) -> "dict[str, alt.TopLevelMixin]":
        """The chart of each part, by its name."""
        return {part.name: part.draw() for part in self.parts if part.draw is not None}

    @property
    def chart(self) -> "alt.TopLevelMixin":
        """The chart of the first part that has one."""
        return next(iter(self.charts.values()))

    def page(self) -> str:
        """The lesson as one HTML page that needs no script and no network."""
        from descenso.lessons.page import page

        return page(self)

    def _repr_html_(self) -> str:
        from descenso.lessons.page import excerpt

        return excerpt(self)

    def to_dict(self) -> dict[str, Any]:
        """The lesson in JSON's own types, as `descenso explain --json` prints it.

        Returns:
            topic, title, subject, essence (sentences), numbers, and tables: of each part the rows
            of its table, as objects. What is not finite is None.
        """
        return {
            "topic": self.topic,
            "title": self.title,
            "subject": self.subject,
            "essence": list(self.essence),
            "numbers": dict(self.numbers),
            "tables": {name: _finite(table).to_dicts() for name, table in self.tables.items()},
        }


def sketch(curves: Mapping[str, Sequence[float]], bars: int = 48) -> list[str]:
    r"""Curves drawn in text, one under the other: each from its least value to its greatest.

    >>> print(*sketch({"up": [0.0, 1.0, 2.0], "down": [2.0, 1.0, 0.0]}, bars=3), sep="\n")
    up    ▁▅█  0 … 2
    down  █▅▁  0 … 2
    """
    room = max(map(len, curves))
    return [
        f"{name:<{room}}  {_bars(values, bars)}  {short(min(values))} … {short(max(values))}"
        for name, values in curves.items()
    ]


def _bars(values: Sequence[float], bars: int) -> str:
    """A block for each of so many evenly spread values."""
    lowest, highest = min(values), max(values)
    span = highest - lowest or 1.0
    at = (round(index * (len(values) - 1) / max(bars - 1, 1)) for index in range(bars))
    return "".join(BLOCKS[round((values[i] - lowest) / span * (len(BLOCKS) - 1))] for i in at)


def _finite(table: pl.DataFrame) -> pl.DataFrame:
    floats = [name for name, dtype in table.schema.items() if dtype.is_float()]
    return table.with_columns(
        pl.when(pl.col(name).is_finite()).then(pl.col(name)).alias(name) for name in floats
    )
