"""The functions that a layer applies to z = W x + b.

Sigmoid and tanh flatten for large |z| and their derivatives shrink; the others keep useful
derivatives over most of the domain. Sources: Goodfellow, Bengio & Courville, Deep Learning (2016),
section 6.3; Maas et al. (2013) for leaky ReLU; Clevert et al. (2016) for ELU; Hendrycks & Gimpel
(2016) for GELU; Ramachandran et al. (2017) for swish.
"""

from collections.abc import Callable

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from descenso.components import ACTIVATIONS, OUTPUT_ACTIVATIONS


def linear(z: Float[Array, "*shape"]) -> Float[Array, "*shape"]:
    """f(z) = z."""
    return z


def sigmoid(z: Float[Array, "*shape"]) -> Float[Array, "*shape"]:
    """f(z) = 1 / (1 + e⁻ᶻ), between 0 and 1; its derivative is at most 1/4."""
    return jax.nn.sigmoid(z)


def tanh(z: Float[Array, "*shape"]) -> Float[Array, "*shape"]:
    """f(z) = tanh z, between -1 and 1; its derivative is at most 1, at z = 0."""
    return jnp.tanh(z)


def relu(z: Float[Array, "*shape"]) -> Float[Array, "*shape"]:
    """f(z) = max(0, z). The derivative at 0 is taken as 0."""
    return jax.nn.relu(z)


def leaky_relu(z: Float[Array, "*shape"]) -> Float[Array, "*shape"]:
    """f(z) = z for z > 0, else z / 100: a unit that is off still learns."""
    return jax.nn.leaky_relu(z, 0.01)


def gelu(z: Float[Array, "*shape"]) -> Float[Array, "*shape"]:
    """f(z) = z Φ(z), with Φ the standard normal distribution; exact, not the tanh approximation."""
    return jax.nn.gelu(z, approximate=False)


def elu(z: Float[Array, "*shape"]) -> Float[Array, "*shape"]:
    """f(z) = z for z > 0, else eᶻ - 1 (α = 1)."""
    return jax.nn.elu(z)


def swish(z: Float[Array, "*shape"]) -> Float[Array, "*shape"]:
    """f(z) = z · sigmoid(z)."""
    return jax.nn.silu(z)


def softmax(z: Float[Array, "*shape classes"]) -> Float[Array, "*shape classes"]:
    """f(z)ᵢ = eᶻⁱ / Σⱼ eᶻʲ: positive, and one in sum over the last axis. For the output only."""
    return jax.nn.softmax(z)


HIDDEN: dict[str, Callable[[Array], Array]] = {name: globals()[name] for name in ACTIVATIONS}
OUTPUT: dict[str, Callable[[Array], Array]] = {
    name: globals()[name] for name in OUTPUT_ACTIVATIONS.values()
}
