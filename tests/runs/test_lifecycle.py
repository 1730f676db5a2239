"""A run's folder holds what the design lists, written in an order that loses nothing."""

import json
import time
from pathlib import Path
from typing import Any

import jax
import numpy as np
import pytest
from numpy.testing import assert_allclose
from safetensors.numpy import load_file

import descenso
from descenso.errors import RunError

from ..support import small_tables

# What takes time to compile; JAX also makes a program of each single operation, at once.
PROGRAMS = {"jit(_drawn)", "jit(advance)", "jit(_read)", "jit(_judge)"}

FIELDS = small_tables.plain(hidden_layers=(8, 5), epochs=3)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder = tmp_path_factory.mktemp("runs") / "penguins"
    return descenso.train("penguins", "species", run_dir=folder, test=0.2, **FIELDS)


def files(path: Path) -> set[str]:
    return {str(file.relative_to(path)) for file in path.rglob("*") if file.is_file()}


def test_the_folder_holds_what_the_design_lists(run: Any):
    assert files(run.path) == {
        "run.json",
        "metrics.jsonl",
        "checkpoint.safetensors",
        "snapshots/000000.safetensors",
        "snapshots/000001.safetensors",
        "snapshots/000002.safetensors",
        "snapshots/000003.safetensors",
        "model/weights.safetensors",
        "model/preprocessing.json",
        "lock",
    }


def test_run_json_says_all_that_repeats_the_training(run: Any):
    record = json.loads((run.path / "run.json").read_text())
    assert record["version"] == 1
    assert record["status"] == "finished"
    assert record["recipe"]["hidden_layers"] == [8, 5]
    assert record["given"] == {
        "preset": "lecture",
        "hidden_layers": [8, 5],
        "epochs": 3,
        "seed": 0,
    }
    assert set(record["reasons"]) | set(record["given"]) == set(record["recipe"])
    assert {column["name"] for column in record["columns"]} >= {"island", "bill_length_mm"}
    assert all(column["reason"] for column in record["columns"])
    assert record["data"]["paths"] == ["penguins"]
    assert len(record["data"]["sha256"]) == 64
    assert len(record["data"]["split"]["test"]) == record["rows"]["test"] == 69
    assert {"jaxlib", "python", "cores", "device"} <= set(record["environment"])
    assert record["result"].items() <= run.summary().items()


def test_metrics_jsonl_has_one_line_for_each_epoch(run: Any):
    lines = [json.loads(line) for line in (run.path / "metrics.jsonl").read_text().splitlines()]
    assert [line["epoch"] for line in lines] == [1, 2, 3]
    for line in lines:
        assert set(line) == {
            "epoch",
            "iteration",
            "learning_rate",
            "loss",
            "validation_loss",
            "validation_accuracy",
            "elapsed_seconds",
            "telemetry",
        }
        assert set(line["telemetry"]) == {
            "gradient_norm",
            "weight_norm",
            "step_ratio",
            "dead",
            "saturated",
        }


def test_dense_layers_are_stored_as_the_theory_writes_them(run: Any):
    arrays = load_file(run.path / "model/weights.safetensors")
    inputs = len(run.preprocessing.encoder.names)
    assert {name: array.shape for name, array in arrays.items()} == {
        "layers.0.weight": (8, inputs),
        "layers.0.bias": (8,),
        "layers.1.weight": (5, 8),
        "layers.1.bias": (5,),
        "layers.2.weight": (3, 5),
        "layers.2.bias": (3,),
    }
    assert {array.dtype for array in arrays.values()} == {np.dtype("float32")}


def test_the_stored_weights_predict_by_hand_what_the_run_predicts(run: Any):
    arrays = load_file(run.path / "model/weights.safetensors")
    test = run.opened().rows.test
    assert test is not None
    a = test.x[: len(test)].astype(float)
    z = a
    for layer in range(3):
        z = a @ arrays[f"layers.{layer}.weight"].T.astype(float) + arrays[f"layers.{layer}.bias"]
        a = np.maximum(z, 0)
    likely = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
    accuracy = np.mean(likely.argmax(axis=1) == test.y)
    assert accuracy == pytest.approx(run.metrics["test"]["accuracy"])
    of_truth = likely[np.arange(len(test)), test.y]
    assert_allclose(-np.log(of_truth).mean(), run.metrics["test"]["loss"], rtol=1e-5)


def test_snapshots_are_the_weights_of_their_epochs(run: Any):
    last = load_file(run.path / "snapshots/000003.safetensors")
    first = load_file(run.path / "snapshots/000000.safetensors")
    kept = load_file(run.path / "model/weights.safetensors")
    assert all(np.array_equal(last[name], kept[name]) for name in kept)
    assert set(first) == set(kept)
    assert not np.array_equal(first["layers.0.weight"], kept["layers.0.weight"])
    assert not np.any(first["layers.0.bias"])


