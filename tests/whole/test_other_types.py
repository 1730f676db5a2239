"""A column of another type than in training gives the right result, or one line that says why not.

A target of true and false, for example, that another program wrote as text, or as 0 and 1.
"""

import contextlib
import io
import re
from collections.abc import Callable, Mapping
from datetime import datetime, time, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

import descenso
from descenso.cli import main
from descenso.recipe import Recipe
from descenso.runs.preparation import prepare
from descenso.runs.request import Request

from ..support.small_tables import plain

ROWS = 40
SIZE = np.random.default_rng(0).normal(size=ROWS)
CODES = (SIZE > 0).astype(int)


def column(values: list[Any], dtype: Any = None) -> pl.Series:
    """As many rows as the tables have, with these values in turn."""
    return pl.Series([values[row % len(values)] for row in range(ROWS)], dtype=dtype)


# What a column may hold in training, as a target or as one to learn from.
LEARNT: dict[str, pl.Series] = {
    "booleans": pl.Series(CODES == 1),
    "text": pl.Series(np.array(["no", "yes"])[CODES]),
    "digits": pl.Series(np.array(["1", "2"])[CODES]),
    "whole": pl.Series(CODES),
    "fractions": pl.Series(SIZE),
}
DATES = pl.Series(np.datetime64("2020-01-01") + np.arange(ROWS))

# What it may hold later.
MET: dict[str, pl.Series] = LEARNT | {
    "dates": DATES,
    "other words": column(["a", "true", "2.5"]),
    "other numbers": column([0, 1, 7]),
    "infinite": column([1.0, float("inf")]),
    "large": column([2**60, 2**60 + 1]),
    "nothing": column([None]),
    "moments": column([datetime(2024, 1, 31, 5), None]),
    "times": column([time(5)]),
    "spans": column([timedelta(days=1)]),
    "decimals": column([Decimal("1.50"), Decimal("1.00")]),
    "categories": column(["no", "yes", None], pl.Categorical),
    "lists": column([[1], [2, 3]]),
    "records": column([{"a": 1}]),
    "arrays": column([[1, 2]], pl.Array(pl.Int64, 2)),
    "bytes": column([b"a"]),
}

# The same classes, written otherwise.
ALIKE = {
    "booleans": [pl.Series(CODES), pl.Series(CODES / 1), pl.Series(np.array(["F", "True"])[CODES])],
    "text": [LEARNT["text"].cast(pl.Categorical), LEARNT["text"].cast(pl.Enum(["yes", "no"]))],
    "digits": [pl.Series(CODES + 1), pl.Series(CODES + 1.0)],
    "whole": [pl.Series(CODES == 1), pl.Series(CODES / 1), pl.Series(CODES).cast(pl.String)],
    "fractions": [pl.Series(SIZE).cast(pl.String), pl.Series(SIZE).cast(pl.Decimal(38, 20))],
}


def table(**columns: pl.Series) -> pl.DataFrame:
    return pl.DataFrame({"size": SIZE, **columns})


@cache
def trained(target: str) -> descenso.Run:
    return descenso.train(table(y=LEARNT[target]), "y", **plain(validation=0))


def validate(learnt: pl.DataFrame, other: pl.DataFrame) -> None:
    """Prepare a training on one table that is to be validated on another."""
    prepare(learnt, "y", Request(Recipe(**plain(validation=other))))


def attempt(act: Callable[[], object]) -> str | None:
    """Why something is refused, which has to be said in one line; None where it is not."""
    try:
        act()
    except descenso.InputError as refusal:
        assert re.fullmatch(r"[^\n]{10,700}", str(refusal))
        return str(refusal)
    return None


@pytest.mark.parametrize("target", LEARNT)
def test_a_target_of_any_other_type_is_understood_or_refused_in_a_line(target: str):
    run = trained(target)
    learnt = table(y=LEARNT[target])
    refused: set[str] = set()
    for name, values in MET.items():
        other = table(y=values)
        judged = attempt(lambda other=other: run.evaluate(other, resamples=0))
        validated = attempt(lambda other=other: validate(learnt, other))
        assert (judged is None) == (validated is None), name
        if judged is not None:
            assert "'y'" in judged
            refused.add(name)
    numbers = {"whole", "fractions", "other numbers", "large", "decimals", "digits", "booleans"}
    understood = {
        "booleans": {"booleans", "text", "categories", "whole"},
        "text": {"text", "categories"},
        "digits": {"digits"},
        "whole": {"whole", "booleans"},
        "fractions": numbers,
    }
    assert set(MET) - refused == understood[target]


