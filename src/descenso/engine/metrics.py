"""How good predictions are, in numbers that people know, computed with NumPy in double precision.

scikit-learn has these too, but importing it takes longer than most trainings here; the tests hold
the two equal.
"""

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from jaxtyping import Float, Int, Num, Shaped

from descenso.components import LOSSES
from descenso.engine.losses import FUNCTIONS
from descenso.engine.task import Task

Metrics = dict[str, float | None]
Weights = Float[np.ndarray, " rows"]

# Of these less is better; of all others more.
LESS_IS_BETTER = ("loss", "log_loss", "rmse", "mae", "brier")

# Probabilities are float32; scikit-learn's log_loss keeps them this far from 0 and 1 too.
SMALLEST = float(np.finfo(np.float32).eps)


@dataclass(frozen=True)
class Judged:
    """Rows whose truth is known, and what a network made of them.

    Attributes:
        task: problem, output activation and loss.
        predictions: ŷ, after the output activation.
        losses: the recipe's loss of each row, without penalties or weights.
        y: the targets, as the network sees them.
        weight: how much each row counts, > 0 in sum: a row of weight 2 counts as two such rows do
            (scikit-learn's `sample_weight`).
        constant: the best constant prediction, from `best_constant` on training rows.
        unit: one unit of y in units of the target, so that a scaled target's errors are in its own.
    """

    task: Task
    predictions: Float[np.ndarray, "rows outputs"]
    losses: Float[np.ndarray, " rows"]
    y: Float[np.ndarray, " rows"] | Int[np.ndarray, " rows"]
    weight: Weights
    constant: Float[np.ndarray, " outputs"]
    unit: float = 1.0

    def __len__(self) -> int:
        return len(self.y)


class Tally(NamedTuple):
    """The rows that are of each class, are taken for it, and both, as they count: classes last."""

    hits: Num[np.ndarray, "*resamples classes"]
    actual: Num[np.ndarray, "*resamples classes"]
    predicted: Num[np.ndarray, "*resamples classes"]


def measure(judged: Judged) -> Metrics:
    """The metrics of every result.

    Returns:
        loss and skill (1 - loss / loss of the constant) always; then accuracy, log_loss, f1_macro
        and (binary) roc_auc, or rmse, mae and r2. None where a metric is not defined on these rows.
    """
    task, y, weight = judged.task, judged.y, judged.weight
    truth = truth_of(task, y)
    loss = _mean(judged.losses, weight)
    baseline = _mean(constant_losses(task.loss, truth, judged.constant), weight)
    # Where the constant is right on every row, its loss is 0 but for rounding.
    right = np.allclose(truth, judged.constant, rtol=1e-12, atol=0)
    metrics: Metrics = {
        "loss": loss * loss_unit(task.loss, judged.unit),
        "skill": None if right else 1 - loss / baseline,
    }
    if task.problem == "regression":
        predicted = judged.predictions[:, 0].astype(float)
        metrics |= _of_numbers(predicted, y.astype(float), weight, judged.unit)
    else:
        probable = probabilities(task, judged.predictions)
        metrics |= _of_classes(labels(task, judged.predictions), probable, y.astype(int), weight)
    return {name: finite(value) for name, value in metrics.items()}


def measure_further(judged: Judged) -> Metrics:
    """The metrics of an evaluation beside those of `measure`.

    Returns:
        balanced_accuracy, baseline_accuracy (that of answering the commonest class of these rows
        always), brier, and (binary) average_precision; or bias, the mean of prediction - truth.
    """
    weight = judged.weight
    if judged.task.problem == "regression":
        errors = judged.predictions[:, 0].astype(float) - judged.y
        return {"bias": finite(_mean(errors, weight) * judged.unit)}
    truth = judged.y.astype(int)
    probable = probabilities(judged.task, judged.predictions)
    counts = tally(truth, labels(judged.task, judged.predictions), weight, probable.shape[1])
    metrics: Metrics = {
        "balanced_accuracy": float(balanced_accuracy(counts)),
        "baseline_accuracy": float(counts.actual.max() / counts.actual.sum()),
        "brier": _mean(brier_scores(probable, truth), weight),
    }
    if probable.shape[1] == 2:
        metrics["average_precision"] = average_precision(truth, probable[:, 1], weight)
    return {name: finite(value) for name, value in metrics.items()}


