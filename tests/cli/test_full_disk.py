"""A place that cannot be written to is reported before the training; a full disk is explained.

Limits on the size of files stand for a full disk, and a small file system of its own where the
system lets a person make one.
"""

import contextlib
import os
import re
import resource
import shutil
import subprocess
import sys
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

SMALL = ["--target", "species", "--epochs", "3", "--hidden-layers", "8", "--seed", "0", "--quiet"]


@contextlib.contextmanager
def files_of_at_most(size: int) -> Generator[None]:
    """Files that would grow beyond this cannot be written: to the writer, the disk is full."""
    usual = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, usual[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, usual)


@pytest.fixture
def no_training(monkeypatch: pytest.MonkeyPatch) -> None:
    def trained(*_of: object, **_more: object) -> None:
        raise AssertionError("it was reported too late: the training has begun")

    monkeypatch.setattr("descenso.runs.lifecycle.fit_network", trained)


@pytest.mark.usefixtures("no_training")
def test_a_network_larger_than_any_disk_and_memory_is_reported(
    call: Callable[..., Any], tmp_path: Path
):
    wide = ["--hidden-layers", "100000000,100000000"]
    said = call("train", "penguins", *SMALL, *wide, "--runs", tmp_path / "runs")
    assert said.status == 2
    assert re.fullmatch(r"descenso: \S+/runs: the run may need \S+ TB there, but .*\n", said.err)


@pytest.mark.usefixtures("no_training")
@pytest.mark.parametrize("option", ["--runs", "--run-dir"])
def test_a_place_that_is_no_folder_is_reported_before_the_table_is_read(
    call: Callable[..., Any], tmp_path: Path, option: str
):
    (tmp_path / "file").touch()
    # Reading this table would raise another error.
    (tmp_path / "empty.csv").touch()
    said = call("train", tmp_path / "empty.csv", *SMALL, option, tmp_path / "file" / "here")
    assert said.status == 2
    assert said.err == (
        f"descenso: {tmp_path}/file/here: no run can be kept there (Not a directory). Name another "
        "folder with --runs or --run-dir.\n"
    )


@pytest.mark.usefixtures("no_training")
@pytest.mark.skipif(sys.platform != "linux", reason="needs a folder that is read-only for everyone")
def test_a_read_only_folder_is_reported_before_the_training(call: Callable[..., Any]):
    # Not even root may write there.
    said = call("train", "penguins", *SMALL, "--runs", "/proc/here")
    assert said.status == 2
    assert said.err.startswith("descenso: /proc/here: no run can be kept there (")
    assert said.err.count("\n") == 1


