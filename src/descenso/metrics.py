"""How good predictions are, in numbers that people know, computed with NumPy in double precision.

scikit-learn has these too, but importing it takes longer than most trainings here; the tests hold
the two equal.
"""

import numpy as np
from jaxtyping import Float, Int

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
) -> Metrics:
    """All metrics of some rows.

    Args:
        predictions: ŷ, after the output activation.
        losses: the recipe's loss of each row, without penalties or class weights.
        y: the targets, as the network sees them.
        constant: the best constant prediction, from `best_constant` on training rows.
        unit: one unit of y in units of the target, so that a scaled target's errors are told in its
            own.

    Returns:
        loss and skill (1 - loss / loss of the constant) always; then accuracy, log_loss, f1_macro
        and (binary) roc_auc, or rmse, mae and r2. None where a metric is not defined on these rows.
    """
    truth = truth_of(task, y)
    loss = float(np.mean(losses, dtype=np.float64))
    baseline = float(np.mean(constant_losses(task.loss, truth, constant)))
    # Where the constant is right on every row, its loss is 0 but for rounding.
    skill = None if np.allclose(truth, constant, rtol=1e-12, atol=0) else 1 - loss / baseline
    metrics: Metrics = {"loss": loss * loss_unit(task.loss, unit), "skill": skill}
    if task.problem == "regression":
        metrics |= _of_numbers(predictions[:, 0].astype(float), y.astype(float), unit)
    else:
        probable = probabilities(task, predictions)
        metrics |= _of_classes(labels(task, predictions), probable, y.astype(int))
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
    task: Task, y: Float[np.ndarray, " rows"] | Int[np.ndarray, " rows"]
) -> Float[np.ndarray, " outputs"]:
    """The constant prediction with the lowest loss on these rows: medians for mae, else means."""
    truth = truth_of(task, y)
    return np.median(truth, axis=0) if task.loss == "mae" else truth.mean(axis=0)


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


def roc_auc(truth: Int[np.ndarray, " rows"], scores: Float[np.ndarray, " rows"]) -> float | None:
    """The chance that a row of class 1 scores above one of class 0, ties counting half.

    None where a class is missing. By ranks, as the Mann-Whitney U statistic (Hanley & McNeil 1982).
    """
    positives = int(truth.sum())
    negatives = len(truth) - positives
    if positives == 0 or negatives == 0:
        return None
    _, group, sizes = np.unique(scores, return_inverse=True, return_counts=True)
    middle_ranks = np.cumsum(sizes) - (sizes - 1) / 2
    rank_sum = middle_ranks[group][truth == 1].sum()
    return float((rank_sum - positives * (positives + 1) / 2) / (positives * negatives))


def f1_macro(truth: Int[np.ndarray, " rows"], predicted: Int[np.ndarray, " rows"]) -> float:
    """The mean, over the classes that occur or are predicted, of F1 = 2 TP / (2 TP + FP + FN)."""
    size = int(max(truth.max(), predicted.max())) + 1
    hits = np.bincount(truth[truth == predicted], minlength=size)
    both = np.bincount(truth, minlength=size) + np.bincount(predicted, minlength=size)
    occurring = both > 0
    return float(np.mean(2 * hits[occurring] / both[occurring]))


def _of_numbers(
    predicted: Float[np.ndarray, " rows"], truth: Float[np.ndarray, " rows"], unit: float
) -> Metrics:
    errors = truth - predicted
    varies = np.ptp(truth) > 0
    return {
        "rmse": float(np.sqrt(np.mean(errors**2))) * unit,
        "mae": float(np.mean(np.abs(errors))) * unit,
        "r2": float(1 - np.mean(errors**2) / np.var(truth)) if varies else None,
    }


def _of_classes(
    predicted: Int[np.ndarray, " rows"],
    probable: Float[np.ndarray, "rows classes"],
    truth: Int[np.ndarray, " rows"],
) -> Metrics:
    of_truth = probable[np.arange(len(truth)), truth].astype(float)
    metrics: Metrics = {
        "accuracy": float(np.mean(predicted == truth)),
        "log_loss": float(-np.mean(np.log(np.clip(of_truth, SMALLEST, 1 - SMALLEST)))),
        "f1_macro": f1_macro(truth, predicted),
    }
    if probable.shape[1] == 2:
        metrics["roc_auc"] = roc_auc(truth, probable[:, 1])
    return metrics


def _finite(value: float | None) -> float | None:
    return value if value is not None and np.isfinite(value) else None
