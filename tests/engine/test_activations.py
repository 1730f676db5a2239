"""Each activation against its formula, its derivative, and its behaviour at any z."""

from collections.abc import Iterator

import jax
import jax.numpy as jnp
import numpy as np
import pytest
import scipy.special
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst
from numpy.testing import assert_allclose, assert_array_equal

from descenso import recipe
from descenso.engine import activations

from ..support import reference_numpy

HIDDEN = tuple(activations.HIDDEN)
Z = np.linspace(-6, 6, 101)  # holds 0, where relu and its kin have their kink
# Many numbers in each example, since it is the calls that take time.
any_z = npst.arrays(np.float32, (20, 4), elements=st.floats(-1e4, 1e4, width=32))
examples = settings(max_examples=25)
each = pytest.mark.parametrize("name", HIDDEN)


@pytest.fixture
def float64() -> Iterator[None]:
    with jax.enable_x64(True):
        yield


def test_every_activation_that_a_recipe_may_name_exists():
    assert set(HIDDEN) == set(recipe.FIELD_TYPES["activation"].allowed().split(", "))
    assert set(activations.OUTPUT) == set(
        recipe.FIELD_TYPES["output_activation"].allowed().split(", ")
    )


@each
@pytest.mark.usefixtures("float64")
def test_an_activation_is_its_formula(name: str):
    f, _ = reference_numpy.ACTIVATIONS[name]
    assert_allclose(activations.HIDDEN[name](jnp.asarray(Z)), f(Z), rtol=1e-12, atol=1e-15)


@each
@pytest.mark.usefixtures("float64")
def test_the_derivative_of_an_activation_is_its_formula(name: str):
    _, slope = reference_numpy.ACTIVATIONS[name]
    z = Z[Z != 0] if name == "leaky_relu" else Z
    assert_allclose(derivative(name, z), slope(z), rtol=1e-12, atol=1e-15)


def test_the_derivative_of_relu_at_0_is_0():
    assert derivative("relu", np.zeros(1)) == 0


@pytest.mark.usefixtures("float64")
def test_softmax_agrees_with_scipy_on_each_row():
    z = np.random.default_rng(0).normal(0, 5, size=(20, 4))
    assert_allclose(activations.softmax(jnp.asarray(z)), scipy.special.softmax(z, axis=1))


@examples
@given(any_z)
def test_softmax_gives_probabilities_that_sum_to_1(z: np.ndarray):
    p = np.asarray(activations.softmax(jnp.asarray(z)))
    assert (p >= 0).all()
    assert_allclose(p.sum(axis=1), 1, rtol=1e-6)


@each
@examples
@given(any_z)
def test_an_activation_and_its_derivative_are_finite_for_any_z(name: str, z: np.ndarray):
    assert np.isfinite(activations.HIDDEN[name](jnp.asarray(z))).all()
    assert np.isfinite(derivative(name, z)).all()


@pytest.mark.parametrize(
    ("name", "low", "high"), [("sigmoid", 0, 1), ("tanh", -1, 1), ("relu", 0, np.inf)]
)
@examples
@given(any_z)
def test_an_activation_stays_in_its_range(name: str, low: float, high: float, z: np.ndarray):
    a = np.asarray(activations.HIDDEN[name](jnp.asarray(z)))
    assert ((a >= low) & (a <= high)).all()


@pytest.mark.parametrize(("name", "most"), [("sigmoid", 1 / 4), ("tanh", 1.0)])
def test_the_derivative_of_a_flattening_activation_is_steepest_at_0(name: str, most: float):
    slopes = derivative(name, Z.astype(np.float32))
    assert_allclose(slopes.max(), most)
    assert_array_equal(np.argmax(slopes), np.argmin(np.abs(Z)))


def derivative(name: str, z: np.ndarray) -> np.ndarray:
    total = jax.grad(lambda z: activations.HIDDEN[name](z).sum())
    return np.asarray(total(jnp.asarray(z)))
