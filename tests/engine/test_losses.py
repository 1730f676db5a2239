"""Each loss against scikit-learn and SciPy, its derivative against the one taken by hand."""

from collections.abc import Callable

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst
from jaxtyping import Array
from numpy.testing import assert_allclose, assert_array_equal
from scipy.special import expit, softmax
from sklearn.metrics import log_loss, mean_absolute_error, mean_squared_error

from descenso import recipe
from descenso.engine import losses

ROWS, OUTPUTS = 12, 3
random = np.random.default_rng(0)
Z = random.normal(0, 2, (ROWS, OUTPUTS)).astype(np.float32)
NUMBERS = random.normal(0, 2, (ROWS, OUTPUTS)).astype(np.float32)
FLAGS = random.integers(0, 2, (ROWS, OUTPUTS)).astype(np.float32)
CLASSES = np.arange(ROWS) % OUTPUTS
ONE_HOT = np.eye(OUTPUTS, dtype=np.float32)[CLASSES]

# Many rows in each example, since it is the calls that take time.
logits = npst.arrays(np.float32, (ROWS, OUTPUTS), elements=st.floats(-1e4, 1e4, width=32))
flags = npst.arrays(np.float32, (ROWS, OUTPUTS), elements=st.sampled_from([0.0, 1.0]))
one_hot = npst.arrays(int, ROWS, elements=st.integers(0, OUTPUTS - 1)).map(
    lambda classes: np.eye(OUTPUTS, dtype=np.float32)[classes]
)
any_input = settings(max_examples=25)

Loss = Callable[[Array, Array], Array]
FROM_LOGITS = losses.binary_cross_entropy_of_logits, losses.categorical_cross_entropy_of_logits


def test_every_loss_that_a_recipe_may_name_exists():
    assert set(losses.FUNCTIONS) == set(recipe.FIELD_TYPES["loss"].allowed().split(", "))


# ── values ───────────────────────────────────────────────────────────────────────────────────────


def test_squared_error_agrees_with_scikit_learn():
    assert_allclose(mean(losses.squared_error, Z, NUMBERS), mean_squared_error(NUMBERS, Z), 1e-6)


def test_absolute_error_agrees_with_scikit_learn():
    expected = mean_absolute_error(NUMBERS, Z)
    assert_allclose(mean(losses.absolute_error, Z, NUMBERS), expected, 1e-6)


@pytest.mark.parametrize(
    ("loss", "of"),
    [(losses.binary_cross_entropy, expit), (losses.binary_cross_entropy_of_logits, np.array)],
)
def test_binary_cross_entropy_agrees_with_scikit_learn(loss: Loss, of: Callable):
    expected = log_loss(FLAGS[:, 0], expit(Z[:, 0]))
    assert_allclose(mean(loss, of(Z[:, :1]), FLAGS[:, :1]), expected, 1e-5)


@pytest.mark.parametrize(
    ("loss", "of"),
    [
        (losses.categorical_cross_entropy, lambda z: softmax(z, axis=1)),
        (losses.categorical_cross_entropy_of_logits, np.array),
    ],
)
def test_categorical_cross_entropy_agrees_with_scikit_learn(loss: Loss, of: Callable):
    expected = log_loss(CLASSES, softmax(Z.astype(float), axis=1))
    assert_allclose(mean(loss, of(Z), ONE_HOT), expected, 1e-5)


def test_several_outputs_of_mse_mae_and_bce_are_averaged():
    for loss in (
        losses.squared_error,
        losses.absolute_error,
        losses.binary_cross_entropy_of_logits,
    ):
        z, y = jnp.asarray(Z), jnp.asarray(FLAGS)
        each = [loss(z[:, [k]], y[:, [k]]) for k in range(OUTPUTS)]
        assert_allclose(loss(z, y), np.mean(each, axis=0), 1e-6)


def test_a_loss_is_one_number_for_each_row():
    for loss in (*losses.FUNCTIONS.values(), *FROM_LOGITS):
        assert loss(jnp.asarray(Z), jnp.asarray(ONE_HOT)).shape == (ROWS,)


def test_a_confident_and_wrong_probability_is_clipped_at_one_in_ten_million():
    # Without clipping, the logarithm of 0 would end the training.
    wrong, right = jnp.array([[0.0, 1.0]]), jnp.array([[1.0, 0.0]])
    assert_allclose(losses.categorical_cross_entropy(wrong, right), -np.log(1e-7), 1e-6)
    # 1 - 1e-7 is no number of float32: the nearest one below 1 is 1 - 1.19e-7.
    assert_allclose(losses.binary_cross_entropy(wrong, right), -np.log(1e-7), 1e-2)


