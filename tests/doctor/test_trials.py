"""Trials: the same seeds and rows with one change, judged on rows that no network has symptoms."""

from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose

import descenso
from descenso.api.run import Run
from descenso.doctor.case import Case, apply_change, experiment_of
from descenso.doctor.trials import (
    FOLDS,
    Gain,
    TrialBench,
    _as_many_updates,
    best_of,
    gain_of,
    joined,
    run_trial,
)
from descenso.engine import population

from ..support.small_tables import numbers


@pytest.fixture(scope="module")
def run() -> Run:
    return descenso.train("penguins", "species", preset="lecture", progress=False, epochs=20)


@pytest.fixture(scope="module")
def bench(run: Run) -> TrialBench:
    return TrialBench.of(Case.of(run.opened()))


def test_every_row_is_judged_once_by_networks_that_did_not_see_it(bench: TrialBench):
    judged = np.concatenate([fold.judged for fold in bench.folds if fold.judged is not None])
    assert len(np.unique(judged)) == len(judged)
    sizes = {len(fold.training) for fold in bench.folds}
    assert len(sizes) == 1  # one program for all
    for fold in bench.folds:
        assert fold.judged is not None
        assert not np.intersect1d(fold.training, fold.judged).size


def test_unchanged_the_trial_is_the_run_s_own_recipe(bench: TrialBench):
    again = run_trial(bench, {})
    assert_allclose(again.losses, bench.unchanged.losses)
    same = gain_of(bench, bench.unchanged, again)
    assert same.gain == 0 and same.noise == 0 and not same.proves(1.0)


def test_members_on_rows_of_their_own_equal_trainings_alone(run: Run, bench: TrialBench):
    case = Case.of(run.opened())
    rows = apply_change(case, case.recipe)
    experiments = [experiment_of(case, case.recipe.replace(seed=seed), rows) for seed in (0, 1)]
    together = population.train_on_own_rows(experiments)
    alone = [population.train(each, [each.recipe])[0] for each in experiments]
    for one, other in zip(together, alone, strict=True):
        assert_allclose(one.loss[:5], other.loss[:5], rtol=1e-4)


def test_scaling_columns_in_a_trial_is_scaling_them_in_a_training():
    X, y = numbers()
    wide = X * np.array([1.0, 100.0, 1e4])
    plain: dict[str, Any] = {"preset": "lecture", "epochs": 1, "progress": False, "seed": 0}
    unscaled = descenso.train((wide, y), scale_features=False, scale_target=False, **plain)
    scaled = descenso.train((wide, y), **plain).opened().rows.experiment
    case = Case.of(unscaled.opened())
    recipe = case.changed({"scale_features": True, "scale_target": True})
    rows = apply_change(case, recipe)
    count = len(rows.training)
    assert_allclose(rows.training.x, scaled.training.x[:count], rtol=1e-3, atol=1e-4)
    assert_allclose(rows.training.y, scaled.training.y, rtol=1e-3, atol=1e-4)


def test_what_follows_from_a_change_changes_too(run: Run):
    case = Case.of(run.opened())
    assert case.recipe.init == "he"
    assert case.changed({"preset": "tabular", "activation": "tanh"}).activation == "tanh"
    assert case.changed({"learning_rate": 0.5}) == case.recipe.replace(learning_rate=0.5)


def test_the_better_of_several_changes_is_tried_whole(bench: TrialBench):
    trial = best_of(bench, [{"learning_rate": 1e-6}, {"learning_rate": 0.3}])
    assert trial.change == {"learning_rate": 0.3}
    assert len(trial.fold_skills) == FOLDS


def test_two_trials_are_one_of_twice_as_many_seeds(bench: TrialBench):
    both = bench.repeats(2)
    assert len(both.fold_skills) == 2 * FOLDS
    other = run_trial(bench, {}, turn=1)
    assert both.skill == pytest.approx((bench.unchanged.skill + other.skill) / 2)
    assert_allclose(joined([bench.unchanged, other]).losses, both.losses)


@pytest.mark.parametrize(
    ("before", "after", "noise", "weight", "proved"),
    [
        (0.5, 0.7, 0.1, 1.0, True),
        (0.5, 0.7, 0.3, 1.0, False),  # luck
        (0.9, 0.92, 0.0, 1.0, False),  # too little
        (0.9, 0.935, 0.0, 1.0, True),
        (0.9, 0.935, 0.0, 0.2, False),  # and the symptoms hardly name it
        (0.5, 0.7, 0.15, 1.0, True),
        (0.5, 0.7, 0.15, 0.2, False),  # of many that are tried, one is lucky
        (-1.0, 0.0, 0.1, 1.0, False),  # no better than a constant
    ],
)
def test_a_gain_proves_where_it_is_more_than_luck_and_matters(
    before: float, after: float, noise: float, weight: float, proved: bool
):
    assert Gain(before, after, noise).proves(weight) is proved


def test_a_repair_has_to_better_the_run_itself_where_its_repeats_are_worse():
    assert Gain(0.5, 0.7, 0.1, reached=0.5).proves(0.5)
    assert not Gain(0.5, 0.7, 0.1, reached=0.69).proves(0.5)
    # What is plainly wrong has a problem, even where one run of it was lucky.
    assert Gain(0.5, 0.7, 0.1, reached=0.69).proves(0.9)


def test_what_a_run_has_reached_is_never_below_its_repeats(bench: TrialBench):
    assert bench.unchanged.skill <= bench.reached <= 1


@pytest.mark.parametrize(
    ("batch_size", "epochs"),
    [
        (1, 14),  # 75 updates in each instead of 100
        (32, 14),  # 3 instead of 4
        (100, 10),  # 1, as before
        ("full", 10),
    ],
)
def test_fewer_rows_make_as_many_updates(batch_size: Any, epochs: int):
    recipe = descenso.Recipe(batch_size=batch_size, epochs=10)
    assert _as_many_updates(recipe, rows=100, learning=75) == epochs
