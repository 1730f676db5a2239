"""Some of the patients of benchmarks/doctor.py, which scores them all.

The fastest ones, on fixed tables: what goes wrong here goes wrong in many of the others.
"""

import pytest

from patients import ALL, named
from patients.judging import judged, outcome, trained
from patients.patient import CAUSES

SEED = 1
ILL = [
    "moons_rate_10",
    "xor_one_unit",
    "friedman_zeros",
    "friedman_through_a_sigmoid",
    "wine_as_measured",
]
HEALTHY = ["moons_lecture", "iris_lecture", "linear_two_units"]


def test_every_cause_has_an_obvious_patient_and_a_subtle_one():
    for cause in CAUSES:
        regimes = {each.regime for each in ALL if each.cause == cause}
        assert regimes >= {"obvious", "subtle"}, cause


def test_names_of_patients_are_their_own():
    assert len({each.name for each in ALL}) == len(ALL)


@pytest.mark.parametrize("name", ILL)
def test_the_cause_of_a_fault_is_named_first(name: str):
    ill = named(name)
    run = trained(ill, ill.tables(SEED), SEED)
    assert run is not None
    found = run.diagnose()
    assert found.verdict == "ill"
    assert found.diagnoses[0].cause == ill.cause


@pytest.mark.parametrize("name", HEALTHY)
def test_a_healthy_training_is_not_called_ill(name: str):
    well = named(name)
    run = trained(well, well.tables(SEED), SEED)
    assert run is not None
    found = run.diagnose()
    assert found.verdict == "healthy", found.diagnoses[0].summary


def test_a_fault_costs_what_its_repair_brings_back():
    ill = named("moons_rate_10")
    tables = ill.tables(SEED)
    before = judged(trained(ill, tables, SEED), ill.measure, tables, ill.target)
    assert outcome(ill, tables, SEED, ill.repair) > before + 0.1
