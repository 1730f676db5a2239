import io
import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import descenso


@pytest.fixture
def runs(trained: Path, tmp_path: Path) -> Path:
    """A folder with two runs, the second of them damaged."""
    folder = tmp_path / "runs"
    shutil.copytree(trained, folder / "sound")
    (folder / "torn").mkdir()
    (folder / "torn" / "run.json").write_text("{")
    return folder


def test_runs_alone_lists_them_with_their_result(call: Callable[..., Any], runs: Path):
    said = call("runs", "--runs", runs)
    assert said.status == 0
    assert said.out == call("runs", "list", "--runs", runs).out
    heading, *lines = said.out.splitlines()
    assert heading.split()[:4] == ["id", "created", "(UTC)", "status"]
    [sound] = [line for line in lines if "finished" in line]
    [torn] = [line for line in lines if "damaged" in line]
    assert "species" in sound
    assert re.search(r"test accuracy (0\.\d+|1\.000)", sound)
    assert torn.startswith("torn")


def test_the_list_as_json_holds_the_metrics(call: Callable[..., Any], runs: Path):
    listed = json.loads(call("runs", "--runs", runs, "--json").out)["runs"]
    by_name = {Path(each["path"]).name: each for each in listed}
    assert by_name["sound"]["metrics"]["test"]["accuracy"] > 0.5
    assert by_name["torn"]["status"] == "damaged"


def test_quiet_lists_only_the_folders(call: Callable[..., Any], runs: Path):
    said = call("runs", "--runs", runs, "--quiet")
    assert set(said.out.splitlines()) == {str(runs / "sound"), str(runs / "torn")}


def test_an_empty_folder_is_reported(call: Callable[..., Any], tmp_path: Path):
    said = call("runs", "--runs", tmp_path)
    assert (said.status, said.out) == (0, f"There are no runs in {tmp_path} yet.\n")


def test_show_has_the_recipe_with_its_reasons_and_the_metrics(
    call: Callable[..., Any], trained: Path
):
    out = call("runs", "show", trained).out
    assert "species: multiclass, trained on 7 columns\n" in out
    assert "epochs 3 · seed 0 (as requested)" in out
    assert "f1_macro" in out
    assert re.search(r"^created \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC, finished$", out, re.M)


def test_show_as_json_leaves_out_the_row_numbers(call: Callable[..., Any], trained: Path):
    shown = json.loads(call("runs", "show", trained, "--json").out)
    stored = json.loads((trained / "run.json").read_text())
    del stored["data"]["split"]
    stored["result"] = descenso.load(trained).summary()
    assert shown == {"path": str(trained), **stored}


def test_remove_deletes_the_run_and_no_other(call: Callable[..., Any], runs: Path):
    said = call("runs", "remove", runs / "sound", "--yes")
    assert said.status == 0
    assert [each.name for each in runs.iterdir()] == ["torn"]


def test_without_a_terminal_nothing_is_removed_without_yes(call: Callable[..., Any], runs: Path):
    said = call("runs", "remove", runs / "sound")
    assert said.status == 2
    assert "--yes" in said.err
    assert (runs / "sound" / "run.json").exists()


@pytest.mark.parametrize(
    ("answer", "kept"), [("n\n", True), ("\n", True), ("y\n", False), ("Sí\n", False)]
)
def test_a_person_is_asked_before_a_run_is_removed(
    call: Callable[..., Any], runs: Path, monkeypatch: pytest.MonkeyPatch, answer: str, kept: bool
):
    monkeypatch.setattr("sys.stdin", Terminal(answer))
    said = call("runs", "remove", runs / "sound")
    assert said.status == (130 if kept else 0)
    assert str(runs / "sound") in said.err
    assert (runs / "sound").exists() == kept


def test_remove_finds_all_before_it_deletes_any(call: Callable[..., Any], runs: Path):
    said = call("runs", "remove", runs / "sound", "missing", "--yes", "--runs", runs)
    assert said.status == 2
    assert (runs / "sound" / "run.json").exists()


class Terminal(io.StringIO):
    """Someone at a keyboard, who has typed already."""

    def isatty(self) -> bool:
        return True
