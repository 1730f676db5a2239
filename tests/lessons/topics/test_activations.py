"""Derivatives by pencil and paper, flat regions by SciPy, units by counting."""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy.optimize import brentq

import descenso
from descenso.engine.network import Dense, Network
from descenso.lessons import activations, depth
from descenso.lessons.lesson import Lesson
from descenso.lessons.topics.depth import Stack

from ...support.reference_numpy import ACTIVATIONS
from ...support.small_tables import numbers, plain


@pytest.fixture(scope="module")
def run() -> descenso.Run:
    return descenso.train(numbers(), **plain(activation="sigmoid", init_scale=8.0))


@pytest.fixture(scope="module")
def lesson(run: descenso.Run) -> Lesson:
    return activations(run)


@pytest.mark.parametrize("name", ["sigmoid", "tanh", "relu", "leaky_relu", "gelu", "elu", "swish"])
def test_values_and_derivatives_are_those_of_the_formulas(lesson: Lesson, name: str):
    curve = lesson.tables["curves"].filter(activation=name)
    f, slope = ACTIVATIONS[name]
    z = curve["z"].to_numpy().astype(float)
    np.testing.assert_allclose(curve["value"], f(z), rtol=1e-4, atol=2e-6)
    smooth = (z != 0) | (name not in ("relu", "leaky_relu", "elu"))  # a kink has no derivative
    np.testing.assert_allclose(
        curve["derivative"].to_numpy()[smooth], slope(z)[smooth], rtol=1e-3, atol=2e-6
    )


@pytest.mark.parametrize("name", ["sigmoid", "tanh"])
def test_flat_begins_where_a_twentieth_of_the_steepest_is_left(lesson: Lesson, name: str):
    slope = ACTIVATIONS[name][1]
    steepest = slope(np.zeros(1))[0]
    edge: Any = brentq(lambda z: slope(np.array([z]))[0] - 0.05 * steepest, 0, 8)
    flat = lesson.tables["flat"].filter(activation=name).row(0, named=True)
    assert flat["flat_above"] == pytest.approx(edge, abs=0.06)
    assert flat["flat_below"] == pytest.approx(-edge, abs=0.06)


def test_relu_is_flat_below_0_and_nowhere_above(lesson: Lesson):
    flat = lesson.tables["flat"].filter(activation="relu").row(0, named=True)
    assert (flat["flat_below"], flat["flat_above"]) == (0.0, None)


def test_flat_units_are_counted_over_all_training_rows(lesson: Lesson, run: descenso.Run):
    trained = run.opened()
    x = trained.experiment.training.x[: len(trained.experiment.training)].astype(float)
    assert isinstance(trained.network, Network)
    layer = trained.network.layers[0]
    z = x @ np.asarray(layer.weight, float).T + np.asarray(layer.bias, float)
    share = np.mean(ACTIVATIONS["sigmoid"][1](z) < 0.05 * 0.25)
    assert share > 0.05, "else this shows nothing"
    assert lesson.numbers["flat_when_trained"] == [pytest.approx(share, abs=0.01)]


def test_the_gradient_shrinks_in_deep_stacks_of_sigmoid_and_not_in_those_of_relu(
    monkeypatch: pytest.MonkeyPatch,
):
    # Two of the seven: each is a program to compile.
    monkeypatch.setattr("descenso.lessons.topics.depth.NAMES", ("sigmoid", "relu"))
    table = depth(numbers(), depths=(2, 12), epochs=1).tables["depths"]
    ratio = {(row["activation"], row["depth"]): row["first_over_last"] for row in table.to_dicts()}
    assert ratio["sigmoid", 12] < 1e-4 < ratio["relu", 12]
    assert ratio["sigmoid", 12] < ratio["sigmoid", 2]


def test_a_stack_is_the_network_of_its_layers():
    random = np.random.default_rng(0)
    layers = [
        Dense(jnp.asarray(random.normal(size=size)), jnp.asarray(random.normal(size=size[0])))
        for size in [(16, 3), (16, 16), (16, 16), (2, 16)]
    ]
    network = Network((), tuple(layers), (), None, 3, "tanh")
    beyond = Dense(jnp.zeros((16, 16)), jnp.zeros(16))
    stack = Stack(
        entrance=Network((), (layers[0],), (), None, 3, "linear"),
        hidden=jax.tree.map(lambda *each: jnp.stack(each), *layers[1:3], beyond, beyond),
        output=layers[3],
        depth=jnp.array(3),
        activation="tanh",
    )
    x = jnp.asarray(random.normal(size=3))
    np.testing.assert_allclose(stack(x), network(x), rtol=1e-5)
