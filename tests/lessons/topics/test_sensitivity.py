"""Predicted changes are derivatives times changes; checked derivatives catch a wrong one."""

from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest

import descenso
from descenso.engine.network import Network
from descenso.lessons import gradient_check, sensitivity

from ...support.small_tables import BARE, classes, numbers, plain


def test_what_a_derivative_misses_grows_with_the_square_of_the_change():
    # The squared error of a linear network is exactly quadratic in each weight.
    far = sensitivity(numbers(), hidden_layers=None, epochs=5).tables["larger"]
    for _weight, course in far.group_by("weight"):
        missed = (course["measured"] - course["predicted"]).to_numpy()
        assert missed[1] / missed[0] == pytest.approx(9, rel=0.01), "thrice the change"
        assert missed[2] / missed[0] == pytest.approx(100, rel=0.01), "ten times the change"


def test_the_measured_change_is_that_of_the_loss_of_a_network_so_changed():
    run = descenso.train(numbers(), **plain(activation="tanh"))
    trained = run.opened()
    first = sensitivity(run).table.filter(weight="layers.1.bias[0]").row(0, named=True)
    x = trained.experiment.training.x[: len(trained.experiment.training)].astype(float)
    y = trained.experiment.training.y.astype(float)
    assert isinstance(trained.network, Network)
    hidden, last = trained.network.layers
    a = np.tanh(x @ np.asarray(hidden.weight, float).T + np.asarray(hidden.bias, float))
    answer = (a @ np.asarray(last.weight, float).T + np.asarray(last.bias, float))[:, 0]
    loss = [np.mean((answer + change - y) ** 2) for change in (0.0, first["change"])]
    assert first["measured"] == pytest.approx(loss[1] - loss[0], rel=1e-4)


def test_columns_are_ranked_by_what_they_do():
    X, y = numbers()
    columns = sensitivity((X, y), hidden_layers=None, epochs=50).tables["columns"]
    assert columns["column"][-1] == "x2", "y does not depend on the third column"


def test_all_derivatives_of_a_smooth_network_agree():
    lesson = gradient_check(classes([0, 1, 2]), hidden_layers=(4,), activation="gelu", epochs=2)
    assert lesson.numbers["agreeing"] == lesson.numbers["entries"]


def test_a_wrong_derivative_is_found_and_named():
    @jax.custom_jvp
    def square(z):
        return z * z

    @square.defjvp
    def _wrong(primals, tangents):
        return square(primals[0]), 3 * primals[0] * tangents[0]  # 2 z is right

    class Mine(eqx.Module):
        inner: jax.Array
        outer: jax.Array

        def __call__(self, x, *, key=None):
            return square(self.inner @ x) @ self.outer

    random = np.random.default_rng(0)
    mine = Mine(
        jnp.asarray(random.normal(size=(4, 3)), jnp.float32),
        jnp.asarray(random.normal(size=4), jnp.float32),
    )
    recipe: dict[str, Any] = BARE | {"learning_rate": 1e-4}
    run = descenso.train(numbers(), network=mine, **recipe)
    table = gradient_check(run).table
    assert set(table.filter(table["relative_difference"] > 0.1)["array"]) == {"inner"}
    assert max(table.filter(array="outer")["relative_difference"]) < 1e-4
