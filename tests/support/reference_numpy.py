"""The theory worked out in plain NumPy, in float64: what descenso's numbers are held to.

Nothing here is derived automatically. Every derivative was taken with pencil and paper, and every
formula stands as its source prints it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float
from scipy.special import expit, log_softmax, softmax
from scipy.stats import norm

from descenso.engine.cycle import Batch
from descenso.engine.network import Dense, Model, Network

Values = Float[np.ndarray, "rows units"]
Function = Callable[[Values], Values]


def swish_derivative(z: Values) -> Values:
    return expit(z) * (1 + z * (1 - expit(z)))


# f and f′ of each hidden layer.
ACTIVATIONS: dict[str, tuple[Function, Function]] = {
    "linear": (lambda z: z, np.ones_like),
    "sigmoid": (expit, lambda z: expit(z) * (1 - expit(z))),
    "tanh": (np.tanh, lambda z: 1 - np.tanh(z) ** 2),
    "relu": (lambda z: np.maximum(z, 0), lambda z: np.where(z > 0, 1.0, 0.0)),
    "leaky_relu": (lambda z: np.where(z > 0, z, 0.01 * z), lambda z: np.where(z > 0, 1.0, 0.01)),
    "gelu": (lambda z: z * norm.cdf(z), lambda z: norm.cdf(z) + z * norm.pdf(z)),
    "elu": (
        lambda z: np.where(z > 0, z, np.expm1(np.minimum(z, 0))),
        lambda z: np.where(z > 0, 1.0, np.exp(np.minimum(z, 0))),
    ),
    "swish": (lambda z: z * expit(z), swish_derivative),
}


# Each loss of a row, from the last layer's z and the truth y; and its derivative with respect to
# z. Only the pairs that belong together: the other ones are not worked by hand.
PAIRS: dict[tuple[str, str], tuple[Callable[..., np.ndarray], Callable[..., Values]]] = {
    ("linear", "mse"): (
        lambda z, y: np.mean((y - z) ** 2, axis=1),
        lambda z, y: 2 * (z - y) / z.shape[1],
    ),
    ("linear", "mae"): (
        lambda z, y: np.mean(np.abs(y - z), axis=1),
        lambda z, y: np.sign(z - y) / z.shape[1],
    ),
    ("sigmoid", "bce"): (
        lambda z, y: -np.mean(y * np.log(expit(z)) + (1 - y) * np.log(expit(-z)), axis=1),
        lambda z, y: (expit(z) - y) / z.shape[1],
    ),
    ("softmax", "cce"): (
        lambda z, y: -np.sum(y * log_softmax(z, axis=1), axis=1),
        lambda z, y: softmax(z, axis=1) - y,
    ),
}


@dataclass(frozen=True)
class Stack:
    """Dense layers as two lists: W (outputs x inputs) and b (outputs) of each."""

    weights: Sequence[np.ndarray]
    biases: Sequence[np.ndarray]

    @classmethod
    def of(cls, network: Model) -> "Stack":
        """The layers of a network, or of a gradient, as float64."""
        assert isinstance(network, Network)
        return cls(
            [np.asarray(layer.weight, float) for layer in network.layers],
            [np.asarray(layer.bias, float) for layer in network.layers],
        )


def forward(stack: Stack, activation: str, x: Values) -> tuple[list[Values], list[Values]]:
    """① What each layer is handed, and z = W x + b of each layer."""
    f, _ = ACTIVATIONS[activation]
    inputs, zs = [x], []
    for W, b in zip(stack.weights, stack.biases, strict=True):
        zs.append(inputs[-1] @ W.T + b)
        inputs.append(f(zs[-1]))
    return inputs[:-1], zs


def backpropagation(
    stack: Stack,
    activation: str,
    pair: tuple[str, str],
    x: Values,
    y: Values,
    weight: Float[np.ndarray, " rows"] | None = None,
) -> tuple[float, Stack]:
    """② and ③ The mean loss of the rows, and its derivative with respect to each W and b.

    With δ = ∂L/∂z of a layer: ∂L/∂W = δᵀ x and ∂L/∂b = Σ δ; and the layer before it has
    δ ← (δ W) f′(z).
    """
    weight = np.ones(len(x)) if weight is None else weight
    loss, derivative = PAIRS[pair]
    _, slope = ACTIVATIONS[activation]
    inputs, zs = forward(stack, activation, x)
    delta = derivative(zs[-1], y) * weight[:, None] / len(x)
    weights, biases = [], []
    for depth in reversed(range(len(zs))):
        weights.insert(0, delta.T @ inputs[depth])
        biases.insert(0, delta.sum(axis=0))
        if depth > 0:
            delta = (delta @ stack.weights[depth]) * slope(zs[depth - 1])
    return float(np.sum(weight * loss(zs[-1], y)) / len(x)), Stack(weights, biases)


def dense_network(
    widths: Sequence[int], activation: str, seed: int, *, last_bias: float = 0.0
) -> Network:
    """Some network of dense layers, with weights and biases that are nowhere 0."""
    random = np.random.default_rng(seed)
    layers = [
        Dense(
            jnp.array(random.normal(0, 1 / np.sqrt(n_in), (n_out, n_in))),
            jnp.array(random.normal(0, 0.2, n_out)),
        )
        for n_in, n_out in pairwise(widths)
    ]
    layers[-1] = Dense(layers[-1].weight, layers[-1].bias + last_bias)
    return Network((), tuple(layers), (), None, widths[0], activation)


def batch(x: np.ndarray, y: np.ndarray, weight: np.ndarray | None = None, width: int = 0) -> Batch:
    """The rows as a batch, padded to `width` with rows of zeros that weigh nothing."""
    weight = np.ones(len(x)) if weight is None else weight
    missing = max(width - len(x), 0)
    return Batch(
        jnp.asarray(np.pad(x, ((0, missing), (0, 0)))),
        jnp.asarray(np.pad(y, (0, missing))),
        jnp.asarray(np.pad(weight, (0, missing))),
        jnp.array(len(x)),
    )


def leaves(tree: object) -> list[np.ndarray]:
    """The arrays of a tree as NumPy has them; keys and other objects are left out."""
    return [np.asarray(leaf) for leaf in jax.tree.leaves(tree) if isinstance(leaf, Array)]
