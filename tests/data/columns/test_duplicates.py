import datetime as dt

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from descenso.data.columns.duplicates import equal_columns
from descenso.data.table import Table


def equal(rows=None, **columns):
    table = Table(pl.DataFrame(columns, strict=False))
    return equal_columns(table, list(columns), np.arange(table.height) if rows is None else rows)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ([1, 2, 3], [1.0, 2.0, 3.0]),
        ([0.0, 1.5, float("nan")], [-0.0, 1.5, float("nan")]),
        ([1, None, 3], [1.0, float("nan"), 3.0]),
        (["a", None, "b"], [" a", "NA", "b "]),
        ([True, False, None], [True, False, None]),
        ([dt.date(2024, 1, 1)] * 3, [dt.date(2024, 1, 1)] * 3),
        (pl.Series(["a", "b"], dtype=pl.Categorical), ["a", "b"]),
    ],
)
def test_equal_values_are_found_with_the_first_column_that_has_them(one, other):
    assert equal(one=one, third=one, other=other) == {"third": "one", "other": "one"}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ([1, 2, 3], [3, 2, 1]),  # the same values in another order
        ([0, 1, 1], [0, 1, None]),
        ([1, 2, 3], ["1", "2", "3"]),
        ([1, 0], [True, False]),
        ([[1], [2]], [[1], [2]]),  # lists are not looked at
        ([None, None], [None, None]),
    ],
)
def test_other_values_are_no_duplicates(one, other):
    assert equal(one=one, other=other) == {}


def test_only_the_rows_that_are_named_are_compared():
    columns = {"one": [1, 2, 3], "other": [1, 2, 4]}
    assert equal(rows=np.array([0, 1]), **columns) == {"other": "one"}
    assert equal(**columns) == {}


numbers = st.sampled_from([0.0, -0.0, 1.0, 2.5, None])


@given(st.lists(st.tuples(numbers, numbers, numbers), min_size=1, max_size=6))
def test_it_agrees_with_comparing_all_values(rows):
    a, b, c = zip(*rows, strict=True)
    columns = {
        name: pl.Series(list(v), dtype=pl.Float64) for name, v in zip("abc", (a, b, c), strict=True)
    }
    expected = {}
    if a == b:
        expected["b"] = "a"
    if a == c:
        expected["c"] = "a"
    elif b == c:
        expected["c"] = "b"
    found = equal_columns(Table(pl.DataFrame(columns)), ["a", "b", "c"], np.arange(len(rows)))
    assert found == expected
