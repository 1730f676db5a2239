"""Lessons that measure small changes do it in double precision, on some of the rows."""

from collections.abc import Sequence
from typing import TypeVar

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int

from descenso.engine import cycle
from descenso.engine.cycle import Batch
from descenso.engine.experiment import Experiment
from descenso.engine.network import Model
from descenso.engine.task import Task

MOST_ROWS = 1000  # of the training rows

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
