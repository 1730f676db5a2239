"""A suspected cause: its evidence, the changes that would repair it, and a sentence."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from descenso.doctor.case import Change
from descenso.doctor.trials import DataChange
from descenso.i18n import decimal
from descenso.views.diagnosis import Evidence

TrialMetric = Literal["skill", "balanced_accuracy"]


@dataclass(frozen=True)
class Suspicion:
    """A cause that symptoms point at.

    Attributes:
        cause: its name, that of its file in `doctor.causes`.
        weight: how directly the symptoms point at it, from 0 to 1.
        summary: what is wrong, as a sentence.
        evidence: the symptoms that point at it.
        changes: alternative changes of the recipe that would repair it, the most usual first.
        data_change: the name of a change of the data instead.
        change_rows: that change, for the rows of a trial.
        columns: the columns that the data change concerns.
        judged_by: the metric of its trial.
        decided: whether the recipe or a test of the data proves it, whatever a trial gains.
        worsens: whether the change should lower the skill, as dropping a leaking column does.
        halves: whether the trial leaves out half of the rows, which should lower the skill.
        only_unusual: whether it is worth no more than a remark where the change gains nothing.
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
    only_unusual: bool = False


def number(value: float) -> str:
    """A number to three digits, for a sentence."""
    return decimal(f"{value:.3g}")


def rounded(value: float) -> float:
    """A number to two digits, as a person would choose it."""
    return float(f"{value:.2g}")


def distinct_from(usual: float, rates: Sequence[float]) -> list[float]:
    """The rates that are not close to the usual one."""
    return [each for each in rates if not 0.8 < each / usual < 1.25]


__all__ = ["Evidence", "Suspicion", "distinct_from", "number", "rounded"]
