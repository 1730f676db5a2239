"""What the lessons claim holds on tables of different kinds, in both presets.

Small networks and few epochs: each claim is a rule that holds for any training.
"""

from typing import Any

import numpy as np
import polars as pl
import pytest

from descenso import lessons
from descenso.lessons.lesson import Lesson
from descenso.lessons.subject import subject, with_held_out_rows
from descenso.lessons.topics.pairing import compared
from descenso.lessons.topics.variants import Variant

from ...support.kinds_of_tables import KINDS

# Each preset with tables of three kinds, and both with one of each task.
TABLES = [
    ("lecture", "tiny"),
    ("tabular", "wide"),
    ("lecture", "noisy"),
    ("tabular", "imbalanced"),
    ("lecture", "imbalanced"),
    ("tabular", "outliers"),
    ("lecture", "many_classes"),
    ("tabular", "many_classes"),
]

of_all_kinds = pytest.mark.parametrize(("preset", "kind"), TABLES)


def lesson(topic: str, preset: str, kind: str, **fields: Any) -> Lesson:
    data, target = KINDS[kind]()
    small = {"hidden_layers": (4,), "epochs": 3, "seed": 0}
    return getattr(lessons, topic)(data, target, preset=preset, **(small | fields))


@of_all_kinds
def test_derivatives_predict_what_a_small_change_of_a_column_or_weight_does(preset: str, kind: str):
    tables = lesson("sensitivity", preset, kind).tables
    for each in (tables["columns"], tables["weights"]):
        smooth = each.filter(pl.col("response") == "linear")
        np.testing.assert_allclose(smooth["measured"], smooth["predicted"], rtol=0.05)
        still = each.filter(pl.col("response") == "none")
        assert (still["predicted"] == 0).all() and (still["measured"] == 0).all()
        assert smooth.height + still.height > 0.9 * each.height
        assert each["derivative"].abs().is_sorted(descending=True)


@of_all_kinds
def test_learning_rates_are_too_small_then_right_then_too_large(preset: str, kind: str):
    result = lesson("learning_rate", preset, kind, rates=9)
    numbers, table = result.numbers, result.tables["rates"]
    order = ["too small", "right", "too large", "diverged"]
    zones = [order.index(each) for each in table["verdict"]]
    assert zones == sorted(zones)
    right = table.filter(verdict="right")
    assert [right["learning_rate"].min(), right["learning_rate"].max()] == [
        numbers["right_from"],
        numbers["right_to"],
    ]
    assert numbers["right_from"] <= numbers["best"] <= numbers["right_to"]
    best = table.filter(learning_rate=numbers["best"])["loss"][0]
    bar = best + 0.1 * max(numbers["baseline_loss"] - best, 0)
    assert (right["loss"] <= bar * 1.0001).all()
    assert (right["low"] <= right["loss"]).all()
    beside = {zones.index(1) - 1, zones.index(1) + right.height} & set(range(table.height))
    assert all((table["loss"][each] or np.inf) > bar for each in beside)


@pytest.mark.parametrize(("preset", "kind"), TABLES[:4])
def test_overfitting_is_judged_by_losses_of_one_network_at_one_moment(
    preset: str, kind: str, monkeypatch: pytest.MonkeyPatch
):
    # Fewer settings: each is a program to compile.
    monkeypatch.setattr("descenso.lessons.topics.overfitting.SHARES", ())
    monkeypatch.setattr("descenso.lessons.topics.overfitting.WIDTHS", ())
    result = lesson("overfitting", preset, kind, epochs=4, validation=0.25)
    curves = result.tables["curves"]
    for row in result.tables["settings"].iter_rows(named=True):
        of = curves.filter(setting=row["setting"])
        training, validation = (of.filter(part=each)["loss"] for each in ("loss", "validation"))
        assert row["gap"] == pytest.approx(validation[-1] - training[-1])
        assert row["turn"] - 1 == validation.arg_min()
        if row["overfits"]:
            assert validation[-1] > validation[row["turn"] - 1]
            assert training[-1] < training[row["turn"] - 1]


@pytest.mark.parametrize(("preset", "kind"), [each for each in TABLES if each[1] != "tiny"])
def test_the_fewer_rows_in_a_batch_the_more_the_loss_shakes(preset: str, kind: str):
    table = lesson("variants", preset, kind, epochs=8).tables["compared"]
    assert table["variant"].to_list() == ["batch", "mini-batch", "stochastic"]
    assert table["learning_rate"].n_unique() == 1
    wobble = table["wobble"].to_list()
    assert wobble[2] > 1.2 * wobble[1] > 1.2**2 * wobble[0]
    assert (table["wobble_low"] <= table["wobble"]).all()


