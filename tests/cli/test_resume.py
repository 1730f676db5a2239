import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture
def run(trained: Path, tmp_path: Path) -> Path:
    """A copy of the training that a test may change."""
    return Path(shutil.copytree(trained, tmp_path / "run"))


def test_a_finished_run_is_shown_again(call: Callable[..., Any], run: Path):
    said = call("resume", run, "--json")
    assert said.status == 0
    kept = json.loads((run / "run.json").read_text())["result"]
    assert json.loads(said.out).items() >= (kept | {"run": str(run)}).items()
    assert said.err == (
        "This training has already ended; --epochs N trains on to N epochs in total.\n"
    )


def test_more_epochs_are_trained_on(call: Callable[..., Any], run: Path):
    said = call("resume", run, "--epochs", 5)
    assert said.status == 0
    assert "Trained for 5 epochs" in said.out
    assert len((run / "metrics.jsonl").read_text().splitlines()) == 5


def test_data_that_has_moved_is_named(
    call: Callable[..., Any], run: Path, penguins: Path, tmp_path: Path
):
    moved = Path(shutil.copy(penguins, tmp_path / "elsewhere.csv"))
    said = call("resume", run, "--epochs", 4, "--data", moved, "--quiet")
    assert said.status == 0


def test_data_that_has_changed_is_refused(
    call: Callable[..., Any], run: Path, penguins: Path, tmp_path: Path
):
    changed = tmp_path / "changed.csv"
    changed.write_text(penguins.read_text().replace("Torgersen", "Atlantis"))
    said = call("resume", run, "--epochs", 4, "--data", changed, "--quiet")
    assert (said.status, said.out) == (2, "")
    assert "changed" in said.err