def probabilities(
    task: Task, predictions: Float[np.ndarray, "rows outputs"]
) -> Float[np.ndarray, "rows classes"]:
    """The probability of each class.

    Outputs that are no probabilities (a linear output, by force) are cut at 0 and brought to the
    sum 1.
    """
    if task.problem == "binary":
        second = np.clip(predictions, 0, 1)
        return np.concatenate([1 - second, second], axis=1)
    if task.output_activation == "softmax":
        return predictions
    positive = np.maximum(predictions, SMALLEST)
    return positive / positive.sum(axis=1, keepdims=True)


def labels(task: Task, predictions: Float[np.ndarray, "rows outputs"]) -> Int[np.ndarray, " rows"]:
    """The code of the class that each row is taken for."""
    if task.problem == "binary":
        return (predictions[:, 0] > 0.5).astype(int)
    return predictions.argmax(axis=1)


def best_constant(
    task: Task,
    y: Float[np.ndarray, " rows"] | Int[np.ndarray, " rows"],
    weight: Float[np.ndarray, " rows"] | None = None,
) -> Float[np.ndarray, " outputs"]:
    """The constant prediction with the lowest loss on these rows.

    Args:
        weight: how much each row counts; None where all count alike.
    """
    truth = truth_of(task, y)
    weight = np.ones(len(truth)) if weight is None else weight
    if LOSSES[task.loss].best_constant == "median":
        return np.array([_median(output, weight) for output in truth.T])
    return np.average(truth, axis=0, weights=weight)


def constant_losses(
    loss: str, truth: Float[np.ndarray, "rows outputs"], constant: Float[np.ndarray, " outputs"]
) -> Float[np.ndarray, " rows"]:
    """The loss of each row when all are predicted alike."""
    return FUNCTIONS[loss](np.broadcast_to(constant, truth.shape), truth)


def truth_of(
    task: Task, y: Float[np.ndarray, " rows"] | Int[np.ndarray, " rows"]
) -> Float[np.ndarray, "rows outputs"]:
    """What the outputs should be: one-hot classes, or the number itself."""
    return np.eye(task.outputs)[y] if task.problem == "multiclass" else y.astype(float)[:, None]


def finite(value: float | None) -> float | None:
    """The value; None where it is not a finite number, which JSON cannot hold."""
    return value if value is not None and np.isfinite(value) else None


def loss_unit(loss: str, unit: float) -> float:
    """What to multiply a loss by to express it in the target's units; cross-entropies have none."""
    return unit ** LOSSES[loss].unit_power


def roc_auc(
    truth: Int[np.ndarray, " rows"],
    scores: Float[np.ndarray, " rows"],
    weight: Float[np.ndarray, " rows"],
) -> float | None:
    """The chance that a row of class 1 scores above one of class 0, ties counting half.

    None where a class is missing. As the Mann-Whitney U statistic (Hanley & McNeil 1982): each
    positive counts the negatives below it.
    """
    values, group = np.unique(scores, return_inverse=True)
    positives = np.bincount(group, weight * truth, len(values))
    negatives = np.bincount(group, weight * (1 - truth), len(values))
    pairs = positives.sum() * negatives.sum()
    if pairs == 0:
        return None
    below = np.cumsum(negatives) - negatives
    return float(np.sum(positives * (below + negatives / 2)) / pairs)


def average_precision(
    truth: Int[np.ndarray, " rows"], scores: Float[np.ndarray, " rows"], weight: Weights
) -> float | None:
    """The area under the precision-recall curve, as the sum of its steps: Σ (Rₖ - Rₖ₋₁) Pₖ.

    Pₖ and Rₖ are precision and recall when the rows of the k highest scores are taken for class 1.
    None where no row is of class 1. Steps and not trapezoids, which would be too optimistic (Davis
    & Goadrich 2006).
    """
    values, group = np.unique(-scores, return_inverse=True)
    positives = np.bincount(group, weight * truth, len(values))
    if positives.sum() == 0:
        return None
    precisions = np.cumsum(positives) / np.cumsum(np.bincount(group, weight, len(values)))
    return float(np.sum(positives * precisions) / positives.sum())


