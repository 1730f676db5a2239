"""Layers, and the network that they make.

A network maps one row to the last layer's z; the cycle maps it over the rows of a batch. Each
hidden layer is z = W x + b, then (where asked for) a normalisation, then a = f(z), then (where
asked for) dropout.
"""

import math
from collections.abc import Callable
from functools import partial
from itertools import accumulate

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Key, PRNGKeyArray, PyTree, UInt32

from descenso.engine import activations
from descenso.layout import Layout

# What the cycle trains: an Equinox module that maps one row to the last layer's z. A `Network`, or
# a user's own; its arrays of fractions are its parameters.
Model = Callable[..., Array]
# Multiplications from which on a product of matrices is worth turning one of them.
LARGE = 2**22
# The standard deviation of an embedding's starting vectors. By larger ones each category would be
# recognised from the start, and its few rows memorised.
STARTING_VECTORS = 0.3


class Dense(eqx.Module):
    """z = W x + b."""

    weight: Float[Array, "outputs inputs"]
    bias: Float[Array, " outputs"]

    def __call__(self, x: Float[Array, "*rows inputs"]) -> Float[Array, "*rows outputs"]:
        large = x.ndim == 2 and len(x) * self.weight.size >= LARGE
        product = _large_product(x, self.weight) if large else x @ self.weight.T
        return product + jnp.broadcast_to(self.bias, product.shape)


class LayerNorm(eqx.Module):
    """Brings the units of one row to mean 0 and variance 1, then scales and shifts each.

    Source: Ba, Kiros & Hinton, Layer Normalization (2016), equation 4.
    """

    scale: Float[Array, " units"]
    shift: Float[Array, " units"]

    def __call__(self, z: Float[Array, " units"]) -> Float[Array, " units"]:
        return jax.nn.standardize(z, epsilon=1e-5) * self.scale + self.shift


class Embedding(eqx.Module):
    """A vector that is learnt for each code of a category."""

    vectors: Float[Array, "codes size"]

    def __call__(self, code: Float[Array, ""]) -> Float[Array, " size"]:
        return self.vectors[code.astype(jnp.int32)]


class Network(eqx.Module):
    """A stack of dense layers over the columns of an encoded table.

    It takes one row, or several at once.

    Attributes:
        embeddings: one for each embedded category of the layout, in its order.
        layers: the hidden layers, then the output layer.
        norms: one for each hidden layer, or none at all.
        dropout: the chance that a hidden unit is silenced, as a share of 2³². A whole number, since
            training changes every fraction that it finds in a network; an array, so that another
            rate recompiles nothing. None leaves dropout out of the program.
        numbers: how many leading columns of a row are numbers; the rest are codes.
        activation: the function f of each hidden layer.
    """

    embeddings: tuple[Embedding, ...]
    layers: tuple[Dense, ...]
    norms: tuple[LayerNorm, ...]
    dropout: UInt32[Array, ""] | None
    numbers: int = eqx.field(static=True)
    activation: str = eqx.field(static=True)

    def __call__(
        self, x: Float[Array, "*rows columns"], *, key: Key[Array, "*rows"] | None = None
    ) -> Float[Array, "*rows outputs"]:
        """The last layer's z. With a key for each row, as in training, dropout is at work."""
        return self.trace(x, key=key)[-1]

    def trace(
        self, x: Float[Array, "*rows columns"], *, key: Key[Array, "*rows"] | None = None
    ) -> tuple[Float[Array, "*rows _"], ...]:
        """What each layer hands to its function f, from the first hidden layer to the last."""
        f = activations.HIDDEN[self.activation]
        each_row = jax.vmap if x.ndim == 2 else lambda function: function
        a = each_row(self.inputs)(x)
        trace = []
        for index, layer in enumerate(self.layers[:-1]):
            z = each_row(self.norms[index])(layer(a)) if self.norms else layer(a)
            trace.append(z)
            a = f(z)
            if self.dropout is not None and key is not None:
                a = each_row(partial(apply_dropout, chance=self.dropout, layer=index))(a, key=key)
        return (*trace, self.layers[-1](a))

    def inputs(self, x: Float[Array, " columns"]) -> Float[Array, " inputs"]:
        """What the first layer sees of a row: its numbers, and the vectors of its categories."""
        if not self.embeddings:
            return x
        codes = x[self.numbers :]
        vectors = [embedding(code) for embedding, code in zip(self.embeddings, codes, strict=True)]
        return jnp.concatenate([x[: self.numbers], *vectors])


