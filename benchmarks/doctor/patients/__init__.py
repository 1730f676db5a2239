"""The doctor's patients: trainings with a fault whose cause is known, and healthy ones.

One file per family of causes, `healthy.py` for the others. `benchmarks/doctor/run.py` scores
`run.diagnose()` on them; with `--verify` it shows that each fault is one and each healthy training
healthy.

The collection has two halves: one to tune the doctor on, and one that is held out.
"""

from benchmarks.doctor.patient import CAUSES, Patient
from benchmarks.doctor.patients import (
    capacity,
    data_faults,
    gradients,
    healthy,
    initialisation,
    ordering_and_balance,
    pairing,
    scaling,
    steps,
)

FAMILIES = (
    steps,
    gradients,
    initialisation,
    scaling,
    pairing,
    capacity,
    ordering_and_balance,
    data_faults,
    healthy,
)
ALL: tuple[Patient, ...] = tuple(each for family in FAMILIES for each in family.PATIENTS)
BY_NAME = {each.name: each for each in ALL}

assert len(BY_NAME) == len(ALL), "two patients share a name"
for _cause in CAUSES:
    _regimes = {each.regime for each in ALL if each.cause == _cause}
    assert _regimes == {"obvious", "subtle"}, f"{_cause} lacks an obvious or a subtle patient"


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
