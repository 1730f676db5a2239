"""Layers by hand, starting weights by their statistics, dropout by its."""

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from jaxtyping import Array
from numpy.testing import assert_allclose, assert_array_equal
from scipy.stats import chi2

from descenso import recipe
from descenso.engine.network import (
    LARGE,
    Dense,
    Embedding,
    LayerNorm,
    Network,
    apply_dropout,
    create,
    embedding_size,
    parameters,
    starting_weights,
    with_constant_output,
)
from descenso.layout import Layout

from ..support import reference_numpy
from ..support.compilation_counter import compilations

KEY = jax.random.key(0)
INPUTS, OUTPUTS = 300, 200


# ── layers ───────────────────────────────────────────────────────────────────────────────────────


def test_a_dense_layer_is_z_equals_wx_plus_b():
    layer = Dense(jnp.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]), jnp.array([0.5, 0.0, -0.5]))
    assert_array_equal(layer(jnp.array([10.0, 100.0])), [210.5, 430.0, 649.5])


def test_layer_norm_brings_a_row_to_mean_0_and_variance_1_then_scales_and_shifts():
    z = np.array([1.0, 2.0, 4.0, 9.0], np.float32)
    scale, shift = np.array([1.0, 2.0, 3.0, 4.0]), np.array([0.0, 1.0, 0.0, -1.0])
    expected = (z - z.mean()) / np.sqrt(z.var() + 1e-5) * scale + shift
    norm = LayerNorm(jnp.asarray(scale, jnp.float32), jnp.asarray(shift, jnp.float32))
    assert_allclose(norm(jnp.asarray(z)), expected, rtol=1e-5)


def test_an_embedding_answers_with_the_vector_of_a_code():
    embedding = Embedding(jnp.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]))
    assert_array_equal(embedding(jnp.array(2.0)), [5.0, 6.0])


# ── the network ──────────────────────────────────────────────────────────────────────────────────


def test_a_network_is_its_layers_one_after_the_other():
    network = reference_numpy.dense_network((3, 5, 4, 2), "tanh", seed=0)
    x = np.array([[0.5, -1.0, 2.0]])
    _, zs = reference_numpy.forward(reference_numpy.Stack.of(network), "tanh", x)
    trace = network.trace(jnp.asarray(x[0], jnp.float32))
    for found, expected in zip(trace, zs, strict=True):
        assert_allclose(found, expected[0], rtol=1e-5)
    assert_array_equal(network(jnp.asarray(x[0], jnp.float32)), trace[-1])


def test_the_first_layer_sees_the_numbers_and_then_the_vectors_of_the_categories():
    network = make((), Layout(2, (3, 4)))
    first, second = (np.asarray(each.vectors) for each in network.embeddings)
    seen = network.inputs(jnp.array([0.1, 0.2, 2.0, 3.0]))
    assert_allclose(seen, np.concatenate([[0.1, 0.2], first[2], second[3]]), rtol=1e-6)


def test_a_norm_comes_before_each_activation_and_none_after_the_last_layer():
    network = make((6, 5), normalization="layer", activation="linear")
    assert len(network.norms) == 2
    first, second, _ = network.trace(jnp.array([1.0, -2.0, 0.5]))
    for z in (first, second):
        assert_allclose([np.mean(z), np.var(z)], [0, 1], atol=1e-3)


def test_each_width_is_a_layers_and_biases_start_at_0():
    network = make((7, 5), Layout(3))
    assert [layer.weight.shape for layer in network.layers] == [(7, 3), (5, 7), (2, 5)]
    assert all(not layer.bias.any() for layer in network.layers)
    assert not network.norms


def test_without_hidden_layers_the_inputs_lead_straight_to_the_outputs():
    assert [layer.weight.shape for layer in make(()).layers] == [(2, 3)]


@pytest.mark.parametrize("init", recipe.INITS)
def test_a_network_without_input_columns_still_answers(init: str):
    network = make((4,), Layout(0), init=init)
    assert np.isfinite(network(jnp.zeros(0))).all()


def test_parameters_are_counted():
    # The vectors, then weights, biases and norm of 6 units, then weights and biases of 2 outputs.
    network = make((6,), Layout(3, (2,)), normalization="layer", dropout=0.5)
    size = embedding_size(2)
    assert parameters(network) == 2 * size + (3 + size + 3) * 6 + (6 + 1) * 2


def test_embeddings_grow_slowly_with_their_codes():
    assert [embedding_size(codes) for codes in (2, 10, 100, 1000)] == [3, 6, 22, 50]


