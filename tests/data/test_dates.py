import datetime as dt

import polars as pl
import pytest

from descenso.data.dates import almost_dates, date_order, read_dates


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


def test_a_number_beyond_twelve_tells_whether_the_day_or_the_month_comes_first():
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
    assert "'" not in almost_dates(column("a", "b"))
    assert "such as 3/4/2024 may begin with the day or the month" in almost_dates(
        column("3/4/2024", "5/6/2024")
    )
    assert almost_dates(column("31/12/2024")) == ""
