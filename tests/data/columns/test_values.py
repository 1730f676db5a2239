import datetime as dt

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from descenso.data.columns.values import (
    MISSING,
    as_booleans,
    as_dates,
    as_numbers,
    as_text,
    clean,
    convert,
    days,
    parse_text,
)
from descenso.errors import TableError


def column(*values, dtype=None):
    return pl.Series("x", values, dtype=dtype, strict=False)


@pytest.mark.parametrize(
    ("text", "values", "dtype"),
    [
        (["1", "-2", "+3"], [1, -2, 3], pl.Int64),
        (["1", "2.5", "1e3"], [1.0, 2.5, 1000.0], pl.Float64),
        ([" 1", "2 "], [1, 2], pl.Int64),
        (["true", "False", "TRUE"], [True, False, True], pl.Boolean),
        (["007", "12"], ["007", "12"], pl.String),
        (["0", "10", "-0.5"], [0.0, 10.0, -0.5], pl.Float64),
        (["0", "10"], [0, 10], pl.Int64),
        (["yes", "no"], ["yes", "no"], pl.String),
        (["1", "true"], ["1", "true"], pl.String),
        (["99999999999999999999", "0.5"], [1e20, 0.5], pl.Float64),
        (["99999999999999999999", "1e5"], [1e20, 1e5], pl.Float64),
        (["100000000000000000000", "1", None], [1e20, 1.0, None], pl.Float64),
        (["0.1234567890123456789", "1"], [0.12345678901234568, 1.0], pl.Float64),
        (["99999999999999999999", " 1 "], ["99999999999999999999", "1"], pl.String),
        (["18000041845020005133", "-1", None], ["18000041845020005133", "-1", None], pl.String),
        (["1" * 5000, "2"], ["1" * 5000, "2"], pl.String),
    ],
)
def test_text_becomes_what_every_one_of_its_values_spells(text, values, dtype):
    result = parse_text(column(*text))
    assert result.to_list() == values
    assert result.dtype == dtype


@pytest.mark.parametrize("spelling", MISSING)
def test_every_spelling_of_missing_is_missing_among_numbers_and_among_words(spelling):
    assert parse_text(column("1", spelling, "2")).to_list() == [1, None, 2]
    assert parse_text(column("a", f" {spelling} ", "b")).to_list() == ["a", None, "b"]


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1))
def test_numbers_written_out_are_read_back_to_the_last_bit(numbers):
    assert parse_text(column(*[repr(number) for number in numbers])).to_list() == numbers


def test_a_tidy_column_has_a_null_for_each_missing_value_and_text_for_categories():
    assert clean(column(1.0, float("nan"), None)).to_list() == [1.0, None, None]
    for dtype in (pl.String, pl.Categorical, pl.Enum(["a", " ?"])):
        tidied = clean(column("a", " ?", None, dtype=dtype))
        assert (tidied.dtype, tidied.to_list()) == (pl.String, ["a", None, None])


def test_one_late_word_keeps_a_column_of_numbers_text():
    assert parse_text(column(*["1"] * 5000, "one")).dtype == pl.String


def test_days_are_counted_from_1970():
    assert days(as_dates(column(dt.date(1970, 1, 3)))).to_list() == [2.0]
    assert days(as_dates(column(dt.datetime(1970, 1, 1, 12)))).to_list() == [0.5]


def test_a_moment_with_a_time_zone_keeps_its_wall_clock():
    madrid = column(dt.datetime(2024, 3, 1, 10)).dt.replace_time_zone("Europe/Madrid")
    assert as_dates(madrid).to_list() == [dt.datetime(2024, 3, 1, 10)]


@pytest.mark.parametrize("day_first", [True, False])
def test_dates_with_the_year_last_are_read_as_the_whole_column_shows(day_first):
    texts = ["3/4/2024", "31/12/2024"] if day_first else ["4/3/2024", "12/31/2024"]
    found = convert(column(*texts, None, "2024-05-06"), "date", None, "t")
    days = [dt.datetime(2024, 4, 3), dt.datetime(2024, 12, 31), None, dt.datetime(2024, 5, 6)]
    assert found.to_list() == days


def test_a_date_that_no_other_value_explains_is_refused_as_such():
    message = r"row 2: '3/4/2024' is ambiguous: day or month first\?"
    for other in ("5/6/2024", "2024-12-31"):
        with pytest.raises(TableError, match=message):
            convert(column(None, "3/4/2024", other), "date", None, "t")
    with pytest.raises(TableError, match="row 3: 'soon' is not a date"):
        convert(column("3/4/2024", "31/12/2024", "soon"), "date", None, "t")


def test_numbers_from_every_type_that_has_them():
    assert as_numbers(column(True, False, None)).to_list() == [1.0, 0.0, None]
    assert as_numbers(column("1.5", None, "x")).to_list() == [1.5, None, None]
    assert as_numbers(column(dt.timedelta(minutes=1))).to_list() == [60.0]
    assert as_numbers(column(dt.time(0, 1))).to_list() == pytest.approx([60.0])
    assert as_numbers(column([1, 2])).to_list() == [None]


def test_equal_values_of_different_types_are_one_category():
    spelled = [as_text(s)[0] for s in (column("3"), column(3), column(3.0))]
    assert spelled == ["3", "3", "3"]
    assert as_text(column(2.5, None)).to_list() == ["2.5", None]
    assert as_text(column(True)).to_list() == ["true"]


def test_booleans_are_read_from_words_and_from_ones_and_zeros():
    assert as_booleans(column("Yes", "no", "T", "0", "maybe", None)).to_list() == [
        *(True, False, True, False, None, None)
    ]
    assert as_booleans(column(1.0, 0.0, 2.0)).to_list() == [True, False, None]


def test_what_cannot_be_converted_is_named_by_table_column_row_and_value():
    with pytest.raises(TableError, match=r"a\.csv: column 'x', row 8: 'ten' is not a number\."):
        convert(column("1", None, "ten"), "number", np.array([2, 5, 7]), "a.csv")
    with pytest.raises(TableError, match="row 1: 'soon' is not a date"):
        convert(column("soon"), "date", None, "a.csv")
    with pytest.raises(TableError, match="row 2: 'maybe' is not true or false"):
        convert(column("yes", "maybe"), "boolean", None, "a.csv")
    with pytest.raises(TableError, match=r"row 1: \[1\] is not a category\. .* --drop x"):
        convert(column([1]), "category", None, "a.csv")


@pytest.mark.parametrize("value", [float("inf"), float("-inf"), 1e39])
def test_an_infinite_number_is_refused_by_column_row_and_cause(value):
    with pytest.raises(TableError, match=r"column 'x', row 3: .* infinite or too large"):
        convert(column(1.0, None, value), "number", None, "the data")


def test_the_largest_float32_is_still_a_number():
    largest = float(np.finfo(np.float32).max)
    assert convert(column(largest, -largest), "number", None, "t").to_list() == [largest, -largest]