class UserNetwork(eqx.Module):
    """A user's own Equinox module, parted so that loops may carry it: its arrays, and all else.

    Attributes:
        arrays: the module with only its arrays; those of fractions are learnt.
        rest: the module without them; it shapes the program.
    """

    arrays: PyTree
    rest: PyTree = eqx.field(static=True)

    @classmethod
    def of(cls, module: Model) -> "UserNetwork":
        """The parted form of a module, which maps one row to the last layer's z."""
        return cls(*eqx.partition(module, eqx.is_array))

    @property
    def module(self) -> Model:
        """The user's module with the arrays as they are now."""
        return eqx.combine(self.arrays, self.rest)

    def __call__(
        self, x: Float[Array, " columns"], *, key: PRNGKeyArray | None = None
    ) -> Float[Array, "..."]:
        """The module's answer for one row; without a key its dropout is at rest."""
        if key is None:
            return eqx.nn.inference_mode(self.module)(x)
        return self.module(x, key=key)


@jax.custom_vjp
def _large_product(
    x: Float[Array, "rows inputs"], weight: Float[Array, "outputs inputs"]
) -> Float[Array, "rows outputs"]:
    """X Wᵀ, whose gradient for W is quick on a CPU.

    That gradient sums over the rows of two matrices, gᵀ x. XLA leaves a sum over the first axis of
    both to an older library, which takes a third longer than turning g first (measured); the
    barrier keeps XLA from undoing the turn.
    """
    return x @ weight.T


def _large_product_forward(
    x: Float[Array, "rows inputs"], weight: Float[Array, "outputs inputs"]
) -> tuple[Float[Array, "rows outputs"], tuple[Array, Array]]:
    return x @ weight.T, (x, weight)


def _large_product_backward(
    kept: tuple[Array, Array], g: Float[Array, "rows outputs"]
) -> tuple[Float[Array, "rows inputs"], Float[Array, "outputs inputs"]]:
    x, weight = kept
    return g @ weight, jax.lax.optimization_barrier(g.T) @ x


_large_product.defvjp(_large_product_forward, _large_product_backward)


def apply_dropout(
    a: Float[Array, " units"], chance: UInt32[Array, ""], key: PRNGKeyArray, layer: int = 0
) -> Float[Array, " units"]:
    """Dropout: a unit is 0 with probability `chance` / 2³²; the others grow to keep the mean.

    Args:
        key: of the row, which no other row nor iteration has.
        layer: whose units they are; each draws a mask of its own.

    Source: Srivastava et al., Dropout (2014), in its inverted form (section 10).
    """
    first, second = jax.random.key_data(key)[:2]
    units = jnp.arange(len(a), dtype=jnp.uint32)
    kept = _scrambled(_scrambled(units + first) + second + np.uint32(layer)) >= chance
    return jnp.where(kept, a / (1 - chance.astype(a.dtype) / 2.0**32), 0)


def _scrambled(numbers: UInt32[Array, " units"]) -> UInt32[Array, " units"]:
    """Numbers as random as any function makes neighbours, each bit of one changing half of all.

    Many times quicker than what `jax.random` draws, to run and to compile, and random enough to
    choose units by.

    Source: Wellons, Prospecting for Hash Functions (2018), lowbias32.
    """
    for shift, factor in ((16, 0x7FEB352D), (15, 0x846CA68B)):
        numbers = (numbers ^ (numbers >> shift)) * np.uint32(factor)
    return numbers ^ (numbers >> 16)


