"""What a patient is: a table and a recipe, whose training is ill of one known cause, or healthy."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

import polars as pl

Cause = Literal[
    "learning_rate_too_large",
    "learning_rate_too_small",
    "too_few_epochs",
    "batch_too_large",
    "batch_too_small",
    "vanishing_gradient",
    "exploding_gradient",
    "dead_units",
    "saturated_units",
    "symmetric_init",
    "bad_init_scale",
    "unscaled_features",
    "unscaled_target",
    "loss_mismatch",
    "output_activation_mismatch",
    "underfitting_capacity",
    "overfitting",
    "too_much_regularization",
    "clipping_too_tight",
    "unshuffled_data",
    "class_imbalance",
    "label_noise",
    "no_signal",
    "target_leakage",
    "outliers_in_target",
    "constant_or_duplicate_features",
    "too_little_data",
    "train_validation_shift",
    "non_finite_input",
]
CAUSES: tuple[Cause, ...] = get_args(Cause)

Regime = Literal["obvious", "subtle", "healthy"]
Measure = Literal["r2", "accuracy", "balanced_accuracy", "log_loss_skill"]


@dataclass(frozen=True)
class Tables:
    """The rows of a patient.

    Attributes:
        training: what is handed to descenso; a share of it validates, as usual.
        fresh: rows as they will be met later; they judge repairs, and no training sees them.
        validation: where another table validates.
    """

    training: pl.DataFrame
    fresh: pl.DataFrame
    validation: pl.DataFrame | None = None


Draw = Callable[[int], Tables]


@dataclass(frozen=True, kw_only=True)
class Patient:
    """A training whose health is known.

    Attributes:
        name: what `--only` takes.
        cause: why it learns badly; None where it is healthy.
        regime: how easily that is seen.
        tables: draws everything (rows, noise, their order) from a seed.
        target: the column to predict.
        recipe: what the person named.
        repair: the change of recipe that is known to help most; None where only the data can help.
        mended: the tables without their fault; None where the recipe is at fault.
        measure: what fresh rows are judged by: 1 is perfect, and a constant has 0 (r2,
            log_loss_skill) or the share of its class (accuracy) or of one class (balanced).
    """

    name: str
    tables: Draw
    recipe: Mapping[str, Any]
    measure: Measure
    cause: Cause | None = None
    regime: Regime = "healthy"
    target: str = "y"
    repair: Mapping[str, Any] | None = None
    mended: Draw | None = None