@pytest.mark.parametrize("target", ALIKE)
def test_the_same_values_of_another_type_are_judged_the_same(target: str):
    run = trained(target)
    expected = run.evaluate(table(y=LEARNT[target]), resamples=0)
    for values in ALIKE[target]:
        found = run.evaluate(table(y=values), resamples=0)
        assert found["metrics"] == pytest.approx(expected["metrics"])


@pytest.mark.parametrize("kind", ["booleans", "text", "fractions", "dates"])
def test_a_column_of_any_other_type_is_understood_or_refused_in_a_line(kind: str):
    learnt = table(x=MET[kind], y=LEARNT["text"])
    run = descenso.train(learnt, "y", **plain(validation=0))
    for name, values in MET.items():
        other = table(x=values, y=LEARNT["text"])
        acts = (
            lambda other=other: run.predict(other),
            lambda other=other: validate(learnt, other),
        )
        refusals = {attempt(act) is not None for act in acts}
        assert len(refusals) == 1, name


@pytest.mark.parametrize("role", ["weights", "split_by", "split_time"])
def test_a_column_of_any_type_weighs_and_splits_or_is_refused_in_a_line(role: str):
    for values in MET.values():
        # Two times or groups may leave rows of one class to learn from, which is refused too.
        data = table(w=values, y=LEARNT["fractions"])
        roles: dict[str, Any] = {role: "w"}
        request = Request(Recipe(**plain()), **roles)
        refusal = attempt(lambda data=data, request=request: prepare(data, "y", request))
        assert refusal is None or "'w'" in refusal


def test_weights_of_any_other_type_weigh_or_are_refused_in_a_line():
    run = descenso.train(
        table(w=LEARNT["whole"] + 1, y=LEARNT["text"]), "y", weights="w", **plain(validation=0)
    )
    refused = {
        name
        for name, values in MET.items()
        if attempt(
            lambda values=values: run.evaluate(table(w=values, y=LEARNT["text"]), resamples=0)
        )
    }
    assert refused >= {"dates", "moments", "times", "spans"}, "a day is no amount"
    assert refused.isdisjoint({"whole", "other numbers", "decimals", "digits", "booleans"})


# In files, where text formats hold what the text spells.

FORMATS: Mapping[str, Callable[[pl.DataFrame, Path], object]] = {
    "csv": pl.DataFrame.write_csv,
    "jsonl": pl.DataFrame.write_ndjson,
    "parquet": pl.DataFrame.write_parquet,
    "arrow": pl.DataFrame.write_ipc,
    "xlsx": lambda frame, file: frame.write_excel(file),
    "npz": lambda frame, file: np.savez(
        file, X=frame.select("size").to_numpy(), y=np.array(frame["y"].to_list())
    ),
}
IN_FILES = ["booleans", "fractions", "text", "whole", "nothing"]


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("target", ["booleans", "fractions"])
def test_in_files_of_any_format_too(target: str, form: str, tmp_path: Path):
    def written(name: str) -> Path:
        file = tmp_path / f"{name}.{form}"
        FORMATS[form](table(y=MET[name]), file)
        return file

    run = tmp_path / "run"
    train = ["train", written(target), "--target", "y", "--preset", "lecture", "--seed", "0"]
    train += ["--hidden-layers", "4", "--epochs"]
    assert said(*train, "1", "--run-dir", run) == (0, "")
    for name in IN_FILES[: -1 if form == "npz" else None]:
        other = written(name)
        judged = said("evaluate", run, other, "--resamples", "0")
        validated = said(*train, "0", "--validation", other, "--run-dir", tmp_path / f"run {name}")
        for status, err in (judged, validated):
            assert (status, err) == (0, "") or (
                status == 2 and re.fullmatch(r"descenso: [^\n]+\n", err)
            ), (name, err)
        assert judged[0] == validated[0], name
        assert name != target or judged[0] == 0
        if form != "npz":
            predictions = tmp_path / "out.csv"
            assert said("predict", run, other, "--out", predictions, "--keep", "y") == (0, "")
    # Nor are they the rows of the training, which could prove or continue it.
    for command in (["verify"], ["resume", "--epochs", "2"]):
        status, err = said(*command, run, "--data", tmp_path / f"text.{form}")
        assert status == 2 and re.fullmatch(r"descenso: [^\n]+\n", err)


def said(*words: object) -> tuple[int, str]:
    """The status of a command in this process, and what it printed as errors."""
    err = io.StringIO()
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(err):
        status = main([str(word) for word in (*words, "--quiet")])
    return status, err.getvalue()
