"""Weights of rows: which numbers are weights, and that only their proportions matter."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from descenso.data.encoding.row_weights import normalised, weights_of, without_zero_weights
from descenso.data.table import Source, Table
from descenso.errors import TableError

ROWS = np.arange(3)


def table(*weights):
    source = Source(("/tmp/heavy.csv",), {}, "", False)
    return Table(pl.DataFrame({"w": weights}, strict=False), source)


@given(
    st.lists(st.floats(1e-3, 1e3), min_size=1, max_size=50),
    st.sampled_from([1e-30, 0.1, 1.0, 7.0, 1e30]),
)
def test_only_proportions_matter_and_the_mean_is_1(weights, unit):
    weights = np.array(weights)
    found = normalised(weights * unit)
    assert found.dtype == np.float32
    assert found.mean(dtype=float) == pytest.approx(1, rel=1e-5)
    assert_allclose(found, weights / weights.mean(), rtol=1e-5)


@pytest.mark.parametrize("largest", [1e-45, 3e38])
def test_the_smallest_and_the_largest_numbers_are_weights_too(largest):
    assert_array_equal(normalised(np.full(4, largest)), [1, 1, 1, 1])


def test_equal_weights_are_exactly_1():
    assert_array_equal(normalised(np.full(7, 0.1)), np.ones(7))


@pytest.mark.parametrize("values", [[1, 2, 0], [1.5, 2, 0], [True, True, False]])
def test_numbers_and_booleans_weigh(values):
    assert_array_equal(weights_of(table(*values), "w", ROWS), [float(v) for v in values])
    assert_array_equal(without_zero_weights(table(*values), "w", ROWS), [0, 1])


def test_a_table_without_the_column_weighs_all_rows_alike():
    assert_array_equal(weights_of(table(1, 2, 3), "weight", ROWS), [1, 1, 1])
    assert_array_equal(weights_of(table(1, 2, 3), None, ROWS), [1, 1, 1])


@pytest.mark.parametrize(
    ("values", "row", "found"),
    [
        ([1.0, -0.5, 2.0], 2, "-0.5"),
        ([1.0, None, 2.0], 2, "a missing value"),
        ([1.0, 2.0, float("nan")], 3, "a missing value"),
        ([float("inf"), 1.0, 1.0], 1, "inf"),
        ([1e39, 1.0, 1.0], 1, "1e+39"),
        (["1", "2", "many"], 3, "'many'"),
        ([[1], [2], [3]], 1, "[1]"),
    ],
)
def test_what_is_no_weight_is_refused_by_column_and_row(values, row, found):
    with pytest.raises(TableError) as refused:
        weights_of(table(*values), "w", ROWS)
    assert str(refused.value).startswith(
        f"heavy.csv: the weights 'w', row {row}: {found} is not a weight."
    )
    assert "a finite 32-bit number, 0 or more" in str(refused.value).lower()


def test_a_weight_in_a_row_that_is_not_used_is_not_looked_at():
    assert_array_equal(weights_of(table(1, 2, -1), "w", ROWS[:2]), [1, 2])


def test_weights_that_are_all_0_are_refused():
    with pytest.raises(TableError, match=r"the weights 'w' are zero in every row"):
        without_zero_weights(table(0, 0, 0), "w", ROWS)
