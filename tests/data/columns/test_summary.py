"""The summary of a column agrees with pandas and NumPy, whatever it holds."""

import datetime as dt
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from descenso.data.columns.summary import BINS, natural_kind, summarise


def summary(values, kind=None, few=None) -> Any:
    series = pl.Series("x", values, strict=False)
    few = series if few is None else pl.Series("x", few)
    return summarise(series, kind or natural_kind(series), few)


numbers = st.one_of(st.none(), st.floats(-1e6, 1e6), st.integers(-5, 5).map(float))


@given(st.lists(numbers, min_size=1, max_size=60).filter(any))
def test_numbers_are_summed_up_as_pandas_does(values):
    found = summary(pl.Series(values, dtype=pl.Float64))
    peer = pd.Series(values, dtype=float)
    assert found.missing == peer.isna().sum()
    assert found.distinct == peer.nunique()
    assert (found.least, found.most) == (peer.min(), peer.max())
    assert found.mean == pytest.approx(peer.mean(), abs=1e-9)
    assert found.median == pytest.approx(peer.median(), abs=1e-9)
    assert found.deviation == pytest.approx(peer.std(ddof=0), abs=1e-6)
    assert found.commonest == pytest.approx(peer.value_counts(normalize=True).iloc[0])


@given(st.lists(numbers, min_size=1, max_size=60).filter(any))
def test_a_histogram_counts_every_value_once(values):
    histogram = summary(pl.Series(values, dtype=pl.Float64)).histogram
    present = sum(value is not None for value in values)
    assert sum(histogram.counts) + histogram.below + histogram.above == present
    assert len(histogram.counts) <= BINS
    assert histogram.first <= histogram.last


def test_a_histogram_is_numpy_s_where_there_are_no_outliers():
    values = np.random.default_rng(0).uniform(2, 7, 500)
    found = summary(values).histogram
    assert (found.first, found.last) == (values.min(), values.max())
    assert found.counts == tuple(np.histogram(values, BINS)[0])


def test_outliers_are_counted_apart_so_that_the_rest_keeps_its_shape():
    # The quartiles are about 25 and 75: beyond 75 + 3 × 50 lies an outlier.
    found = summary([*range(101), 200.0, 250.0, -1e9]).histogram
    assert (found.below, found.above) == (1, 1)
    assert (found.first, found.last) == (0, 200)


def test_whole_numbers_of_a_short_range_have_an_interval_each():
    found = summary([1, 1, 2, 4, 4, 4]).histogram
    assert (found.first, found.last, found.counts) == (0.5, 4.5, (2, 1, 0, 3))


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(
    "values",
    [
        [1523456789012345678 + i for i in range(60)],
        np.arange(60, dtype=np.uint64) + np.uint64(2**63),
        [0.1, *[np.nextafter(0.1, 1)] * 3],
        5e-324 * np.arange(60),
        1.7e308 - 1e294 * np.arange(60),
        [0.1] * 60,
    ],
    ids=["large", "beyond int64", "nearly equal", "denormal", "near the largest", "equal"],
)
def test_numbers_without_room_between_them_have_a_histogram(values):
    found = summary(values).histogram
    assert sum(found.counts) == len(values)
    assert len(found.counts) <= BINS


def test_numbers_of_few_values_are_counted_too():
    assert summary([7, 7, 9, None, 8]).frequent == ((7, 2), (8, 1), (9, 1))
    assert summary(np.arange(100)).frequent == ()


def test_infinite_numbers_are_counted_and_left_out_of_all_else():
    found = summary([1.0, float("inf"), 3.0, float("-inf"), None])
    assert (found.infinite, found.missing, found.least, found.most, found.mean) == (2, 1, 1, 3, 2)
    assert summary([np.inf] * 5 + [1.0, 1.0, 2.0]).commonest == 5 / 8
    nothing = summary([float("inf")] * 3)
    assert (nothing.infinite, nothing.least, nothing.mean, nothing.histogram) == (
        3,
        None,
        None,
        None,
    )


@pytest.mark.filterwarnings("error")
def test_absurd_numbers_give_no_nan():
    found = summary([1.7e308, -1.7e308, 1.7e308, 1.7e308])
    assert (found.mean, found.median, found.deviation) == (None, None, None)
    assert found.histogram.counts == ()


def test_categories_are_counted_the_most_frequent_first():
    found = summary(["b", "a", "b", "NA", " a", "c", None, "b"])
    assert found.frequent == (("b", 3), ("a", 2), ("c", 1))
    assert (found.missing, found.distinct, found.commonest) == (2, 3, 0.5)


def test_of_many_categories_a_few_are_shown_ties_in_their_order():
    found = summary([f"v{i}" for i in range(40)] * 2)
    assert [value for value, _rows in found.frequent] == ["v0", "v1", "v10", "v11", "v12"]


def test_a_long_text_is_cut():
    [(value, rows)] = summary(["x" * 10_000]).frequent
    assert len(value) == 100
    assert rows == 1


def test_booleans_are_counted():
    assert summary([True, None, True, False]).frequent == ((True, 2), (False, 1))
    assert summary(["yes", "no", "yes"], "boolean").frequent == ((True, 2), (False, 1))


@pytest.mark.parametrize("as_text", [False, True])
def test_dates_have_a_range_and_a_histogram(as_text):
    days = [dt.date(2024, 1, 1) + dt.timedelta(days=i) for i in range(31)]
    values = [str(day) for day in days] if as_text else days
    found = summary([*values, None], "date")
    assert (found.least, found.most) == ("2024-01-01", "2024-01-31")
    assert (found.missing, found.distinct) == (1, 31)
    assert (found.histogram.first, found.histogram.last) == ("2024-01-01", "2024-01-31")
    assert sum(found.histogram.counts) == 31


def test_moments_are_shown_to_the_second():
    found = summary([dt.datetime(2024, 1, 1, 8), dt.datetime(2024, 1, 1, 9, 30)])
    assert (found.least, found.most) == ("2024-01-01T08:00:00", "2024-01-01T09:30:00")


@pytest.mark.parametrize(
    ("values", "kind", "least"),
    [
        ([dt.timedelta(seconds=90)], "number", 90.0),
        ([dt.time(0, 1)], "number", 60.0),
        (pl.Series(["1.50"]).cast(pl.Decimal(10, 2)), "number", 1.5),
        (["2.5", "x"], "number", 2.5),
        ([None, None], "number", None),
        ([None, None], "date", None),
        ([None, None], "category", None),
        ([[1], [2]], "number", None),
        ([b"x"], "category", None),
    ],
)
def test_any_type_is_summed_up(values, kind, least):
    assert summary(values, kind).least == (None if least is None else pytest.approx(least))


def test_medians_and_histograms_are_of_the_sample_all_else_of_the_whole():
    found = summary(np.arange(100.0), "number", few=np.arange(10.0))
    assert (found.median, found.mean, found.most) == (4.5, 49.5, 99)
    assert sum(found.histogram.counts) == 10
