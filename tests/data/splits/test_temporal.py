"""Training is the past, validation comes after it, and the test is the latest."""

import datetime as dt
from itertools import pairwise

import numpy as np
import polars as pl
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from descenso.data.splits.temporal import split_in_time
from descenso.errors import TableError

fractions = st.sampled_from([0.0, 0.1, 0.2, 0.4])
DAYS = [dt.date(2024, 1, 1) + dt.timedelta(days=day) for day in range(10)]


def split(times, values=None, task="regression", validation=0.2, test=0.0, rows=None):
    times = pl.Series("when", times, strict=False)
    target = pl.Series("y", np.zeros(len(times)) if values is None else values)
    rows = np.arange(len(times)) if rows is None else rows
    return split_in_time(target, task, rows, times, validation=validation, test=test)


@given(
    times=st.lists(st.integers(0, 30), min_size=3, max_size=80),
    validation=fractions,
    test=fractions,
)
def test_no_row_of_training_is_later_than_one_it_is_judged_on(times, validation, test):
    assume(len(set(times)) >= 3)
    found = split(times, validation=validation, test=test)
    parts = [found.train, found.validation, found.test]
    assert sorted(np.concatenate([*parts, found.left_out])) == list(range(len(times)))
    assert len(found.train) > 0
    assert (len(found.validation) > 0) == (validation > 0)
    assert (len(found.test) > 0) == (test > 0)
    spans = [[times[row] for row in part] for part in parts if len(part)]
    for earlier, later in pairwise(spans):
        # Strictly: rows of the same time are never parted.
        assert max(earlier) < min(later)


def test_each_part_comes_as_near_to_its_share_as_ties_allow():
    # 2 + 3 + 5 + 6 + 4 rows: the last two days are 10 of 20 rows, the last one 4.
    times = np.repeat([1, 2, 3, 4, 5], [2, 3, 5, 6, 4])
    found = split(times[::-1], validation=0.3, test=0.2)
    assert found.test.tolist() == [0, 1, 2, 3]
    assert found.validation.tolist() == [4, 5, 6, 7, 8, 9]


@pytest.mark.parametrize(
    "times",
    [
        list(range(2015, 2025)),
        DAYS,
        [str(day) for day in DAYS],
        [f"{day}T12:00:00+02:00" for day in DAYS],
        [dt.datetime(2024, 1, 1, tzinfo=dt.UTC) + dt.timedelta(hours=hour) for hour in range(10)],
        [dt.timedelta(hours=hour) for hour in range(10)],
        [dt.time(hour) for hour in range(10)],
        [day / 7 for day in range(10)],
        # A microsecond apart.
        [dt.datetime(2024, 1, 1) + dt.timedelta(microseconds=us) for us in range(10)],
    ],
    ids=lambda times: str(times[-1]),
)
def test_dates_and_numbers_state_the_time(times):
    found = split(times[::-1], test=0.1)
    assert found.test.tolist() == [0]
    assert found.validation.tolist() == [1, 2]


def test_what_each_part_spans_is_said_in_the_columns_own_words():
    assert split(DAYS, test=0.1).notes == (
        "Split in time by when: training on 2024-01-01 to 2024-01-07, validation on 2024-01-08 to "
        "2024-01-09, test on 2024-01-10 to 2024-01-10.",
    )


def test_rows_of_a_class_that_came_later_are_left_out_and_reported():
    values = ["a", "b"] * 4 + ["new", "a"]
    found = split(DAYS, values, "multiclass", validation=0.2, test=0.1)
    assert found.validation.tolist() == [7]
    assert found.left_out.tolist() == [8]
    assert found.warnings == (
        "1 row for validation or test is left out: the class in y is not in the earlier "
        "training rows.",
    )


def test_rows_that_are_for_nothing_are_left_out_and_need_no_time():
    found = split([1, None, 2, 3], rows=np.array([0, 2, 3]))
    assert found.left_out.tolist() == [1]
    assert found.validation.tolist() == [3]


@pytest.mark.parametrize(
    ("times", "message"),
    [
        ([2020] * 9, r"'when' has 1 time, too few for 3 parts"),
        ([2020, 2021] * 9, r"'when' has 2 times, too few for 3 parts"),
        ([2020, 2021, None, 2022], r"'when' is missing in row 3"),
        ([1.0, float("nan"), 2.0], r"'when' is missing in row 2"),
        (["2024-01-01", "2024-01-02", "soon"], r"'when', row 3: 'soon' is not a time"),
        ([True, False, True], r"'when', row 1: True is not a time"),
        ([[1], [2], [3]], r"'when', row 1: \[1\] is not a time"),
    ],
)
def test_what_states_no_time_is_refused(times, message):
    with pytest.raises(TableError, match=message):
        split(times, test=0.2)


def test_shares_that_leave_nothing_to_train_on_are_refused():
    with pytest.raises(TableError, match=r"test 0\.5 and validation 0\.5 leave no rows"):
        split([1, 2, 3], validation=0.5, test=0.5)
