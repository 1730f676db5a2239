"""The skill_score of the trials: one measure, whatever loss a training lowers."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy.optimize import minimize_scalar
from sklearn.metrics import log_loss, r2_score

from descenso.doctor.skill import MIN_PROBABILITY, MIN_SKILL, SkillScore
from descenso.engine.task import Task

NUMBERS = Task("regression", "linear", "mse", 1)
TWO = Task("binary", "sigmoid", "bce", 1)
THREE = Task("multiclass", "softmax", "cce", 3)


def test_of_classes_it_is_the_log_loss():
    random = np.random.default_rng(0)
    y = random.integers(0, 3, 50)
    said = random.dirichlet([2, 2, 2], 50)
    skill_score = SkillScore.of(THREE, y)
    assert skill_score.losses(said, y).mean() == pytest.approx(log_loss(y, said))
    shares = np.tile(np.bincount(y) / 50, (50, 1))
    assert skill_score.constant_losses(y).mean() == pytest.approx(log_loss(y, shares))


def test_where_classes_are_weighed_it_is_the_weighted_log_loss():
    random = np.random.default_rng(0)
    y = random.choice(3, 60, p=[0.7, 0.2, 0.1])
    said = random.dirichlet([2, 2, 2], 60)
    weight = 60 / 3 / np.bincount(y)[y]
    skill_score = SkillScore.of(THREE, y, weight)
    assert skill_score.losses(said, y).mean() == pytest.approx(
        log_loss(y, said, sample_weight=weight)
    )
    # The best constant gives each class its share of the weight: here a third.
    assert skill_score.constant_losses(y).mean() == pytest.approx(np.log(3))
    # Who knows the plain shares would know the weighted ones.
    shares = np.bincount(y)[None] / 60
    assert_allclose(skill_score.with_class_weights(shares), 1 / 3)


def test_a_certain_mistake_costs_no_more_than_a_very_unlikely_one():
    skill_score = SkillScore.of(TWO, np.array([0.0, 1.0]))
    wrong = skill_score.losses(np.array([[1.0], [0.0]]), np.array([0.0, 1.0]))
    assert_allclose(wrong, -np.log(MIN_PROBABILITY))


def test_of_ordinary_numbers_its_skill_is_nearly_r2():
    random = np.random.default_rng(0)
    y = random.normal(size=500)
    said = (y + 0.3 * random.normal(size=500))[:, None]
    skill_score = SkillScore.of(NUMBERS, y)
    assert skill_score.skill(skill_score.losses(said, y), y) == pytest.approx(
        r2_score(y, said), abs=0.02
    )


def test_no_constant_has_any_skill_however_skewed_the_target_is():
    y = np.random.default_rng(0).lognormal(sigma=1.0, size=400)
    skill_score = SkillScore.of(NUMBERS, y)
    judged = y[skill_score.judges(y)]

    def loss(constant: float) -> float:
        return float(skill_score.losses(np.full((len(judged), 1), constant), judged).mean())

    best = minimize_scalar(loss, bounds=(0, 10), method="bounded")
    assert skill_score.constant == pytest.approx(best.x, abs=1e-3)
    assert np.median(y) < skill_score.constant < y.mean()
    assert skill_score.constant_losses(judged).mean() == pytest.approx(best.fun)


def test_absurd_targets_do_not_judge():
    y = np.concatenate([np.random.default_rng(0).normal(size=99), [1e6]])
    judges = SkillScore.of(NUMBERS, y).judges(y)
    assert judges[:99].all() and not judges[99]


@given(st.floats(width=32, allow_nan=True, allow_infinity=True))
def test_any_output_has_a_finite_loss(output: float):
    y = np.arange(10.0)
    skill_score = SkillScore.of(NUMBERS, y)
    losses = skill_score.losses(np.full((10, 1), output), y)
    assert np.isfinite(losses).all()
    assert MIN_SKILL <= skill_score.skill(losses, y) <= 1
