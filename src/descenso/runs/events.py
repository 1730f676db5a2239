"""The events that a training sends to its listeners."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NotRequired, TypedDict

from descenso.data.columns.kinds import Column
from descenso.recipe import Recipe


class EpochRecord(TypedDict):
    """One epoch's line in the history; None where a number is not finite, or is not there.

    Attributes:
        epoch, iteration: how many were completed.
        learning_rate: of the last iteration.
        loss, validation_loss: in the target's units.
        validation_rmse, validation_accuracy: the one for the problem.
        elapsed_seconds: since the training began, without pauses between resumes.
        telemetry: of some epochs, by measurement a number for each layer.
    """

    epoch: int
    iteration: int
    learning_rate: float
    loss: float | None
    validation_loss: float | None
    validation_rmse: NotRequired[float | None]
    validation_accuracy: NotRequired[float | None]
    elapsed_seconds: float
    telemetry: NotRequired[dict[str, list[float | None]]]


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

    record: EpochRecord


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
# A record is a plain dict to those who write the function.
OnEpoch = Callable[[Any], Any]
Listen = Callable[[Event], None]
