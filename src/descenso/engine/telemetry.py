"""Pure measurements of a network and its gradients, on a few rows.

They are taken at the ends of some epochs on rows that stay the same, never inside the training
loop, where they would cost more than the training.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int, PyTree

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


class Readings(eqx.Module):
    """What telemetry is made from: a few numbers for each layer, as the device computes them.

    Attributes:
        lengths: of each layer's gradient, parameters and step.
        units: of each hidden layer, how many units pass no gradient on any row, and how often a
            unit is flat on a row.
        shapes: of each hidden layer, the number of rows and of units.
    """

    lengths: Float[Array, "3 layers"]
    units: Int[Array, "2 hidden"]
    shapes: tuple[tuple[int, int], ...] = eqx.field(static=True)

    @property
    def telemetry(self) -> Telemetry:
        """The measurements, in double precision."""
        gradients, weights, steps = np.asarray(self.lengths, float)
        dead, flat = np.asarray(self.units)
        rows, units = np.array(self.shapes, int).reshape(-1, 2).T
        # In a training that diverges both may be infinite.
        with np.errstate(invalid="ignore"):
            ratio = steps / np.maximum(weights, 1e-12)
        return Telemetry(gradients, weights, ratio, dead / units, flat / (rows * units))


def read(
    weights: Layers, gradients: Layers, steps: Layers, slopes: Sequence[Float[Array, "_ _"]]
) -> Readings:
    """Read off a network's layers, their gradients, the optimiser's next steps, and the units.

    It belongs into a compiled program: only a few numbers then leave the device.

    Args:
        slopes: `activation_derivatives` on some rows.
    """
    lengths = [[_length(layer) for layer in each] for each in (gradients, weights, steps)]
    dead = [jnp.sum(jnp.all(each == 0, axis=0)) for each in slopes]
    flat = [jnp.sum(each < FLAT) for each in slopes]
    return Readings(
        jnp.array(lengths),
        jnp.array([dead, flat], int),
        tuple((len(each), each.shape[1]) for each in slopes),
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


def _length(layer: PyTree) -> Float[Array, ""]:
    """The Euclidean length of a layer's parameters together."""
    arrays = jax.tree.leaves(layer)
    # In units of the largest: no square overflows.
    largest = jnp.max(jnp.array([jnp.max(jnp.abs(each), initial=0.0) for each in arrays]))
    unit = jnp.where(largest > 0, largest, 1.0)
    return unit * jnp.sqrt(sum(jnp.sum(jnp.square(each / unit)) for each in arrays))
