"""Pure measurements of a network and its gradients, on a few rows.

They are taken at the ends of some epochs on rows that stay the same, never inside the training
loop, where they would cost more than the training.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, PyTree

from descenso.engine import activations
from descenso.engine.network import Model, Network

# A unit counts as flat on a row where f′(z) is below this share of the steepest that f gets near
# there: for sigmoid and tanh it is the tail where 95 % of the derivative is gone, for ReLU the side
# that is off.
FLAT = 0.05
Layers = list[PyTree]


@dataclass(frozen=True)
class Telemetry:
    """Measurements, one number for each layer, from the first hidden layer to the output.

    Attributes:
        gradient_norm: the length of the loss's gradient with respect to the layer's parameters.
        weight_norm: the length of the layer's parameters.
        step_ratio: the length of the step that the optimiser would take, over that of the
            parameters.
        dead: the share of units that pass no gradient on any of the rows (hidden layers only).
        saturated: the share of units, over all rows, where the activation is flat (hidden layers
            only).
    """

    gradient_norm: Float[np.ndarray, " layers"]
    weight_norm: Float[np.ndarray, " layers"]
    step_ratio: Float[np.ndarray, " layers"]
    dead: Float[np.ndarray, " hidden"]
    saturated: Float[np.ndarray, " hidden"]


def measure(
    weights: Layers, gradients: Layers, steps: Layers, slopes: Sequence[Float[Any, "_ _"]]
) -> Telemetry:
    """Measure a network's layers, their gradients, the optimiser's next steps, and the units.

    By NumPy: on the device each of these sums would be a program to compile.

    Args:
        slopes: `activation_derivatives` on some rows.
    """
    norms, moved = _norms(weights), _norms(steps)
    # In a training that diverges both may be infinite.
    with np.errstate(invalid="ignore"):
        ratio = moved / np.maximum(norms, 1e-12)
    steep = [np.asarray(each) for each in slopes]
    return Telemetry(
        gradient_norm=_norms(gradients),
        weight_norm=norms,
        step_ratio=ratio,
        dead=np.array([np.mean(np.all(each == 0, axis=0)) for each in steep]),
        saturated=np.array([np.mean(each < FLAT) for each in steep]),
    )


def layers(tree: PyTree) -> Layers:
    """The layers of a network, or of what corresponds to it, such as its gradient.

    In a network that is not descenso's own, each array counts as a layer.
    """
    if isinstance(tree, Network):
        return list(tree.layers)
    return jax.tree.leaves(eqx.filter(tree, eqx.is_inexact_array))


def activation_derivatives(
    network: Model, x: Float[Array, "rows columns"]
) -> list[Float[Array, "rows units"]]:
    """|f′(z)| of each hidden layer over the largest |f′| of that layer's function on [-4, 4].

    Empty for a network that is not descenso's own, whose insides are unknown.
    """
    if not isinstance(network, Network):
        return []
    f = activations.HIDDEN[network.activation]
    steepest = jnp.max(_derivative(f, jnp.asarray(np.linspace(-4, 4, 81, dtype=np.float32))))
    return [_derivative(f, z) / steepest for z in jax.vmap(network.trace)(x)[:-1]]


def _derivative(f: Callable[[Array], Array], z: Float[Array, "*shape"]) -> Float[Array, "*shape"]:
    return jnp.abs(jax.jvp(f, (z,), (jnp.ones_like(z),))[1])


def _norms(layers: Layers) -> Float[np.ndarray, " layers"]:
    """The Euclidean length of each layer's parameters, in float64, where no square overflows."""
    arrays = ([np.asarray(each, float) for each in jax.tree.leaves(layer)] for layer in layers)
    return np.array([math.hypot(*map(_norm, layer)) for layer in arrays])


def _norm(array: Float[np.ndarray, "*shape"]) -> float:
    # np.linalg.norm calls BLAS, whose threads would wait for the cores that train meanwhile, a
    # hundred times as long as the sum takes.
    return math.sqrt(np.square(array).sum())
