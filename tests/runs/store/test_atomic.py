"""A file is replaced at once or not at all."""

import signal
import threading
from pathlib import Path

import pytest

from descenso.errors import DiskError, RunError
from descenso.runs.store.atomic import content, replace

OLD, NEW = b"old " * 1000, b"new " * 1000


def test_a_file_is_replaced_and_its_folder_is_made(tmp_path: Path):
    file = tmp_path / "model/weights"
    replace(file, OLD)
    replace(file, NEW)
    assert content(file) == NEW
    assert list(file.parent.iterdir()) == [file]


@pytest.mark.parametrize("killed_in", ["fsync", "replace"])
def test_a_writer_killed_before_the_end_leaves_the_old_content(tmp_path: Path, python, killed_in):
    file = tmp_path / "file"
    replace(file, OLD)
    process = python(
        "import os, pathlib, signal, sys\n"
        "from descenso.runs.store.atomic import replace\n"
        f"kill = lambda *_: os.kill(os.getpid(), {signal.SIGKILL})\n"
        f"os.{killed_in} = kill\n"
        "pathlib.Path.replace = os.replace\n"
        f"replace(pathlib.Path(sys.argv[1]), {NEW!r})",
        file,
    )
    process.communicate()
    assert process.returncode == -signal.SIGKILL
    assert content(file) == OLD
    replace(file, NEW)  # what the killed one left is in nobody's way
    assert list(tmp_path.iterdir()) == [file]


def test_a_failed_replacement_leaves_the_old_content(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    file = tmp_path / "file"
    replace(file, OLD)

    def full(descriptor: int):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(DiskError, match=r"file: there is no space left .*\(No space left on dev"):
        replace(file, NEW)
    assert content(file) == OLD
    assert list(tmp_path.iterdir()) == [file]


def test_a_reader_never_sees_a_part(tmp_path: Path):
    file = tmp_path / "file"
    replace(file, OLD)
    writer = threading.Thread(target=lambda: [replace(file, each) for each in [NEW, OLD] * 5])
    writer.start()
    seen = {content(file)}
    while writer.is_alive():
        seen.add(content(file))
    assert seen <= {OLD, NEW}


def test_a_missing_file_is_named(tmp_path: Path):
    with pytest.raises(RunError, match=r"run\.json: there is no such file"):
        content(tmp_path / "run.json")
