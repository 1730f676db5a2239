"""A run has one writer at a time."""

import os
import signal
from pathlib import Path

import pytest

from descenso.errors import RunError
from descenso.runs.store.lock import writer, writing

# Holds the lock until its standard input closes.
HOLDER = (
    "import pathlib, sys\n"
    "from descenso.runs.store.lock import writing\n"
    "with writing(pathlib.Path(sys.argv[1])):\n"
    "    print('holding', flush=True)\n"
    "    sys.stdin.read()"
)


@pytest.fixture
def holder(tmp_path: Path, python):
    """Another process, which is writing the run in `tmp_path`."""
    process = python(HOLDER, tmp_path)
    assert process.stdout.readline() == "holding\n"
    yield process
    process.communicate()


def test_a_second_process_is_refused_and_the_one_that_writes_is_named(tmp_path: Path, holder):
    message = rf"process {holder.pid} is writing this run\. Wait until it ends, or stop it\."
    with pytest.raises(RunError, match=message), writing(tmp_path):
        pass
    assert writer(tmp_path) == holder.pid


def test_when_a_writer_ends_the_next_may_write(tmp_path: Path, holder):
    holder.communicate()
    assert writer(tmp_path) is None
    with writing(tmp_path):
        assert writer(tmp_path) == os.getpid()
    assert writer(tmp_path) is None


def test_the_lock_of_a_killed_process_is_taken_over(tmp_path: Path, holder):
    holder.send_signal(signal.SIGKILL)
    holder.wait()
    assert writer(tmp_path) is None
    with writing(tmp_path):
        assert writer(tmp_path) == os.getpid()


def test_the_same_process_cannot_write_twice_at_once(tmp_path: Path):
    with writing(tmp_path):
        with pytest.raises(RunError, match=f"process {os.getpid()} is writing"), writing(tmp_path):
            pass
        assert writer(tmp_path) == os.getpid()


def test_an_error_while_writing_comes_through_and_frees_the_lock(tmp_path: Path):
    with pytest.raises(FileNotFoundError), writing(tmp_path):
        (tmp_path / "nothing").read_bytes()
    assert writer(tmp_path) is None


def test_a_run_that_was_never_locked_has_no_writer(tmp_path: Path):
    assert writer(tmp_path) is None


def test_a_folder_that_is_not_there_cannot_be_written(tmp_path: Path):
    with pytest.raises(RunError, match="there is no such file"), writing(tmp_path / "gone"):
        pass
