"""A table and a recipe from elsewhere: trained, examined, and refusals read as diagnoses."""

from typing import Any

import numpy as np
import polars as pl

import descenso

from .small import numbers

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


def test_the_tables_stay_as_they_were():
    X, y = numbers()
    frame = pl.DataFrame(X).with_columns(y=y, column_0=pl.lit(np.inf))
    before = frame.clone()
    descenso.diagnose(frame, "y", **PLAIN)
    assert frame.equals(before)