def tally(
    truth: Int[np.ndarray, " rows"],
    predicted: Int[np.ndarray, " rows"],
    weight: Weights,
    classes: int,
) -> Tally:
    """Count the rows of each class by their weights."""
    right = truth == predicted
    return Tally(
        hits=np.bincount(truth, weight * right, classes),
        actual=np.bincount(truth, weight, classes),
        predicted=np.bincount(predicted, weight, classes),
    )


def macro_f1(counts: Tally) -> Float[np.ndarray, "*resamples"] | np.float64:
    """The mean, over the classes that occur or are predicted, of F1 = 2 TP / (2 TP + FP + FN)."""
    return _mean_ratio(2 * counts.hits, counts.actual + counts.predicted)


def balanced_accuracy(counts: Tally) -> Float[np.ndarray, "*resamples"] | np.float64:
    """The mean recall of the classes that occur."""
    return _mean_ratio(counts.hits, counts.actual)


def brier_scores(
    probable: Float[np.ndarray, "rows classes"], truth: Int[np.ndarray, " rows"]
) -> Float[np.ndarray, " rows"]:
    """The squared distance of each row's probabilities from the truth (Brier 1950).

    Of two classes the distance of one probability, in [0, 1]; of more the sum over all, in [0, 2].
    """
    distances = probable.astype(float)
    distances[np.arange(len(truth)), truth] -= 1
    squares = distances**2
    return squares[:, 1] if probable.shape[1] == 2 else squares.sum(axis=1)


def log_losses(
    probable: Float[np.ndarray, "rows classes"], truth: Int[np.ndarray, " rows"]
) -> Float[np.ndarray, " rows"]:
    """The negative logarithm of the probability of each row's true class."""
    of_truth = probable[np.arange(len(truth)), truth].astype(float)
    return -np.log(np.clip(of_truth, SMALLEST, 1 - SMALLEST))


def _of_numbers(
    predicted: Float[np.ndarray, " rows"],
    truth: Float[np.ndarray, " rows"],
    weight: Float[np.ndarray, " rows"],
    unit: float,
) -> Metrics:
    errors = truth - predicted
    squared = _mean(errors**2, weight)
    varies = np.ptp(truth) > 0
    variance = _mean((truth - _mean(truth, weight)) ** 2, weight)
    return {
        "rmse": float(np.sqrt(squared)) * unit,
        "mae": _mean(np.abs(errors), weight) * unit,
        "r2": 1 - squared / variance if varies else None,
    }


def _of_classes(
    predicted: Int[np.ndarray, " rows"],
    probable: Float[np.ndarray, "rows classes"],
    truth: Int[np.ndarray, " rows"],
    weight: Float[np.ndarray, " rows"],
) -> Metrics:
    metrics: Metrics = {
        "accuracy": _mean(predicted == truth, weight),
        "log_loss": _mean(log_losses(probable, truth), weight),
        "f1_macro": float(macro_f1(tally(truth, predicted, weight, probable.shape[1]))),
    }
    if probable.shape[1] == 2:
        metrics["roc_auc"] = roc_auc(truth, probable[:, 1], weight)
    return metrics


def _mean_ratio(parts: np.ndarray, wholes: np.ndarray) -> Any:
    """The mean of parts / wholes over the classes that have a whole."""
    there = wholes > 0
    ratios = np.divide(parts, wholes, out=np.zeros(wholes.shape), where=there)
    return ratios.sum(axis=-1) / there.sum(axis=-1)


def _mean(values: Shaped[np.ndarray, " rows"], weight: Float[np.ndarray, " rows"]) -> float:
    return float(np.average(values, weights=weight))


def _median(values: Float[np.ndarray, " rows"], weight: Float[np.ndarray, " rows"]) -> float:
    """Where half of the weight lies below; between two values, their middle."""
    order = np.argsort(values)
    below = np.cumsum(weight[order])
    half = below[-1] / 2
    lower, upper = np.searchsorted(below, half, "left"), np.searchsorted(below, half, "right")
    return float((values[order[lower]] + values[order[upper]]) / 2)