@pytest.mark.usefixtures("no_training")
def test_too_little_space_is_reported_before_the_training(
    call: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr("shutil.disk_usage", lambda _path: usage._replace(free=60_000))
    said = call("train", "penguins", *SMALL, "--runs", tmp_path / "runs")
    assert said.status == 2
    assert re.fullmatch(
        r"descenso: \S+/runs: the run may need \S+ kB there, but 60 kB are free\. Make room, .*\n",
        said.err,
    )
    assert not any(tmp_path.iterdir())


def test_the_space_that_is_asked_for_is_that_of_the_folder(
    call: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    asked: list[int] = []
    monkeypatch.setattr(
        "descenso.api.train.check_space", lambda _path, needed: asked.append(needed)
    )  # pyright: ignore[reportUnknownLambdaType, reportUnknownArgumentType]
    rows = np.random.default_rng(0).normal(size=(3000, 30))
    table = pl.DataFrame(rows, [f"x{j}" for j in range(30)])
    table.write_csv(tmp_path / "table.csv")
    words = ["--target", "x0", "--epochs", "40", "--patience", "none", "--quiet"]
    said = call("train", tmp_path / "table.csv", *words, "--run-dir", tmp_path / "run")
    assert said.status == 0
    held = sum(file.stat().st_size for file in (tmp_path / "run").rglob("*") if file.is_file())
    assert held <= asked[0] <= 2 * held


def test_a_disk_that_fills_up_before_there_is_a_run_leaves_no_folder(
    call: Callable[..., Any], tmp_path: Path
):
    with files_of_at_most(500):
        said = call("train", "penguins", *SMALL, "--run-dir", tmp_path / "run")
    assert said.status == 1
    assert re.search(r"^descenso: \S+: there is no space left to write it .*\n\Z", said.err, re.M)
    assert not any(tmp_path.iterdir())


def test_a_disk_that_fills_up_during_the_training_leaves_a_run_that_goes_on(
    call: Callable[..., Any], tmp_path: Path
):
    run, whole = tmp_path / "run", tmp_path / "whole"
    words = ["train", "penguins", *SMALL, "--hidden-layers", "64,64"]
    assert call(*words, "--run-dir", whole).status == 0
    sizes = {file.name: file.stat().st_size for file in whole.rglob("*") if file.is_file()}
    # Room for the small files, but not for the checkpoint.
    limit = max(size for name, size in sizes.items() if name != "checkpoint.safetensors") + 100
    assert limit < sizes["checkpoint.safetensors"]
    with files_of_at_most(limit):
        said = call(*words, "--run-dir", run)
    assert said.status == 1
    assert said.err.endswith(
        "The run so far is saved. Once there is room, go on with: descenso resume " + f"{run}\n"
    )
    assert said.err.count("\n") == 1
    assert not list(run.rglob("*.tmp"))
    assert call("resume", run, "--quiet").status == 0
    weights = Path("model") / "weights.safetensors"
    assert (run / weights).read_bytes() == (whole / weights).read_bytes()


def may_mount() -> bool:
    """Whether a person may make a file system here, in a name space of its own."""
    if shutil.which("unshare") is None:
        return False
    tried = subprocess.run(
        ["unshare", "-rm", "mount", "-t", "tmpfs", "tmpfs", "/mnt"],
        capture_output=True,
        check=False,
    )
    return tried.returncode == 0


@pytest.mark.skipif(not may_mount(), reason="a file system of one's own cannot be mounted here")
@pytest.mark.parametrize(
    ("options", "message"),
    [
        ("size=64k", "the run may need .* there, but 65.5 kB are free"),
        ("ro", r"no run can be kept there \(Read-only file system\)"),
    ],
)
def test_a_small_or_read_only_file_system_is_reported_before_the_training(
    tmp_path: Path, options: str, message: str
):
    disk = tmp_path / "disk"
    disk.mkdir()
    words = [sys.executable, "-m", "descenso", "train", "penguins", *SMALL, "--runs", str(disk)]
    script = f'mount -t tmpfs -o {options} tmpfs "$0" && "$@"; status=$?; ls -A "$0"; exit $status'
    said = subprocess.run(
        ["unshare", "-rm", "sh", "-c", script, str(disk), *words],
        capture_output=True,
        text=True,
        env=os.environ,
        check=False,
    )
    assert (said.returncode, said.stdout) == (2, "")
    assert re.fullmatch(rf"descenso: {disk}: {message}.*\n", said.stderr)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
@pytest.mark.parametrize("unbuffered", ["", "1"])
@pytest.mark.parametrize("command", ["inspect penguins", "predict {run} penguins --out - --quiet"])
def test_a_full_standard_output_is_reported_in_one_line(
    trained: Path, command: str, unbuffered: str
):
    words = command.format(run=trained).split()
    with open("/dev/full", "wb") as device:  # noqa: PTH123  (no file of a person)
        done = subprocess.run(
            [sys.executable, "-m", "descenso", *words],
            env=os.environ | {"PYTHONUNBUFFERED": unbuffered},
            stdout=device,
            stderr=subprocess.PIPE,
            check=False,
        )
    assert done.returncode == 1
    assert done.stderr == (
        b"descenso: standard output cannot be written to (No space left on device).\n"
    )