def create(
    layout: Layout,
    hidden_layers: tuple[int, ...],
    outputs: int,
    *,
    activation: str,
    init: str,
    init_scale: Float[Array, ""] | float,
    normalization: str | None,
    dropout: Float[Array, ""] | float | None,
    key: PRNGKeyArray,
) -> Network:
    """A network with random starting weights and biases of 0.

    Args:
        layout: how the columns of a row lie.
        hidden_layers: the width of each hidden layer, from the input to the output.
        outputs: how many numbers it answers with.
        init: lecun, he, xavier, normal, constant or zeros; see `start`.
        init_scale: multiplies the weights; may be traced, so that networks of several scales are
            made at once.
        normalization: layer, or None.
        dropout: the share of hidden units silenced while training, in [0, 1); may be traced too.
            None leaves dropout out of the program.
        key: what the weights are drawn from.
    """
    sizes = tuple(embedding_size(codes) for codes in layout.categories)
    widths = (layout.numbers + sum(sizes), *hidden_layers, outputs)
    shapes = list(zip(widths[1:], widths, strict=False))
    drawn = _normals(key, [*shapes, *zip(layout.categories, sizes, strict=True)])
    layers = tuple(
        Dense(starting_weights(init, init_scale, each), jnp.zeros(len(each)))
        for each in drawn[: len(shapes)]
    )
    # Code 0 stands for categories that training does not see: it starts, and then mostly stays, at
    # the mean of the others.
    embeddings = tuple(
        Embedding((STARTING_VECTORS * each).at[0].set(0.0)) for each in drawn[len(shapes) :]
    )
    norms = tuple(
        LayerNorm(jnp.ones(width), jnp.zeros(width))
        for width in hidden_layers
        if normalization == "layer"
    )
    # The largest float32 below 1 still fits into 32 bits.
    chance = None if dropout is None else (jnp.asarray(dropout) * 2.0**32).astype(jnp.uint32)
    return Network(embeddings, layers, norms, chance, layout.numbers, activation)


def with_constant_output(network: Network, z: Float[np.ndarray, " outputs"]) -> Network:
    """The same network, but for its output layer: that answers every row with `z` at the start.

    What it is to learn is then only how rows differ. The hidden layers learn from the second update
    on.
    """
    output = network.layers[-1]
    # By NumPy: on the device each of these would be a program to compile.
    weight = np.zeros(output.weight.shape, np.float32)
    bias = np.broadcast_to(z.astype(np.float32), output.bias.shape)
    return eqx.tree_at(
        lambda network: (network.layers[-1].weight, network.layers[-1].bias),
        network,
        (jax.device_put(weight), jax.device_put(bias)),
    )


def starting_weights(
    init: str, scale: Float[Array, ""] | float, normals: Float[Array, "outputs inputs"]
) -> Float[Array, "outputs inputs"]:
    """The starting weights of one layer, made of standard normal numbers.

    lecun, he and xavier have the variance 1/inputs, 2/inputs and 2/(inputs + outputs), times
    `scale`²; normal has the standard deviation `scale`; constant is `scale` everywhere; zeros is 0.

    Sources: LeCun et al., Efficient BackProp (1998), section 4.6; He et al. (2015), equation 10;
        Glorot & Bengio (2010), equation 12.
    """
    outputs, inputs = normals.shape
    if init == "zeros":
        return jnp.zeros_like(normals)
    if init == "constant":
        return jnp.full_like(normals, scale)
    # A network without input columns (all were dropped) has no weights to scale.
    deviation = {
        "lecun": math.sqrt(1 / max(inputs, 1)),
        "he": math.sqrt(2 / max(inputs, 1)),
        "xavier": math.sqrt(2 / (inputs + outputs)),
        "normal": 1.0,
    }[init]
    return scale * deviation * normals


def _normals(key: PRNGKeyArray, shapes: list[tuple[int, int]]) -> list[Float[Array, "_ _"]]:
    """A matrix of standard normal numbers for each shape, from one draw, which compiles once."""
    ends = list(accumulate(rows * columns for rows, columns in shapes))
    parts = jnp.split(jax.random.normal(key, (ends[-1],)), ends[:-1])
    return [part.reshape(shape) for part, shape in zip(parts, shapes, strict=True)]


def embedding_size(codes: int) -> int:
    """The width of the embedding of a category with this many codes: fastai's rule of thumb."""
    return min(50, math.ceil(1.6 * codes**0.56))


def parameters(network: Model) -> int:
    """How many numbers of a network training may change."""
    return sum(leaf.size for leaf in jax.tree.leaves(eqx.filter(network, eqx.is_inexact_array)))