# ── starting weights ─────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("scale", [1.0, 0.5, 3.0])
@pytest.mark.parametrize(
    ("init", "variance"),
    [
        ("lecun", 1 / INPUTS),
        ("he", 2 / INPUTS),
        ("xavier", 2 / (INPUTS + OUTPUTS)),
        ("normal", 1.0),
    ],
)
def test_random_weights_have_mean_0_and_the_published_variance(
    init: str, variance: float, scale: float
):
    weights = np.asarray(
        starting_weights(init, scale, jax.random.normal(KEY, (OUTPUTS, INPUTS))), float
    )
    n = weights.size
    deviation = scale * np.sqrt(variance)
    # n variance / σ² of normal draws follows χ²; such bounds fail one draw in a million.
    low, high = chi2.ppf([5e-7, 1 - 5e-7], n)
    assert low < np.sum(weights**2) / deviation**2 < high
    assert abs(weights.mean()) < 4.9 * deviation / np.sqrt(n)


def test_constant_weights_are_the_scale_everywhere_and_zeros_are_0():
    normals = jax.random.normal(KEY, (2, 3))
    assert_array_equal(starting_weights("constant", 0.25, normals), np.full((2, 3), 0.25))
    assert_array_equal(starting_weights("zeros", 0.25, normals), np.zeros((2, 3)))


def test_the_same_key_gives_the_same_weights_and_another_key_others():
    layout = Layout(3, (4,))
    one, same, other = (reference_numpy.leaves(make((3,), layout, seed=seed)) for seed in (0, 0, 1))
    assert all(np.array_equal(a, b) for a, b in zip(one, same, strict=True))
    # What starts at 0 (the biases, the vector of what training does not see) does with any key.
    assert all(np.all((a != b) | (a == 0)) for a, b in zip(one, other, strict=True))
    assert any(np.any(a != b) for a, b in zip(one, other, strict=True))


def test_each_layer_and_each_embedding_gets_draws_of_its_own():
    network = make((9, 9), Layout(3, (9, 9)), init="normal")
    weights = [layer.weight for layer in network.layers]
    vectors = [embedding.vectors[1:] for embedding in network.embeddings]
    # 81 numbers of a layer, however they are arranged, and not one in common with another layer.
    every = np.concatenate([np.ravel(each) for each in (*weights, *vectors)])
    assert len(np.unique(every)) == len(every)


def test_a_category_that_training_never_sees_starts_in_the_middle_of_the_others():
    network = make((3,), Layout(0, (5, 7)))
    for embedding in network.embeddings:
        assert_array_equal(embedding.vectors[0], np.zeros_like(embedding.vectors[0]))
        assert np.all(embedding.vectors[1:] != 0)


def test_a_network_that_starts_at_an_answer_gives_it_to_every_row_and_keeps_its_hidden_layers():
    drawn = make((9, 9), Layout(3, (9,)))
    begun = with_constant_output(drawn, np.array([0.5, -2.0]))
    x = jax.random.normal(KEY, (20, 4)).at[:, 3].set(1.0)
    assert_array_equal(jax.vmap(begun)(x), np.tile(np.array([0.5, -2.0], np.float32), (20, 1)))
    assert eqx.tree_equal(begun.layers[:-1], drawn.layers[:-1])
    assert eqx.tree_equal(begun.embeddings, drawn.embeddings)


def test_another_scale_or_dropout_rate_compiles_nothing_new():
    @eqx.filter_jit
    def program(init_scale: Array, dropout: Array) -> Network:
        return make((4,), init_scale=init_scale, dropout=dropout)

    first = program(jnp.array(1.0), jnp.array(0.1))
    numbers = jnp.array(2.0), jnp.array(0.5)
    with compilations() as compiled:
        second = program(*numbers)
    assert compiled == []
    assert_allclose(second.layers[0].weight, 2 * first.layers[0].weight, rtol=1e-6)
    assert second.dropout is not None
    assert int(second.dropout) == 2**31


# ── dropout ──────────────────────────────────────────────────────────────────────────────────────

UNITS = 100_000


@pytest.mark.parametrize("rate", [0.1, 0.5, 0.9])
def test_dropout_silences_its_share_of_the_units_and_keeps_the_mean(rate: float):
    a = np.asarray(apply_dropout(jnp.ones(UNITS), share(rate), KEY))
    silenced = np.mean(a == 0)
    # Five standard deviations of a binomial share: one draw in two million is further off.
    assert abs(silenced - rate) < 5 * np.sqrt(rate * (1 - rate) / UNITS)
    assert_allclose(a[a != 0], 1 / (1 - rate), rtol=1e-6)


def test_units_rows_and_layers_fall_silent_independently_of_each_other():
    keys = jax.random.split(KEY, 400)
    masks = np.stack(
        [
            jax.vmap(lambda key, layer=layer: apply_dropout(jnp.ones(200), share(0.5), key, layer))(
                keys
            )
            for layer in range(2)
        ]
    )
    sides = masks - 1.0  # -1 silent, 1 kept, 0 on average
    for axis in range(3):
        neighbours = np.take(sides, range(1, sides.shape[axis]), axis) * np.take(
            sides, range(sides.shape[axis] - 1), axis
        )
        assert abs(neighbours.mean()) < 5 / np.sqrt(neighbours.size)


