"""The arrays of a tree by the names they are stored under: `layers.0.weight`, `norms.1.scale`."""

from pathlib import Path
from typing import Any, TypeVar

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Shaped

from descenso.errors import RunError
from descenso.i18n import gettext as _
from descenso.runs.store.arrays import Arrays

MOST_DIFFERENCES = 8  # differences in an error

Tree = TypeVar("Tree")


def named_arrays(tree: Any) -> Arrays:
    """Every array of a tree, by the path that leads to it.

    A key of random numbers (`jax.random.key`) is no array here: it is drawn anew from the seed. For
    a network's parameters alone, give `eqx.filter(network, eqx.is_inexact_array)`.

    Raises:
        RunError: two arrays would have the same name, as in {"a.b": …, "a": {"b": …}}.
    """
    named: Arrays = {}
    for path, leaf in jax.tree.leaves_with_path(tree):
        if _is_stored(leaf):
            name = _name(path)
            if name in named:
                raise RunError(
                    _("Two arrays of the network are called {name!r}. Rename one field.").format(
                        name=name
                    )
                )
            named[name] = np.asarray(leaf)
    return named


def fill(tree: Tree, arrays: Arrays, file: Path) -> Tree:
    """`tree` with its arrays replaced by those of the same name.

    Args:
        tree: what `named_arrays` would name the same arrays in.
        arrays: by name, in the shapes and dtypes of the tree's own.
        file: where they were read from.

    Raises:
        RunError: a name, shape or dtype differs.
    """
    own = named_arrays(tree)
    differences = [
        *(_("{name} is missing").format(name=name) for name in own if name not in arrays),
        *(_("{name} is unknown").format(name=name) for name in arrays if name not in own),
        *(
            _("{name} is {found} instead of {expected}").format(
                name=name, found=_kind(arrays[name]), expected=_kind(array)
            )
            for name, array in own.items()
            if name in arrays and _kind(arrays[name]) != _kind(array)
        ),
    ]
    if differences:
        raise RunError(
            _("{path}: the arrays are not those of this network: {differences}.").format(
                path=file, differences="; ".join(differences[:MOST_DIFFERENCES])
            )
        )
    return jax.tree.map_with_path(
        lambda path, leaf: _like(leaf, arrays[_name(path)]) if _is_stored(leaf) else leaf, tree
    )


def _is_stored(leaf: Any) -> bool:
    return isinstance(leaf, jax.Array | np.ndarray | np.generic) and not jnp.issubdtype(
        leaf.dtype, jax.dtypes.prng_key
    )


def _name(path: Any) -> str:
    return jax.tree_util.keystr(path, simple=True, separator=".")


def _kind(array: Shaped[np.ndarray, "..."]) -> str:
    return f"{array.dtype.name} {array.shape}"


def _like(leaf: Any, array: Shaped[np.ndarray, "..."]) -> Any:
    """`array` as NumPy's or JAX's, whichever `leaf` is."""
    return array if isinstance(leaf, np.ndarray) else jax.device_put(array)
