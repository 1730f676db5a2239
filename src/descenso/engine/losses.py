"""The losses: how wrong each prediction is, a number for each row.

Nothing is averaged over rows here: that is the batch's business. Where a prediction has several
outputs, mse, mae and bce are averaged over them; cce is one sum over the classes by definition.
Logarithms are natural, so cross-entropies are in nats. Predictions may be JAX's arrays, which
training differentiates, or NumPy's, of which metrics are taken in double precision.

Source: Goodfellow, Bengio & Courville, Deep Learning (2016), sections 5.5.1 and 6.2.2.
"""

from collections.abc import Callable
from typing import Any, TypeVar

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from descenso.components import LOSSES

Numbers = TypeVar("Numbers", Array, np.ndarray)

# Cross-entropies of probabilities (not of logits) keep them this far from 0 and 1.
CLIP = 1e-7


def squared_error(
    predictions: Float[Numbers, "rows outputs"], targets: Float[Numbers, "rows outputs"]
) -> Float[Numbers, " rows"]:
    """(y - ŷ)²: smooth everywhere; big errors dominate."""
    return _functions_of(predictions).mean((targets - predictions) ** 2, axis=-1)


def absolute_error(
    predictions: Float[Numbers, "rows outputs"], targets: Float[Numbers, "rows outputs"]
) -> Float[Numbers, " rows"]:
    """|y - ŷ|: proportional, robust to outliers. At 0, where it has no derivative, 0 is used."""
    error = targets - predictions
    # JAX takes the derivative of abs at 0 as 1, that of sign as 0.
    return (error * _functions_of(error).sign(error)).mean(axis=-1)


def binary_cross_entropy(
    probabilities: Float[Numbers, "rows outputs"], targets: Float[Numbers, "rows outputs"]
) -> Float[Numbers, " rows"]:
    """-[y log ŷ + (1 - y) log(1 - ŷ)] of predictions clipped to [1e-7, 1 - 1e-7]."""
    of = _functions_of(probabilities)
    p = of.clip(probabilities, CLIP, 1 - CLIP)
    return -(targets * of.log(p) + (1 - targets) * of.log1p(-p)).mean(axis=-1)


def categorical_cross_entropy(
    probabilities: Float[Numbers, "rows outputs"], targets: Float[Numbers, "rows outputs"]
) -> Float[Numbers, " rows"]:
    """-Σ y log ŷ of predictions clipped to [1e-7, 1 - 1e-7], with y one-hot."""
    of = _functions_of(probabilities)
    return -(targets * of.log(of.clip(probabilities, CLIP, 1 - CLIP))).sum(axis=-1)


def binary_cross_entropy_of_logits(
    logits: Float[Array, "rows outputs"], targets: Float[Array, "rows outputs"]
) -> Float[Array, " rows"]:
    """Binary cross-entropy of sigmoid(logits).

    Written as log(1 + eᶻ) - y z, which stays finite where log(sigmoid(z)) is -inf.
    """
    return jnp.mean(jax.nn.softplus(logits) - targets * logits, axis=-1)


def categorical_cross_entropy_of_logits(
    logits: Float[Array, "rows outputs"], targets: Float[Array, "rows outputs"]
) -> Float[Array, " rows"]:
    """Categorical cross-entropy of softmax(logits), with y one-hot.

    The softmax's logarithm is taken as z - log Σ eᶻ, which stays finite where a probability rounds
    to 0.
    """
    return -jnp.sum(targets * jax.nn.log_softmax(logits), axis=-1)


def _functions_of(values: Numbers) -> Any:
    """NumPy or JAX's NumPy, whichever the values are of."""
    return values.__array_namespace__()


FUNCTIONS: dict[str, Callable[..., Any]] = {
    name: globals()[loss.function] for name, loss in LOSSES.items()
}
FROM_LOGITS = {
    ("sigmoid", "bce"): binary_cross_entropy_of_logits,
    ("softmax", "cce"): categorical_cross_entropy_of_logits,
}