def test_a_smooth_course_has_no_wobble_and_jitter_has_its_own():
    x = np.arange(40.0)
    jitter = 0.01 * np.random.default_rng(0).normal(size=4000)
    smooth = Variant("batch", 1, 1, np.arange(40), np.exp(1 - 0.1 * x + 0.001 * x**2)[None])
    rough = Variant("batch", 1, 1, np.arange(4000), np.exp(jitter)[None])
    assert smooth.wobbles(3) == pytest.approx(0, abs=1e-12)
    # The mean distance of a normal number from its mean is √(2/π) of its standard deviation.
    assert rough.wobbles(3) == pytest.approx(0.01 * np.sqrt(2 / np.pi), rel=0.05)


@pytest.mark.parametrize(("preset", "kind"), [TABLES[1], TABLES[4], TABLES[5]])
def test_a_pair_is_worse_or_better_only_beyond_what_seeds_explain(preset: str, kind: str):
    result = lesson("pairing", preset, kind)
    table, metric = result.tables["trained"], result.numbers["metric"]
    assert table["verdict"][0] == "right" and table["right"][0]
    points = table.filter(~pl.col("right"))
    for row in points.iter_rows(named=True):
        difference = row[metric] - table[metric][0]
        assert np.sign(difference) == {"worse": 1, "better": -1}.get(
            row["verdict"], np.sign(difference)
        )
        if row["verdict"] == "as good":
            assert abs(difference) <= 0.1 * table[metric][0]
    # One sentence on the right pair, one on each wrong one, and perhaps one on how few rows judge.
    assert len(result.essence) - 1 - points.height in (0, 1)


@pytest.mark.parametrize(
    ("found", "verdict"),
    [
        ([1.3, 1.1, 1.2], "worse"),
        ([0.7, 0.9, 0.8], "better"),
        ([1.01, 0.99, 1.0], "as good"),
        ([1.01, 1.01, 1.01], "as good"),
        ([3.0, 0.5, 1.5], "uncertain"),
        ([1.0, 1.0, None], "diverged"),
    ],
)
def test_pairs_are_compared_seed_by_seed(found: list[float | None], verdict: str):
    assert compared(pl.Series(found, dtype=pl.Float64), pl.Series([1.0, 1.0, 1.0])) == verdict


def test_rows_are_held_out_of_every_class_that_has_five():
    data, target = KINDS["imbalanced"]()
    experiment = subject(data, target, validation=0.0).experiment
    parted = with_held_out_rows(experiment)
    assert parted.validation is not None
    rows = [*parted.training.rows, *parted.validation.rows]
    assert sorted(rows) == sorted(experiment.training.rows)
    assert len(parted.validation) == len(experiment.training) // 5
    assert parted.validation.y.mean() == pytest.approx(experiment.training.y.mean(), abs=0.03)


@pytest.mark.parametrize(("preset", "kind"), [TABLES[0], TABLES[2], TABLES[5]])
def test_mae_is_called_the_more_robust_where_an_outlier_costs_it_less(preset: str, kind: str):
    result = lesson("losses", preset, kind, epochs=10)
    grown = result.numbers
    said = any(each.startswith("So mae is the more robust") for each in result.essence)
    assert said == (grown["error_growth_by_mae"] < grown["error_growth_by_mse"])
    table = result.tables["outlier"]
    assert (table["low"] <= table["mean_error"]).all()
    by_loss = {
        row["loss"]: row["mean_error"]
        for row in table.filter(target="with the outlier").iter_rows(named=True)
    }
    before = {
        row["loss"]: row["mean_error"]
        for row in table.filter(target="as it is").iter_rows(named=True)
    }
    assert by_loss["mse"] - before["mse"] == pytest.approx(grown["error_growth_by_mse"])


def test_a_batch_size_that_learns_nothing_sets_no_goal_for_the_others():
    X = np.random.default_rng(0).normal(size=(40, 3))
    # At this rate single rows jump about, while full batches learn.
    given = lessons.batches(
        (X, X[:, 0]), hidden_layers=None, epochs=20, learning_rate=0.35, validation=0.0
    )
    table, goal = given.tables["learning"], given.numbers["goal"]
    assert goal < 1.05, "in variances of the target: that of the constant"
    reached = table.drop_nulls("epochs_to_goal")
    assert table["batch_size"][-1] in reached["batch_size"]
    assert 1 not in reached["batch_size"]
    assert any("did not reach it" in each for each in given.sections[-1].sentences)
