"""A network's weights by the names that they are stored under."""

from dataclasses import replace
from pathlib import Path

import equinox as eqx
import numpy as np

from descenso.engine.network import Model, UserNetwork
from descenso.runs.store.array_names import fill, named_arrays


def parameters(network: Model) -> dict[str, np.ndarray]:
    """What training may change of a network, by name; a user's module has its own names."""
    own = network.arrays if isinstance(network, UserNetwork) else network
    return named_arrays(eqx.filter(own, eqx.is_inexact_array))


def with_parameters(network: Model, arrays: dict[str, np.ndarray], file: Path) -> Model:
    """The network with the parameters that `parameters` named.

    Raises:
        RunError: they are not those of this network; `file` is where they were read.
    """
    if isinstance(network, UserNetwork):
        return replace(network, arrays=with_parameters(network.arrays, arrays, file))
    blank = eqx.filter(network, eqx.is_inexact_array)
    return eqx.combine(fill(blank, arrays, file), network)
