"""Lessons that measure small changes do it in double precision, on some of the rows."""

from collections.abc import Sequence
from typing import TypeVar

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Int

MOST_ROWS = 1000  # of the training rows

Tree = TypeVar("Tree")


def doubled(tree: Tree) -> Tree:
    """A tree with its fractions in double precision; for use under `jax.enable_x64`."""

    def double(leaf: object) -> object:
        return jnp.asarray(np.asarray(leaf), float) if eqx.is_inexact_array(leaf) else leaf

    return jax.tree.map(double, tree)


def entry_names(array: str, shape: Sequence[int], entries: Int[np.ndarray, " some"]) -> list[str]:
    """How some entries of an array are called.

    >>> entry_names("layers.0.weight", (2, 3), np.array([0, 5]))
    ['layers.0.weight[0, 0]', 'layers.0.weight[1, 2]']
    """
    places = zip(*np.unravel_index(entries, shape), strict=True)
    return [f"{array}[{', '.join(map(str, place))}]" for place in places]
