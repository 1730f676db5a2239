"""How good predictions are, in numbers that people know, computed with NumPy in double precision.

scikit-learn has these too, but importing it takes longer than most trainings here; the tests hold
the two equal.
"""

import numpy as np
from jaxtyping import Float, Int, Shaped

from descenso.losses import CLIP
from descenso.task import Task

Metrics = dict[str, float | None]

# Probabilities are float32; scikit-learn's log_loss keeps them this far from 0 and 1 too.
SMALLEST = float(np.finfo(np.float32).eps)


def measure(
    task: Task,
    predictions: Float[np.ndarray, "rows outputs"],
    losses: Float[np.ndarray, " rows"],
    y: Float[np.ndarray, " rows"] | Int[np.ndarray, " rows"],
    constant: Float[np.ndarray, " outputs"],
    unit: float = 1.0,
    weight: Float[np.ndarray, " rows"] | None = None,
) -> Metrics:
    """All metrics of some rows.

    A row of weight 2 counts as two such rows do (scikit-learn's `sample_weight`).

    Args:
        predictions: ŷ, after the output activation.
        losses: the recipe's loss of each row, without penalties or class weights.
        y: the targets, as the network sees them.
        constant: the best constant prediction, from `best_constant` on training rows.
        unit: one unit of y in units of the target, so that a scaled target's errors are told in its
            own.
        weight: how much each row counts, > 0 in sum; None where all count alike.

    Returns:
        loss and skill (1 - loss / loss of the constant) always; then accuracy, log_loss, f1_macro
        and (binary) roc_auc, or rmse, mae and r2. None where a metric is not defined on these rows.
    """
    truth = truth_of(task, y)
    weight = np.ones(len(truth)) if weight is None else weight
    loss = _mean(losses, weight)
    baseline = _mean(constant_losses(task.loss, truth, constant), weight)
    # Where the constant is right on every row, its loss is 0 but for rounding.
    skill = None if np.allclose(truth, constant, rtol=1e-12, atol=0) else 1 - loss / baseline
    metrics: Metrics = {"loss": loss * loss_unit(task.loss, unit), "skill": skill}
    if task.problem == "regression":
        metrics |= _of_numbers(predictions[:, 0].astype(float), y.astype(float), weight, unit)
    else:
        probable = probabilities(task, predictions)
        metrics |= _of_classes(labels(task, predictions), probable, y.astype(int), weight)
    return {name: _finite(value) for name, value in metrics.items()}


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
    """The constant prediction with the lowest loss on these rows: medians for mae, else means.

    Args:
        weight: how much each row counts; None where all count alike.
    """
    truth = truth_of(task, y)
    weight = np.ones(len(truth)) if weight is None else weight
    if task.loss == "mae":
        return np.array([_median(output, weight) for output in truth.T])
    return np.average(truth, axis=0, weights=weight)


def constant_losses(
    loss: str, truth: Float[np.ndarray, "rows outputs"], constant: Float[np.ndarray, " outputs"]
) -> Float[np.ndarray, " rows"]:
    """The loss of each row when all are predicted alike (see losses.py for the formulas)."""
    likely = np.clip(constant, CLIP, 1 - CLIP)
    match loss:
        case "mse":
            return ((truth - constant) ** 2).mean(axis=1)
        case "mae":
            return np.abs(truth - constant).mean(axis=1)
        case "bce":
            return -(truth * np.log(likely) + (1 - truth) * np.log1p(-likely)).mean(axis=1)
        case _:
            return -(truth * np.log(likely)).sum(axis=1)


def truth_of(
    task: Task, y: Float[np.ndarray, " rows"] | Int[np.ndarray, " rows"]
) -> Float[np.ndarray, "rows outputs"]:
    """What the outputs should be: one-hot classes, or the number itself."""
    return np.eye(task.outputs)[y] if task.problem == "multiclass" else y.astype(float)[:, None]


def loss_unit(loss: str, unit: float) -> float:
    """What to multiply a loss by to tell it in the target's units; cross-entropies have none."""
    return {"mse": unit**2, "mae": unit}.get(loss, 1.0)


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


def f1_macro(
    truth: Int[np.ndarray, " rows"],
    predicted: Int[np.ndarray, " rows"],
    weight: Float[np.ndarray, " rows"],
) -> float:
    """The mean, over the classes that occur or are predicted, of F1 = 2 TP / (2 TP + FP + FN)."""
    size = int(max(truth.max(), predicted.max())) + 1
    right = truth == predicted
    hits = np.bincount(truth[right], weight[right], size)
    both = np.bincount(truth, weight, size) + np.bincount(predicted, weight, size)
    occurring = both > 0
    return float(np.mean(2 * hits[occurring] / both[occurring]))


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
    of_truth = probable[np.arange(len(truth)), truth].astype(float)
    metrics: Metrics = {
        "accuracy": _mean(predicted == truth, weight),
        "log_loss": -_mean(np.log(np.clip(of_truth, SMALLEST, 1 - SMALLEST)), weight),
        "f1_macro": f1_macro(truth, predicted, weight),
    }
    if probable.shape[1] == 2:
        metrics["roc_auc"] = roc_auc(truth, probable[:, 1], weight)
    return metrics


def _mean(values: Shaped[np.ndarray, " rows"], weight: Float[np.ndarray, " rows"]) -> float:
    return float(np.average(values, weights=weight))


def _median(values: Float[np.ndarray, " rows"], weight: Float[np.ndarray, " rows"]) -> float:
    """Where half of the weight lies below; between two values, their middle."""
    order = np.argsort(values)
    below = np.cumsum(weight[order])
    half = below[-1] / 2
    lower, upper = np.searchsorted(below, half, "left"), np.searchsorted(below, half, "right")
    return float((values[order[lower]] + values[order[upper]]) / 2)


def _finite(value: float | None) -> float | None:
    return value if value is not None and np.isfinite(value) else None
