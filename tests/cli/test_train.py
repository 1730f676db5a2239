import json
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

WORDS = ["train", "penguins", "--target", "species", "--epochs", "3"]

PROMISED = {
    "run",
    "task",
    "target",
    "classes",
    "output_activation",
    "loss",
    "recipe",
    "rows",
    "parameters",
    "epochs",
    "kept_epoch",
    "iterations",
    "seconds",
    "stopped",
    "metrics",
    "warnings",
    "diagnosis",
}


def test_the_result_is_shown_and_what_to_try_next(call: Callable[..., Any], tmp_path: Path):
    said = call(*WORDS, "--test", "0.2", "--run-dir", tmp_path / "run")
    assert said.status == 0
    assert re.search(r"^test accuracy 0\.\d{4}$", said.out, re.MULTILINE)
    assert str(tmp_path / "run") in said.out
    assert "descenso predict" in said.out


def test_every_choice_is_shown_with_its_reason(call: Callable[..., Any], tmp_path: Path):
    err = " ".join(call(*WORDS, "--drop", "year", "--run-dir", tmp_path / "run").err.split())
    assert (
        "task multiclass "
        "(inferred multiclass because `species` has 3 values; override with --task)" in err
    )
    assert "island a category (3 values)" in err
    assert "year dropped: left out, as requested" in err
    assert "epochs 3 (as requested)" in err
    assert "--column NAME=KIND" in err


def test_a_column_may_weigh_the_rows(call: Callable[..., Any], tmp_path: Path):
    said = call(*WORDS, "--weights", "year", "--run-dir", tmp_path / "run")
    assert said.status == 0
    err = " ".join(said.err.split())
    assert "year dropped: weights the rows" in err
    assert "Rows are weighted by year (2007 to 2009)" in err


def test_weights_that_are_none_are_refused_and_leave_nothing(
    call: Callable[..., Any], tmp_path: Path
):
    said = call(*WORDS, "--weights", "island", "--runs", tmp_path / "runs")
    assert said.status == 2
    assert said.err == (
        "descenso: penguins: the weights 'island', row 1: 'Torgersen' is not a weight. A weight is "
        "a finite 32-bit number, 0 or more; 0 leaves the row out.\n"
    )
    assert not (tmp_path / "runs").exists()


def test_rows_may_be_split_by_groups_or_in_time(call: Callable[..., Any], tmp_path: Path):
    said = call(*WORDS, "--split-by", "island", "--validation", "0", "--runs", tmp_path)
    assert said.status == 0
    assert "Rows with the same island stay together: 3 groups for training" in said.err
    said = call(*WORDS, "--split-time", "year", "--test", "0.3", "--runs", tmp_path)
    assert said.status == 0
    assert "Split in time by year: training on 2007 to 2007, validation on 2008" in said.err


def test_two_ways_to_split_are_refused_at_once(call: Callable[..., Any]):
    said = call("train", "nowhere.csv", "--target", "y", "--split-by", "a", "--split-time", "b")
    assert said.status == 2
    assert "split_by and split_time cannot be combined" in said.err


def test_without_a_terminal_each_epoch_is_a_line(call: Callable[..., Any], tmp_path: Path):
    err = call(*WORDS, "--run-dir", tmp_path / "run").err
    assert re.findall(r"^ +(\d+) +[\d.]+ +[\d.]+ +[\d.]+ ", err, re.MULTILINE) == ["1", "2", "3"]


def test_quiet_says_nothing_but_the_result(call: Callable[..., Any], tmp_path: Path):
    said = call(*WORDS, "--quiet", "--run-dir", tmp_path / "run")
    assert said.err == ""
    assert said.out.splitlines()[-1].startswith("validation accuracy ")


def test_json_is_one_object_with_all_that_is_promised(call: Callable[..., Any], tmp_path: Path):
    said = call(*WORDS, "--json", "--run-dir", tmp_path / "run")
    summary = json.loads(said.out, parse_constant=pytest.fail)
    assert set(summary) == PROMISED
    assert summary["recipe"]["epochs"] == summary["epochs"] == 3
    assert summary["metrics"]["test"] is None
    assert "epoch" in said.err


def test_several_seeds_are_shown_with_their_spread(call: Callable[..., Any], tmp_path: Path):
    said = call(*WORDS, "--seeds", "2", "--run-dir", tmp_path / "run")
    assert said.status == 0
    assert "over 2 seeds" in said.out
    assert "±" in said.out


def test_runs_go_into_the_folder_that_is_named(
    call: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    call(*WORDS, "--quiet", "--runs", tmp_path / "here")
    monkeypatch.setenv("DESCENSO_RUNS", str(tmp_path / "there"))
    call(*WORDS, "--quiet")
    for folder in ("here", "there"):
        [run] = (tmp_path / folder).iterdir()
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d-species-[0-9a-f]{8}", run.name)


def test_a_folder_that_holds_something_is_refused_and_left_alone(
    call: Callable[..., Any], tmp_path: Path
):
    (tmp_path / "thesis.txt").write_text("mine")
    said = call(*WORDS, "--run-dir", tmp_path)
    assert said.status == 2
    assert [file.name for file in tmp_path.iterdir()] == ["thesis.txt"]


def test_a_loss_that_becomes_infinite_at_once_is_reported_and_fails(
    call: Callable[..., Any], tmp_path: Path
):
    words = [*WORDS, "--optimizer", "sgd", "--learning-rate", "1e30", "--run-dir", tmp_path / "run"]
    said = call(*words, "--json")
    assert said.status == 1
    assert json.loads(said.out)["stopped"] == "diverged"
    assert "The loss became infinite in epoch 1" in said.err


def test_ctrl_c_saves_the_run_and_says_how_to_go_on(call: Callable[..., Any], tmp_path: Path):
    run = tmp_path / "run"
    words = [*WORDS[:-1], "1000000", "--patience", "none", "--json", "--run-dir", str(run)]
    command = [sys.executable, "-m", "descenso", *words]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout and process.stderr
        first_epoch = next(line for line in process.stderr if re.match(r" +1 ", line))
        assert first_epoch
        process.send_signal(signal.SIGINT)
        out, err = process.communicate()
    summary = json.loads(out)
    assert process.returncode == 130
    assert summary["stopped"] == "interrupted"
    assert f"descenso resume {run}" in err

    resumed = call("resume", run, "--epochs", summary["epochs"] + 1, "--json", "--quiet")
    assert resumed.status == 0
    assert json.loads(resumed.out)["epochs"] == summary["epochs"] + 1
