"""`descenso sweep`: recipes ranked in the terminal, as a page and as JSON, and how to go on."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import descenso
from descenso.engine import population

PLAIN = "sweep penguins --target species --preset lecture --hidden-layers 4 --epochs 2 --seed 3"
SWEEP = [*PLAIN.split(), "--vary", "learning_rate=0.001|0.3", "--seeds", "2", "--test", "0.2"]


def test_a_person_reads_the_ranking_and_where_the_best_run_lies(
    call: Callable[..., Any], tmp_path: Path
):
    out = tmp_path / "page.html"
    said = call(*SWEEP, "--runs", tmp_path / "runs", "--out", out)
    assert said.status == 0
    lines = said.out.splitlines()
    assert lines[0] == "Recipes compared: species (multiclass)"
    assert lines[3].startswith("Best: learning_rate 0.3, with a mean validation loss of ")
    assert any(line.split()[:2] == ["1", "0.3000"] for line in lines if line.strip())
    (run,) = (tmp_path / "runs").glob("*/run.json")
    assert f"The run is in {run.parent}" in lines
    assert out.read_text(encoding="utf-8").startswith("<!doctype html>")
    assert "Training 4 networks at once (group 1 of 1) …" in said.err


def test_json_is_what_python_finds(call: Callable[..., Any], tmp_path: Path):
    result = json.loads(call(*SWEEP, "--runs", tmp_path, "--json").out)
    found = descenso.sweep(
        "penguins",
        "species",
        vary={"learning_rate": "0.001|0.3"},
        seeds=2,
        seed=3,
        test=0.2,
        preset="lecture",
        hidden_layers=(4,),
        epochs=2,
    ).to_dict()
    for name in ("ranking", "members", "best", "vary", "seeds", "watched", "essence"):
        assert result[name] == found[name]
    assert result["run"]["metrics"] == found["run"]["metrics"]
    assert Path(result["sweep"]).parent == Path(result["run"]["run"]).parent == tmp_path


def test_quiet_says_nothing_on_the_way(call: Callable[..., Any], tmp_path: Path):
    said = call(*SWEEP, "--runs", tmp_path, "--quiet")
    assert said.err == ""
    assert "To try next" not in said.out


def test_ctrl_c_has_status_130_and_the_same_command_goes_on(
    call: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    words = (*SWEEP, "--vary", "activation=relu|tanh", "--runs", tmp_path)
    train, trained = population.train, []

    def interrupted(*arguments):
        trained.append(0)
        if len(trained) == 2:
            raise KeyboardInterrupt
        return train(*arguments)

    monkeypatch.setattr(population, "train", interrupted)
    said = call(*words)
    assert (said.status, said.out) == (130, "")
    (folder,) = tmp_path.iterdir()
    message = said.err.splitlines()[-1]
    assert message.startswith("descenso: interrupted; 4 of 8 networks are trained")
    assert message.endswith(f"repeat the command with --sweep-dir {folder}")
    assert call(*words, "--sweep-dir", folder).status == 0
    assert len(trained) == 3  # the second group once more, the first no more


def test_where_all_diverge_the_status_is_1(call: Callable[..., Any], tmp_path: Path):
    words = [word.replace("0.001|0.3", "1e30|1e31") for word in SWEEP]
    said = call(*words, "--runs", tmp_path)
    assert said.status == 1
    assert "All recipes diverged" in said.out


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("--vary lerning_rate=1|2", "did you mean 'learning_rate'?"),
        ("--vary epochs=1|2", "epochs is named and varied as well"),
        ("--vary seed=1|2", "seed cannot be varied: --seeds"),
        ("--vary momentum=0.5|1.5", "momentum is 1.5; allowed"),
        ("--seeds 0", "--seeds is '0'"),
        ("--test 2", "--test is '2'"),
        ("--out nowhere/page.html", "there is no folder nowhere"),
        ("--epochs 0", "epochs is 0: nothing would be trained"),
        ("--sweep-dir .", "something is there already, and no sweep"),
        ("--split-by a --split-time b", "cannot be combined"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line_and_leaves_nothing(
    call: Callable[..., Any],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    words: str,
    expected: str,
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.txt").write_text("mine")
    said = call(*SWEEP, *words.split())
    assert said.status == 2
    assert said.out == ""
    assert expected in said.err
    # Where the data has to be read first, progress is shown before.
    assert said.err.splitlines()[-1].startswith("descenso: ")
    assert [each.name for each in tmp_path.iterdir()] == ["mine.txt"]
