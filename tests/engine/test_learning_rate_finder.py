"""Rates are judged as by hand, and the one that is found is trained with."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import descenso
from descenso.cli import main
from descenso.engine.learning_rate_finder import (
    RangeTest,
    range_test,
    short_range_test,
    spread_rates,
)
from descenso.engine.population import Member
from descenso.errors import RecipeError
from descenso.recipe import Recipe
from descenso.runs.events import Event, Prepared, Preparing

from ..support.small_tables import numbers, plain


@pytest.fixture(scope="module")
def run() -> descenso.Run:
    return descenso.train(numbers(), **plain(learning_rate="range_test"))


def test_a_rate_is_right_within_a_tenth_of_the_way_from_the_best_to_the_constant(run):
    test = range_test(run.rows.experiment, spread_rates(12), 3)
    alone = [
        descenso.train(numbers(), **plain(learning_rate=float(rate), epochs=3))
        for rate in test.rates[:10]
    ]
    # In units of the target's variance, as it is trained on; the constant's loss there is 1.
    variance = run.preprocessing.target.scale**2
    losses = np.array(
        [
            np.inf if each.stopped == "diverged" else each.history["loss"][-1] / variance
            for each in alone
        ]
    )
    np.testing.assert_allclose(test.medians[:10], losses, rtol=1e-3)
    assert test.baseline == pytest.approx(1, abs=1e-6)
    worst = [max(losses[max(each - 1, 0) : each + 2]) for each in range(9)]
    best = losses[int(np.argmin(worst))]
    assert best == losses[list(test.rates).index(test.best)]
    right = [each for each in range(10) if losses[each] <= best + 0.1 * (1 - best)]
    assert [each for each in range(12) if test.verdicts[each] == "right"] == right
    assert test.suggestion == pytest.approx(np.exp(np.log(test.rates[right]).mean()))
    assert test.verdicts[0] == "too small"
    assert test.verdicts[-1] in ("too large", "diverged")


def test_the_rate_that_is_found_is_trained_with_and_its_reason_stated(run):
    suggestion = short_range_test(run.rows.experiment).suggestion
    assert run.recipe.learning_rate == pytest.approx(suggestion, rel=0.05)
    assert run.reasons["learning_rate"].startswith("a range test: rates from ")


def test_where_every_rate_diverges_the_lowest_is_taken_and_that_is_reported():
    X, y = numbers()
    run = descenso.train((X * 1e30, y), **plain(learning_rate="range_test", scale_features=False))
    assert run.recipe.learning_rate == pytest.approx(1e-5)
    assert "every rate diverged" in run.reasons["learning_rate"]


def test_on_the_command_line_a_rate_named_auto_is_found(tmp_path: Path):
    words = "--preset lecture --hidden-layers 4 --epochs 2 --learning-rate auto --quiet --run-dir"
    assert main([*f"train penguins --target species {words}".split(), str(tmp_path / "run")]) == 0
    run = descenso.load(tmp_path / "run")
    assert isinstance(run.recipe.learning_rate, float)
    assert "range test" in run.reasons["learning_rate"]


def test_an_untrained_run_has_its_rate_for_a_later_training():
    run = descenso.train(numbers(), **plain(learning_rate="range_test", epochs=0))
    assert run.reasons["learning_rate"].startswith("a range test: rates from ")


def test_a_listener_receives_how_far_the_test_is_before_the_training():
    events: list[Event] = []
    descenso.train(numbers(), **plain(learning_rate="range_test"), listen=events.append)
    before = [each for each in events if isinstance(each, Preparing)]
    assert events[: len(before)] == before
    assert isinstance(events[len(before)], Prepared)
    assert {each.what for each in before} == {
        "Looking for the learning rate among 24, trained at once"
    }
    assert before[0].done == 0.0
    assert before[-1].done == 1.0


def test_a_sweep_does_not_vary_over_range_tests():
    with pytest.raises(RecipeError, match=r"learning_rate cannot be varied over range_test"):
        descenso.sweep(numbers(), vary={"learning_rate": ["range_test", 0.1]}, **plain())


def of_losses(*losses: Sequence[float]) -> RangeTest:
    """A range test whose trainings ended with these losses, a rate's from each seed."""
    no_network: Any = max  # a range test looks only at the losses
    members = [
        [
            Member(Recipe(), no_network, 0, 1, not np.isfinite(each), np.array([float(each)]), None)
            for each in seeds
        ]
        for seeds in losses
    ]
    return RangeTest(np.geomspace(1e-3, 1, len(losses)), members, 1.0)


def test_none_of_the_rates_between_two_right_ones_is_wrong_and_none_is_best_by_luck():
    test = of_losses(
        *[[each] for each in (0.9, 0.5, 0.1, 0.08, 0.09, 0.4, 0.01, 0.8, np.inf, 0.7, np.inf)]
    )
    small, right, large = ["too small"] * 2, ["right"] * 3, ["too large"] * 5
    assert test.verdicts == [*small, *right, *large, "diverged"]
    assert test.best == test.rates[3]


def test_a_rate_is_judged_by_the_median_of_its_seeds():
    test = of_losses([9, 1, 2], [3, np.inf, np.inf])
    np.testing.assert_array_equal(test.medians, [2, np.inf])