def test_run_json_is_there_before_anything_compiles(tmp_path: Path):
    written: list[float] = []
    started: list[tuple[str, float]] = []

    def listen(event: str, duration_secs: float, **about: Any) -> None:
        if event == "/jax/core/compile/backend_compile_duration":
            if not written and (tmp_path / "run/run.json").exists():
                written.append((tmp_path / "run/run.json").stat().st_mtime)
            started.append((about["fun_name"], time.time() - duration_secs))

    jax.clear_caches()
    jax.monitoring.register_event_duration_secs_listener(listen)
    try:
        descenso.train(small_tables.numbers(), run_dir=tmp_path / "run", **small_tables.PLAIN)
    finally:
        jax.monitoring.unregister_event_duration_listener(listen)
    moments = {name: moment for name, moment in started if name in PROGRAMS}
    assert set(moments) == PROGRAMS
    assert min(moments.values()) >= written[0] - 0.01


def test_a_run_in_a_folder_of_runs_is_named_after_its_time_target_and_id(tmp_path: Path):
    run: Any = descenso.train(small_tables.numbers(), "price", runs=tmp_path, **small_tables.PLAIN)
    assert run.path.parent == tmp_path
    assert run.path.name.endswith(f"-price-{run.id}")
    assert descenso.load("latest", runs=tmp_path).id == run.id
    assert descenso.load(run.id[:5], runs=tmp_path).path == run.path


def test_a_folder_that_holds_something_is_refused_before_anything_is_read(tmp_path: Path):
    (tmp_path / "note.txt").touch()
    with pytest.raises(RunError, match="something is there already"):
        descenso.train("no such table", "y", run_dir=tmp_path)


def test_where_the_data_cannot_be_used_no_folder_is_made(tmp_path: Path):
    with pytest.raises(descenso.TableError):
        descenso.train("penguins", "specie", run_dir=tmp_path / "run")
    assert not (tmp_path / "run").exists()


def test_a_run_that_diverged_at_once_has_failed_and_keeps_no_weights(tmp_path: Path):
    run = descenso.train(
        small_tables.numbers(), run_dir=tmp_path / "run", **small_tables.plain(learning_rate=1e30)
    )
    assert run.record.status == "failed"
    assert not (tmp_path / "run/model/weights.safetensors").exists()
    loaded = descenso.load(tmp_path / "run")
    assert loaded.summary() == run.summary()
    with pytest.raises(RunError, match="there are no trained weights"):
        loaded.predict(small_tables.numbers()[0])


# From memory to disk.


def test_a_run_in_memory_may_be_kept_and_is_then_like_any_other(tmp_path: Path):
    run = descenso.train(small_tables.numbers(), **small_tables.PLAIN)
    assert run.path is None
    kept = run.save(tmp_path / "run")
    assert kept.path == tmp_path / "run"
    loaded = descenso.load(tmp_path / "run")
    X, _ = small_tables.numbers()
    assert loaded.predict(X).tobytes() == run.predict(X).tobytes()
    assert loaded.summary() == run.summary() | {"run": str(tmp_path / "run")}
    assert loaded.history.equals(run.history)
    assert loaded.verify()["verified"]


def test_a_run_that_was_saved_resumes_like_one_that_was_always_on_disk(tmp_path: Path):
    fields = small_tables.plain(epochs=4)
    descenso.train(small_tables.numbers(), run_dir=tmp_path / "whole", **fields)
    stopped = descenso.train(small_tables.numbers(), on_epoch=lambda r: r["epoch"] == 2, **fields)
    stopped.save(tmp_path / "run")
    descenso.load(tmp_path / "run").resume()
    assert small_tables.weights(tmp_path / "run") == small_tables.weights(tmp_path / "whole")
    assert small_tables.epochs(tmp_path / "run") == small_tables.epochs(tmp_path / "whole")


def test_a_run_is_not_saved_over_something_nor_twice(tmp_path: Path):
    run = descenso.train(small_tables.numbers(), **small_tables.PLAIN)
    (tmp_path / "note.txt").touch()
    with pytest.raises(RunError, match="something is there already"):
        run.save(tmp_path)
    kept = run.save(tmp_path / "run")
    with pytest.raises(RunError, match="this run is on disk already"):
        kept.save(tmp_path / "other")


def test_training_is_refused_as_ended_with_more_epochs_only(tmp_path: Path):
    run = descenso.train(small_tables.numbers(), **small_tables.PLAIN)
    with pytest.raises(RunError, match="epochs is 1, but the run already has 2"):
        run.resume(epochs=1)
