"""How the loss moves with each column."""

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
from descenso.runs.evaluation.perturbation import doubled, small_changes, some_rows

LARGEST_CHANGE = 0.1  # of an encoded column, on the scale that the network sees


def moved_columns(
    experiment: Experiment,
    names: Sequence[str],
    network: Any,
    chosen: Sequence[int] | None = None,
) -> pl.DataFrame:
    """What moving each column of numbers a little does to the loss; codes cannot move a little.

    In double precision, on the training rows or the first of them. The change is made so small that
    a tenth of it has a tenth of the effect.

    Args:
        names: of the encoded columns.
        chosen: which encoded columns to move; None for all.

    Returns:
        column, derivative of the loss by the column moved in every row, change, predicted (by the
        derivative) and measured (the change of the loss), and response, a word of
        `perturbation.RESPONSES`. The largest derivative stands first.
    """
    numbers = experiment.layout.numbers
    moving = [each for each in (range(numbers) if chosen is None else chosen) if each < numbers]
    if not moving:
        fractions = ("derivative", "change", "predicted", "measured")
        return pl.DataFrame(
            {
                "column": pl.Series(dtype=pl.String),
                **{name: pl.Series(dtype=pl.Float64) for name in fractions},
                "response": pl.Series(dtype=pl.String),
            }
        )
    with jax.enable_x64(True):
        network, rows = doubled(network), doubled(some_rows(experiment))
        value, slopes = _slopes(experiment.task, network, rows)
        columns = jnp.array(moving)
        found = small_changes(
            lambda changes: np.asarray(
                _moved(experiment.task, network, rows, columns, jnp.asarray(changes))
            ),
            float(value),
            np.full(len(moving), LARGEST_CHANGE),
            np.asarray(slopes)[moving],
        )
    return found.select(pl.Series("column", [names[each] for each in moving]), pl.all()).sort(
        pl.col("derivative").abs(), descending=True
    )


@eqx.filter_jit
def _slopes(
    task: Task, network: Any, rows: cycle.Batch
) -> tuple[Float[Array, ""], Float[Array, " columns"]]:
    """The loss, and its derivative by each column moved in every row."""

    def loss_of(x: Float[Array, "rows columns"]) -> Float[Array, ""]:
        return cycle.loss(task, network, cycle.Batch(x, rows.y, rows.weight, rows.size))

    value, slopes = jax.value_and_grad(loss_of)(rows.x)
    return value, slopes.sum(axis=0)


@eqx.filter_jit
def _moved(
    task: Task,
    network: Any,
    rows: cycle.Batch,
    columns: Int[Array, " moving"],
    changes: Float[Array, " moving"],
) -> Float[Array, " moving"]:
    """The loss with one column moved in every row, for each of some columns."""

    def one(each: tuple[Int[Array, ""], Float[Array, ""]]) -> Float[Array, ""]:
        column, change = each
        x = rows.x.at[:, column].add(change)
        return cycle.loss(task, network, cycle.Batch(x, rows.y, rows.weight, rows.size))

    return jax.lax.map(one, (columns, changes))
