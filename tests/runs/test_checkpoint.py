"""A training that was interrupted or killed ends, once resumed, exactly as if nothing had happened.

To the byte, but for clock times: the weights, the history, the snapshots. Each test trains the same
small network, with everything in it that a resumption could get wrong: dropout, the optimiser's
memory, a schedule over all iterations, a moving order of rows, and weights kept by patience.
"""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_array_equal

import descenso
from descenso.engine import loop
from descenso.errors import RunError
from descenso.runs import checkpoint
from descenso.runs.events import Advanced, Event, Saved, Warned
from descenso.runs.store import atomic
from descenso.runs.store.arrays import read_arrays, write_arrays
from descenso.runs.store.folder import listing

from ..support import small_tables

EPOCHS = 6
FIELDS: dict[str, Any] = {
    "hidden_layers": (8, 4),
    "epochs": EPOCHS,
    "batch_size": 16,
    "dropout": 0.1,
    "clip_norm": 1.0,
    "patience": 50,
    "seed": 3,
}


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("data") / "people.csv"
    small_tables.people().write_csv(path)
    return path


@pytest.fixture(scope="module")
def train(table: Path) -> Callable[..., descenso.Run]:
    def train(path: Path, **more: Any) -> descenso.Run:
        return descenso.train(table, "paid", run_dir=path, **(FIELDS | more))

    return train


