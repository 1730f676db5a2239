"""What is suspicious is found and said with a remedy; what is in order is passed over."""

import datetime as dt
from typing import Any

import numpy as np
import polars as pl
import pytest

from descenso.data.columns.findings import column_findings, leak_findings
from descenso.data.columns.kinds import infer_columns
from descenso.data.columns.summary import natural_kind, summarise
from descenso.data.table import Table

N = 1000
ROWS = np.arange(N)
DAY = dt.date(2021, 1, 1)
random = np.random.default_rng(0)
NOISE = random.normal(size=N)


def gaps(missing, values) -> list[Any]:
    return [None if gap else value for gap, value in zip(missing, values, strict=True)]


def findings(values, name="x", preset="tabular"):
    values = values if isinstance(values, list) else values.tolist()
    table = Table(pl.DataFrame({name: values, "other": NOISE}, strict=False))
    (column,) = infer_columns(table, "other", rows=ROWS, preset=preset, may_drop_all=True)
    series = table.column(name)
    kind = natural_kind(series) if column.kind == "dropped" else column.kind
    return list(column_findings(table, column, summarise(series, kind, series)))


def only(found) -> Any:
    assert len(found) == 1, found
    return found[0]


@pytest.mark.parametrize(
    ("values", "name"),
    [
        (NOISE, "height"),
        (random.integers(0, 2, N), "smoker"),
        (random.choice(["Lima", "Quito"], N), "town"),
        (gaps(random.random(N) < 0.5, NOISE), "income"),
        (random.integers(1900, 2020, N), "year"),
        (np.where(random.random(N) < 0.9, 0, NOISE), "gain"),
        (random.lognormal(0, 3, N), "price"),
        (random.choice([-1, 0, 1], N), "sign"),
        (random.integers(-1, 9, N), "children"),
        (random.integers(1, 100, N), "age"),
        ([f"c{i}" for i in random.integers(0, 40, N)], "make"),
        (random.random(N) < 0.03, "rare"),
    ],
)
def test_an_ordinary_column_is_passed_over(values, name):
    assert findings(values, name) == []


@pytest.mark.parametrize(
    ("values", "cause"),
    [
        ([None] * N, "empty"),
        ([7] * N, "constant"),
        ([f"c{i}" for i in ROWS], "identifier"),
        ([f"the house number {i} has a garden and a view" for i in ROWS], "free_text"),
        ([[1]] * N, "unreadable"),
    ],
)
def test_a_column_that_is_left_out_is_reported_with_how_to_keep_it(values, cause):
    found = only(findings(values))
    assert (found.cause, found.severity, found.column) == (cause, "note", "x")
    assert found.remedy.startswith("It is left out")


@pytest.mark.parametrize(
    ("values", "name", "typed"),
    [
        ([7] * N, "net price", "--column 'net price'=KIND"),
        (ROWS, "net price", "--drop 'net price'"),
        # A comma parts two names.
        (ROWS, "price, EUR", """--drop '"price, EUR"'"""),
    ],
)
def test_a_remedy_names_a_column_as_it_is_typed(values, name, typed):
    assert typed in only(findings(values, name)).remedy


def test_of_a_long_constant_the_beginning_is_shown():
    assert len(only(findings(["x" * 100_000] * N)).summary) < 120


def test_the_lecture_keeps_such_a_column_and_says_so():
    found = only(findings([7] * N, preset="lecture"))
    assert found.summary == "x: a number (1 value); a constant: every value is 7."
    assert found.remedy == "The preset lecture keeps every column; leave it out with --drop x."


def test_what_a_person_left_out_is_not_reported_again():
    table = Table(pl.DataFrame({"x": [7] * N, "w": ROWS, "other": NOISE}))
    roles = {"w": "weights the rows"}
    columns = infer_columns(table, "other", rows=ROWS, drop=["x"], roles=roles, may_drop_all=True)
    for column in columns:
        values = table.column(column.name)
        assert list(column_findings(table, column, summarise(values, "number", values))) == []


def test_infinite_and_absurd_numbers_are_errors_that_name_their_first_row():
    values = NOISE.copy()
    values[[41, 99]] = np.inf, 1e300
    found = only(findings(values))
    assert (found.cause, found.severity, found.measure) == ("non_finite_input", "error", 2)
    assert found.summary == (
        "x: 2 values are infinite or too large for a 32-bit number, first in row 42."
    )
    values[99] = 0
    assert only(findings(values)).summary.endswith("in row 42.")


def test_a_word_among_numbers_is_a_warning():
    values = [str(i % 30) for i in ROWS]
    values[3:8] = ["unknown"] * 5
    found = only(findings(values))
    assert (found.cause, found.severity) == ("mixed_values", "warning")
    assert "5 of 1000 values are not numbers, such as 'unknown' (row 4)" in found.summary
    assert found.remedy == "For now each number is a category of its own."


