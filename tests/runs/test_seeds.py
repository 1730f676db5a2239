"""Several seeds at once: the spread is that of the seeds' own trainings, and the median is kept."""

import json
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose

import descenso
from descenso.engine import population
from descenso.errors import InputError
from descenso.runs.events import Advanced, EpochEnded, Event
from descenso.runs.seeds import spread_of

from ..support import small_tables

SEEDS = [4, 5, 6]
X, Y = small_tables.numbers(100)
REGRESSION = ("loss", "skill", "rmse", "mae", "r2")


def train(**fields: Any) -> descenso.Run:
    # With rows of its own for the validation, the split does not depend on the seed.
    fields = small_tables.plain(learning_rate=0.03, validation=(X[60:], Y[60:])) | fields
    return descenso.train((X[:60], Y[:60]), **fields)


@pytest.fixture(scope="module")
def spread() -> descenso.Run:
    return train(seeds=3, seed=4)


@pytest.fixture(scope="module")
def singly() -> list[descenso.Run]:
    return [train(seed=seed) for seed in SEEDS]


def test_every_metric_of_every_part_is_spread_over_the_seeds(
    spread: descenso.Run, singly: list[descenso.Run]
):
    summary = spread.summary()["seeds"]
    assert summary["seeds"] == SEEDS
    for part in ("train", "validation"):
        assert set(summary["metrics"][part]) == set(REGRESSION)
        for name in REGRESSION:
            values = summary["metrics"][part][name]["values"]
            assert_allclose(values, [run.metrics[part][name] for run in singly], rtol=1e-3)
    assert summary["metrics"]["test"] is None


def test_a_spread_is_mean_deviation_and_extremes(spread: descenso.Run):
    for each in spread.summary()["seeds"]["metrics"]["validation"].values():
        values = np.array(each["values"])
        assert len(set(values)) == 3
        assert each["mean"] == pytest.approx(values.mean())
        assert each["sd"] == pytest.approx(values.std(ddof=1))
        assert (each["min"], each["max"]) == (values.min(), values.max())


def test_equal_values_do_not_deviate():
    # Their mean is rounded to another number than theirs.
    scored: Any = [{"train": {"accuracy": 0.7}}] * 3
    metrics = spread_of(scored, SEEDS, "train").metrics["train"]
    assert metrics and metrics["accuracy"].sd == 0


def test_the_median_by_validation_loss_is_kept_and_trained_by_itself(
    spread: descenso.Run, singly: list[descenso.Run]
):
    summary = spread.summary()["seeds"]
    losses = summary["metrics"]["validation"]["loss"]["values"]
    median = losses.index(np.median(losses))
    assert summary["kept"] == spread.recipe.seed == SEEDS[median]
    assert spread.reasons["seed"] == "the median of 3 seeds by the validation loss"
    # To the last bit what a training alone gives.
    assert spread.metrics == singly[median].metrics
    assert spread.predict(X).tobytes() == singly[median].predict(X).tobytes()


def test_without_validation_rows_the_training_loss_decides():
    run = train(seeds=3, validation=0)
    summary = run.summary()["seeds"]
    losses = summary["metrics"]["train"]["loss"]["values"]
    assert summary["metrics"]["validation"] is None
    assert run.recipe.seed == summary["seeds"][losses.index(np.median(losses))]


def test_a_seed_that_diverges_at_once_has_no_metrics_and_counts_as_the_worst(
    monkeypatch: pytest.MonkeyPatch,
):
    together = population.train

    def first_diverges(experiment, recipes, on_chunk):
        return together(
            experiment, [recipes[0].replace(learning_rate=1e30), *recipes[1:]], on_chunk
        )

    monkeypatch.setattr(population, "train", first_diverges)
    summary = train(seeds=3, seed=4).summary()["seeds"]
    for part in ("train", "validation"):
        loss = summary["metrics"][part]["loss"]
        assert loss["values"][0] is None
        assert loss["mean"] == pytest.approx(np.mean(loss["values"][1:]))
    # The infinite one is the worst of three, so the median is the worse of the two others.
    values = summary["metrics"]["validation"]["loss"]["values"]
    assert summary["kept"] == summary["seeds"][values.index(max(values[1:]))]


def test_where_all_seeds_diverge_at_once_there_are_no_metrics():
    run = train(seeds=2, learning_rate=1e30)
    assert run.summary()["seeds"]["metrics"] == {"train": None, "validation": None, "test": None}
    assert run.stopped == "diverged"
    json.dumps(run.summary(), allow_nan=False)


def test_a_spread_of_two_seeds_keeps_the_better_one():
    summary = train(seeds=2).summary()["seeds"]
    losses = summary["metrics"]["validation"]["loss"]["values"]
    assert summary["kept"] == summary["seeds"][int(np.argmin(losses))]


def test_one_seed_has_no_spread():
    assert "seeds" not in train(seeds=1).summary()


def test_the_greatest_seed_is_followed_by_0():
    assert train(seeds=2, seed=2**32 - 1).summary()["seeds"]["seeds"] == [2**32 - 1, 0]


@pytest.mark.parametrize("seeds", [0, -1])
def test_fewer_seeds_than_one_are_refused(seeds: int):
    with pytest.raises(InputError, match=f"seeds is {seeds}; allowed: a whole number from 1 on"):
        train(seeds=seeds)


def test_a_listener_receives_the_spread_and_then_the_kept_run():
    events: list[Event] = []
    run = train(seeds=2, listen=events.append)
    first_end = next(i for i, event in enumerate(events) if isinstance(event, EpochEnded))
    spreading = [event for event in events[:first_end] if isinstance(event, Advanced)]
    assert spreading
    assert spreading[-1].epoch == run.recipe.epochs
    assert len([event for event in events if isinstance(event, EpochEnded)]) == run.recipe.epochs
