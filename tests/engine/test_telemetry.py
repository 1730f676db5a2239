"""Each measurement against NumPy by hand."""

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jaxtyping import ArrayLike
from numpy.testing import assert_allclose, assert_array_equal

from descenso.engine import activations
from descenso.engine.network import Model
from descenso.engine.telemetry import Telemetry, activation_derivatives, layers, read

from ..support import reference_numpy

X = np.random.default_rng(0).normal(size=(7, 3)).astype(np.float32)
WIDTHS = (3, 6, 5, 2)


def length(W: np.ndarray, b: np.ndarray) -> float:
    return float(np.sqrt(np.sum(W**2) + np.sum(b**2)))


def test_the_norms_of_each_layer_are_the_lengths_of_its_weights_and_biases_together():
    network, gradients, steps = (
        reference_numpy.dense_network(WIDTHS, "tanh", seed) for seed in range(3)
    )
    found = read(layers(network), layers(gradients), layers(steps), []).telemetry
    norms = [
        [length(W, b) for W, b in zip(stack.weights, stack.biases, strict=True)]
        for stack in map(reference_numpy.Stack.of, (network, gradients, steps))
    ]
    assert_allclose(found.weight_norm, norms[0], rtol=1e-5)
    assert_allclose(found.gradient_norm, norms[1], rtol=1e-5)
    assert_allclose(found.step_ratio, np.divide(norms[2], norms[0]), rtol=1e-5)


def test_the_step_ratio_of_a_layer_of_zeros_is_finite():
    zeros = jax.tree.map(jnp.zeros_like, reference_numpy.dense_network(WIDTHS, "tanh", 0))
    assert np.isfinite(measured(zeros).step_ratio).all()


def test_a_network_that_has_diverged_is_measured_without_a_warning():
    infinite = jax.tree.map(
        lambda leaf: leaf * jnp.inf, reference_numpy.dense_network(WIDTHS, "relu", 0)
    )
    assert not np.isfinite(measured(infinite).step_ratio).any()


def test_a_relu_unit_that_is_off_on_every_row_is_dead():
    # A bias this low keeps the first two of six units off, one this high the others on.
    network = reference_numpy.dense_network(WIDTHS, "relu", seed=0)
    bias = jnp.array([-1e3, -1e3, 1e3, 1e3, 1e3, 1e3])
    network = eqx.tree_at(lambda n: n.layers[0].bias, network, bias)
    _, zs = reference_numpy.forward(reference_numpy.Stack.of(network), "relu", X)
    assert_allclose(measured(network).dead, [2 / 6, float(np.mean((zs[1] <= 0).all(axis=0)))])


def test_a_relu_unit_that_is_on_for_one_row_is_not_dead():
    network = reference_numpy.dense_network((1, 1, 1), "relu", seed=0)
    network = eqx.tree_at(
        lambda n: (n.layers[0].weight, n.layers[0].bias), network, (jnp.ones((1, 1)), -jnp.ones(1))
    )
    zeros_but_one = jnp.array([[0.0], [0.0], [0.0], [2.0]])
    found = measured(network, zeros_but_one)
    assert_array_equal(found.dead, [0])
    assert_array_equal(found.saturated, [3 / 4])


@pytest.mark.parametrize("activation", ["sigmoid", "tanh"])
@pytest.mark.parametrize("spread", [0.1, 1.0, 10.0, 1000.0])
def test_a_unit_is_saturated_where_its_slope_is_below_a_twentieth_of_the_steepest(
    activation: str, spread: float
):
    network = reference_numpy.dense_network(WIDTHS, activation, seed=0)
    network = jax.tree.map(lambda leaf: leaf * spread, network)
    _, slope = reference_numpy.ACTIVATIONS[activation]
    _, zs = reference_numpy.forward(reference_numpy.Stack.of(network), activation, X)
    expected = [np.mean(slope(z) < 0.05 * slope(np.zeros(1))) for z in zs[:-1]]
    assert_allclose(measured(network).saturated, expected, atol=1e-6)


@pytest.mark.parametrize("activation", activations.HIDDEN)
def test_a_slope_is_measured_against_the_steepest_of_its_function(activation: str):
    network = reference_numpy.dense_network(WIDTHS, activation, seed=0)
    _, slope = reference_numpy.ACTIVATIONS[activation]
    _, zs = reference_numpy.forward(reference_numpy.Stack.of(network), activation, X)
    steepest = np.abs(slope(np.linspace(-4, 4, 8001))).max()
    for found, z in zip(activation_derivatives(network, jnp.asarray(X)), zs[:-1], strict=True):
        assert_allclose(found, np.abs(slope(z)) / steepest, rtol=2e-3, atol=1e-5)


def test_a_linear_network_is_neither_dead_nor_saturated():
    found = measured(reference_numpy.dense_network(WIDTHS, "linear", seed=0))
    assert_array_equal(found.dead, [0, 0])
    assert_array_equal(found.saturated, [0, 0])


def test_a_network_without_hidden_layers_has_no_units_to_measure():
    found = measured(reference_numpy.dense_network((3, 2), "relu", seed=0))
    assert found.weight_norm.shape == (1,)
    assert found.dead.shape == found.saturated.shape == (0,)


def test_each_array_of_a_users_own_module_counts_as_a_layer():
    module = eqx.nn.MLP(3, 2, 4, 1, key=jax.random.key(0))
    found = measured(module)
    lengths = [np.linalg.norm(leaf) for leaf in reference_numpy.leaves(module)]
    assert_allclose(found.weight_norm, lengths, rtol=1e-5)
    assert_allclose(found.step_ratio, 1, rtol=1e-6)
    assert found.dead.shape == (0,)


def measured(network: Model, x: ArrayLike = X) -> Telemetry:
    slopes = activation_derivatives(network, jnp.asarray(x))
    own = layers(network)
    return read(own, own, own, slopes).telemetry
