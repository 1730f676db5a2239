"""Rows as a network might have judged them, with losses worked out by other formulas."""

from typing import Any

import numpy as np

from descenso.engine import metrics
from descenso.engine.metrics import Judged
from descenso.engine.task import Task

REGRESSION = Task("regression", "linear", "mse", 1)
BINARY = Task("binary", "sigmoid", "bce", 1)
MULTICLASS = Task("multiclass", "softmax", "cce", 4)

BY_HAND = {
    "mse": lambda p, t: ((t - p) ** 2).mean(axis=1),
    "mae": lambda p, t: np.abs(t - p).mean(axis=1),
    "bce": lambda p, t: -np.log(np.clip(np.where(t == 1, p, 1 - p), 1e-7, 1)).mean(axis=1),
    "cce": lambda p, t: -np.log((t * p).sum(axis=1)),
}


def judged(task: Task, predictions: np.ndarray, y: np.ndarray, **known: Any) -> Judged:
    """The rows with their losses; unless said otherwise all of weight 1, against the best constant
    of these very rows.
    """
    defaults: dict[str, Any] = {
        "weight": np.ones(len(y)),
        "constant": metrics.best_constant(task, y),
    }
    return Judged(
        task=task,
        predictions=predictions,
        losses=BY_HAND[task.loss](predictions.astype(float), metrics.truth_of(task, y)),
        y=y,
        **defaults | known,
    )


def some(task: Task, rows: int = 40, seed: int = 0) -> Judged:
    """Rows of moderately good predictions, some of them alike."""
    random = np.random.default_rng(seed)
    classes = max(2, task.outputs)
    y = random.integers(0, classes, rows)
    if task.problem == "multiclass":
        likely = random.dirichlet(np.ones(classes), rows) + 2 / classes * np.eye(classes)[y]
        return judged(task, (likely / likely.sum(axis=1, keepdims=True)), y)
    if task.problem == "binary":
        likely = np.round(np.clip(0.3 * y[:, None] + 0.7 * random.random((rows, 1)), 0, 1), 1)
        return judged(task, likely.astype(np.float32), y.astype(np.float32))
    numbers = random.normal(size=rows)
    predictions = numbers[:, None] + random.normal(size=(rows, 1))
    return judged(task, predictions.astype(np.float32), numbers.astype(np.float32))
