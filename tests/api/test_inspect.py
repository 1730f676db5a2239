"""A table as it is understood before any training: in Python, and as the JSON that others read."""

import datetime as dt
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest

import descenso
from descenso.errors import InputError, RecipeError, TableError
from descenso.recipe import Recipe
from descenso.runs.preparation import prepare
from descenso.runs.request import Request

from ..support import small_tables

N = 200
ROWS = np.arange(N)
random = np.random.default_rng(0)
SHOP = pl.DataFrame(
    {
        "id": ROWS,
        "age": pl.Series(random.integers(18, 80, N))
        .cast(pl.Float64)
        .set(pl.Series(ROWS < 20), None),
        "town": random.choice(["Lima", "Quito", "Bogotá"], N),
        "member": random.random(N) < 0.5,
        "since": [str(np.datetime64("2020-01-01") + int(i)) for i in random.integers(0, 900, N)],
        "country": ["Peru"] * N,
        "refund": [None if row % 3 else "2024-01-01" for row in ROWS],
        "returned": np.where(ROWS % 3 == 0, "yes", "no"),
    }
)

COLUMN = {
    *("name", "kind", "reason", "cause", "values", "skill", "missing", "missing_share", "distinct"),
    *("least", "most", "mean", "median", "deviation", "infinite", "frequent", "commonest"),
    "histogram",
}


@pytest.fixture(scope="module")
def shop() -> descenso.Inspection:
    return descenso.inspect(SHOP, "returned", test=0.1)


def test_every_column_is_shown_with_its_kind(shop: descenso.Inspection):
    assert [(each.column.name, each.column.kind, each.values) for each in shop.columns] == [
        ("id", "dropped", "number"),
        ("age", "number", "number"),
        ("town", "category", "category"),
        ("member", "boolean", "boolean"),
        ("since", "date", "date"),
        ("country", "dropped", "category"),
        ("refund", "date", "date"),
    ]
    age = shop.columns[1]
    assert (age.summary.missing, age.summary.least) == (20, SHOP["age"].min())


def test_what_is_suspicious_is_reported_the_worst_first(shop: descenso.Inspection):
    assert [(each.severity, each.cause, each.column) for each in shop.findings] == [
        ("warning", "target_leakage", "refund"),
        ("note", "identifier", "id"),
        ("note", "constant", "country"),
        ("note", "one_value", "refund"),
    ]


def test_the_target_is_shown_with_its_task_and_classes(shop: descenso.Inspection):
    assert shop.target is not None
    assert (shop.target.task, shop.target.classes) == ("binary", (("no", 133), ("yes", 67)))
    assert shop.target.reason.startswith("inferred binary because `returned` has 2 values")


def test_rows_would_be_split_as_training_splits_them(shop: descenso.Inspection):
    request = Request(Recipe(), test=0.1, cross_validated=True)
    rows = prepare(SHOP, "returned", request).rows
    assert shop.split == {**rows, "left_out": 0}


def test_the_json_has_exactly_the_documented_shape(shop: descenso.Inspection):
    result = shop.to_dict()
    assert json.loads(json.dumps(result, allow_nan=False)) == result
    assert set(result) == {
        *("table", "rows", "sample", "columns", "target", "split", "findings", "notes")
    }
    for column in result["columns"]:
        assert set(column) == COLUMN
        assert column["histogram"] is None or set(column["histogram"]) == {
            *("first", "last", "counts", "below", "above")
        }
        assert all(set(each) == {"value", "rows", "share"} for each in column["frequent"])
    assert set(result["target"]) == (COLUMN - {"kind", "cause", "skill"}) | {"task", "classes"}
    for finding in result["findings"]:
        assert set(finding) == {*("cause", "severity", "column", "summary", "remedy", "measure")}
    for name in result:
        assert name in (descenso.Inspection.to_dict.__doc__ or "")


def test_shares_are_of_the_values_that_are_there(shop: descenso.Inspection):
    columns = {each["name"]: each for each in shop.to_dict()["columns"]}
    assert columns["age"]["missing_share"] == 0.1
    most_frequent = max(SHOP["town"].value_counts()["count"].to_list())
    assert columns["town"]["frequent"][0]["share"] == most_frequent / N


def test_without_a_target_the_columns_are_shown_and_no_split():
    found = descenso.inspect(SHOP)
    assert (found.target, found.split) == (None, None)
    assert len(found.columns) == 8
    assert {each.skill for each in found.columns} == {None}


def test_it_takes_what_training_takes(tmp_path: Path):
    SHOP.write_csv(tmp_path / "shop.csv")
    expected = descenso.inspect(SHOP, "returned").to_dict()
    for data in (
        tmp_path / "shop.csv",
        str(tmp_path / "shop.csv"),
        descenso.read(tmp_path / "shop.csv"),
    ):
        found = descenso.inspect(data, "returned").to_dict()
        assert found.pop("table") == "shop.csv"
        assert found == {name: expected[name] for name in found}
    X, y = small_tables.numbers(40)
    pair = descenso.inspect((X, y))
    assert pair.target is not None
    assert (pair.target.name, pair.target.task, len(pair.columns)) == ("y", "regression", 3)
    frame = pd.DataFrame({"a": [1.5, None, 2.5], "b": ["x", None, "y"]})
    assert [each.summary.missing for each in descenso.inspect(frame).columns] == [1, 1]


