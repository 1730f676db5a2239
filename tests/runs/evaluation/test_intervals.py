"""Intervals are those of the percentile bootstrap, metric by metric and draw by draw."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import scipy.stats
import sklearn.metrics
from hypothesis import given
from hypothesis import strategies as st

from descenso.engine import metrics
from descenso.engine.metrics import Judged
from descenso.engine.task import Task
from descenso.runs.evaluation import intervals

from ...support.judged_rows import BINARY, MULTICLASS, REGRESSION, judged, some

TASKS = {
    "regression": REGRESSION,
    "mae": Task("regression", "linear", "mae", 1),
    "binary": BINARY,
    "multiclass": MULTICLASS,
    "two of many": Task("multiclass", "softmax", "cce", 2),
}


def measure(rows: Judged) -> dict[str, Any]:
    measured = metrics.measure(rows) | metrics.measure_further(rows)
    measured.pop("baseline_accuracy", None)
    return measured


def chosen(rows: Judged, numbers: np.ndarray) -> Judged:
    """The judged rows of these numbers, which may repeat."""
    columns = {name: getattr(rows, name)[numbers] for name in ("predictions", "losses", "y")}
    return replace(rows, weight=rows.weight[numbers], **columns)


@pytest.mark.parametrize("task", TASKS.values(), ids=TASKS)
@given(st.integers(1, 12), st.booleans(), st.integers(0, 2**32 - 1))
def test_a_resamples_metrics_are_those_of_the_rows_drawn(task: Task, size: int, weighed, seed):
    random = np.random.default_rng(seed)
    rows = replace(some(task, size, seed), unit=3.0)
    if weighed:
        rows = replace(rows, weight=random.uniform(0.1, 3, size))
    counts = next(intervals.draws(random, size, 3))
    found = intervals.on_resamples(rows, [counts[:2], counts[2:]])
    for index, times in enumerate(counts.astype(int)):
        expected = measure(chosen(rows, np.repeat(np.arange(size), times)))
        assert set(found) == set(expected)
        for name, value in expected.items():
            if value is not None:
                assert found[name][index] == pytest.approx(value, rel=1e-6, abs=1e-9), name
            elif name != "skill":  # where the constant is always right, which `measure` looks for
                assert not np.isfinite(found[name][index]), name


@pytest.mark.parametrize(
    ("name", "statistic"),
    [
        ("accuracy", lambda y, p: np.mean(y == (p > 0.5))),
        ("roc_auc", sklearn.metrics.roc_auc_score),
        ("brier", lambda y, p: np.mean((y - p) ** 2)),
    ],
)
def test_intervals_are_scipys(name: str, statistic):
    rows = some(BINARY, rows=50)
    y, p = rows.y, rows.predictions[:, 0].astype(float)
    # The same generator draws the same rows in both.
    expected = scipy.stats.bootstrap(
        (y, p),
        statistic,
        paired=True,
        vectorized=False,
        n_resamples=300,
        confidence_level=0.9,
        method="percentile",
        rng=np.random.default_rng(7),
    ).confidence_interval
    found = intervals.intervals(rows, resamples=300, confidence=0.9, seed=7)[name]
    assert found == pytest.approx(tuple(expected))


def test_an_interval_of_90_percent_holds_the_truth_in_about_90_of_100_samples():
    held = 0
    for seed in range(200):
        random = np.random.default_rng(seed)
        errors = random.normal(2.0, 1.0, (60, 1))
        rows = judged(REGRESSION, errors, np.zeros(60), constant=np.ones(1))
        found = intervals.intervals(rows, resamples=200, confidence=0.9, seed=seed)["bias"]
        assert found is not None
        held += found[0] <= 2.0 <= found[1]
    assert 0.82 < held / 200 < 0.96


@pytest.mark.parametrize("rows", [1, 30])
@pytest.mark.parametrize("right", [True, False])
def test_where_all_rows_are_right_or_none_accuracy_has_the_exact_interval(rows: int, right: bool):
    y = np.zeros(rows, "f4")
    likely = np.linspace(0.1, 0.3, rows, dtype="f4")[:, None]
    found = intervals.intervals(
        judged(BINARY, likely if right else 1 - likely, y, weight=np.full(rows, 0.3)),
        resamples=50,
        confidence=0.9,
        seed=0,
    )
    expected = scipy.stats.binomtest(rows * right, rows).proportion_ci(0.9, method="exact")
    assert found["accuracy"] == pytest.approx((expected.low, expected.high))
    # Resamples of these rows are all alike in it, and show nothing.
    assert found["balanced_accuracy"] is None


def test_how_many_resamples_are_held_at_a_time_changes_no_interval(monkeypatch):
    rows = some(MULTICLASS)
    options: dict[str, Any] = {"resamples": 50, "confidence": 0.95, "seed": 0}
    at_once = intervals.intervals(rows, **options)
    monkeypatch.setattr(intervals, "BLOCK", 130)
    few_at_a_time = intervals.intervals(rows, **options)
    for name, interval in at_once.items():
        assert few_at_a_time[name] == pytest.approx(interval), name


def test_a_seed_gives_the_same_intervals_again_and_another_seed_others():
    rows = some(REGRESSION)
    one, again, other = (
        intervals.intervals(rows, resamples=50, confidence=0.95, seed=seed) for seed in (1, 1, 2)
    )
    assert one == again
    assert one != other


def test_resamples_on_which_a_metric_is_not_defined_do_not_count_for_it():
    likely, y = np.linspace(0, 1, 6, dtype="f4")[:, None], np.zeros(6, "f4")
    y[3] = 1  # in about a third of the resamples it is not drawn
    found = intervals.intervals(judged(BINARY, likely, y), resamples=200, confidence=0.9, seed=0)
    assert found["roc_auc"] is not None
    assert 0 <= found["roc_auc"][0] < found["roc_auc"][1] <= 1


def test_a_metric_that_no_resample_has_has_no_interval():
    rows = judged(BINARY, np.array([[0.2], [0.9]], "f4"), np.zeros(2, "f4"))
    found = intervals.intervals(rows, resamples=20, confidence=0.9, seed=0)
    assert found["roc_auc"] is found["average_precision"] is None
    assert found["accuracy"] == (0.0, 1.0)


@pytest.mark.parametrize("task", TASKS.values(), ids=TASKS)
def test_differences_are_those_of_the_metrics_on_the_same_rows_drawn(task: Task):
    one, other = some(task, 30, seed=1), some(task, 30, seed=2)
    other = judged(task, other.predictions, one.y, constant=one.constant)
    (found,) = intervals.differences([one, other], resamples=40, confidence=0.8, seed=3)
    gaps: dict[str, list[float]] = {name: [] for name in found}
    for counts in intervals.draws(np.random.default_rng(3), 30, 40):
        for times in counts.astype(int):
            numbers = np.repeat(np.arange(30), times)
            first, second = measure(chosen(one, numbers)), measure(chosen(other, numbers))
            for name in gaps:
                if None not in (first[name], second[name]):
                    gaps[name].append(second[name] - first[name])
    for name, interval in found.items():
        assert interval == pytest.approx(tuple(np.quantile(gaps[name], [0.1, 0.9])), abs=1e-6), name


def test_the_interval_of_a_difference_is_scipys_of_pairs():
    one, other = some(BINARY, 50, seed=1), some(BINARY, 50, seed=2)
    y, p, q = one.y, one.predictions[:, 0], other.predictions[:, 0]
    expected = scipy.stats.bootstrap(
        (y, p, q),
        lambda y, p, q: np.mean((y - q) ** 2) - np.mean((y - p) ** 2),
        paired=True,
        vectorized=False,
        n_resamples=300,
        confidence_level=0.9,
        method="percentile",
        rng=np.random.default_rng(7),
    ).confidence_interval
    pair = [one, judged(BINARY, other.predictions, y, constant=one.constant)]
    (found,) = intervals.differences(pair, resamples=300, confidence=0.9, seed=7)
    assert found["brier"] == pytest.approx(tuple(expected), rel=1e-5)


def test_nothing_differs_from_itself():
    rows = some(MULTICLASS)
    (found,) = intervals.differences([rows, rows], resamples=20, confidence=0.9, seed=0)
    assert set(found.values()) == {(0.0, 0.0)}


def test_a_difference_of_pairs_is_surer_than_two_intervals_suggest():
    # What is hard about a row is hard for both: only a little noise is each one's own.
    random = np.random.default_rng(0)
    hard, own = random.normal(size=(200, 1)), 0.05 * random.normal(size=(2, 200, 1))
    pair = [
        judged(REGRESSION, hard + each + shift, np.zeros(200), constant=np.ones(1))
        for each, shift in zip(own, (0.0, 0.1), strict=True)
    ]
    options: dict[str, Any] = {"resamples": 200, "confidence": 0.95, "seed": 0}
    (found,) = intervals.differences(pair, **options)
    low, high = found["bias"] or (np.nan, np.nan)
    # The mean of 200 such differences has a standard deviation of 0.005.
    assert 0.05 < low < high < 0.15
    alone = [intervals.intervals(each, **options)["bias"] for each in pair]
    assert alone[0] and alone[1] and alone[0][1] > alone[1][0]  # they overlap
