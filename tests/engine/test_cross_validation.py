"""Few rows are all learnt from, and cross-validation says for how many epochs."""

from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import scipy.stats
from numpy.testing import assert_allclose
from sklearn.metrics import log_loss

import descenso
from descenso.data.splits.folds import stratified_folds
from descenso.engine import inference, population
from descenso.engine.cross_validation import (
    BEYOND_LUCK,
    EPOCHS,
    FOLDS,
    CrossValidation,
    Tried,
    cross_validate,
)
from descenso.recipe import Recipe
from descenso.runs.preparation import Preparation, prepare
from descenso.runs.preparation_notes import nothing_carries_over
from descenso.runs.request import Request

from ..support import small_tables

SMALL: dict[str, Any] = {"hidden_layers": (4,), "seed": 0}


def prepared(data: Any, target: str | None = None, **fields: Any) -> Preparation:
    request = Request(Recipe(**(SMALL | fields)), cross_validated=True)
    return prepare(data, target, request)


def folds_of(made: Preparation) -> Any:
    generator = np.random.default_rng(79)
    return stratified_folds(made.experiment.training.y, FOLDS, generator)


# What is found.


def test_the_loss_is_that_of_networks_on_the_rows_that_they_did_not_learn():
    made = prepared(small_tables.classes(["no", "yes"]))
    folds = folds_of(made)
    found = cross_validate(replace(made.experiment, target_scale=1.0), folds)
    experiment, rows = made.experiment, made.experiment.training
    recipe = experiment.recipe.replace(epochs=EPOCHS[0])
    truth, probable = [], []
    for fold in folds:
        learning = rows.at(np.setdiff1d(np.arange(len(rows)), fold))
        # Another way to train than the one that is tested.
        [member] = population.train(replace(experiment, training=learning), [recipe])
        truth.append(rows.y[fold])
        predicted = inference.predict(experiment.task, member.network, rows.x[fold])
        probable.append(predicted[:, 0])
    expected = log_loss(np.concatenate(truth), np.concatenate(probable).astype(float))
    assert found.tried[0].epochs == EPOCHS[0]
    assert_allclose(found.tried[0].loss, expected, rtol=1e-3)
    assert found.tried[0].metrics["log_loss"] == pytest.approx(expected, rel=1e-3)


def test_the_epochs_are_doubled_until_it_is_no_better():
    made = prepared(small_tables.numbers(60))
    found = cross_validate(made.experiment, folds_of(made))
    tried = found.tried
    assert [each.epochs for each in tried] == list(EPOCHS[: len(tried)])
    assert all(later.beats(earlier) for earlier, later in pairwise(tried[:-1]))
    assert found.best is (tried[-1] if tried[-1].beats(tried[-2]) else tried[-2])


@pytest.mark.parametrize(
    ("gain", "more"), [(-1.0, False), (0.0, False), (0.02, False), (1.0, True)]
)
def test_more_epochs_have_to_be_better_by_more_than_luck(gain: float, more: bool):
    losses = np.random.default_rng(0).normal(3, 1, (2, 100))
    losses += losses.mean() - losses.mean(axis=1, keepdims=True)
    fewer = Tried(10, float(losses[0].mean()), {"loss": 3.0}, losses[0])
    later = Tried(20, float(losses[1].mean()) - gain, {"loss": 3.0 - gain}, losses[1] - gain)
    assert later.beats(fewer) == more
    # The t statistic of the paired difference, as SciPy has it.
    paired = scipy.stats.ttest_rel(fewer.losses, later.losses).statistic
    assert (paired > BEYOND_LUCK) == more
    assert CrossValidation([fewer, later]).best is (later if more else fewer)


def test_what_diverged_beats_nothing():
    diverged, whole = Tried(10, np.inf, {}, np.empty(0)), Tried(20, 1.0, {}, np.ones(5))
    assert whole.beats(diverged)
    assert not diverged.beats(whole)
    assert not diverged.beats(diverged)


@pytest.mark.parametrize(("skill", "warned"), [(-0.1, True), (0.0, True), (0.1, False)])
def test_a_network_no_better_than_a_constant_on_held_out_rows_is_warned_of(
    skill: float, warned: bool
):
    found = CrossValidation([Tried(5, 1.0, {"loss": 1.0, "skill": skill}, np.ones(20))])
    warnings = nothing_carries_over(found, "paid")
    assert [each.startswith("paid: held-out rows") for each in warnings] == [True] * warned


