import datetime as dt

import numpy as np
import polars as pl
import pytest

from descenso.data.columns.dates import almost_dates, date_order, read_dates

ROWS = np.arange(100)


def column(*values):
    return pl.Series("x", values)


def test_dates_and_times_are_read_in_each_iso_spelling():
    moment = dt.datetime(2024, 3, 1, 10, 20)
    spellings = {
        "2024-03-01 10:20": moment,
        "2024-03-01T10:20": moment,
        "2024-03-01T10:20:00": moment,
        "2024-03-01 10:20:00.500": moment.replace(microsecond=500_000),
        "2024-03-01T10:20:00Z": moment,
        "2024-03-01T12:20:00+02:00": moment,
        "2024-03-01 12:20:00+02:00": moment,
        "2024-03-01": dt.datetime(2024, 3, 1),
        "2024/03/01": dt.datetime(2024, 3, 1),
    }
    assert read_dates(column(*spellings)).to_list() == list(spellings.values())
    assert date_order(column(*spellings, None)) == "year"


@pytest.mark.parametrize("text", ["2024-13-01", "12-1-2", "1/2/2024", "20240301", "2024", "soon"])
def test_what_is_no_iso_date_is_not_taken_for_one(text):
    assert date_order(column("2024-03-01", text)) is None


def test_a_month_is_its_first_day():
    months = column("2024-03", "1999-12", None)
    assert read_dates(months).to_list() == [dt.datetime(2024, 3, 1), dt.datetime(1999, 12, 1), None]
    assert date_order(months) == "year"
    # Such are codes.
    assert date_order(column("2024-03", "2024-13")) is None
    assert date_order(column("2024-03", "1024-03")) is None


def test_a_number_beyond_twelve_shows_whether_the_day_or_the_month_comes_first():
    assert date_order(column("3/4/2024", "31/12/2024", None)) == "day"
    assert date_order(column("3/4/2024", "12/31/2024")) == "month"
    assert date_order(column("03.04.2024", "31.12.2024 10:30")) == "day"
    moments = [dt.datetime(2024, 4, 3), dt.datetime(2024, 12, 31)]
    assert read_dates(column("3/4/2024", "31/12/2024"), "day").to_list() == moments
    assert read_dates(column("4-3-2024", "12-31-2024"), "month").to_list() == moments


@pytest.mark.parametrize("order", ["year", "day", "month"])
def test_a_date_that_begins_with_its_year_is_understood_whatever_others_begin_with(order):
    assert read_dates(column("2024-03-05"), order).to_list() == [dt.datetime(2024, 3, 5)]


def test_a_date_with_its_year_last_is_understood_by_itself_where_it_shows_its_day():
    found = read_dates(
        column("31/01/2023", "1.31.2023 10:30", "3/4/2023", "32/1/2023", "13/13/2023")
    )
    assert found.to_list() == [
        dt.datetime(2023, 1, 31),
        dt.datetime(2023, 1, 31, 10, 30),
        *[None] * 3,
    ]


@pytest.mark.parametrize("values", [("3/4/2024", "5/6/2024"), ("13/14/2024", "1/2/2024")])
def test_dates_that_may_be_read_both_ways_or_in_none_are_not_guessed(values):
    assert date_order(column(*values)) is None


def test_dates_that_may_be_read_both_ways_bring_a_remark():
    assert almost_dates(column("a", "b"), ROWS) == ""
    for others in ("5/6/2024", "2024-12-31"):
        assert "such as 3/4/2024 are ambiguous (day or month first?)" in almost_dates(
            column("3/4/2024", others), ROWS
        )
    assert almost_dates(column("31/12/2024"), ROWS) == ""
    assert almost_dates(column(None, None).cast(pl.String), ROWS) == ""


def test_dates_in_which_some_begin_with_the_year_are_read_where_the_others_show_their_day():
    assert date_order(column("2024-03-01", "3/4/2024", "31/12/2024")) == "day"
    assert date_order(column("2024-03-01", "3/4/2024")) is None


@pytest.mark.parametrize("date", ["2024-02-03", "31/12/2024", "12/31/2024", "3/4/2024"])
@pytest.mark.parametrize("wrong", ["2024-02-30", "30/02/2024", "soon"])
def test_few_values_that_are_no_dates_among_dates_are_counted_and_shown(date, wrong):
    dates = column(*[date] * 15, None, wrong, *[date] * 5)
    assert date_order(dates) is None
    remark = almost_dates(dates, np.arange(100, 122))
    assert f"1 of 21 values is no date, such as '{wrong}' (row 117)" in remark
    many = column(*[date] * 10, *["soon"] * 2)
    assert almost_dates(many, ROWS) == ""
