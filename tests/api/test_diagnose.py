"""A table and a recipe from elsewhere: trained, examined, and refusals read as diagnoses."""

from dataclasses import replace
from typing import Any

import equinox as eqx
import jax
import numpy as np
import polars as pl
import pytest

import descenso
from descenso.api.diagnose import first_repair, repair, repairs
from descenso.views.diagnosis import Diagnosed

from ..support.small_tables import numbers

PLAIN: dict[str, Any] = {"preset": "lecture", "epochs": 3}


def test_infinite_values_are_a_diagnosis_and_not_only_a_refusal():
    X, y = numbers()
    X[3, 1] = np.inf
    found = descenso.diagnose((X, y), **PLAIN)
    assert found.verdict == "ill"
    first = found.diagnoses[0]
    assert (first.cause, first.data_change) == ("non_finite_input", "impute_nonfinite")
    assert first.evidence[0].value == 1
    assert first.trial is not None and first.trial.before is None and first.trial.proved


def test_an_infinite_target_asks_for_rows_to_be_left_out():
    X, y = numbers()
    y[5] = -np.inf
    first = descenso.diagnose((X, y), **PLAIN).diagnoses[0]
    assert (first.cause, first.data_change) == ("non_finite_input", "drop_nonfinite_rows")


def test_a_mismatched_pair_is_examined_where_training_would_refuse_it():
    found = descenso.diagnose("penguins", "species", loss="mse", quick=True, **PLAIN)
    assert found.diagnoses[0].cause == "loss_mismatch"
    assert found.diagnoses[0].change == {"loss": "cce"}


@pytest.fixture(scope="module")
def run_of_an_own_network() -> descenso.Run:
    random = np.random.default_rng(0)
    X = random.normal(size=(300, 3))
    network = eqx.nn.MLP(3, "scalar", 16, 1, key=jax.random.key(0))
    return descenso.train(
        (X, np.sin(2 * X[:, 0]) + X[:, 1] * X[:, 2]),
        network=network,
        preset="lecture",
        learning_rate=10.0,
        progress=False,
    )


def test_a_network_of_the_user_s_own_is_examined_by_changes_that_it_takes(
    run_of_an_own_network: descenso.Run,
):
    found = run_of_an_own_network.diagnose()
    assert found.diagnoses[0].cause == "learning_rate_too_large"
    assert found.diagnoses[0].trial is not None and found.diagnoses[0].trial.proved
    changed = {name for each in found.diagnoses for name in each.change or {}}
    assert not changed & {"hidden_layers", "activation", "init", "init_scale", "normalization"}


def test_a_network_of_the_user_s_own_is_repaired_and_names_its_parent(
    run_of_an_own_network: descenso.Run,
):
    found = run_of_an_own_network.diagnose(quick=True)
    mended = repair(run_of_an_own_network, found)
    assert mended.record.parent == run_of_an_own_network.id
    assert mended.user_network is not None
    assert mended.summary()["stopped"] != "diverged"


def test_the_tables_stay_as_they_were():
    X, y = numbers()
    frame = pl.DataFrame(X).with_columns(y=y, column_0=pl.lit(np.inf))
    before = frame.clone()
    descenso.diagnose(frame, "y", **PLAIN)
    assert frame.equals(before)


def repaired_by(change: dict[str, Any] | None, columns: list[str] | None = None) -> Diagnosed:
    data_change = None if columns is None else "drop_leak"
    return Diagnosed("some", 0.9, "", [], change, data_change, columns or [], None)


def test_no_repair_leaves_out_all_columns(run_of_an_own_network: descenso.Run):
    run = run_of_an_own_network
    found = run.diagnose(quick=True)
    all_columns = replace(found, diagnoses=[repaired_by(None, ["x0", "x1", "x2"])])
    assert first_repair(run, all_columns) is None
    some = replace(found, diagnoses=[repaired_by(None, ["x0"]), repaired_by({"epochs": 9})])
    assert first_repair(run, some) == some.diagnoses[0]
    next_one = replace(found, diagnoses=[*all_columns.diagnoses, repaired_by({"epochs": 9})])
    assert first_repair(run, next_one) == next_one.diagnoses[1]


def test_repairs_go_on_until_a_run_is_healthy():
    faulty: dict[str, Any] = {"init": "zeros", "learning_rate": 10.0, "epochs": 60}
    run = descenso.train("penguins", "species", preset="lecture", progress=False, **faulty)
    made = list(repairs(run, run.diagnose(), rounds=5))
    assert 1 <= len(made) <= 5
    assert all(each.diagnosis is not None for each in made[:-1])
    last = made[-1]
    assert last.kept and last.diagnosis is not None and last.diagnosis.verdict == "healthy"
    assert last.run.metrics["validation"]["accuracy"] > 0.9


def test_a_repaired_run_that_is_worse_is_not_kept():
    run = descenso.train("penguins", "species", preset="lecture", progress=False, epochs=60)
    worse = replace(run.diagnose(quick=True), diagnoses=[repaired_by({"learning_rate": 1e-6})])
    (made,) = repairs(run, worse)
    assert not made.kept and made.diagnosis is None
