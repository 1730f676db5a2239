"""What the doctor says of a patient, and whether its first advice helps."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import descenso
from benchmarks.doctor.judging import judged, outcome, recipe_of, trained
from benchmarks.doctor.patient import Patient, Tables
from benchmarks.doctor.treatment import TREATABLE, TREATMENTS

# The least gain by the repair for which a recovery is counted.
LEAST_TO_RECOVER = 0.02


@dataclass(frozen=True)
class Examination:
    """One patient, examined on the tables of one seed.

    Attributes:
        name, cause, regime: the patient's.
        causes: what the doctor names, the likeliest first; none where it finds the run healthy.
        advice: its first change of the recipe or of the data.
        untreated: the patient's measure on fresh rows.
        repaired: the same after the known repair; None where there is none that a doctor could do.
        changed: the same after the first advice; None where a person would have to follow it.
        suspected: whether the quick look, which trains nothing, finds a problem.
        training_seconds: what the training took; None where it was refused.
        diagnosis_seconds: what the diagnosis took on top of it.
        failure: why there is no diagnosis: the doctor raised.
    """

    name: str
    cause: str | None
    regime: str
    seed: int
    causes: tuple[str, ...] = ()
    flagged: bool = False
    advice: Any = None
    untreated: float | None = None
    repaired: float | None = None
    changed: float | None = None
    suspected: bool | None = None
    training_seconds: float | None = None
    diagnosis_seconds: float | None = None
    failure: str | None = None

    def is_among(self, first: int) -> bool:
        """Whether the right cause is among the first ones."""
        return self.cause in self.causes[:first]

    @property
    def recovery(self) -> float | None:
        """How much of what the repair brings the advice brings; None where that is not asked."""
        if self.untreated is None or self.repaired is None:
            return None
        if self.repaired - self.untreated < LEAST_TO_RECOVER:
            return None
        return ((self.untreated if self.changed is None else self.changed) - self.untreated) / (
            self.repaired - self.untreated
        )

    def __str__(self) -> str:
        if self.failure:
            found = f"failed: {self.failure}"
        else:
            found = ", ".join(self.causes[:3]) if self.flagged else "healthy"
        good = self.is_among(1) if self.cause else not self.flagged
        recovery = self.recovery
        return (
            f"{'right' if good else 'WRONG'}  {self.cause or 'healthy'} ({self.regime})"
            f"  {self.name}  seed {self.seed}: {found}"
            + ("" if recovery is None else f"; recovery {recovery:.2f}")
        )


def examined(patient: Patient, seed: int) -> Examination:
    """Draw a patient's tables, train and diagnose it, and follow the first advice."""
    tables = patient.tables(seed)
    blank = Examination(patient.name, patient.cause, patient.regime, seed)
    run = trained(patient, tables, seed)
    try:
        if run is None:
            # What training refuses, the doctor reads: it names the cause.
            recipe = recipe_of(patient, tables, seed)
            diagnosis = descenso.diagnose(tables.training, patient.target, recipe=recipe)
        else:
            diagnosis = run.diagnose()
        found: Mapping[str, Any] = diagnosis.to_dict()
    except Exception as failure:  # Whatever it is, the other patients are still to be examined.
        return replace(blank, failure=f"{type(failure).__name__}: {failure}")
    training = None if run is None else float(run.summary()["seconds"])
    diagnoses = found["diagnoses"]
    untreated = judged(run, patient.measure, tables, patient.target)
    first = diagnoses[0] if diagnoses else {}
    return replace(
        blank,
        causes=tuple(each["cause"] for each in diagnoses),
        flagged=found["verdict"] == "ill",
        advice=first.get("change") or first.get("data_change"),
        untreated=untreated,
        repaired=_repaired(patient, tables, seed),
        changed=_followed(patient, tables, seed, first),
        suspected=None if run is None else run.diagnose(quick=True).verdict == "ill",
        training_seconds=training,
        diagnosis_seconds=found["seconds"],
    )


def _repaired(patient: Patient, tables: Tables, seed: int) -> float | None:
    """The measure after what helps most, where a doctor can do it."""
    if patient.repair is not None:
        return outcome(patient, tables, seed, patient.repair)
    if patient.mended is not None and patient.cause in TREATABLE:
        return outcome(patient, patient.mended(seed), seed)
    return None


def _followed(
    patient: Patient, tables: Tables, seed: int, diagnosis: Mapping[str, Any]
) -> float | None:
    """The measure after a diagnosis' advice; None where only a person could follow it."""
    if patient.cause is None or not diagnosis:
        return None
    treat = TREATMENTS.get(str(diagnosis.get("data_change")))
    if treat is not None:
        tables = replace(tables, training=treat(tables.training, patient.target))
    elif not diagnosis.get("change"):
        return None
    return outcome(patient, tables, seed, diagnosis.get("change"))