@given(st.floats(0, 1, exclude_max=True, width=32))
def test_dropout_of_any_rate_below_1_stays_finite(rate: float):
    # Compiled once: the rate is dynamic.
    assert np.isfinite(compiled_silence(jnp.ones(64), share(rate), KEY)).all()


def test_dropout_of_rate_0_changes_nothing():
    assert_array_equal(apply_dropout(jnp.arange(64.0), share(0), KEY), np.arange(64.0))


def test_dropout_is_at_work_with_a_key_and_silent_without():
    network = make((64, 64), dropout=0.5)
    plain = eqx.tree_at(lambda n: n.dropout, network, None)
    x = jnp.array([1.0, 2.0, -1.0])
    assert_array_equal(network(x), plain(x))
    assert not np.allclose(network(x, key=KEY), plain(x))


def test_dropout_never_touches_the_outputs():
    # With a rate this high, all hidden units fall silent and the output is its bias.
    network = make((8,), dropout=1 - 2**-20)
    network = eqx.tree_at(lambda n: n.layers[-1].bias, network, jnp.array([3.0, 4.0]))
    assert_array_equal(network(jnp.ones(3), key=KEY), [3.0, 4.0])


def test_two_hidden_layers_draw_different_masks():
    # With equal masks, exactly the same units of both layers would be silent.
    network = make((500, 500), init="constant", activation="relu", dropout=0.5)
    identity = eqx.tree_at(lambda n: n.layers[1].weight, network, jnp.eye(500))
    z = network.layers[0](jnp.ones(3))
    alive_once = np.mean(apply_dropout(z, share(0.5), KEY) > 0)
    outputs = eqx.tree_at(lambda n: n.layers[2].weight, identity, jnp.ones((2, 500)))
    # Each unit survives both masks with probability 1/4, and then counts 4 times.
    survivors = outputs(jnp.ones(3), key=KEY)[0] / (4 * z[0])
    assert abs(alive_once - 1 / 2) < 0.12
    assert abs(survivors / 500 - 1 / 4) < 0.1


compiled_silence = eqx.filter_jit(apply_dropout)


def share(rate: float) -> Array:
    """A rate as the network keeps it: a share of 2³²."""
    return jnp.array(int(rate * 2**32), jnp.uint32)


def make(
    hidden: tuple[int, ...],
    layout: Layout | None = None,
    *,
    activation: str = "tanh",
    init: str = "he",
    init_scale: Array | float = 1.0,
    normalization: str | None = None,
    dropout: Array | float | None = None,
    seed: int = 0,
) -> Network:
    return create(
        Layout(3) if layout is None else layout,
        hidden,
        2,
        activation=activation,
        init=init,
        init_scale=init_scale,
        normalization=normalization,
        dropout=dropout,
        key=jax.random.key(seed),
    )


def test_rows_taken_together_answer_as_one_by_one_with_dropout_too():
    layout = Layout(3, (5,))
    network = create(
        layout,
        (8, 8),
        2,
        activation="tanh",
        init="he",
        init_scale=1.0,
        normalization="layer",
        dropout=0.5,
        key=jax.random.key(0),
    )
    numbers = np.random.default_rng(0).normal(size=(6, 3))
    x = jnp.asarray(np.column_stack([numbers, np.arange(6) % 5]), jnp.float32)
    keys = jax.random.split(jax.random.key(1), 6)
    together = network(x, key=keys)
    for row, key, z in zip(x, keys, together, strict=True):
        assert_allclose(network(row, key=key), z, rtol=1e-5, atol=1e-6)


def test_the_gradient_of_a_large_product_is_that_of_a_small_one():
    # Just as large as it takes: rows × inputs × outputs.
    rng = np.random.default_rng(0)
    x = jnp.asarray(rng.normal(size=(256, 128)), jnp.float32)
    dense = Dense(jnp.asarray(rng.normal(size=(128, 128)), jnp.float32), jnp.zeros(128))
    assert len(x) * dense.weight.size >= LARGE

    def together(dense: Dense, x: jax.Array) -> jax.Array:
        return jnp.square(dense(x)).mean()

    def by_parts(dense: Dense, x: jax.Array) -> jax.Array:
        return jnp.stack([jnp.square(dense(part)).mean() for part in jnp.split(x, 2)]).mean()

    found, expected = (jax.grad(f, argnums=(0, 1))(dense, x) for f in (together, by_parts))
    for each, other in zip(jax.tree.leaves(found), jax.tree.leaves(expected), strict=True):
        assert_allclose(each, other, rtol=1e-4, atol=1e-6)
