"""One step, opened up, is the step that training takes."""

import numpy as np
import pytest

import descenso
from descenso.engine.network import Network
from descenso.lessons import step
from descenso.lessons.lesson import Lesson

from ...support.reference_numpy import ACTIVATIONS
from ...support.small_tables import numbers

RATE = 0.05


@pytest.fixture(scope="module")
def lesson() -> Lesson:
    """The fourth step of batch descent with plain sgd."""
    return step(
        numbers(),
        epoch=3,
        rows=(0, 7),
        hidden_layers=(5, 4),
        activation="tanh",
        batch_size="full",
        epochs=5,
        learning_rate=RATE,
        seed=1,
    )


def test_by_hand_and_automatic_derivatives_are_the_same(lesson: Lesson):
    weights = lesson.tables["weights"]
    np.testing.assert_allclose(
        weights["dL_dw"].to_numpy(), weights["automatic"].to_numpy(), rtol=1e-3, atol=1e-6
    )


def test_the_update_is_the_one_of_the_training_to_the_last_bit(lesson: Lesson):
    run = descenso.train(
        numbers(),
        preset="lecture",
        hidden_layers=(5, 4),
        activation="tanh",
        batch_size="full",
        epochs=5,
        learning_rate=RATE,
        seed=1,
    ).opened()
    before, after = run.network_at(3), run.network_at(4)
    assert isinstance(before, Network)
    assert isinstance(after, Network)
    weights = lesson.tables["weights"]
    for layer in range(3):
        change = np.asarray(after.layers[layer].weight) - np.asarray(before.layers[layer].weight)
        changes = weights.filter(layer=layer).sort("unit", "input")["change"].to_numpy()
        np.testing.assert_array_equal(changes, change.ravel())


def test_plain_descent_moves_each_weight_by_the_rate_times_its_derivative(lesson: Lesson):
    weights = lesson.tables["weights"]
    np.testing.assert_allclose(
        weights["change"].to_numpy(), -RATE * weights["dL_dw"].to_numpy(), rtol=2e-2, atol=1e-6
    )


def test_to_first_order_the_loss_falls_by_the_rate_times_the_gradient_squared(lesson: Lesson):
    numbers = lesson.numbers
    expected = -RATE * numbers["gradient_norm"] ** 2
    assert numbers["predicted_change"] == pytest.approx(expected, rel=1e-3)
    assert numbers["measured_change"] == pytest.approx(expected, rel=0.3)


def test_a_unit_s_numbers_follow_from_those_of_the_layer_below(lesson: Lesson):
    units = lesson.tables["units"]
    weights = lesson.tables["weights"]
    f, slope = ACTIVATIONS["tanh"]
    for row in (0, 7):
        below = units.filter(row=row, layer=0)
        np.testing.assert_allclose(below["a"], f(below["z"].to_numpy()), rtol=1e-4, atol=1e-6)
        np.testing.assert_allclose(below["da_dz"], slope(below["z"].to_numpy()), rtol=1e-3)
        above = units.filter(row=row, layer=1)
        W = weights.filter(layer=1).sort("unit", "input")["w"].to_numpy().reshape(4, 5)
        np.testing.assert_allclose(below["dl_da"], above["dl_dz"].to_numpy() @ W, rtol=1e-4)
        np.testing.assert_allclose(below["dl_dz"], below["dl_da"] * below["da_dz"], rtol=1e-6)


def test_the_network_that_is_opened_is_not_changed_by_the_rows_that_are_shown(lesson: Lesson):
    assert lesson.numbers["batch_rows"] == 48
    assert lesson.tables["answers"]["row"].to_list() == [0, 7]


@pytest.mark.parametrize(
    ("wishes", "named"),
    [
        ({"epoch": 9}, "epoch is 9"),
        ({"rows": (4000,)}, "row is 4000"),
        ({"dropout": 0.5}, "does not support dropout"),
    ],
)
def test_what_cannot_be_opened_is_refused_by_name(wishes, named):
    with pytest.raises(descenso.InputError, match=named):
        step(numbers(), **({"epochs": 2, "hidden_layers": (4,)} | wishes))
