"""The yardstick of the trials: one measure, whatever loss a training lowers."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy.optimize import minimize_scalar
from sklearn.metrics import log_loss, r2_score

from descenso.doctor.skill import LEAST_PROBABILITY, LEAST_SKILL, Yardstick
from descenso.engine.task import Task

NUMBERS = Task("regression", "linear", "mse", 1)
TWO = Task("binary", "sigmoid", "bce", 1)
THREE = Task("multiclass", "softmax", "cce", 3)


def test_of_classes_it_is_the_log_loss():
    random = np.random.default_rng(0)
    y = random.integers(0, 3, 50)
    said = random.dirichlet([2, 2, 2], 50)
    yardstick = Yardstick.of(THREE, y)
    assert yardstick.losses(said, y).mean() == pytest.approx(log_loss(y, said))
    shares = np.tile(np.bincount(y) / 50, (50, 1))
    assert yardstick.baseline(y).mean() == pytest.approx(log_loss(y, shares))


def test_where_classes_are_weighed_it_is_the_weighted_log_loss():
    random = np.random.default_rng(0)
    y = random.choice(3, 60, p=[0.7, 0.2, 0.1])
    said = random.dirichlet([2, 2, 2], 60)
    weight = 60 / 3 / np.bincount(y)[y]
    yardstick = Yardstick.of(THREE, y, weight)
    assert yardstick.losses(said, y).mean() == pytest.approx(
        log_loss(y, said, sample_weight=weight)
    )
    # The best constant gives each class its share of the weight: here a third.
    assert yardstick.baseline(y).mean() == pytest.approx(np.log(3))
    # Who knows the plain shares would know the weighted ones.
    shares = np.bincount(y)[None] / 60
    assert_allclose(yardstick.weighed(shares), 1 / 3)


def test_a_certain_mistake_costs_no_more_than_a_very_unlikely_one():
    yardstick = Yardstick.of(TWO, np.array([0.0, 1.0]))
    wrong = yardstick.losses(np.array([[1.0], [0.0]]), np.array([0.0, 1.0]))
    assert_allclose(wrong, -np.log(LEAST_PROBABILITY))


def test_of_ordinary_numbers_its_skill_is_nearly_r2():
    random = np.random.default_rng(0)
    y = random.normal(size=500)
    said = (y + 0.3 * random.normal(size=500))[:, None]
    yardstick = Yardstick.of(NUMBERS, y)
    assert yardstick.skill(yardstick.losses(said, y), y) == pytest.approx(
        r2_score(y, said), abs=0.02
    )


def test_no_constant_has_any_skill_however_skewed_the_target_is():
    y = np.random.default_rng(0).lognormal(sigma=1.0, size=400)
    yardstick = Yardstick.of(NUMBERS, y)
    judged = y[yardstick.judges(y)]

    def loss(constant: float) -> float:
        return float(yardstick.losses(np.full((len(judged), 1), constant), judged).mean())

    best = minimize_scalar(loss, bounds=(0, 10), method="bounded")
    assert yardstick.constant == pytest.approx(best.x, abs=1e-3)
    assert np.median(y) < yardstick.constant < y.mean()
    assert yardstick.baseline(judged).mean() == pytest.approx(best.fun)


def test_absurd_targets_do_not_judge():
    y = np.concatenate([np.random.default_rng(0).normal(size=99), [1e6]])
    judges = Yardstick.of(NUMBERS, y).judges(y)
    assert judges[:99].all() and not judges[99]


@given(st.floats(width=32, allow_nan=True, allow_infinity=True))
def test_any_output_has_a_finite_loss(output: float):
    y = np.arange(10.0)
    yardstick = Yardstick.of(NUMBERS, y)
    losses = yardstick.losses(np.full((10, 1), output), y)
    assert np.isfinite(losses).all()
    assert LEAST_SKILL <= yardstick.skill(losses, y) <= 1
