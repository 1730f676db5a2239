"""A suspected cause: what points at it, what would repair it, and the words for people."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from descenso.doctor.case import Change
from descenso.doctor.trials import DataChange
from descenso.views.diagnosis import Evidence

TrialMetric = Literal["skill", "balanced_accuracy"]


@dataclass(frozen=True)
class Suspicion:
    """A cause that symptoms point at.

    Attributes:
        cause: one of the names of design.md's list.
        weight: how directly the symptoms name it, from 0 to 1.
        summary: what is wrong, a sentence for people.
        evidence: what points at it.
        changes: fields of the recipe that would repair it; the most usual values first. Each is a
            change by itself.
        data_change: what to do to the data instead, in a word.
        change_rows: that, done to the rows of a trial.
        columns: of the table, that the data change is about.
        judged_by: what a trial of it is judged by.
        decided: the recipe itself, or a test of the data, shows it already, whatever a trial gains.
        worsens: the change is expected to lower the skill: a column that gives the target away.
        halves: the trial takes half of the rows away, and is expected to lower the skill.
    """

    cause: str
    weight: float
    summary: str
    evidence: Sequence[Evidence]
    changes: Sequence[Change] = ()
    data_change: str | None = None
    change_rows: DataChange | None = None
    columns: Sequence[str] = ()
    judged_by: TrialMetric = "skill"
    decided: bool = False
    worsens: bool = False
    halves: bool = False


def number(value: float) -> str:
    """A number as a sentence tells it."""
    return f"{value:.3g}"


def rounded(value: float) -> float:
    """A number as a person would choose it, to two digits."""
    return float(f"{value:.2g}")


def distinct_from(usual: float, rates: Sequence[float]) -> list[float]:
    """The rates that are no near repetition of the usual one."""
    return [each for each in rates if not 0.8 < each / usual < 1.25]


__all__ = ["Evidence", "Suspicion", "distinct_from", "number", "rounded"]