def test_cross_entropy_of_logits_is_exact_where_the_probability_rounds_to_0():
    # sigmoid(-200) is 0 in float32; the loss of a true 1 there is 200 nats all the same.
    assert losses.binary_cross_entropy_of_logits(jnp.array([[-200.0]]), jnp.ones((1, 1))) == 200
    far, first = jnp.array([[-200.0, 0.0, 0.0]]), jnp.array([[1.0, 0.0, 0.0]])
    assert_allclose(losses.categorical_cross_entropy_of_logits(far, first), 200 + np.log(2), 1e-6)


# ── any input ────────────────────────────────────────────────────────────────────────────────────


@any_input
@given(logits, flags)
def test_binary_cross_entropy_of_any_logit_is_finite_and_never_negative(
    z: np.ndarray, y: np.ndarray
):
    assert_sound(losses.binary_cross_entropy_of_logits, z, y)
    assert_sound(losses.binary_cross_entropy, expit(z), y)


@any_input
@given(logits, one_hot)
def test_categorical_cross_entropy_of_any_logits_is_finite_and_never_negative(
    z: np.ndarray, y: np.ndarray
):
    assert_sound(losses.categorical_cross_entropy_of_logits, z, y)
    assert_sound(losses.categorical_cross_entropy, softmax(z, axis=1), y)


@any_input
@given(logits, logits)
def test_errors_are_finite_never_negative_and_0_where_the_prediction_is_right(
    z: np.ndarray, y: np.ndarray
):
    for loss in (losses.squared_error, losses.absolute_error):
        assert_sound(loss, z, y)
        assert_array_equal(loss(jnp.asarray(y), jnp.asarray(y)), 0)


# ── derivatives ──────────────────────────────────────────────────────────────────────────────────


def test_the_derivative_of_cross_entropy_is_probability_minus_truth():
    assert_allclose(
        slope(losses.binary_cross_entropy_of_logits, Z[:, :1], FLAGS[:, :1]),
        expit(Z[:, :1]) - FLAGS[:, :1],
        rtol=1e-5,
        atol=1e-6,
    )
    assert_allclose(
        slope(losses.categorical_cross_entropy_of_logits, Z, ONE_HOT),
        softmax(Z, axis=1) - ONE_HOT,
        rtol=1e-5,
        atol=1e-6,
    )


def test_the_derivative_of_mse_grows_with_the_error_and_that_of_mae_does_not():
    z, y = np.array([[1.0], [10.0], [-3.0]], np.float32), np.zeros((3, 1), np.float32)
    assert_array_equal(slope(losses.squared_error, z, y), 2 * z)
    assert_array_equal(slope(losses.absolute_error, z, y), np.sign(z))


def test_the_derivative_of_mae_where_there_is_none_is_0():
    assert_array_equal(slope(losses.absolute_error, NUMBERS, NUMBERS), 0)


@pytest.mark.parametrize(
    ("loss", "truth"),
    [
        (losses.squared_error, NUMBERS),
        (losses.absolute_error, NUMBERS),
        (losses.binary_cross_entropy, FLAGS),
        (losses.categorical_cross_entropy, ONE_HOT),
        (losses.binary_cross_entropy_of_logits, FLAGS),
        (losses.categorical_cross_entropy_of_logits, ONE_HOT),
    ],
)
def test_the_derivative_of_a_loss_agrees_with_finite_differences(loss: Loss, truth: np.ndarray):
    # Probabilities, where the loss wants them, and away from where it clips; any number else. See
    # test_cycle for the size of the step.
    h = 1e-6
    with jax.enable_x64(True):
        at, y = 0.05 + 0.9 * expit(Z.astype(float)), truth.astype(float)
        for output in range(OUTPUTS):
            step = h * np.eye(OUTPUTS)[[output]]
            above, below = (loss(jnp.asarray(at + sign * step), jnp.asarray(y)) for sign in (1, -1))
            found = slope(loss, at, y)[:, output]
            assert_allclose(found, (above - below) / (2 * h), rtol=1e-6, atol=1e-8)


def mean(loss: Loss, predictions: np.ndarray, targets: np.ndarray) -> float:
    return float(loss(jnp.asarray(predictions), jnp.asarray(targets)).mean())


def slope(loss: Loss, predictions: np.ndarray, targets: np.ndarray) -> np.ndarray:
    """The derivative of each row's loss with respect to its predictions."""
    total = jax.grad(lambda predictions: loss(predictions, jnp.asarray(targets)).sum())
    return np.asarray(total(jnp.asarray(predictions)))


def assert_sound(loss: Loss, predictions: np.ndarray, targets: np.ndarray) -> None:
    value = np.asarray(loss(jnp.asarray(predictions), jnp.asarray(targets)))
    assert np.isfinite(value).all()
    assert (value >= 0).all()
    assert np.isfinite(slope(loss, predictions, targets)).all()
