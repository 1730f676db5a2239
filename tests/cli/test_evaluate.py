import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sklearn.metrics import accuracy_score

import descenso


def test_without_a_table_the_rows_kept_for_the_test_are_measured(
    call: Callable[..., Any], trained: Path
):
    found = json.loads(call("evaluate", trained, "--json").out)
    stored = json.loads((trained / "run.json").read_text())
    assert found["rows"] == stored["rows"]["test"]
    assert found["metrics"] == pytest.approx(stored["result"]["metrics"]["test"])


def test_a_table_is_measured_as_scikit_learn_does(
    call: Callable[..., Any], trained: Path, penguins: Path
):
    found = json.loads(call("evaluate", trained, penguins, "--json").out)
    truth = [line.split(",")[0] for line in penguins.read_text().splitlines()[1:]]
    predicted = descenso.load(trained).predict(penguins)
    assert found["metrics"]["accuracy"] == pytest.approx(accuracy_score(truth, predicted))


def test_each_metric_is_a_line(call: Callable[..., Any], trained: Path):
    lines = call("evaluate", trained).out.splitlines()
    assert lines[0] == "test: 69 rows"
    assert [line.split()[0] for line in lines[1:]] == [
        "loss",
        "skill",
        "accuracy",
        "log_loss",
        "f1_macro",
    ]


def test_a_table_without_the_target_is_refused(
    call: Callable[..., Any], trained: Path, tmp_path: Path
):
    table = tmp_path / "x.csv"
    table.write_text("island\nBiscoe\n")
    said = call("evaluate", trained, table)
    assert (said.status, said.out) == (2, "")
    assert "species" in said.err
