"""What every lesson gives: what it measured, in sentences, tables and charts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import polars as pl

from descenso.views.study import Section, Study, finite_table, sketch

if TYPE_CHECKING:
    import altair as alt

__all__ = ["Lesson", "Section", "sketch"]


@dataclass(frozen=True, repr=False, kw_only=True)
class Lesson(Study):
    """One topic of the theory, measured.

    Attributes:
        topic: its name on the command line.
        title: for people.
        subject: what it was measured on, in words.
        essence: what was found, a sentence each.
        sections: the steps.
        numbers: the single numbers that were found, by name, in JSON's own types.
    """

    topic: str
    numbers: Mapping[str, Any] = field(default_factory=dict[str, Any])

    @property
    def table(self) -> pl.DataFrame:
        """The numbers of the first part that has a table."""
        return next(iter(self.tables.values()))

    @property
    def chart(self) -> "alt.TopLevelMixin":
        """The chart of the first part that has one."""
        return next(iter(self.charts.values()))

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
            "tables": {name: finite_table(table).to_dicts() for name, table in self.tables.items()},
        }
