"""A network applied to many rows at once, in blocks of a fixed size.

A block is always padded to the same number of rows, so that a row's prediction does not depend on
how many others are asked for with it, and no new number of rows compiles anything.
"""

from collections.abc import Iterator

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int, Shaped

from descenso.engine import cycle
from descenso.engine.network import Model
from descenso.engine.task import Task

BLOCK = 1024


class Score(eqx.Module):
    """How well a network does on rows that it does not learn from, once or at several times.

    Attributes:
        loss: the weighted mean loss of the rows; NaN where there are no rows.
        metric: the share of right classes, or the mean squared error of a regression, on the scale
            of y.
    """

    loss: Float[Array, "*times"]
    metric: Float[Array, "*times"]


def predict(
    task: Task, network: Model, x: Float[np.ndarray, "rows columns"]
) -> Float[np.ndarray, "rows outputs"]:
    """The prediction ŷ of each row, after the output activation."""
    # Dummy targets, so that `predict` shares the compiled program of `judge`.
    targets = np.zeros(len(x), np.int32 if task.problem == "multiclass" else np.float32)
    return judge(task, network, x, targets)[0]


def judge(
    task: Task,
    network: Model,
    x: Float[np.ndarray, "rows columns"],
    y: Float[np.ndarray, " rows"] | Int[np.ndarray, " rows"],
) -> tuple[Float[np.ndarray, "rows outputs"], Float[np.ndarray, " rows"]]:
    """The prediction ŷ of each row, and its loss."""
    predictions, losses = [np.zeros((0, task.outputs), np.float32)], [np.zeros(0, np.float32)]
    for (block, rows), (targets, _) in zip(_blocks(x), _blocks(y), strict=True):
        prediction, loss = _judge(task, network, block, targets)
        # Cut by NumPy: on the device, each new number of rows would compile a cut of its own.
        predictions.append(np.asarray(prediction)[:rows])
        losses.append(np.asarray(loss)[:rows])
    return np.concatenate(predictions), np.concatenate(losses)


def score(task: Task, network: Model, rows: cycle.Batch) -> Score:
    """The score on `rows`, whose weights are 1 on average, and 0 for padding.

    Compiles as a part of larger programs.
    """
    block = min(BLOCK, len(rows.x))

    def add(sums: tuple[Array, Array], chosen: Array) -> tuple[tuple[Array, Array], None]:
        batch = cycle.take(rows, chosen)
        z = cycle.forward(network, batch.x)
        # Padding is chosen away, not multiplied: its loss may be NaN.
        real = batch.weight > 0
        losses = jnp.where(real, batch.weight * task.row_losses(z, batch.y), 0)
        metrics = jnp.where(real, batch.weight * _row_metric(task, z, batch.y), 0)
        return (sums[0] + losses.sum(), sums[1] + metrics.sum()), None

    indices = np.arange(-(-len(rows.x) // block) * block)
    indices[len(rows.x) :] = -1
    (loss, metric), _ = jax.lax.scan(
        add, (jnp.zeros(()), jnp.zeros(())), jnp.asarray(indices.reshape(-1, block))
    )
    return Score(loss / rows.size, metric / rows.size)


def _row_metric(task: Task, z: Float[Array, "rows outputs"], y: Array) -> Float[Array, " rows"]:
    prediction = task.activate(z)
    match task.problem:
        case "regression":
            return (prediction[:, 0] - y) ** 2
        case "binary":
            return ((prediction[:, 0] > 0.5) == (y > 0.5)).astype(float)
        case _:
            return (jnp.argmax(prediction, axis=1) == y).astype(float)


@eqx.filter_jit
def _judge(
    task: Task, network: Model, x: Array, y: Array
) -> tuple[Float[Array, "rows outputs"], Float[Array, " rows"]]:
    z = cycle.forward(network, x)
    return task.activate(z), task.row_losses(z, y)


def _blocks(values: Shaped[np.ndarray, "rows ..."]) -> Iterator[tuple[Array, int]]:
    """The rows in blocks, the last one padded with zeros, and how many rows of each are real."""
    for first in range(0, len(values), BLOCK):
        part = values[first : first + BLOCK]
        if len(part) < BLOCK:
            block = np.zeros((BLOCK, *values.shape[1:]), values.dtype)
            block[: len(part)] = part
            yield jax.device_put(block), len(part)
        else:
            yield jax.device_put(part), len(part)