def test_the_options_of_a_training_are_followed():
    table = SHOP.with_columns(w=pl.Series(ROWS % 3), visit=pl.Series(ROWS // 10))
    found = descenso.inspect(
        table,
        "returned",
        columns={"member": "category"},
        drop=["town"],
        weights="w",
        split_by="visit",
        validation=0.25,
        preset="lecture",
    )
    kinds = {each.column.name: each.column.kind for each in found.columns}
    assert (kinds["member"], kinds["town"], kinds["country"]) == ("category", "dropped", "category")
    assert (kinds["w"], kinds["visit"]) == ("dropped", "dropped")
    assert found.split is not None
    assert found.split["left_out"] == len(ROWS[ROWS % 3 == 0])
    assert any(note.startswith("Rows are weighted by w") for note in found.notes)
    assert any(note.startswith("Rows with the same visit stay together") for note in found.notes)
    regression = descenso.inspect(table, "visit", task="regression").target
    assert regression is not None
    assert (regression.task, regression.reason, regression.classes) == (
        "regression",
        "as requested",
        None,
    )


def test_a_validation_file_counts_its_own_rows(tmp_path: Path):
    SHOP.head(50).write_csv(tmp_path / "later.csv")
    found = descenso.inspect(SHOP, "returned", validation=tmp_path / "later.csv")
    assert found.split == {"train": 200, "validation": 50, "test": 0, "left_out": 0}


def test_of_a_large_table_a_sample_is_inspected_and_that_is_reported():
    table = pl.DataFrame({"x": np.arange(120_000) * 0.5, "y": np.arange(120_000) % 2})
    found = descenso.inspect(table, "y")
    assert found.sample == 50_000
    histogram = found.columns[0].summary.histogram
    assert histogram is not None
    assert sum(histogram.counts) == 50_000
    assert found.columns[0].summary.most == 59_999.5


@pytest.mark.parametrize(
    ("values", "summary"),
    [
        (["same"] * N, "the target 'y' is 'same' in all training rows"),
        ([7.5] * N, "the target 'y' is 7.5 in every row: there is nothing to predict"),
        ([None] * N, "the target 'y' is missing in every row"),
        (pl.Series([[1]] * N), "the target 'y' is of type List(Int64)"),
        ([dt.date(2024, 1, 1)] * N, "the target 'y' is of type Date"),
        ([np.inf, *range(N - 1)], "the target 'y', row 1: inf is infinite or too large"),
    ],
    ids=["constant", "one number", "empty", "lists", "dates", "infinite"],
)
def test_a_target_that_training_refuses_is_the_worst_finding(values: Any, summary: str):
    table = pl.DataFrame({"x": random.normal(size=N), "y": pl.Series(values, strict=False)})
    found = descenso.inspect(table, "y")
    assert found.target is not None
    assert (found.target.task, found.split) == (None, None)
    worst = found.findings[0]
    assert (worst.severity, worst.cause) == ("error", "unusable_target")
    assert summary in worst.summary
    with pytest.raises(TableError) as refused:
        prepare(table, "y", Request(Recipe(task="regression" if "infinite" in summary else "auto")))
    assert summary in str(refused.value)


def test_where_no_column_is_left_to_learn_from_that_is_an_error():
    found = descenso.inspect(pl.DataFrame({"x": [1] * N, "y": ROWS % 2}), "y")
    assert (found.findings[0].severity, found.findings[0].cause) == ("error", "no_columns")


@pytest.mark.parametrize(
    ("wishes", "message"),
    [
        ({"target": "returnde"}, "there is no column 'returnde'. Did you mean 'returned'"),
        ({"test": 1.5}, "test is 1.5; allowed"),
        ({"task": "clustering"}, "task is 'clustering'; allowed"),
        ({"split_by": "id", "split_time": "since"}, "cannot be combined"),
        ({"drop": ["ago"]}, "there is no column 'ago'. Did you mean 'age'"),
        ({"columns": {"town": "number"}}, "column 'town', row 1: '.*' is not a number"),
        ({"weights": "town"}, "the weights 'town', row 1: .* is not a weight"),
    ],
)
def test_a_wrong_wish_is_refused_as_in_training(wishes: dict[str, Any], message: str):
    with pytest.raises(InputError, match=message):
        arguments: dict[str, Any] = {"target": "returned", **wishes}
        descenso.inspect(SHOP, **arguments)


def test_a_pair_and_a_table_of_one_row_are_inspected_too():
    one = descenso.inspect(pl.DataFrame({"a": [1], "b": ["x"]}), "a")
    assert one.rows == 1
    assert one.target is not None


def test_python_s_prompt_shows_it_as_text_and_a_notebook_as_a_page(shop: descenso.Inspection):
    assert repr(shop).startswith("the data: 200 rows, 8 columns\n\nTarget returned\n")
    assert "refund alone predicts returned almost perfectly" in " ".join(repr(shop).split())
    assert shop._repr_html_().startswith('<div class="descenso">')


def test_a_name_of_the_recipe_that_does_not_concern_data_is_no_argument():
    with pytest.raises(TypeError):
        descenso.inspect(SHOP, epochs=3)  # type: ignore[call-arg]
    with pytest.raises(RecipeError):
        descenso.inspect(SHOP, seed=-1)


def test_it_does_without_jax():
    code = (
        "import sys, descenso; repr(descenso.inspect('penguins', 'species')); "
        "print(*{'jax', 'equinox', 'optax', 'sklearn', 'pandas'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


def test_a_task_that_is_asked_for_is_not_inferred():
    # Dates that hardly repeat, which are refused as a target unless classes are asked for.
    dates = [f"2024-01-{1 + i % 28:02}" for i in range(50)]
    table = pl.DataFrame({"x": np.sin(np.arange(50)), "day": dates})
    for task, found in (("auto", None), ("multiclass", "multiclass")):
        target = descenso.inspect(table, "day", task=task).target
        assert target is not None
        assert target.task == found
