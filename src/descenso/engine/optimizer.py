"""How a gradient becomes a step: the optimisers, and the learning rate's course.

Everything numeric is an array of the `Optimizer`, so that changing it recompiles nothing and many
optimisers run at once under vmap; only the names, and whether decay and clipping are there at all,
shape the program.
"""

from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import optax
from jaxtyping import Array, ArrayLike, Float, PyTree

from descenso.engine.network import Model


class Optimizer(eqx.Module):
    """An optimiser with its numbers. g is the gradient, η the learning rate, w a parameter.

        sgd       w ← w - η g
        momentum  v ← μ v + g;            w ← w - η v                      (Polyak 1964)
        nesterov  v ← μ v + g;            w ← w - η (g + μ v)              (Sutskever et al. 2013)
        rmsprop   s ← 0.9 s + 0.1 g²;     w ← w - η g / (√s + 1e-8)        (Tieleman & Hinton 2012)
        adam      m ← 0.9 m + 0.1 g;  s ← 0.999 s + 0.001 g²;
                  w ← w - η m̂ / (√ŝ + 1e-8), with m̂ and ŝ freed of their starting bias
                                                                           (Kingma & Ba 2015)
        adamw     as adam, with η λ w subtracted too                     (Loshchilov & Hutter 2019)

    A weight decay λ is decoupled in adamw; in the others λ w is added to the gradient. It pulls
    matrices (the weights, the vectors of embeddings), not biases. Clipping shortens the whole
    gradient to `clip_norm` first.

    Attributes:
        name: one of the names above.
        schedule: constant, cosine, step or warmup_cosine; see `rate_factor`.
        learning_rate: η at its highest.
        momentum: μ, used by momentum and nesterov.
        iterations: of the whole training; the schedules are stretched over them.
        weight_decay: λ; None leaves decay out of the program.
        clip_norm: the longest gradient; None leaves clipping out of the program.
    """

    name: str = eqx.field(static=True)
    schedule: str = eqx.field(static=True)
    learning_rate: Float[Array, ""]
    momentum: Float[Array, ""]
    iterations: Float[Array, ""]
    weight_decay: Float[Array, ""] | None = None
    clip_norm: Float[Array, ""] | None = None

    def initial_memory(self, network: Model) -> PyTree:
        """What the optimiser remembers before the first step."""
        memory = jax.eval_shape(self._transformation().init, _parameters(network))
        # All of them begin with zeros: from NumPy, where JAX would compile them shape by shape.
        return jax.tree.map(lambda leaf: jax.device_put(np.zeros(leaf.shape, leaf.dtype)), memory)

    def step(self, gradients: PyTree, memory: PyTree, network: Model) -> tuple[PyTree, PyTree]:
        """What to add to each parameter, and the new memory."""
        return self._transformation().update(gradients, memory, _parameters(network))

    def learning_rate_at(self, iteration: ArrayLike) -> Float[Array, ""]:
        """The learning rate at an iteration, counted from 0."""
        return self.learning_rate * rate_factor(
            self.schedule, jnp.asarray(iteration) / self.iterations
        )

    def _transformation(self) -> optax.GradientTransformation:
        # Optax builds on numbers that may be traced: a transformation made inside a compiled
        # program follows its arguments.
        parts: list[Any] = []
        if self.clip_norm is not None:
            parts.append(optax.clip_by_global_norm(self.clip_norm))
        decay = (
            [optax.add_decayed_weights(self.weight_decay, _is_matrix)]
            if self.weight_decay is not None
            else []
        )
        if self.name != "adamw":
            parts += decay
        match self.name:
            case "momentum" | "nesterov":
                parts.append(optax.trace(self.momentum, nesterov=self.name == "nesterov"))
            case "rmsprop":
                parts.append(optax.scale_by_rms(0.9, 1e-8, eps_in_sqrt=False))
            case "adam" | "adamw":
                parts.append(optax.scale_by_adam(0.9, 0.999, 1e-8))
            case _:  # sgd: the gradient itself
                pass
        if self.name == "adamw":
            parts += decay
        return optax.chain(
            *parts, optax.scale_by_schedule(lambda iteration: -self.learning_rate_at(iteration))
        )


def rate_factor(schedule: str, progress: Float[Array, ""] | float) -> Float[Array, ""] | float:
    """What the learning rate is multiplied by, at a point of the training from 0 to 1.

    constant stays; step falls to a tenth at one half and to a hundredth at three quarters (He et
    al. 2016); cosine falls as (1 + cos πp) / 2 (Loshchilov & Hutter 2017); warmup_cosine rises to 1
    over the first twentieth, then falls likewise.
    """
    warmup = 0.05
    match schedule:
        case "cosine":
            return _cosine(progress)
        case "step":
            return jnp.where(progress < 0.5, 1.0, jnp.where(progress < 0.75, 0.1, 0.01))
        case "warmup_cosine":
            # Never quite 0, which would waste the first iteration.
            rise = jnp.maximum(progress / warmup, 0.01)
            return jnp.where(progress < warmup, rise, _cosine((progress - warmup) / (1 - warmup)))
        case _:
            return 1.0


def _cosine(progress: Float[Array, ""] | float) -> Float[Array, ""]:
    return (1 + jnp.cos(jnp.pi * jnp.clip(progress, 0, 1))) / 2


def _parameters(network: Model) -> PyTree:
    return eqx.filter(network, eqx.is_inexact_array)


def _is_matrix(parameters: PyTree) -> PyTree:
    return jax.tree.map(lambda parameter: parameter.ndim >= 2, parameters)
