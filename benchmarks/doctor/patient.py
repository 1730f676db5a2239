"""What a patient is: a table and a recipe whose training has one known fault, or none."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
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
R2, ACCURACY, BALANCED, LOG_LOSS = get_args(Measure)

Fields = Mapping[str, Any]


@dataclass(frozen=True)
class Tables:
    """The rows of a patient.

    Attributes:
        training: what is handed to descenso; a share of it validates, as usual.
        fresh: rows as they will be met later; they judge repairs, and no training sees them.
        validation: the validation set, where it is another table.
    """

    training: pl.DataFrame
    fresh: pl.DataFrame
    validation: pl.DataFrame | None = None


Draw = Callable[[int], Tables]


@dataclass(frozen=True)
class Patient:
    """A training whose health is known.

    Attributes:
        name: what `--only` takes.
        tables: draws everything (rows, noise, their order) from a seed.
        measure: of the predictions for fresh rows. 1 is perfect. A constant has 0 (r2,
            log_loss_skill), the share of its class (accuracy) or of one class (balanced).
        regime: how easily the fault is seen.
        recipe: the fields that the person named.
        repair: the change of recipe that is known to help most; None where only the data can help.
        mended: the tables without their fault; None where the recipe is at fault.
        cause: why it learns badly; None where it is healthy.
        target: the column to predict.
    """

    name: str
    tables: Draw
    measure: Measure
    regime: Regime
    recipe: Fields = field(default_factory=dict[str, Any])
    repair: Fields | None = None
    mended: Draw | None = None
    cause: Cause | None = None
    target: str = "y"

    def trained_with(
        self, recipe: Fields, *, repair: Fields | None = None, mended: Draw | None = None
    ) -> "Patient":
        """The patient with its recipe, and with what mends its fault: a change, or other tables."""
        return replace(self, recipe=recipe, repair=repair, mended=mended)


def obvious(name: str, tables: Draw, measure: Measure) -> Patient:
    """A patient whose fault is easily seen."""
    return Patient(name, tables, measure, "obvious")


def subtle(name: str, tables: Draw, measure: Measure) -> Patient:
    """A patient whose fault is hard to see."""
    return Patient(name, tables, measure, "subtle")


def healthy(name: str, tables: Draw, measure: Measure) -> Patient:
    """A patient without a fault."""
    return Patient(name, tables, measure, "healthy")


def caused_by(cause: Cause, *patients: Patient) -> tuple[Patient, ...]:
    """Patients that share the cause of their fault."""
    return tuple(replace(each, cause=cause) for each in patients)


def lecture(**fields: Any) -> Fields:
    """A recipe that starts from the preset `lecture`."""
    return {"preset": "lecture", **fields}


def tabular(**fields: Any) -> Fields:
    """A recipe that starts from the preset `tabular`."""
    return {"preset": "tabular", **fields}
