"""A run's data is kept by reference: opened again as it was, or refused because it changed."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from numpy.testing import assert_array_equal

import descenso
from descenso.errors import RunError, TableError
from descenso.runs.store.arrays import read_arrays, write_arrays

from ..support import small_tables

TABLE = small_tables.people()


@pytest.fixture
def csv(tmp_path: Path) -> Path:
    path = tmp_path / "people.csv"
    TABLE.write_csv(path)
    return path


@pytest.fixture
def train(tmp_path: Path) -> Callable[..., descenso.Run]:
    def train(data: Any, target: str | None = "paid", **more: Any) -> descenso.Run:
        return descenso.train(data, target, run_dir=tmp_path / "run", **small_tables.plain(**more))

    return train


def assert_opened_alike(run: descenso.Run) -> None:
    """The run opens the rows that it was trained on, to the bit."""
    assert run.path is not None
    first, again = run.opened().rows, descenso.load(run.path).opened().rows
    for a, b in (
        (first.experiment.training, again.experiment.training),
        (first.experiment.validation, again.experiment.validation),
        (first.test, again.test),
    ):
        assert (a is None) == (b is None)
        if a is not None and b is not None:
            assert_array_equal(a.x[: len(a)], b.x[: len(b)])
            assert_array_equal(a.y, b.y)
            assert_array_equal(a.weight, b.weight)
            assert_array_equal(a.sample_weight, b.sample_weight)
    assert first.experiment.layout == again.experiment.layout
    assert first.experiment.recipe.to_dict() == again.experiment.recipe.to_dict()


def test_a_file_is_opened_where_it_was_with_the_same_rows(train, csv: Path):
    run = train(csv, test=0.2)
    assert_opened_alike(run)
    assert run.record.data is not None
    assert run.record.data.paths == [str(csv.resolve())]
    assert not (run.path / "data.parquet").exists()


def test_a_bundled_table_is_opened_by_its_name(train):
    run = train("penguins", "species", class_weight="balanced")
    assert run.record.data.paths == ["penguins"]
    assert_opened_alike(run)


def test_rows_without_a_target_stay_left_out(train, csv: Path):
    TABLE.with_columns(TABLE["paid"].scatter([0, 9], None)).write_csv(csv)
    run = train(csv)
    assert run.record.data.split.left_out == [0, 9]
    assert_opened_alike(run)


def test_a_table_from_memory_lies_in_the_runs_folder(train):
    run = train(TABLE, test=0.2)
    assert run.record.data.paths == ["data.parquet"]
    assert pl.read_parquet(run.path / "data.parquet").equals(TABLE)
    assert_opened_alike(run)


def test_arrays_lie_in_the_runs_folder_with_their_validation(train):
    X, y = small_tables.numbers()
    run = train((X[:40], y[:40]), None, validation=(X[40:], y[40:]))
    assert_opened_alike(run)
    assert pl.read_parquet(run.path / "validation.parquet").height == 20


@pytest.mark.parametrize("where", ["a column", "an array"])
def test_weights_of_rows_are_found_again_and_the_training_proved(train, csv: Path, where: str):
    weights = np.arange(80) % 4
    if where == "a column":
        TABLE.with_columns(w=weights).write_csv(csv)
        run = train(csv, weights="w", test=0.2)
    else:
        run = train(TABLE, weights=weights, test=0.2)
    assert len(run.record.data.split.left_out) == 20
    assert_opened_alike(run)
    loaded = descenso.load(run.path)
    assert loaded.verify()["verified"]
    assert loaded.evaluate()["metrics"] == pytest.approx(run.metrics["test"])


@pytest.mark.parametrize("option", ["split_by", "split_time"])
def test_a_split_by_a_column_is_found_again_and_the_training_proved(train, csv: Path, option: str):
    run = train(csv, test=0.2, **{option: "since"})
    assert getattr(run.record.request, option) == "since"
    assert_opened_alike(run)
    assert descenso.load(run.path).verify()["verified"]


def test_the_weights_of_a_validation_file_are_found_again(train, csv: Path, tmp_path: Path):
    weighted = TABLE.with_columns(w=np.arange(80) % 4)
    weighted.write_csv(csv)
    weighted.head(20).write_csv(tmp_path / "later.csv")
    run = train(csv, weights="w", validation=tmp_path / "later.csv")
    assert run.summary()["rows"]["validation"] == 15
    assert_opened_alike(run)


def test_a_validation_file_is_kept_by_reference_too(train, csv: Path, tmp_path: Path):
    later = tmp_path / "later.csv"
    small_tables.people(30).write_csv(later)
    run = train(csv, validation=later)
    assert_opened_alike(run)
    later.write_text(later.read_text() + later.read_text().splitlines()[1] + "\n")
    with pytest.raises(TableError, match=r"later\.csv: the file has changed since"):
        descenso.load(run.path).opened()


# Proof.


def test_verify_proves_that_a_run_gives_the_same_weights(train, csv: Path):
    run = train(csv)
    proof = descenso.load(run.path).verify()
    assert set(proof) == {
        "run",
        "verified",
        "epochs",
        "iterations",
        "difference",
        "environment",
        "seconds",
    }
    assert proof["verified"]
    assert proof["difference"] == 0
    assert proof["environment"] == []
    assert proof["iterations"] == run.summary()["iterations"]


def test_verify_finds_a_weight_that_was_changed(train, csv: Path):
    run = train(csv)
    file = run.path / "model/weights.safetensors"
    arrays, meta = read_arrays(file)
    arrays["layers.0.weight"][0, 0] += np.float32(0.25)
    write_arrays(file, arrays, meta)
    proof = descenso.load(run.path).verify()
    assert not proof["verified"]
    assert proof["difference"] == pytest.approx(0.25)


def test_a_run_that_was_interrupted_is_proved_up_to_there(train, csv: Path):
    run = train(csv, on_epoch=lambda record: True)
    assert run.stopped == "interrupted"
    proof = descenso.load(run.path).verify()
    assert proof["verified"]
    assert proof["epochs"] == 1


def test_a_run_that_diverged_at_once_has_nothing_to_prove(train, csv: Path):
    run = train(csv, learning_rate=1e30)
    with pytest.raises(RunError, match="there are no trained weights"):
        descenso.load(run.path).verify()


# Data that moved or changed.


@pytest.mark.parametrize("command", ["verify", "resume", "evaluate"])
def test_data_that_has_changed_is_refused_by_name(command: str, train, csv: Path):
    run = train(csv, on_epoch=lambda record: True)
    csv.write_text(csv.read_text().replace("Lima", "Cusco"))
    with pytest.raises(TableError, match=r"people\.csv: the file has changed since the training"):
        getattr(descenso.load(run.path), command)()


def test_data_that_is_missing_is_refused_by_name(train, csv: Path):
    run = train(csv)
    csv.unlink()
    with pytest.raises(TableError, match=r"people\.csv: the file .* is missing"):
        descenso.load(run.path).verify()


def test_data_that_was_moved_may_be_named(train, csv: Path, tmp_path: Path):
    run = train(csv, on_epoch=lambda record: True)
    moved = csv.rename(tmp_path / "elsewhere.csv")
    loaded = descenso.load(run.path)
    assert loaded.verify(data=moved)["verified"]
    assert loaded.resume(data=moved).stopped == "epochs"


def test_other_data_is_refused_where_the_runs_own_was_asked_for(train, csv: Path, tmp_path: Path):
    run = train(csv)
    small_tables.people(79).write_csv(tmp_path / "other.csv")
    with pytest.raises(RunError, match=r"other\.csv: this is not the data .* trained on"):
        descenso.load(run.path).verify(data=tmp_path / "other.csv")


def test_a_runs_folder_may_be_moved_with_its_data(train, tmp_path: Path):
    X, y = small_tables.numbers()
    run = train((X, y), None, validation=(X[:9], y[:9]))
    moved = run.path.rename(tmp_path / "moved")
    loaded = descenso.load(moved)
    assert loaded.path == moved
    assert loaded.summary()["run"] == str(moved)
    assert loaded.verify()["verified"]
    assert loaded.resume(epochs=5).summary()["epochs"] == 5


def test_a_data_file_in_the_runs_folder_that_was_changed_is_refused(train):
    run = train(TABLE)
    TABLE.reverse().write_parquet(run.path / "data.parquet")
    with pytest.raises(TableError, match=r"data\.parquet: the file has changed"):
        descenso.load(run.path).verify()
