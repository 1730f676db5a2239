"""Which columns matter to a network: what happens to its loss where one of them says nothing.

A column's values are dealt out anew among the rows, so that it keeps its distribution and loses
what it says about each row; the loss grows by what the network took from it.

Source: Breiman, Random Forests (2001), section 10; for any model Fisher, Rudin & Dominici, All
Models are Wrong, but Many are Useful (2019). scikit-learn has it as `permutation_importance`.
"""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float, Int

from descenso.engine import inference
from descenso.engine.network import Model
from descenso.engine.task import Task

MOST_REPEATS = 10
MOST_SHUFFLES = 1000  # of all columns together, but where each has only one


def usual_repeats(columns: int) -> int:
    """How often to shuffle each column.

    >>> usual_repeats(8), usual_repeats(200), usual_repeats(5000)
    (10, 5, 1)
    """
    return int(np.clip(MOST_SHUFFLES // max(columns, 1), 1, MOST_REPEATS))


def permutation_importance(
    task: Task,
    network: Model,
    x: Float[np.ndarray, "rows columns"],
    y: Float[np.ndarray, " rows"] | Int[np.ndarray, " rows"],
    weight: Float[np.ndarray, " rows"],
    columns: Sequence[slice],
    *,
    repeats: int,
) -> Float[np.ndarray, "blocks repeats"]:
    """How much the mean loss grows with each shuffle of each column.

    Args:
        x: encoded rows.
        weight: how much each row counts.
        columns: the encoded columns that belong together, since they encode one column of the
            table: they are shuffled as one.
        repeats: shuffles of each, which are the same for all columns.

    Returns:
        Increases of the loss, on the scale of y; negative where a shuffle happened to help.
    """
    generator = np.random.default_rng(0)
    orders = [generator.permutation(len(y)) for _ in range(repeats)]
    before = _mean_loss(task, network, x, y, weight)
    shuffled = x.copy()
    increases = np.zeros((len(columns), repeats))
    for index, block in enumerate(columns):
        for repeat, order in enumerate(orders):
            shuffled[:, block] = x[order, block]
            increases[index, repeat] = _mean_loss(task, network, shuffled, y, weight) - before
        shuffled[:, block] = x[:, block]
    return increases


def _mean_loss(
    task: Task,
    network: Model,
    x: Float[np.ndarray, "rows columns"],
    y: Float[np.ndarray, " rows"] | Int[np.ndarray, " rows"],
    weight: Float[np.ndarray, " rows"],
) -> float:
    _predictions, losses = inference.judge(task, network, x, y)
    return float(np.average(losses.astype(float), weights=weight))
