"""Lessons that measure small changes do it in double precision, on some of the rows."""

from collections.abc import Callable, Sequence
from typing import TypeVar

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import polars as pl
from jaxtyping import Array, Bool, Float, Int

from descenso.engine import cycle
from descenso.engine.cycle import Batch
from descenso.engine.experiment import Experiment
from descenso.engine.network import Model
from descenso.engine.task import Task

MOST_ROWS = 1000  # of the training rows

# A change is small enough once a tenth of it has a tenth of the effect, to this share.
LINEAR = 0.01
SMALLER = 10
TRIES = 7  # in double precision, a change of a millionth of the first is far above rounding
KINK = 0.05  # a larger share between the effects of adding and of subtracting

# How the loss answers to a small change: in proportion, not at all, otherwise upwards than
# downwards, or in proportion to no change that was tried.
RESPONSES = ("linear", "none", "kink", "not linear")

Tree = TypeVar("Tree")


def some_rows(experiment: Experiment) -> Batch:
    """The training rows, or the first of them where they are many."""
    examples = experiment.training
    count = min(MOST_ROWS, len(examples))
    # Cut by NumPy: on the device, each step of the cut would compile a program of its own.
    return Batch(
        x=jnp.asarray(examples.x[:count]),
        y=jnp.asarray(examples.y[:count]),
        weight=jnp.asarray(examples.weight[:count]),
        size=jnp.array(count),
    )


def doubled(tree: Tree) -> Tree:
    """A tree with its fractions in double precision; for use under `jax.enable_x64`."""

    def double(leaf: object) -> object:
        return jnp.asarray(np.asarray(leaf), float) if eqx.is_inexact_array(leaf) else leaf

    return jax.tree.map(double, tree)


@eqx.filter_jit
def losses_with(
    task: Task,
    network: Model,
    rows: Batch,
    index: int,
    entries: Int[Array, " some"],
    changes: Float[Array, " some"],
) -> Float[Array, " some"]:
    """The loss with one entry of one array changed, for each of some entries.

    Args:
        index: the array's number among the network's parameters.
        entries: their places in it, flat.
        changes: what is added to each.
    """
    parts, rest = eqx.partition(network, eqx.is_inexact_array)
    leaves, tree = jax.tree.flatten(parts)

    def one(each: tuple[Int[Array, ""], Float[Array, ""]]) -> Float[Array, ""]:
        entry, change = each
        moved = leaves[index].ravel().at[entry].add(change).reshape(leaves[index].shape)
        changed = jax.tree.unflatten(tree, [*leaves[:index], moved, *leaves[index + 1 :]])
        return cycle.loss(task, eqx.combine(changed, rest), rows)

    return jax.lax.map(one, (entries, changes))


def entry_names(array: str, shape: Sequence[int], entries: Int[np.ndarray, " some"]) -> list[str]:
    """How some entries of an array are called.

    >>> entry_names("layers.0.weight", (2, 3), np.array([0, 5]))
    ['layers.0.weight[0, 0]', 'layers.0.weight[1, 2]']
    """
    places = zip(*np.unravel_index(entries, shape), strict=True)
    return [f"{array}[{', '.join(map(str, place))}]" for place in places]


def small_changes(
    losses_at: Callable[[Float[np.ndarray, " some"]], Float[np.ndarray, " some"]],
    value: float,
    largest: Float[np.ndarray, " some"],
    slopes: Float[np.ndarray, " some"],
) -> pl.DataFrame:
    """What a change of each of some numbers does to the loss, made smaller until it is linear.

    Args:
        losses_at: the loss with each number changed by so much, one at a time.
        value: the loss as it is.
        largest: the changes to begin with.
        slopes: the derivative of the loss by each number.

    Returns:
        derivative, change, predicted, measured, and response, a word of `RESPONSES`.
    """

    def effects(changes: Float[np.ndarray, " some"]) -> Float[np.ndarray, " some"]:
        return losses_at(changes) - value

    def equal(
        one: Float[np.ndarray, " some"], other: Float[np.ndarray, " some"], share: float
    ) -> Bool[np.ndarray, " some"]:
        return np.abs(one - other) <= share * np.maximum(np.abs(one), np.abs(other))

    change, measured, other_way = largest, effects(largest), -effects(-largest)
    linear = np.zeros(len(largest), bool)
    for _try in range(TRIES):
        smaller = np.where(linear, change, change / SMALLER)
        effect = effects(smaller)
        one_sided = equal(measured, SMALLER * effect, LINEAR)
        linear |= one_sided & equal(measured, other_way, KINK)
        if linear.all():
            break
        change = np.where(linear, change, smaller)
        measured = np.where(linear, measured, effect)
        other_way = np.where(linear, other_way, -effects(-smaller))
    kink = ~linear & ~equal(measured, other_way, KINK)
    still = (slopes == 0) & (measured == 0) & (other_way == 0)
    response = np.select([still, kink, ~linear], ["none", "kink", "not linear"], "linear")
    return pl.DataFrame(
        {
            "derivative": slopes,
            "change": change,
            "predicted": slopes * change,
            "measured": measured,
            "response": response,
        }
    )
