"""How the prediction moves with each column."""

from collections.abc import Sequence
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import polars as pl
from jaxtyping import Array, Float, Int

from descenso.engine import cycle
from descenso.engine.experiment import Experiment
from descenso.engine.task import Task

COLUMN_CHANGE = 0.1  # of an encoded column, on the scale that the network sees


def moved_columns(
    experiment: Experiment,
    names: Sequence[str],
    network: Any,
    rows: cycle.Batch,
    chosen: Sequence[int] | None = None,
) -> pl.DataFrame:
    """What moving each column of numbers a little does to the loss; codes cannot move a little.

    Args:
        names: of the encoded columns.
        network, rows: for small changes in double precision, under `jax.enable_x64`.
        chosen: which encoded columns to move; None for all.

    Returns:
        column, predicted (by the derivative) and measured (the change of the loss), the largest
        first.
    """
    numbers = experiment.layout.numbers
    moving = [each for each in (range(numbers) if chosen is None else chosen) if each < numbers]
    if not moving:
        return pl.DataFrame(
            schema={"column": pl.String, "predicted": pl.Float64, "measured": pl.Float64}
        )
    slopes, moved = _slopes_and_moves(experiment.task, network, rows, jnp.array(moving))
    table = pl.DataFrame(
        {
            "column": [names[each] for each in moving],
            "predicted": np.asarray(slopes, float) * COLUMN_CHANGE,
            "measured": np.asarray(moved, float),
        }
    )
    return table.sort(pl.col("measured").abs(), descending=True)


@eqx.filter_jit
def _slopes_and_moves(
    task: Task, network: Any, rows: cycle.Batch, columns: Int[Array, " moving"]
) -> tuple[Float[Array, " moving"], Float[Array, " moving"]]:
    """The derivative of the loss by each column, and what moving it changes: one program."""

    def loss_of(x: Float[Array, "rows columns"]) -> Float[Array, ""]:
        return cycle.loss(task, network, cycle.Batch(x, rows.y, rows.weight, rows.size))

    value, slopes = jax.value_and_grad(loss_of)(rows.x)
    moved = jax.lax.map(
        lambda column: loss_of(rows.x.at[:, column].add(COLUMN_CHANGE)) - value, columns
    )
    return slopes.sum(axis=0)[columns], moved