@pytest.fixture(scope="module")
def whole(train, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the training that nothing disturbed."""
    path = tmp_path_factory.mktemp("runs") / "whole"
    assert train(path).stopped == "epochs"
    return path


def assert_same(path: Path, expected: Path) -> None:
    assert small_tables.weights(path) == small_tables.weights(expected)
    assert small_tables.epochs(path) == small_tables.epochs(expected)
    names = [
        sorted(file.name for file in (each / "snapshots").iterdir()) for each in (path, expected)
    ]
    assert names[0] == names[1]
    for name in names[0]:
        file = Path("snapshots") / name
        assert (path / file).read_bytes() == (expected / file).read_bytes()
    results = [descenso.load(each).summary() for each in (path, expected)]
    for each in results:
        for part in (each, each["diagnosis"]):
            part.pop("run")
            part.pop("seconds")
    assert results[0] == results[1]


def with_epochs(epochs: int) -> dict[str, Any]:
    return FIELDS | {"epochs": epochs}


def stop_at(*epochs: int) -> Callable[[dict[str, Any]], bool]:
    return lambda record: record["epoch"] in epochs


# Interrupted in good order.


@pytest.mark.parametrize("epoch", range(1, EPOCHS))
def test_interrupted_at_any_epoch_and_resumed_it_ends_the_same(
    epoch: int, train, whole: Path, tmp_path: Path
):
    stopped = train(tmp_path / "run", on_epoch=stop_at(epoch))
    assert stopped.stopped == "interrupted"
    assert len(small_tables.epochs(tmp_path / "run")) == epoch
    resumed = descenso.load(tmp_path / "run").resume()
    assert resumed.stopped == "epochs"
    assert_same(tmp_path / "run", whole)


def test_interrupted_at_every_epoch_it_ends_the_same(train, whole: Path, tmp_path: Path):
    train(tmp_path / "run", on_epoch=stop_at(1))
    for epoch in range(2, EPOCHS):
        run = descenso.load(tmp_path / "run").resume(on_epoch=stop_at(epoch))
        assert run.stopped == "interrupted"
        assert run.record.status == "interrupted"
    descenso.load(tmp_path / "run").resume()
    assert_same(tmp_path / "run", whole)


def test_the_run_that_was_interrupted_may_itself_be_resumed(train, whole: Path, tmp_path: Path):
    assert train(tmp_path / "run", on_epoch=stop_at(2)).resume().stopped == "epochs"
    assert_same(tmp_path / "run", whole)


def test_in_memory_it_ends_the_same_too(table: Path, whole: Path):
    stopped = descenso.train(table, "paid", on_epoch=stop_at(4), **FIELDS)
    resumed = stopped.resume()
    expected = descenso.load(whole)
    assert resumed.metrics == expected.metrics
    assert resumed.history.drop("elapsed_seconds").equals(expected.history.drop("elapsed_seconds"))
    assert_array_equal(resumed.predict(table), expected.predict(table))


@pytest.mark.parametrize("first", [1, 3, 1000])
def test_how_the_iterations_are_cut_into_chunks_changes_nothing(
    first: int, train, whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(loop, "FIRST_ITERATIONS", first)
    train(tmp_path / "run")
    assert_same(tmp_path / "run", whole)


def test_ctrl_c_saves_in_the_middle_of_an_epoch_and_resumed_it_ends_the_same(train, tmp_path: Path):
    fields = {"batch_size": 1, "epochs": 2}  # 64 iterations an epoch: more than the first chunk
    train(tmp_path / "whole", **fields)
    events: list[Event] = []

    def interrupt(event: Event) -> None:
        events.append(event)
        if isinstance(event, Advanced):
            signal.raise_signal(signal.SIGINT)

    before = signal.getsignal(signal.SIGINT)
    run = train(tmp_path / "run", listen=interrupt, **fields)
    assert run.stopped == "interrupted"
    assert 0 < run.summary()["iterations"] < 64
    assert isinstance(events[-2], Saved)
    assert signal.getsignal(signal.SIGINT) is before
    descenso.load(tmp_path / "run").resume()
    assert_same(tmp_path / "run", tmp_path / "whole")


# Killed: what is on disk is all there is.


class Killed(BaseException):
    """Stands for SIGKILL: nothing that is there to handle errors may handle it."""


def test_killed_before_any_file_is_replaced_it_ends_the_same(
    train, whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(checkpoint, "CHECKPOINT_SECONDS", -1.0)  # a checkpoint after each chunk
    writes = dies_at_write(monkeypatch, None)
    train(tmp_path / "undisturbed")
    every = len(writes)
    assert every > 2 * EPOCHS
    for fatal in range(1, every + 1):
        path = tmp_path / str(fatal)
        dies_at_write(monkeypatch, fatal)
        with pytest.raises(Killed):
            train(path)
        dies_at_write(monkeypatch, None)
        # The first two writes make it a run; from then on nothing is lost. What was left before
        # that is in nobody's way.
        assert (path / "run.json").exists() == (fatal > 2)
        if fatal > 2:
            assert descenso.load(path).record.status == "training"
            descenso.load(path).resume()
        else:
            train(path)
        assert_same(path, whole)


def dies_at_write(monkeypatch: pytest.MonkeyPatch, fatal: int | None) -> list[Path]:
    """Let the replacement of that file, counted from 1, be the last thing that happens."""
    writes: list[Path] = []

    def rename(temporary: Path, path: Path) -> Path:
        writes.append(path)
        if len(writes) == fatal:
            raise Killed
        return really_rename(temporary, path)

    really_rename = Path.rename  # as good as replace here, and not disturbed
    monkeypatch.setattr(atomic.Path, "replace", rename)
    return writes


def test_a_run_that_was_killed_says_so_until_it_is_resumed(train, tmp_path: Path, monkeypatch):
    dies_at_write(monkeypatch, 4)
    with pytest.raises(Killed):
        train(tmp_path / "runs/killed")
    assert [entry.status for entry in listing(tmp_path / "runs")] == ["interrupted"]
    with pytest.raises(RunError, match=r"has not ended\. Continue it with `descenso resume`"):
        descenso.load(tmp_path / "runs/killed").summary()


def test_a_line_that_was_cut_short_by_a_kill_is_written_again(train, whole: Path, tmp_path: Path):
    train(tmp_path / "run", on_epoch=stop_at(3))
    metrics = tmp_path / "run/metrics.jsonl"
    with metrics.open("a") as file:
        file.write(json.dumps({"epoch": 4, "loss": 0.5}) + '\n{"epoch": 5, "lo')
    descenso.load(tmp_path / "run").resume()
    assert_same(tmp_path / "run", whole)


# What runs in a process of its own: train, or go on where the run is there already. Checkpoints are
# frequent, so that kills fall before, between and after them.
PROGRAM = """
import json, pathlib, sys
import descenso
from descenso.runs import checkpoint

checkpoint.CHECKPOINT_SECONDS = 0.1
table, path, fields = sys.argv[1:]
if (pathlib.Path(path) / "run.json").exists():
    descenso.load(path).resume()
else:
    descenso.train(table, "paid", run_dir=path, **json.loads(fields))
"""
MANY = 400
LONG: dict[str, Any] = FIELDS | {
    "epochs": MANY,
    "batch_size": 2,
    "patience": MANY,
    "hidden_layers": [8],
}


def start(table: Path, path: Path, **environment: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM, table, path, json.dumps(LONG)],
        env=os.environ | environment,
        stderr=subprocess.PIPE,
    )


def finish(process: subprocess.Popen[bytes]) -> None:
    _, errors = process.communicate(timeout=120)
    assert process.returncode == 0, errors.decode()


def lines(path: Path) -> int:
    metrics = path / "metrics.jsonl"
    return metrics.read_bytes().count(b"\n") if metrics.exists() else 0


def kill_when(
    process: subprocess.Popen[bytes], condition: Callable[[], bool], delay: float
) -> None:
    """SIGKILL, so many seconds after the condition holds, or after the process has ended."""
    deadline = time.monotonic() + 120
    while not condition() and process.poll() is None:
        assert time.monotonic() < deadline
        time.sleep(0.001)
    time.sleep(delay)
    process.kill()
    _, errors = process.communicate()
    assert process.returncode in (-signal.SIGKILL, 0), errors.decode()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
def test_killed_at_random_moments_again_and_again_it_ends_the_same(table: Path, tmp_path: Path):
    expected, path = tmp_path / "expected", tmp_path / "runs" / "killed"
    descenso.train(table, "paid", run_dir=expected, **LONG)
    chance = random.Random(7)

    def reached(share: float) -> Callable[[], bool]:
        return lambda: lines(path) >= share * MANY

    # While it compiles, which takes longer without what was compiled before.
    process = start(table, path, JAX_ENABLE_COMPILATION_CACHE="false")
    kill_when(process, (path / "run.json").exists, chance.uniform(0, 0.2))
    assert lines(path) == 0
    assert [entry.status for entry in listing(path.parent)] == ["interrupted"]

    # While it trains, soon and late.
    for share in (0.001, chance.uniform(0.2, 0.8)):
        kill_when(start(table, path), reached(share), chance.uniform(0, 0.05))
        assert descenso.load(path).record.status == "training"

    # While it finishes, or just after.
    kill_when(start(table, path), reached(1), chance.uniform(0, 0.01))

    finish(start(table, path))
    assert len(small_tables.epochs(path)) == MANY
    assert_same(path, expected)


# A run that has ended.


def test_resuming_a_finished_run_returns_it_unchanged(whole: Path):
    before = {file: file.stat().st_mtime_ns for file in whole.rglob("*") if file.is_file()}
    run = descenso.load(whole)
    assert run.resume() is run
    assert {file: file.stat().st_mtime_ns for file in whole.rglob("*") if file.is_file()} == before


def test_a_finished_run_trains_on_to_more_epochs_and_is_still_proved(train, tmp_path: Path):
    train(tmp_path / "run", epochs=3)
    longer = descenso.load(tmp_path / "run").resume(epochs=7)
    assert longer.stopped == "epochs"
    assert longer.recipe.epochs == 7
    assert longer.history["epoch"].to_list() == [1, 2, 3, 4, 5, 6, 7]
    assert [(leg.iteration, leg.epochs) for leg in longer.record.legs] == [(0, 3), (15, 7)]
    again = descenso.load(tmp_path / "run")
    assert again.verify()["verified"]
    assert again.verify()["iterations"] == 35


@pytest.mark.parametrize("epoch", [4, 5])
def test_training_on_may_be_interrupted_too(epoch: int, train, tmp_path: Path):
    for name in ("whole", "run"):
        train(tmp_path / name, epochs=3)
    descenso.load(tmp_path / "whole").resume(epochs=6)
    descenso.load(tmp_path / "run").resume(epochs=6, on_epoch=stop_at(epoch))
    descenso.load(tmp_path / "run").resume()
    assert_same(tmp_path / "run", tmp_path / "whole")
    assert descenso.load(tmp_path / "run").verify()["verified"]


def test_training_on_in_memory_is_training_on_from_disk(table: Path, train, tmp_path: Path):
    train(tmp_path / "run", epochs=3)
    on_disk = descenso.load(tmp_path / "run").resume(epochs=5)
    in_memory = descenso.train(table, "paid", **with_epochs(3)).resume(epochs=5)
    assert in_memory.metrics == on_disk.metrics
    assert in_memory.verify()["verified"]


def test_after_patience_ran_out_it_counts_anew_towards_more_epochs(train, tmp_path: Path):
    # So large a step that the first epoch stays the best.
    hasty = {"patience": 2, "learning_rate": 50.0, "epochs": 20}
    run = train(tmp_path / "run", **hasty)
    assert run.stopped == "patience"
    done = run.summary()["epochs"]
    assert done < 20
    longer = descenso.load(tmp_path / "run").resume(epochs=done + 2)
    assert longer.summary()["epochs"] == done + 2
    assert longer.verify()["verified"]


@pytest.mark.parametrize("epochs", [0, 3, EPOCHS])
def test_fewer_epochs_than_there_are_already_are_refused(epochs: int, whole: Path):
    with pytest.raises(RunError, match=f"epochs is {epochs}, but the run already has {EPOCHS}"):
        descenso.load(whole).resume(epochs=epochs)
    assert descenso.load(whole).record.status == "finished"


def test_more_epochs_do_not_mend_a_training_that_diverged(train, tmp_path: Path):
    train(tmp_path / "run", learning_rate=1e30)
    with pytest.raises(RunError, match="diverged in epoch 1; more epochs cannot help"):
        descenso.load(tmp_path / "run").resume(epochs=20)
    resumed = descenso.load(tmp_path / "run").resume()
    assert resumed.stopped == "diverged"


def test_resumed_on_another_machine_it_says_that_the_last_bits_may_differ(train, tmp_path: Path):
    train(tmp_path / "run", on_epoch=stop_at(2))
    file = tmp_path / "run/run.json"
    record = json.loads(file.read_text())
    record["environment"]["cores"] = 999
    file.write_text(json.dumps(record))
    events: list[Event] = []
    descenso.load(tmp_path / "run").resume(listen=events.append)
    (warning,) = [event.message for event in events if isinstance(event, Warned)]
    assert "cores 999 →" in warning
    assert "last bits" in warning


# Refusals.


def test_a_second_writer_is_refused_while_the_first_one_trains(train, tmp_path: Path):
    path = tmp_path / "run"
    refusals = []

    def try_too(record: dict[str, Any]) -> None:
        with pytest.raises(RunError, match=f"process {os.getpid()} is writing this run") as refused:
            descenso.load(path).resume()
        refusals.append(refused)

    run = train(path, on_epoch=try_too)
    assert len(refusals) == EPOCHS
    assert run.stopped == "epochs"


@pytest.mark.parametrize("position", [0, 100, -1])
def test_a_damaged_checkpoint_is_refused_by_name(position: int, train, tmp_path: Path):
    train(tmp_path / "run", on_epoch=stop_at(2))
    file = tmp_path / "run/checkpoint.safetensors"
    content = bytearray(file.read_bytes())
    content[position] ^= 0xFF
    file.write_bytes(content)
    with pytest.raises(RunError, match=r"checkpoint\.safetensors"):
        descenso.load(tmp_path / "run").resume()


def test_a_checkpoint_of_another_network_is_refused_by_name(train, tmp_path: Path):
    train(tmp_path / "run", on_epoch=stop_at(2))
    file = tmp_path / "run/checkpoint.safetensors"
    arrays, meta = read_arrays(file)
    arrays["state.network.layers.2.bias"] = np.zeros(3, np.float32)
    write_arrays(file, arrays, meta)
    with pytest.raises(RunError, match=r"layers\.2\.bias is float32 \(3,\) instead of .*\(1,\)"):
        descenso.load(tmp_path / "run").resume()
