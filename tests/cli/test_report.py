"""`descenso report`: a page in the run's folder or elsewhere, JSON, and a few findings."""

import json
from collections.abc import Callable
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest


@pytest.fixture
def run(trained: Path, tmp_path: Path) -> Path:
    return copytree(trained, tmp_path / "run")


def test_the_page_lies_in_the_run_s_folder(call: Callable[..., Any], run: Path):
    said = call("report", run)
    assert said.status == 0
    assert (run / "report.html").read_text(encoding="utf-8").startswith("<!doctype html>")
    assert f"The page is {run / 'report.html'}" in said.err
    assert "On the test rows: accuracy" in said.out
    assert "matters most" in said.out
    assert not list(run.glob("*.tmp"))


def test_the_page_lies_where_it_is_wanted_and_has_no_rows_if_none_are_wanted(
    call: Callable[..., Any], run: Path, tmp_path: Path
):
    out = tmp_path / "page.html"
    said = call("report", run, "--out", out, "--no-rows", "--quiet")
    assert said.status == 0 and said.err == ""
    assert "contains no rows of your data" in out.read_text(encoding="utf-8")
    assert not (run / "report.html").exists()


def test_its_numbers_are_one_json_object(call: Callable[..., Any], run: Path):
    result = json.loads(call("report", run, "--json").out)
    assert result["out"] == str(run / "report.html")
    assert result["part"] == "test"
    assert [each["column"] for each in result["importance"]["columns"]]


def test_a_spanish_page_is_announced_in_spanish(call: Callable[..., Any], run: Path):
    said = call("report", run, "--lang", "es")
    assert "En las filas de prueba" in said.out
    assert 'lang="es"' in (run / "report.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("report nowhere", "nowhere"),
        ("report RUN --out nowhere/page.html", "there is no folder nowhere"),
        ("report RUN --data missing.csv", "missing.csv"),
        ("report RUN --data OTHER", "this is not the data"),
        ("report RUN --rows", "--no-rows"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(
    call: Callable[..., Any], run: Path, words: str, expected: str
):
    other = run / "other.csv"
    other.write_text("species,year\nAdelie,2007\n")
    said = call(*words.replace("RUN", str(run)).replace("OTHER", str(other)).split())
    assert said.status == 2
    assert said.out == ""
    assert expected in said.err
    assert said.err.count("\n") == 1
