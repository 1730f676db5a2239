"""The events that a training sends to its listeners."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from descenso.data.columns.kinds import Column
from descenso.recipe import Recipe

# One epoch's line in the history: names and numbers; None where a number is not finite.
Record = dict[str, Any]


@dataclass(frozen=True)
class Preparing:
    """Something takes a while before the training begins.

    Attributes:
        what: what is being done, in words.
        done: how much of it, from 0 to 1; None where unknown.
    """

    what: str
    done: float | None


@dataclass(frozen=True)
class Prepared:
    """All choices are made; training is about to begin.

    Attributes:
        target: the column to predict.
        recipe: every field answered.
        reasons: why, for each field that the user did not name.
        columns: what each column was taken for, and why.
        rows: how many rows train, validate and test.
        parameters: how many numbers the network learns.
        notes: what a person should know about the data, a sentence each.
        path: where the run lies; None for a run in memory.
    """

    target: str
    recipe: Recipe
    reasons: dict[str, str]
    columns: tuple[Column, ...]
    rows: dict[str, int]
    parameters: int
    notes: list[str] = field(default_factory=list)
    path: Path | None = None


@dataclass(frozen=True)
class EpochEnded:
    """An epoch is complete.

    Attributes:
        record: its line in the history.
    """

    record: Record


@dataclass(frozen=True)
class Advanced:
    """About a tenth of a second of training is done.

    Attributes:
        epoch: passes so far, with the part of the one under way.
        epochs: passes in all, unless it stops before.
        iterations: updates so far.
        elapsed_seconds: since the training began, without pauses between resumes.
        remaining_seconds: until the last epoch, at the speed so far; None before it is known.
    """

    epoch: float
    epochs: int
    iterations: int
    elapsed_seconds: float
    remaining_seconds: float | None


@dataclass(frozen=True)
class Warned:
    """Something that a person should know at once.

    Attributes:
        message: a sentence or two.
    """

    message: str


@dataclass(frozen=True)
class Saved:
    """The run is on disk and can be resumed from here.

    Attributes:
        path: its folder.
    """

    path: Path


@dataclass(frozen=True)
class Ended:
    """The training is over, and its result is known.

    Attributes:
        summary: all results, as `Run.summary` gives them.
    """

    summary: dict[str, Any]


Event = Preparing | Prepared | EpochEnded | Advanced | Warned | Saved | Ended
OnEpoch = Callable[[Record], Any]
Listen = Callable[[Event], None]
