"""Partial effects: the mean of direct predictions, asked at values that say something."""

from datetime import datetime
from typing import Any

import numpy as np
import polars as pl
import pytest

import descenso
from descenso.data.encoding.features import (
    BooleanFeature,
    CategoryFeature,
    DateFeature,
    NumberFeature,
)
from descenso.runs.evaluation.partial_effects import values_to_try

from ...support.small_tables import people

TRUTHS = {"regression": "predict", "multiclass": "predict_proba"}


@pytest.mark.parametrize("column", ["age", "town", "member", "since"])
def test_an_effect_is_the_mean_of_direct_predictions(
    regression: descenso.Run, report_of_numbers: dict[str, Any], column: str
):
    examples = regression.opened().rows.test
    assert examples is not None
    rows = people()[examples.rows.tolist()]
    effect = next(each for each in report_of_numbers["effects"] if each["column"] == column)
    assert effect["rows"] == len(rows)
    for value, mean in list(zip(effect["values"], effect["predictions"]["paid"], strict=True))[::5]:
        changed = rows.with_columns(
            pl.lit(datetime.fromisoformat(value) if column == "since" else value).alias(column)
        )
        assert mean == pytest.approx(regression.predict(changed).mean(), rel=1e-4)


def test_an_effect_on_classes_is_the_mean_probability(
    multiclass: descenso.Run, report_of_classes: dict[str, Any]
):
    examples = multiclass.opened().rows.test
    assert examples is not None
    rows = descenso.read("penguins").frame[examples.rows.tolist()]
    effect = next(each for each in report_of_classes["effects"] if each["kind"] == "number")
    changed = rows.with_columns(pl.lit(effect["values"][0]).alias(effect["column"]))
    expected = multiclass.predict_proba(changed).mean(axis=0)
    found = [means[0] for means in effect["predictions"].values()]
    np.testing.assert_allclose(found, expected, rtol=1e-4)
    assert list(effect["predictions"]) == multiclass.classes


def test_numbers_are_asked_for_evenly_between_the_tails():
    values = pl.Series("x", np.linspace(0.0, 1.0, 1001) ** 2)
    tried = values_to_try(NumberFeature.fit(values, None), values)
    assert len(tried) == 20
    np.testing.assert_allclose(tried.diff().drop_nulls(), tried[1] - tried[0])
    assert tried[0] == pytest.approx(0.05**2, abs=1e-4) and tried[-1] == pytest.approx(
        0.95**2, abs=1e-4
    )


def test_few_whole_numbers_are_asked_for_as_they_are():
    values = pl.Series("x", [3.0, 1.0, 2.0, 2.0, None])
    assert values_to_try(NumberFeature.fit(values, None), values).to_list() == [1.0, 2.0, 3.0]


def test_a_number_that_hardly_varies_is_asked_for_where_it_does():
    values = pl.Series("x", [0.25] * 98 + [0.5, 0.75])
    tried = values_to_try(NumberFeature.fit(values, None), values)
    assert (tried[0], tried[-1]) == (0.25, 0.75)


def test_the_commonest_categories_are_asked_for_and_no_unknown_ones():
    seen = pl.Series("x", [f"c{i:02}" for i in range(12) for _ in range(12 - i)])
    feature = CategoryFeature.fit(seen, embed=False)
    tried = values_to_try(feature, pl.concat([seen, pl.Series("x", ["new"] * 50)]))
    assert tried.to_list() == [f"c{i:02}" for i in range(10)]


def test_both_booleans_are_asked_for():
    values = pl.Series("x", [True, False, True, None])
    assert values_to_try(BooleanFeature.fit(values), values).to_list() == [False, True]


def test_dates_are_asked_for_as_dates():
    values = people()["since"].cast(pl.Datetime("us"))
    tried = values_to_try(DateFeature.fit(values, None), values)
    assert tried.dtype == values.dtype and len(tried) == 20
    assert tried.is_sorted()


def test_a_column_without_a_value_is_not_asked_for():
    values = pl.Series("x", [None, None], dtype=pl.Float64)
    assert values_to_try(NumberFeature.fit(values, None), values).is_empty()