def test_the_losses_of_a_regression_are_in_units_of_the_target():
    X, y = small_tables.numbers()
    one, hundred = (prepared((X, scale * y)).cross_validation for scale in (1, 100))
    assert one is not None
    assert hundred is not None
    assert_allclose(hundred.best.loss, 100**2 * one.best.loss, rtol=1e-2)
    assert one.best.loss == pytest.approx(one.best.metrics["loss"])


def test_rows_that_weigh_more_count_more():
    X, y = small_tables.classes(["no", "yes"])
    made = prepared((X, y), class_weight={"yes": 5.0})
    assert made.cross_validation is not None
    # Its loss is the one that was lowered; the metrics are those of the rows as they are.
    best = made.cross_validation.best
    assert best.loss != pytest.approx(best.metrics["loss"], rel=1e-3)


def test_a_training_that_diverges_diverges_in_each_fold_and_says_so():
    run = descenso.train(
        *small_tables.numbers(), **SMALL, optimizer="sgd", learning_rate=1e30, progress=False
    )
    assert run.stopped == "diverged"
    assert run.record.reasons["epochs"].startswith("a cross-validation of 5 folds, in which 5, 10")
    assert run.summary()["cross_validation"]["metrics"] is None
    assert run.summary()["cross_validation"]["tried"][0]["loss"] is None


# When it is asked.


def test_few_rows_are_all_learnt_from_and_the_choice_is_reported():
    made = prepared(small_tables.people(), "paid")
    assert made.rows == {"train": 80, "validation": 0, "test": 0}
    assert made.cross_validation is not None
    assert made.experiment.recipe.epochs == made.cross_validation.best.epochs
    assert made.experiment.recipe.patience is None
    tried = ", ".join(str(each.epochs) for each in made.cross_validation.tried)
    assert made.reasons["epochs"] == f"chosen from {tried} by a cross-validation of 5 folds"


@pytest.mark.parametrize(
    "named",
    [
        {"epochs": 3},
        {"patience": 5, "epochs": 3},
        {"validation": 0.2, "epochs": 3},
        {"preset": "lecture", "epochs": 3},
    ],
    ids=["epochs", "patience", "validation", "lecture"],
)
def test_what_is_named_is_left_as_it_was_asked(named: dict[str, Any]):
    made = prepared(small_tables.people(), "paid", **named)
    assert made.cross_validation is None
    assert made.rows["validation"] > 0
    assert made.experiment.recipe.epochs == 3


@pytest.mark.parametrize(("rows", "spared"), [(19, True), (20, False), (999, False), (1000, True)])
def test_a_tenth_validates_where_rows_are_very_few_or_many(rows: int, spared: bool):
    result = descenso.inspect(small_tables.people(rows), "paid")
    assert ((result.split or {})["validation"] > 0) == spared


def test_groups_and_times_keep_validation_rows():
    splits: tuple[dict[str, Any], ...] = ({"split_by": "town"}, {"split_time": "since"})
    for split in splits:
        request = Request(Recipe(**SMALL), cross_validated=True, **split)
        made = prepare(small_tables.people(), "paid", request)
        assert made.cross_validation is None
        assert made.rows["validation"] > 0


def test_several_seeds_and_a_listener_to_each_epoch_keep_validation_rows():
    seen: list[float] = []

    def on_epoch(epoch: dict[str, Any]) -> bool:
        seen.append(epoch["validation_loss"])
        return len(seen) == 2

    descenso.train(*small_tables.numbers(), **SMALL, on_epoch=on_epoch, progress=False)
    assert len(seen) == 2
    run = descenso.train(*small_tables.numbers(), **SMALL, seeds=2, progress=False)
    assert run.summary()["metrics"]["validation"] is not None


# What comes of it.


def test_a_run_keeps_what_was_found_and_can_be_repeated(tmp_path: Path):
    run = descenso.train(
        small_tables.people(), "paid", **SMALL, run_dir=tmp_path / "run", progress=False
    )
    found = descenso.load(tmp_path / "run").summary()["cross_validation"]
    assert found == run.summary()["cross_validation"]
    assert found["folds"] == FOLDS
    assert [each["epochs"] for each in found["tried"]] == list(EPOCHS[: len(found["tried"])])
    assert set(found["metrics"]) == set(run.metrics["train"] or {})
    assert "validation ×5" in run._repr_html_()
    assert run.verify()["verified"]
