"""`descenso compare`: runs side by side in the terminal, as a page and as JSON."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import descenso
from descenso.cli import main


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two runs, a number's and a class's, which no test may change."""
    folder = tmp_path_factory.mktemp("compare") / "runs"
    words = "--preset lecture --hidden-layers 4 --epochs 2 --test 0.2 --quiet"
    for name, more in (
        ("slow", "--target species --learning-rate 0.001"),
        ("fast", "--target species --learning-rate 0.3"),
        ("mass", "--target body_mass_g"),
    ):
        call = f"train penguins {words} {more}".split()
        assert main([*call, "--run-dir", str(folder / name)]) == 0
    return folder


def test_a_person_reads_recipes_curves_and_what_is_real(call: Callable[..., Any], folder: Path):
    said = call("compare", "slow", "fast", "--runs", folder, "--resamples", 100)
    assert said.status == 0
    lines = said.out.splitlines()
    assert lines[0] == "Runs compared: species (multiclass)"
    assert any(line.split() == ["learning_rate", "0.001", "0.3"] for line in lines)
    assert any("█" in line for line in lines)
    assert any(line.startswith("  accuracy ") and line.endswith("better") for line in lines)


def test_json_is_what_python_finds(call: Callable[..., Any], folder: Path):
    words = ("slow", "fast", "--runs", folder, "--resamples", 50, "--confidence", 0.9, "--json")
    result = json.loads(call("compare", *words).out)
    found = descenso.compare(["slow", "fast"], runs=folder, resamples=50, confidence=0.9)
    assert result == json.loads(json.dumps(found.to_dict())) | {"out": None}


def test_a_page_is_written(call: Callable[..., Any], folder: Path, tmp_path: Path):
    out = tmp_path / "page.html"
    said = call("compare", "slow", "fast", "--runs", folder, "--resamples", 20, "--out", out)
    assert said.status == 0
    assert out.read_text(encoding="utf-8").startswith("<!doctype html>")
    assert str(out) in said.err


def test_a_table_to_judge_on_is_named(call: Callable[..., Any], folder: Path, penguins: Path):
    words = ("slow", "fast", "--runs", folder, "--resamples", 0, "--data", penguins, "--json")
    result = json.loads(call("compare", *words).out)
    assert (result["part"], result["table"], result["rows"]) == ("table", "penguins.csv", 344)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("slow", "A single run cannot be compared"),
        ("slow slow", "named twice"),
        ("slow mass", "different columns"),
        ("slow nowhere", "not a run"),
        ("slow fast --data missing.csv", "missing.csv"),
        ("slow fast --resamples -1", "--resamples is '-1'"),
        ("slow fast --confidence 2", "--confidence is '2'"),
        ("slow fast --out nowhere/page.html", "there is no folder nowhere"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(
    call: Callable[..., Any], folder: Path, words: str, expected: str
):
    said = call("compare", *words.split(), "--runs", folder)
    assert said.status == 2
    assert said.out == ""
    assert expected in said.err
    assert said.err.count("\n") == 1
