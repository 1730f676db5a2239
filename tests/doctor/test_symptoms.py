"""Symptoms are numbers of a loss curve, of skills and of weights, computed by hand here."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from descenso.doctor.baselines import Baselines
from descenso.doctor.symptoms import Symptoms, _copies, _farthest, _level
from descenso.doctor.trials import Trial


def with_curves(training: list[float], validation: list[float] | None = None) -> Symptoms:
    """Symptoms of a training with these losses, relative to a constant's."""
    symptoms = object.__new__(Symptoms)
    symptoms.__dict__["training_curve"] = np.array(training)
    symptoms.__dict__["validation_curve"] = None if validation is None else np.array(validation)
    return symptoms


def with_skills(training: float, held_out: float, best_baseline: float) -> Symptoms:
    unchanged: Any = SimpleNamespace(skill=held_out, training_skill=training)
    skills = {"linear": best_baseline, "trees": best_baseline - 0.1}
    baselines = Baselines(skills, {}, {name: [skill] * 4 for name, skill in skills.items()}, 1.0)
    symptoms = object.__new__(Symptoms)
    symptoms.__dict__.update(
        {"unchanged": unchanged, "baselines": baselines, "own_skill": training}
    )
    return symptoms


def test_a_level_is_the_median_of_a_part_of_the_curve():
    curve = np.array([9.0, 1.0, 2.0, 3.0, 100.0])
    assert _level(curve, 0.2, 0.8) == 2
    assert _level(curve, 0.9, 1.0) == 100
    assert _level(np.array([]), 0.0, 1.0) == np.inf


def test_falling_is_the_share_of_the_loss_still_lost_at_the_end():
    halving = [float(2**-i) for i in range(10)]
    assert with_curves(halving).falling == pytest.approx(1 - 2**-2)
    assert with_curves([1.0] * 10).falling == 0
    assert np.isnan(with_curves([3.0, 2.0, 1.0]).falling)


def test_jitter_is_the_usual_change_between_epochs_relative_to_the_loss():
    assert with_curves([5.0] * 4 + [1.0, 1.2, 1.0, 1.2]).jitter == pytest.approx(0.2 / 1.1)
    assert with_curves([1.0] * 8).jitter == 0
    assert np.isnan(with_curves([1.0, 1.0, np.inf, 1.0, 1.0, 1.0][:4]).jitter)


def test_rise_compares_the_end_with_the_lowest_loss():
    assert with_curves([4.0, 1.0, 3.0]).rise == 3
    assert with_curves([4.0], [0.5, 0.25, 1.0]).validation_rise == 0.75
    assert with_curves([4.0]).validation_rise == 0


def test_a_gap_and_a_lag_follow_from_the_skills():
    symptoms = with_skills(training=0.9, held_out=0.5, best_baseline=0.7)
    assert symptoms.gap == pytest.approx(0.4)
    assert symptoms.behind == pytest.approx(0.2)
    assert with_skills(0.9, 0.8, best_baseline=0.7).behind == 0


@pytest.mark.parametrize(
    ("training", "held_out", "baseline", "failed", "memorised"),
    [
        (0.9, 0.85, 0.8, False, False),
        (0.0, 0.0, 0.5, True, False),  # nothing learnt, though other models learn
        (0.0, 0.0, 0.05, False, False),  # there is little to learn
        (0.9, -0.5, 0.0, False, True),  # worse than a constant on others
        (0.9, 0.2, 0.6, False, True),  # far worse than on its own rows and than other models
        (0.9, 0.2, 0.2, False, False),
    ],
)
def test_failing_and_memorising_follow_from_the_skills(
    training: float, held_out: float, baseline: float, failed: bool, memorised: bool
):
    symptoms = with_skills(training, held_out, baseline)
    assert (symptoms.failed, symptoms.memorised) == (failed, memorised)


def compared(
    own: np.ndarray, theirs: np.ndarray, fold_skills: list[float] | None = None
) -> Symptoms:
    """Symptoms of a network and of a linear model with these losses of the same rows."""
    skill, best = 1 - float(own.mean()), 1 - float(theirs.mean())
    each = np.array(fold_skills or [skill])
    unchanged = Trial({}, own, own[:, None], own, each, skill, skill, [])
    of_folds = {"linear": [best - 0.02, best]}
    baselines = Baselines({"linear": best}, {"linear": theirs}, of_folds, 1.0)
    symptoms = object.__new__(Symptoms)
    symptoms.__dict__.update({"unchanged": unchanged, "baselines": baselines})
    return symptoms


def test_a_network_is_behind_where_another_model_is_better_by_more_than_chance():
    random = np.random.default_rng(0)
    theirs = random.uniform(0.6, 0.9, 400)
    assert compared(theirs + 0.15, theirs).is_behind
    assert not compared(theirs + 0.02, theirs).is_behind
    # A few rows make the whole difference.
    assert not compared(np.where(np.arange(400) < 4, theirs + 12, theirs), theirs).is_behind
    assert not compared(theirs, theirs + 0.15).is_behind


def test_the_lag_is_the_difference_of_the_skills_where_rows_of_their_own_judge_all_networks():
    theirs = np.array([0.2, 0.4])
    lag = compared(np.tile(theirs + 0.1, 4), theirs).lag
    assert lag is not None
    assert (lag.name, lag.skill) == ("linear", pytest.approx(0.1))
    assert lag.noise == pytest.approx(0, abs=1e-9)


def test_repeats_are_uneven_where_they_differ_more_than_the_folds_explain():
    losses = np.full(8, 0.5)
    assert compared(losses, losses, [0.9, 0.85, 0.1, 0.9]).is_uneven
    assert not compared(losses, losses, [0.6, 0.5, 0.4, 0.6]).is_uneven


def test_units_that_start_as_copies_are_counted():
    weight = np.array([[1.0, 2.0], [1.0, 2.0], [3.0, 4.0]])
    assert _copies(weight) == pytest.approx(0.5)
    assert _copies(np.ones((4, 2))) == 1
    assert _copies(np.ones((1, 2))) == 0


def test_the_most_extreme_value_is_in_standard_deviations():
    assert _farthest(np.array([-1.0, 1.0])) == 1
    assert _farthest(np.array([0.0] * 99 + [1.0])) == pytest.approx(np.sqrt(99))
    assert _farthest(np.ones(5)) is None


def test_a_linear_model_is_enough_where_no_other_is_better():
    losses = np.full(8, 0.5)
    symptoms = compared(losses, losses)
    assert symptoms.linear_is_enough
    skills = {"linear": 0.5, "trees": 0.6}
    symptoms.__dict__["baselines"] = Baselines(skills, {}, {}, 1.0)
    assert not symptoms.linear_is_enough
