import datetime as dt

import numpy as np
import polars as pl
import pytest

from descenso.data.columns.kinds import infer_columns
from descenso.data.io.read import read_with_target
from descenso.data.table import Table
from descenso.errors import TableError

N = 60
ROWS = np.arange(N)
LETTERS = [chr(ord("a") + i % 26) + chr(ord("a") + i // 26) for i in range(N)]
SENTENCES = [f"the house number {i} has a garden and a view" for i in range(N)]


def infer_one(values, *, name="x", rows=ROWS, **options):
    """The kind of one column, beside a number that keeps the table from being empty."""
    table = Table(pl.DataFrame({name: values, "other": np.sin(ROWS), "y": ROWS % 2}, strict=False))
    found = infer_columns(table, "y", rows=rows, **options)
    assert [column.name for column in found] == [name, "other"]
    return found[0]


@pytest.mark.parametrize(
    ("values", "kind", "reason"),
    [
        (np.cos(ROWS), "number", "a number (60 different values)"),
        (ROWS % 3, "number", "a number (3 different values)"),
        ([dt.timedelta(days=int(i)) for i in ROWS], "number", "a number (60 different values)"),
        (ROWS % 2 == 0, "boolean", "true or false"),
        ([("a", "b", None)[i % 3] for i in ROWS], "category", "a category (2 values)"),
        (pl.Series(LETTERS[:30] * 2, dtype=pl.Categorical), "category", "a category (30 values)"),
        ([dt.date(2024, 1, 1) + dt.timedelta(int(i)) for i in ROWS], "date", "a date"),
        ([f"2024-01-{1 + i % 28:02}" for i in ROWS], "date", "a date, written as text"),
        (LETTERS, "dropped", "an identifier: every value is different"),
        ([1.0] * N, "dropped", "a constant: every value is 1.0"),
        ([None] * N, "dropped", "empty: every value is missing"),
        (SENTENCES[: N - 1] + SENTENCES[:1], "dropped", "free text (10 words on average)"),
        ([[1]] * N, "dropped", "List(Int64) is not supported"),
    ],
)
def test_a_column_s_kind_is_found_and_explained(values, kind, reason):
    column = infer_one(values)
    assert column.kind == kind
    assert reason in column.reason


def test_missing_values_are_counted_among_the_training_rows():
    values = np.where(ROWS % 4 == 0, np.nan, np.cos(ROWS))
    assert infer_one(values).missing == 15
    assert infer_one(values, rows=ROWS[1:4]).missing == 0


@pytest.mark.parametrize("name", ["id", "ID", "customer_id", "customerId", "row.index", "column1"])
def test_whole_numbers_that_all_differ_are_an_identifier_if_their_name_says_so(name):
    assert infer_one(ROWS, name=name).kind == "dropped"


@pytest.mark.parametrize("name", ["salary", "year", "paid", "grid", "humid"])
def test_other_whole_numbers_that_all_differ_stay_numbers(name):
    assert infer_one(ROWS, name=name).kind == "number"


@pytest.mark.parametrize("values", [ROWS % 3, ROWS % 3 / 2, ROWS % 3 == 0])
def test_a_column_that_came_as_categories_is_one_whatever_its_values(values):
    frame = pl.DataFrame({"x": values, "y": ROWS % 2})
    (found,) = infer_columns(Table(frame, categories=frozenset({"x"})), "y", rows=ROWS)
    assert found.kind == "category"
    assert found.reason == f"a category ({len(set(values))} values)"


def test_a_value_against_a_gap_is_no_constant():
    assert infer_one([None if i % 2 else "yes" for i in ROWS]).kind == "category"


def test_few_rows_are_not_enough_to_call_a_column_an_identifier():
    assert infer_one(LETTERS, rows=ROWS[:10]).kind == "category"


def test_a_few_words_among_numbers_are_pointed_out():
    mixed = ["unknown", *(str(i % 20) for i in range(N - 1))]
    assert "1 of 60 values are not numbers, such as 'unknown'" in infer_one(mixed).reason
    different = infer_one(["unknown", *(str(i / 7) for i in range(N - 1))])
    assert different.kind == "dropped"
    assert "1 of 60 values are not numbers, such as 'unknown'" in different.reason


def test_only_training_rows_are_looked_at():
    values = ["a"] * 30 + LETTERS[:30]
    assert infer_one(values, rows=ROWS[:30]).kind == "dropped"
    assert infer_one(values, rows=ROWS).kind == "category"


def test_a_column_that_repeats_another_is_dropped_for_the_first():
    table = Table(
        pl.DataFrame({"a": np.sin(ROWS), "b": np.cos(ROWS), "c": np.sin(ROWS), "y": ROWS})
    )
    found = infer_columns(table, "y", rows=ROWS)
    assert [column.kind for column in found] == ["number", "number", "dropped"]
    assert (found[2].cause, found[2].reason) == (
        "duplicate",
        "a duplicate of a",
    )
    kept = infer_columns(table, "y", rows=ROWS, overrides={"c": "number"})
    assert kept[2].kind == "number"
    lecture = infer_columns(table, "y", rows=ROWS, preset="lecture")
    assert (lecture[2].kind, lecture[2].cause) == ("number", "duplicate")


def test_a_column_is_no_duplicate_of_one_that_is_dropped():
    table = Table(pl.DataFrame({"a": np.sin(ROWS), "c": np.sin(ROWS), "y": ROWS}))
    found = infer_columns(table, "y", rows=ROWS, drop=["a"])
    assert [column.kind for column in found] == ["dropped", "number"]


def test_a_column_that_plays_a_role_is_no_feature_but_where_a_person_says_so():
    table = Table(pl.DataFrame({"when": np.sin(ROWS), "x": np.cos(ROWS), "y": ROWS}))
    roles = {"when": "orders the rows in time"}
    found = infer_columns(table, "y", rows=ROWS, roles=roles)
    assert (found[0].kind, found[0].cause, found[0].reason) == ("dropped", "role", roles["when"])
    found = infer_columns(table, "y", rows=ROWS, roles=roles, overrides={"when": "number"})
    assert found[0].kind == "number"


def test_the_lecture_reports_what_it_keeps_all_the_same():
    assert infer_one([1.0] * N, preset="lecture").reason == (
        "a number (1 value); a constant: every value is 1.0"
    )


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (LETTERS, "category"),
        (SENTENCES, "category"),
        ([1.0] * N, "number"),
        ([None] * N, "number"),
        ([True] * N, "boolean"),
    ],
)
def test_the_lecture_preset_keeps_every_column(values, kind):
    assert infer_one(values, preset="lecture").kind == kind


