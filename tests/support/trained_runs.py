"""Runs that are trained once for all tests that look at one, none of which may change them."""

from typing import Any

import pytest

import descenso
from descenso.runs.evaluation.report import measure

from .small_tables import people, plain


@pytest.fixture(scope="session")
def regression() -> descenso.Run:
    return descenso.train(people(), "paid", test=0.25, **plain(epochs=4))


@pytest.fixture(scope="session")
def multiclass() -> descenso.Run:
    return descenso.train("penguins", "species", test=0.2, **plain(epochs=4))


@pytest.fixture(scope="session")
def report_of_numbers(regression: descenso.Run) -> dict[str, Any]:
    return measure(regression.opened(), diagnosis=regression._kept_diagnosis())


@pytest.fixture(scope="session")
def report_of_classes(multiclass: descenso.Run) -> dict[str, Any]:
    return measure(multiclass.opened(), diagnosis=multiclass._kept_diagnosis())
