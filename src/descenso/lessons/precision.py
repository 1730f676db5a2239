"""Lessons that measure small changes do it in double precision, on some of the rows."""

from collections.abc import Callable, Sequence
from typing import TypeVar

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int

from descenso import cycle
from descenso.cycle import Batch
from descenso.experiment import Experiment
from descenso.network import Model
from descenso.task import Task

MOST_ROWS = 1000  # of the training rows

LossWith = Callable[[int, Array, Array], Array]

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


def nudging(task: Task, network: Model, rows: Batch) -> LossWith:
    """A function that gives the loss with one entry of one array changed.

    It takes the array's number among the network's parameters, the entry's place in it, flat, and
    the change to add.
    """
    parts, rest = eqx.partition(network, eqx.is_inexact_array)
    leaves, tree = jax.tree.flatten(parts)

    def loss_with(index: int, entry: Int[Array, ""], change: Float[Array, ""]) -> Float[Array, ""]:
        moved = leaves[index].ravel().at[entry].add(change).reshape(leaves[index].shape)
        changed = jax.tree.unflatten(tree, [*leaves[:index], moved, *leaves[index + 1 :]])
        return cycle.loss(task, eqx.combine(changed, rest), rows)

    return loss_with


def entry_names(array: str, shape: Sequence[int], entries: Int[np.ndarray, " some"]) -> list[str]:
    """How some entries of an array are called.

    >>> entry_names("layers.0.weight", (2, 3), np.array([0, 5]))
    ['layers.0.weight[0, 0]', 'layers.0.weight[1, 2]']
    """
    places = zip(*np.unravel_index(entries, shape), strict=True)
    return [f"{array}[{', '.join(map(str, place))}]" for place in places]
