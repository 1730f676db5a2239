"""Faults whose cause the doctor names, and healthy trainings that it leaves in peace.

benchmarks/doctor scores the doctor on nearly two hundred such patients; these are fast ones.
"""

import pytest

from .patients import FAULTY, HEALTHY, MOONS_RATE_10, Patient

SEED = 1


@pytest.mark.parametrize("patient", FAULTY.values(), ids=FAULTY)
def test_the_cause_of_a_fault_is_named_first(patient: Patient):
    found = patient.trained(SEED).diagnose()
    assert found.verdict == "ill"
    assert found.diagnoses[0].cause == patient.cause


@pytest.mark.parametrize("patient", HEALTHY.values(), ids=HEALTHY)
def test_a_healthy_training_has_no_finding(patient: Patient):
    found = patient.trained(SEED).diagnose()
    assert found.verdict == "healthy", found.diagnoses[0].summary


def test_a_fault_costs_what_its_repair_brings_back():
    fresh = MOONS_RATE_10.table(SEED + 1, 1000)
    faulty = MOONS_RATE_10.trained(SEED).evaluate(fresh, resamples=0)
    repaired = MOONS_RATE_10.trained(SEED, **MOONS_RATE_10.repair).evaluate(fresh, resamples=0)
    assert repaired["metrics"]["accuracy"] > faulty["metrics"]["accuracy"] + 0.1
