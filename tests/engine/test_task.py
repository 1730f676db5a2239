"""The output activation and the loss follow from the problem."""

from itertools import product

import jax.numpy as jnp
import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.special import expit, softmax

from descenso.engine import losses
from descenso.engine.task import PAIRS, Task, check_pair, natural_pair
from descenso.errors import RecipeError

Z = np.array([[2.0, -1.0, 0.5], [0.1, 0.2, -3.0]], np.float32)
TRIPLES = list(product(PAIRS, ("linear", "sigmoid", "softmax"), ("mse", "mae", "bce", "cce")))
RIGHT = {
    ("regression", "linear", "mse"),
    ("regression", "linear", "mae"),
    ("binary", "sigmoid", "bce"),
    ("multiclass", "softmax", "cce"),
}


@pytest.mark.parametrize(
    ("problem", "pair"),
    [
        ("regression", ("linear", "mse")),
        ("binary", ("sigmoid", "bce")),
        ("multiclass", ("softmax", "cce")),
    ],
)
def test_the_pair_follows_from_the_problem(problem: str, pair: tuple[str, str]):
    assert natural_pair(problem) == pair


@pytest.mark.parametrize(
    ("output_activation", "prediction"),
    [("linear", [-3.0, 0.5]), ("sigmoid", [0.02, 0.9]), ("softmax", [0.7, 0.2, 0.1])],
)
def test_what_is_deactivated_is_activated_to_the_same(
    output_activation: str, prediction: list[float]
):
    task = Task("regression", output_activation, "mse", len(prediction))
    z = task.deactivate(np.array(prediction))
    assert_allclose(task.activate(jnp.asarray(z, jnp.float32)[None])[0], prediction, rtol=1e-5)


@pytest.mark.parametrize("triple", TRIPLES, ids="-".join)
def test_only_what_belongs_together_is_accepted(triple: tuple[str, str, str]):
    if triple in RIGHT:
        check_pair(*triple)
    else:
        with pytest.raises(RecipeError):
            check_pair(*triple)


@pytest.mark.parametrize("triple", [t for t in TRIPLES if t not in RIGHT], ids="-".join)
def test_a_refusal_names_the_field_the_reason_the_right_word_and_the_way_out(
    triple: tuple[str, str, str],
):
    problem, output_activation, loss = triple
    right = natural_pair(problem)
    with pytest.raises(RecipeError) as refused:
        check_pair(*triple)
    message = str(refused.value)
    if output_activation != right[0]:
        assert f"output_activation is {output_activation!r}" in message
        assert f"the task is {problem}, which goes with {right[0]}: " in message
    else:
        assert f"loss is {loss!r}" in message
        assert f"the task is {problem}, which goes with {right[1]}" in message
    assert "allow_mismatch" in message
    assert "\n" not in message


def test_the_reason_of_a_refusal_is_the_theorys():
    with pytest.raises(RecipeError, match="the outputs are probabilities that sum to 1"):
        check_pair("multiclass", "sigmoid", "cce")
    with pytest.raises(RecipeError, match="measured by its distance, not by a probability"):
        check_pair("regression", "linear", "bce")


def test_classes_reach_the_loss_as_one_hot_rows_and_numbers_as_a_column():
    classes = Task("multiclass", "softmax", "cce", 3).truth(jnp.array([2, 0]))
    assert_array_equal(classes, [[0, 0, 1], [1, 0, 0]])
    numbers = Task("regression", "linear", "mse", 1).truth(jnp.array([2.5, -1.0]))
    assert_array_equal(numbers, [[2.5], [-1.0]])


def test_a_prediction_is_the_output_activation_of_the_last_layers_z():
    activate = {
        name: Task("multiclass", name, "mse", 3).activate(jnp.asarray(Z))
        for name in ("linear", "sigmoid", "softmax")
    }
    assert_array_equal(activate["linear"], Z)
    assert_allclose(activate["sigmoid"], expit(Z), rtol=1e-6)
    assert_allclose(activate["softmax"], softmax(Z, axis=1), rtol=1e-6)


@pytest.mark.parametrize(
    ("problem", "output_activation", "loss", "y"),
    [("binary", "sigmoid", "bce", [1.0, 0.0]), ("multiclass", "softmax", "cce", [0, 1])],
)
def test_a_cross_entropy_is_taken_from_logits_where_it_belongs(
    problem: str, output_activation: str, loss: str, y: list[float]
):
    # As probabilities, both would be clipped to a loss of 16 nats.
    task = Task(problem, output_activation, loss, 1 if problem == "binary" else 3)
    z = jnp.array([[-500.0, 0.0, 0.0], [500.0, 0.0, 0.0]])[:, : task.outputs]
    assert_allclose(task.row_losses(z, jnp.array(y)), [500 + np.log(task.outputs - 1 or 1), 500])


@pytest.mark.parametrize(
    ("output_activation", "loss"),
    [
        pair
        for pair in product(("linear", "sigmoid", "softmax"), losses.FUNCTIONS)
        if pair not in losses.FROM_LOGITS
    ],
)
def test_a_mismatch_applies_the_loss_to_the_activated_output(output_activation: str, loss: str):
    task = Task("multiclass", output_activation, loss, 3)
    ŷ = {"linear": Z, "sigmoid": expit(Z), "softmax": softmax(Z, axis=1)}[output_activation]
    y = np.eye(3, dtype=np.float32)[[2, 0]]
    # As float32 has 1 - 1e-7, which is nearer to 1 - 1.2e-7.
    p = np.clip(ŷ.astype(float), 1e-7, np.float32(1 - 1e-7))
    expected = {
        "mse": np.mean((y - ŷ) ** 2, axis=1),
        "mae": np.mean(np.abs(y - ŷ), axis=1),
        "bce": -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p), axis=1),
        "cce": -np.sum(y * np.log(p), axis=1),
    }[loss]
    assert_allclose(task.row_losses(jnp.asarray(Z), jnp.array([2, 0])), expected, rtol=1e-5)