@pytest.mark.parametrize(
    ("values", "cause", "summary"),
    [
        ([str(i / 7) for i in ROWS], "mixed_values", "1 of 1000 values are not numbers, such as"),
        ([str(DAY + dt.timedelta(int(i))) for i in ROWS], "mixed_dates", "is no date, such as"),
    ],
)
def test_a_word_among_numbers_or_dates_that_all_differ_makes_no_identifier_of_them(
    values, cause, summary
):
    values[50] = "later"
    found = only(findings(values))
    assert (found.cause, found.severity) == (cause, "warning")
    assert f"{summary} 'later' (row 51)" in found.summary
    assert "identifier" not in found.summary
    assert found.remedy == "For now it is left out."
    # By its name it is one, whatever it holds.
    assert only(findings(values, name="user_id")).cause == "identifier"


@pytest.mark.parametrize("wrong", ["2022-02-30", "soon"])
def test_a_value_that_is_no_date_among_dates_is_a_warning(wrong):
    values = [str(DAY + dt.timedelta(int(i % 90))) for i in ROWS]
    values[50] = wrong
    found = only(findings(values))
    assert (found.cause, found.severity) == ("mixed_dates", "warning")
    assert f"1 of 1000 values is no date, such as '{wrong}' (row 51)" in found.summary
    assert found.remedy == "For now each date is a category of its own."


def test_codes_of_digits_and_letters_are_no_mixed_values():
    assert findings([f"{i % 30}{'a' if i % 11 == 5 else ''}" for i in ROWS]) == []


@pytest.mark.parametrize("code", [-999, 999, 9999, -1])
def test_a_number_far_from_all_others_that_stands_for_missing_is_a_warning(code):
    values = random.integers(20, 40, N)
    values[:50] = code
    found = only(findings(values))
    assert (found.cause, found.severity, found.measure) == ("missing_code", "warning", code)
    assert f"50 values are {code}, far from all others" in found.summary


@pytest.mark.parametrize("far", [9_999_999_999, -1e6])
def test_a_value_absurdly_far_from_all_others_is_a_warning_with_its_row(far):
    values = ROWS % 3 * 1.0
    values[17] = far
    found = only(findings(values))
    assert (found.cause, found.severity, found.measure) == ("far_value", "warning", far)
    assert found.summary == (
        f"x: outlier {far:.12g} in row 18, more than 100 times the range of all other values away "
        "from them."
    )
    values[[20, 30]] = far
    assert "in 3 rows (first in row 18)" in only(findings(values)).summary
    values[ROWS % 2 == 0] = far
    assert findings(values) == []


def test_columns_that_say_almost_nothing_are_noted():
    nearly_empty = only(findings(gaps(ROWS < 960, NOISE)))
    assert (nearly_empty.cause, nearly_empty.measure) == ("nearly_empty", 0.96)
    nearly_constant = only(findings(np.where(ROWS < 997, 5.0, NOISE)))
    assert (nearly_constant.cause, nearly_constant.measure) == ("nearly_constant", 0.997)
    one_value = only(findings(gaps(ROWS % 2 == 1, ["yes"] * N)))
    assert (one_value.cause, one_value.measure) == ("one_value", 500)


def test_an_identifier_that_repeats_is_noted_as_one_to_split_by():
    for values in (ROWS // 4, [f"p{i // 4}" for i in ROWS]):
        found = only(findings(values, name="patient_id"))
        assert found.cause == "identifier"
        assert "--split-by patient_id" in found.remedy
    assert findings(random.integers(0, 4, N), name="station_id") == []


@pytest.mark.parametrize("first", [0, 1])
def test_numbers_that_count_the_rows_are_noted(first):
    assert only(findings(ROWS + first)).summary == "x: a row number."
    assert findings(ROWS + 2) == []
    assert findings(ROWS[::-1]) == []


def test_many_categories_of_few_rows_are_noted():
    found = only(findings([f"c{i // 2}" for i in ROWS]))
    assert (found.cause, found.measure) == ("many_categories", 0.5)


def test_a_small_table_is_not_judged_by_its_few_values():
    assert findings([*range(10), *[None] * (N - 10)])[0].cause == "nearly_empty"


def test_leaks_are_reported_the_worst_first_and_the_sure_ones_as_warnings():
    found = leak_findings({"honest": 0.6, "close": 0.93, "twin": 1.0}, "price")
    assert [(each.column, each.severity, each.measure) for each in found] == [
        ("twin", "warning", 1.0),
        ("close", "note", 0.93),
    ]
    assert found[0].summary == "twin alone predicts price almost perfectly (skill 1.000 of 1)."
    assert "--drop twin" in found[0].remedy


def test_one_column_far_above_all_others_is_a_warning_and_two_alike_are_not():
    [letter] = leak_findings({"letter": 0.93, "age": 0.3}, "default")
    assert (letter.column, letter.severity) == ("letter", "warning")
    petals = leak_findings({"length": 0.93, "width": 0.94, "sepal": 0.5}, "species")
    assert [each.severity for each in petals] == ["note", "note"]


def test_columns_that_are_all_there_is_give_nothing_away():
    assert [each.severity for each in leak_findings({"x": 1.0}, "y")] == ["note"]
    assert [each.severity for each in leak_findings({"x": 1.0, "copy": 1.0}, "y")] == ["note"] * 2
