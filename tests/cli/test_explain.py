"""`descenso explain`: topics are listed, measured, printed, and written as a page."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from descenso.lessons import TOPICS


def test_without_a_topic_all_are_listed(call: Callable[..., Any]):
    said = call("explain")
    assert said.status == 0
    assert all(f"  {topic} " in said.out for topic in TOPICS)


def test_topics_are_json_too(call: Callable[..., Any]):
    result = json.loads(call("explain", "--json").out)
    assert [each["topic"] for each in result["topics"]] == list(TOPICS)


def test_a_lesson_of_a_run_is_one_json_object(call: Callable[..., Any], trained: Path):
    said = call("explain", "activations", trained, "--json")
    assert json.loads(said.out)["topic"] == "activations"


def test_a_page_is_written(call: Callable[..., Any], tmp_path: Path):
    out = tmp_path / "page.html"
    said = call("explain", "activations", "--epochs", "2", "--out", out)
    assert said.status == 0
    assert out.read_text(encoding="utf-8").startswith("<!doctype html>")
    assert str(out) in said.err


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("explain losess", "did you mean 'losses'?"),
        ("explain losses penguins", "name the column to predict with --target"),
        ("explain losses nowhere", "nowhere"),
        ("explain losses missing.csv --target y", "missing.csv"),
        ("explain losses --epoch 3", "The lesson losses takes no --epoch"),
        ("explain step --epoch -1", "--epoch is '-1'"),
        ("explain losses --out nowhere/page.html", "there is no folder nowhere"),
        ("explain losses --learning-rate -1", "learning_rate"),
        ("explain variants --epochs 0", "epochs is 0: nothing would be trained"),
        ("explain variants --epochs 0 --lang es", "epochs es 0: no se entrenaría nada"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(
    call: Callable[..., Any], words: str, expected: str
):
    said = call(*words.split())
    assert said.status == 2
    assert said.out == ""
    assert expected in said.err
    assert said.err.count("\n") == 1
