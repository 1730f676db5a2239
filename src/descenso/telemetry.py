"""Pure measurements of a network and its gradients, on a few rows.

They are taken at the ends of some epochs on rows that stay the same, never inside the training
loop, where they would cost more than the training.
"""

from collections.abc import Callable

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, PyTree

from descenso import activations
from descenso.network import Model, Network

# A unit counts as flat on a row where f′(z) is below this share of the steepest that f gets near
# there: for sigmoid and tanh it is the tail where 95 % of the derivative is gone, for ReLU the side
# that is off.
FLAT = 0.05


class Telemetry(eqx.Module):
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

    gradient_norm: Float[Array, " layers"]
    weight_norm: Float[Array, " layers"]
    step_ratio: Float[Array, " layers"]
    dead: Float[Array, " hidden"]
    saturated: Float[Array, " hidden"]


def measure(
    network: Model, gradients: PyTree, steps: PyTree, x: Float[Array, "rows columns"]
) -> Telemetry:
    """Measure a network, its gradients, its optimiser's next steps, and its units on some rows."""
    weights = layer_norms(network)
    derivatives = activation_derivatives(network, x)
    return Telemetry(
        gradient_norm=layer_norms(gradients),
        weight_norm=weights,
        step_ratio=layer_norms(steps) / jnp.maximum(weights, 1e-12),
        dead=jnp.array([jnp.mean(jnp.all(steep == 0, axis=0)) for steep in derivatives]),
        saturated=jnp.array([jnp.mean(steep < FLAT) for steep in derivatives]),
    )


def layer_norms(tree: PyTree) -> Float[Array, " layers"]:
    """The Euclidean length of each layer's parameters, or of what corresponds to them.

    In a network that is not descenso's own, each array counts as a layer.
    """
    layers = (
        tree.layers
        if isinstance(tree, Network)
        else jax.tree.leaves(eqx.filter(tree, eqx.is_inexact_array))
    )
    return jnp.array([_length(layer) for layer in layers])


def activation_derivatives(
    network: Model, x: Float[Array, "rows columns"]
) -> list[Float[Array, "rows units"]]:
    """|f′(z)| of each hidden layer over the largest |f′| of that layer's function on [-4, 4].

    Empty for a network that is not descenso's own, whose insides are unknown.
    """
    if not isinstance(network, Network):
        return []
    f = activations.HIDDEN[network.activation]
    steepest = jnp.max(_derivative(f, jnp.linspace(-4, 4, 81)))
    return [_derivative(f, z) / steepest for z in jax.vmap(network.trace)(x)[:-1]]


def _derivative(f: Callable[[Array], Array], z: Float[Array, "*shape"]) -> Float[Array, "*shape"]:
    return jnp.abs(jax.jvp(f, (z,), (jnp.ones_like(z),))[1])


def _length(tree: PyTree) -> Float[Array, ""]:
    return jnp.sqrt(sum(jnp.sum(leaf**2) for leaf in jax.tree.leaves(tree)))
