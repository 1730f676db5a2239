"""The doctor's patients: trainings that are ill of a known cause, and healthy ones.

One file per family of causes, `healthy.py` for the others. `benchmarks/doctor.py` scores
`run.diagnose()` on them, and with `--verify` shows that each of them is what it is said to be.

The collection has two halves: one to tune the doctor on, and one that is held out.
"""

from patients import (
    beginnings,
    capacity,
    data_faults,
    gradients,
    healthy,
    orders_and_shares,
    pairing,
    scaling,
    steps,
)
from patients.patient import CAUSES, Patient

FAMILIES = (
    steps,
    gradients,
    beginnings,
    scaling,
    pairing,
    capacity,
    orders_and_shares,
    data_faults,
    healthy,
)
ALL: tuple[Patient, ...] = tuple(each for family in FAMILIES for each in family.PATIENTS)


def named(name: str) -> Patient:
    """The patient of that name."""
    return next(each for each in ALL if each.name == name)


def tuning() -> tuple[Patient, ...]:
    """Every other patient of each cause, and every other healthy one."""
    return _every_other(0)


def held_out() -> tuple[Patient, ...]:
    """The patients that are not in `tuning`."""
    return _every_other(1)


def _every_other(half: int) -> tuple[Patient, ...]:
    """Each cause's patients by turns, and the first of them by turns too.

    They stand in the order obvious, subtle: which half has more of either differs by cause.
    """
    chosen: list[Patient] = []
    for place, cause in enumerate((*CAUSES, None)):
        patients = [each for each in ALL if each.cause == cause]
        chosen += [each for index, each in enumerate(patients) if (index + place) % 2 == half]
    return tuple(chosen)
