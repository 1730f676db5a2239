"""`descenso diagnose`: the verdict in a terminal, as JSON and as a page; and the repaired run."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    import descenso

    folder = tmp_path_factory.mktemp("runs")
    descenso.train(
        "penguins", "species", preset="lecture", init="zeros", epochs=60, runs=folder, test=0.2
    )
    return folder


def test_it_says_what_is_wrong_what_repairs_it_and_how_well(
    call: Callable[..., Any], runs: Path, tmp_path: Path
):
    page = tmp_path / "page.html"
    said = call("diagnose", "latest", "--runs", runs, "--out", page)
    assert said.status == 0
    assert "Problem found" in said.out
    assert "Suggested change: --init he --init-scale 1" in said.out
    assert "held-out" in said.out and "→" in said.out
    assert "descenso diagnose latest --apply" in said.out
    assert "Trying symmetric_init" in said.err
    assert "<svg" in page.read_text(encoding="utf-8")


def test_json_is_one_object(call: Callable[..., Any], runs: Path):
    said = call("diagnose", "latest", "--runs", runs, "--json", "--quick")
    result = json.loads(said.out)
    assert result["verdict"] == "ill" and result["quick"]
    assert result["diagnoses"][0]["cause"] == "symmetric_init"


def test_apply_trains_the_repaired_recipe_as_a_run_that_names_its_parent(
    call: Callable[..., Any], runs: Path
):
    (original,) = [path for path in runs.iterdir() if path.is_dir()]
    said = call("diagnose", original, "--runs", runs, "--quick", "--apply", "--json")
    found = json.loads(said.out)
    assert said.status == 0 and found["verdict"] == "ill"
    (repaired,) = [path for path in runs.iterdir() if path.is_dir() and path != original]
    record = json.loads((repaired / "run.json").read_text(encoding="utf-8"))
    assert record["parent"] == str(original) and record["recipe"]["init"] == "he"
    assert str(repaired) in said.err
    (repair,) = found["repairs"]
    assert repair["run"] == str(repaired) and repair["kept"]
    assert (repair["cause"], repair["verdict"]) == ("symmetric_init", "healthy")


def test_a_recipe_from_a_file_is_trained_and_examined(call: Callable[..., Any], tmp_path: Path):
    recipe = tmp_path / "recipe.json"
    recipe.write_text(json.dumps({"preset": "lecture", "loss": "mse", "epochs": 3}))
    words = ["diagnose", "--data", "penguins", "--target", "species", "--recipe", recipe]
    said = call(*words, "--quick", "--json")
    assert json.loads(said.out)["diagnoses"][0]["cause"] == "loss_mismatch"


def test_it_speaks_spanish(call: Callable[..., Any], runs: Path):
    said = call("diagnose", "latest", "--runs", runs, "--quick", "--lang", "es")
    assert said.out.startswith("Sin síntomas de un problema")


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("diagnose", "Name a run"),
        ("diagnose --data penguins", "Name a run"),
        ("diagnose latest --target species", "A run already has its target"),
        ("diagnose latest --learning-rate 1", "A run already has its target"),
        ("diagnose --data missing.csv --target y", "missing.csv"),
        ("diagnose --data penguins --target species --apply", "--apply repairs a run"),
        ("diagnose nowhere", "nowhere"),
        ("diagnose latest --apply --rounds 0", "--rounds is '0'; allowed: a whole number from 1"),
        ("diagnose latest --budget 0", "--budget is '0'; allowed: a number above 0"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(
    call: Callable[..., Any], words: str, expected: str
):
    said = call(*words.split())
    assert said.status == 2 and expected in said.err
    assert said.out == "" and len(said.err.strip().splitlines()) == 1
