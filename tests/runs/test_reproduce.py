"""How to repeat a run: what the report says trains the same weights again."""

import shlex
from pathlib import Path
from typing import Any

import equinox as eqx
import jax
import numpy as np
import pytest

import descenso
from descenso.cli import main

from ..support.small_tables import BARE, numbers, people, plain, weights


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("repeating")


@pytest.fixture(scope="module")
def on_disk(folder: Path) -> descenso.Run:
    people().write_csv(folder / "people, all.csv", separator=";")
    run = descenso.train(
        folder / "people, all.csv",
        "paid",
        drop=["since"],
        columns={"age": "number"},
        test=0.15,
        run_dir=folder / "run",
        **plain(learning_rate=0.0123456789),
    )
    return run.resume(epochs=3)


def report_of(run: descenso.Run, folder: Path) -> dict[str, Any]:
    return run.report(folder / "report.html")


def test_the_commands_train_the_same_weights(on_disk: descenso.Run, folder: Path):
    train, resume = report_of(on_disk, folder)["command"].splitlines()
    words = [*shlex.split(train)[1:], "--run-dir", str(folder / "again"), "--quiet"]
    assert main(words) == 0
    again = str(folder / "again")
    words = [again if word == str(on_disk.path) else word for word in shlex.split(resume)[1:]]
    assert main([*words, "--quiet"]) == 0
    assert weights(folder / "again") == weights(folder / "run")


def test_the_python_trains_the_same_weights(on_disk: descenso.Run, folder: Path):
    names: dict[str, Any] = {}
    exec(report_of(on_disk, folder)["python"], names)
    names["run"].save(folder / "in-python")
    assert weights(folder / "in-python") == weights(folder / "run")


def test_how_the_file_was_read_is_stated_where_it_is_not_usual(on_disk: descenso.Run, folder: Path):
    assert "--separator ';'" in report_of(on_disk, folder)["command"]


def test_data_from_memory_takes_python(regression: descenso.Run, folder: Path):
    report = report_of(regression, folder)
    assert report["command"] == ""
    names: dict[str, Any] = {"data": people()}
    exec(report["python"], names)
    np.testing.assert_array_equal(names["run"].predict(people()), regression.predict(people()))


def test_a_network_of_ones_own_takes_python(folder: Path):
    network = eqx.nn.MLP(3, 1, 4, 1, key=jax.random.key(0))
    run = descenso.train(numbers(), network=network, **BARE)
    report = report_of(run, folder)
    assert report["command"] == ""
    assert "network=network" in report["python"]
    assert all(each["layer"].startswith("layers.") for each in report["telemetry"])


def test_several_seeds_are_stated(folder: Path):
    run = descenso.train("penguins", "species", seeds=2, **plain(epochs=1, seed=5))
    assert "--seed 5" in report_of(run, folder)["command"]
    assert "--seeds 2" in report_of(run, folder)["command"]
