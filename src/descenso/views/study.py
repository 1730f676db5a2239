"""Something measured, in sentences, tables and charts: lessons, comparisons, sweeps.

A terminal, a page, a notebook and JSON all show the same parts.
"""

import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import polars as pl
from polars import selectors

from descenso import html
from descenso.i18n import gettext as _
from descenso.views.document import PageSection, document, lead, paragraphs, table
from descenso.views.inspection import BLOCKS, short
from descenso.views.words import column_title

if TYPE_CHECKING:
    import altair as alt


@dataclass(frozen=True)
class Section:
    """A step of a lesson: something measured, in words and shown.

    Attributes:
        name: a word for it in JSON and in Python.
        title: its heading, for people.
        sentences: what the numbers show, a sentence each.
        table: the numbers; None where the sentences hold them.
        column_titles: the table's columns, for people, where not the usual `column_title`.
        cell_words: what cells of the table say in English, as people read it.
        draw: makes its chart; None without. Drawing waits until somebody looks.
        alternative: what the chart shows, for those who do not see it.
        sketch: a picture drawn in text, a line each, where that helps in a terminal.
        most: rows of the table that are shown; a page folds the others away.
    """

    name: str
    title: str
    sentences: Sequence[str] = ()
    table: pl.DataFrame | None = None
    column_titles: Mapping[str, str] = field(default_factory=dict[str, str])
    cell_words: Mapping[str, str] = field(default_factory=dict[str, str])
    draw: "Callable[[], alt.TopLevelMixin] | None" = None
    alternative: str = ""
    sketch: Sequence[str] = ()
    most: int = 12

    def shown_table(self) -> pl.DataFrame | None:
        """The table as people read it."""
        if self.table is None:
            return None
        heads = {
            name: self.column_titles.get(name) or column_title(name) for name in self.table.columns
        }
        answers = {True: _("true"), False: _("false")}
        return self.table.with_columns(
            selectors.string().replace(self.cell_words),
            selectors.boolean().replace_strict(answers, default=None),
        ).rename(heads)


@dataclass(frozen=True, repr=False, kw_only=True)
class Study(ABC):
    """What was measured, and what it shows.

    Attributes:
        title: for people.
        subject: what it was measured on, in words.
        essence: what was found, a sentence each.
        sections: the steps.
    """

    title: str
    subject: str
    essence: Sequence[str]
    sections: Sequence[Section]

    def __repr__(self) -> str:
        return "\n".join([f"{self.title} ({self.subject})", *self.essence])

    @property
    def tables(self) -> dict[str, pl.DataFrame]:
        """The numbers of each section, by its name."""
        return {
            section.name: section.table for section in self.sections if section.table is not None
        }

    @cached_property
    def charts(self) -> "dict[str, alt.TopLevelMixin]":
        """The chart of each section, by its name."""
        return {
            section.name: section.draw() for section in self.sections if section.draw is not None
        }

    @abstractmethod
    def to_dict(self) -> dict[str, Any]:
        """All of it in JSON's own types, as `--json` prints it."""

    def page(self) -> str:
        """All of it as one HTML page that needs no script and no network."""
        return document(self.title, self._lead(), [*map(self._shown, self.sections)])

    def _repr_html_(self) -> str:
        sections = map(self._shown, self.sections)
        parts = (html.heading(each.title) + each.body for each in sections)
        return html.fragment(html.heading(self.title), self._lead(), *parts)

    def _lead(self) -> str:
        return lead([self.subject], self.essence)

    def _shown(self, section: Section) -> PageSection:
        """A section as HTML."""
        body = paragraphs(section.sentences)
        if section.draw is not None:
            # It brings Altair along, which only those wait for who look at charts.
            from descenso.views.charts import svg

            # On a telephone its words would be too small to read: it scrolls, by keyboard too.
            picture = svg(self.charts[section.name], section.alternative)
            body += f'<figure class="wide" tabindex="0">{picture}</figure>'
        shown = section.shown_table()
        if shown is not None:
            body += table(shown, section.most)
        return PageSection(section.name, section.title, body)


def sketch(
    curves: Mapping[str, Sequence[float]], bars: int = 48, *, together: bool = False
) -> list[str]:
    r"""Curves drawn in text, one under the other: each from its least value to its greatest.

    Args:
        bars: how wide the longest curve is drawn.
        together: draw all on one scale, of values and of steps, so that they can be compared.

    >>> print(*sketch({"up": [0.0, 1.0, 2.0], "down": [2.0, 1.0, 0.0]}, bars=3), sep="\n")
    up    ▁▅█  0 … 2
    down  █▅▁  0 … 2
    >>> print(*sketch({"one": [2.0, 1.0], "two": [1.0, 0.0]}, bars=2, together=True), sep="\n")
    one  █▅  1 … 2
    two  ▅▁  0 … 1
    """
    room = max(map(len, curves))
    steps = max(map(len, curves.values()))
    finite = {name: [*filter(math.isfinite, values)] or [0.0] for name, values in curves.items()}
    ends = (min(map(min, finite.values())), max(map(max, finite.values())))
    lines: list[str] = []
    for name, values in curves.items():
        least, most = min(finite[name]), max(finite[name])
        lowest, highest = ends if together else (least, most)
        wide = max(1, round(bars * len(values) / steps)) if together else bars
        drawn = _bars(values, wide, lowest, highest)
        space = " " * (bars - wide)
        lines.append(f"{name:<{room}}  {drawn}{space}  {short(least)} … {short(most)}")
    return lines


def _bars(values: Sequence[float], bars: int, lowest: float, highest: float) -> str:
    """A block for each of `bars` evenly spread values; a gap for one that is not finite."""
    span = highest - lowest or 1.0
    at = (values[round(index * (len(values) - 1) / max(bars - 1, 1))] for index in range(bars))
    return "".join(
        BLOCKS[round((value - lowest) / span * (len(BLOCKS) - 1))] if math.isfinite(value) else " "
        for value in at
    )


def finite_table(table: pl.DataFrame) -> pl.DataFrame:
    """The table with null in the place of each number that JSON cannot hold."""
    floats = [name for name, dtype in table.schema.items() if dtype.is_float()]
    return table.with_columns(
        pl.when(pl.col(name).is_finite()).then(pl.col(name)).alias(name) for name in floats
    )