def test_a_numeric_array_s_columns_are_numbers_whatever_they_hold():
    array = np.stack([np.ones(N), ROWS % 2, ROWS], axis=1)
    table, target = read_with_target((array, ROWS % 2))
    kinds = [column.kind for column in infer_columns(table, target, rows=ROWS)]
    assert kinds == ["number", "number", "number"]


def test_a_person_s_word_outweighs_what_was_found():
    assert infer_one(ROWS % 3, overrides={"x": "category"}).kind == "category"
    assert infer_one(LETTERS, overrides={"x": "category"}).kind == "category"
    assert infer_one(np.cos(ROWS), drop=["x"]).kind == "dropped"
    assert infer_one(ROWS, overrides={"x": "boolean"}).reason == "true or false, as requested"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"overrides": {"X": "number"}}, r"no column 'X'\. Did you mean 'x'\?"),
        ({"drop": ["zzz"]}, r"no column 'zzz'\. There are 'x', 'other'"),
        ({"overrides": {"x": "categories"}}, r"no kind 'categories'\. Did you mean 'category'\?"),
        ({"overrides": {"x": "?"}}, r"There are 'number', 'category', 'boolean', 'date'"),
        ({"drop": ["y"]}, r"'y' is the target"),
        ({"overrides": {"y": "category"}}, r"'y' is the target.*--task"),
        ({"drop": ["x", "other"]}, r"no column is left to learn 'y' from.*left out, as requested"),
    ],
)
def test_a_wrong_wish_is_answered_with_the_right_word(options, message):
    with pytest.raises(TableError, match=message):
        infer_one(np.cos(ROWS), **options)


def test_a_table_of_a_target_alone_teaches_nothing():
    with pytest.raises(TableError, match="no column is left"):
        infer_columns(Table(pl.DataFrame({"y": ROWS})), "y", rows=ROWS)
