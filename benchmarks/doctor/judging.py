"""How well a recipe does on a patient's tables: trained as a person would, judged by fresh rows."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import polars as pl
from sklearn.metrics import accuracy_score, balanced_accuracy_score, r2_score

import descenso
from benchmarks.doctor.patient import Measure, Patient, Tables
from descenso.errors import InputError

# A measure without a lower end would let one bad seed outweigh all others.
LOWEST = -1.0
LEAST_PROBABILITY = 1e-7


def recipe_of(
    patient: Patient, tables: Tables, seed: int, change: Mapping[str, Any] | None = None
) -> descenso.Recipe:
    """The patient's recipe for these tables, with other values for some fields."""
    fields: dict[str, Any] = {**patient.recipe, "seed": seed}
    if tables.validation is not None:
        fields["validation"] = tables.validation
    return descenso.Recipe.from_dict({**fields, **(change or {})})


def trained(
    patient: Patient, tables: Tables, seed: int, change: Mapping[str, Any] | None = None
) -> descenso.Run | None:
    """A training in memory; None where the table or the recipe is refused."""
    recipe = recipe_of(patient, tables, seed, change)
    try:
        return descenso.train(tables.training, patient.target, recipe=recipe, progress=False)
    except InputError:
        return None


def outcome(
    patient: Patient, tables: Tables, seed: int, change: Mapping[str, Any] | None = None
) -> float:
    """The patient's measure on the fresh rows, after training."""
    return judged(trained(patient, tables, seed, change), patient.measure, tables, patient.target)


def judged(run: descenso.Run | None, measure: Measure, tables: Tables, target: str) -> float:
    """A trained run's measure on the fresh rows.

    A training that was refused, or left no weights, counts as the best constant.
    """
    if run is None or run.network is None:
        return constant_score(measure, tables, target)
    table, _notes = run.predictions(tables.fresh)
    truth = tables.fresh[target]
    if measure == "r2":
        answers = table["prediction"].to_numpy()
        if not np.isfinite(answers).all():
            return LOWEST
        return max(LOWEST, float(r2_score(truth.to_numpy(), answers)))
    labels = table["prediction"].cast(pl.String).to_list()
    classes = truth.cast(pl.String).to_list()
    if measure == "accuracy":
        return float(accuracy_score(classes, labels))
    if measure == "balanced_accuracy":
        return float(balanced_accuracy_score(classes, labels))
    assert run.classes is not None
    likely = table.select(f"probability_{each}" for each in run.classes).to_numpy()
    return max(LOWEST, log_loss_skill(classes, [str(each) for each in run.classes], likely))


def log_loss_skill(truth: list[str], classes: list[str], likely: np.ndarray) -> float:
    """1 − log-loss / log-loss of the classes' shares; a class that training never met is unlikely.

    Rows of probabilities are brought to the sum 1, which outputs of a mismatched activation lack.
    """
    likely = np.nan_to_num(np.clip(likely, LEAST_PROBABILITY, 1), nan=1 / len(classes))
    likely = likely / likely.sum(axis=1, keepdims=True)
    place = {each: index for index, each in enumerate(classes)}
    of_truth = [
        likely[row, place[each]] if each in place else LEAST_PROBABILITY
        for row, each in enumerate(truth)
    ]
    _labels, counts = np.unique(truth, return_counts=True)
    shares = counts / counts.sum()
    constant = -float(np.sum(shares * np.log(shares)))
    return 1 + float(np.mean(np.log(of_truth))) / constant


def constant_score(measure: Measure, tables: Tables, target: str) -> float:
    """What the best constant scores on the fresh rows."""
    if measure in ("r2", "log_loss_skill"):
        return 0.0
    classes = tables.fresh[target].cast(pl.String)
    if measure == "balanced_accuracy":
        return 1 / classes.n_unique()
    common = tables.training[target].cast(pl.String).mode()[0]
    return float((classes == common).to_numpy().mean())
