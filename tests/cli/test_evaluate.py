import json
import shutil
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


def test_json_is_what_python_finds(call: Callable[..., Any], trained: Path):
    words = ("--resamples", "50", "--confidence", "0.9", "--json")
    found = json.loads(call("evaluate", trained, *words).out)
    assert found == descenso.load(trained).evaluate(resamples=50, confidence=0.9)
    assert (found["part"], found["table"]) == ("test", None)


def test_quiet_prints_one_metric_a_line(call: Callable[..., Any], trained: Path):
    lines = call("evaluate", trained, "--quiet").out.splitlines()
    assert [line.split()[0] for line in lines] == [
        "loss",
        "skill",
        "accuracy",
        "log_loss",
        "f1_macro",
    ]
    assert all(len(line.split()) == 2 for line in lines)


def test_a_person_reads_what_was_measured_and_every_section(
    call: Callable[..., Any], trained: Path, penguins: Path
):
    lines = call("evaluate", trained).out.splitlines()
    assert lines[0] == "test: 69 rows"
    for beginning in ("accuracy ", "Confusion", "By class", "Calibration"):
        assert any(line.startswith(beginning) for line in lines), beginning
    assert call("evaluate", trained, penguins).out.splitlines()[0] == f"{penguins}: 344 rows"


def test_the_rows_kept_are_measured_where_their_table_lies_now(
    call: Callable[..., Any], penguins: Path, tmp_path: Path
):
    table = tmp_path / "here.csv"
    shutil.copy(penguins, table)
    run = tmp_path / "run"
    words = "--target species --epochs 1 --test 0.2 --preset lecture --hidden-layers 4 --quiet"
    assert call("train", table, *words.split(), "--run-dir", run).status == 0
    before = call("evaluate", run, "--json").out
    moved = table.rename(tmp_path / "there.csv")
    assert call("evaluate", run).status == 2
    assert call("evaluate", run, "--data", moved, "--json").out == before
    other = tmp_path / "other.csv"
    other.write_text(moved.read_text() + "\n")
    said = call("evaluate", run, "--data", other)
    assert said.status == 2
    assert "not the data that the run was trained on" in said.err


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["penguins", "--data", "penguins"], "cannot be combined with a table to evaluate on"),
        (["--data", "nowhere.csv"], "nowhere.csv: there is no such file"),
        (["--resamples", "-1"], "--resamples is '-1'; allowed: a whole number from 0 on."),
        (["--confidence", "95"], "--confidence is '95'; allowed: a number from 0.5 to below 1."),
    ],
)
def test_what_cannot_be_measured_is_refused(
    call: Callable[..., Any], trained: Path, words: list[str], message: str
):
    said = call("evaluate", trained, *words)
    assert (said.status, said.out) == (2, "")
    assert message in said.err


def test_a_table_without_the_target_is_refused(
    call: Callable[..., Any], trained: Path, tmp_path: Path
):
    table = tmp_path / "x.csv"
    table.write_text("island\nBiscoe\n")
    said = call("evaluate", trained, table)
    assert (said.status, said.out) == (2, "")
    assert "species" in said.err
