"""Whether patients are what they are said to be, measured on fresh rows over a few seeds.

A fault is one if its repair (or its mended table) does clearly better. A healthy patient is one if
no simple change does.
"""

import statistics
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from descenso.preparation import Request, prepare
from patients.judging import outcome, recipe_of
from patients.patient import Measure, Patient, Tables

# What a repair has to bring: so much of the scale, or that share of what the fault has lost of 1.
CLEAR, CLEAR_SHARE = 0.05, 0.10
# What a change may bring to a healthy patient; or twice the standard error of its gain.
SLIGHT, SLIGHT_ERRORS = 0.03, 2.0


@dataclass(frozen=True)
class Finding:
    """One patient's verification.

    Attributes:
        holds: whether it is what it is said to be.
        before: the median of its measure over the seeds.
        after: the same for its repair, or for the change that does best.
        change: which.
    """

    patient: Patient
    holds: bool
    before: float
    after: float
    change: str

    def __str__(self) -> str:
        patient = self.patient
        return (
            f"{'holds' if self.holds else 'FAILS'}  {patient.cause or 'healthy'}"
            f"  {patient.name}  {patient.measure} {self.before:.3f} → {self.after:.3f}"
            f"  ({self.change})"
        )


def verified(patient: Patient, seeds: Sequence[int]) -> Finding:
    """Train the patient and what may do better, on each seed's tables."""
    return _healthy(patient, seeds) if patient.cause is None else _fault(patient, seeds)


def _fault(patient: Patient, seeds: Sequence[int]) -> Finding:
    ill = statistics.median(outcome(patient, patient.tables(seed), seed) for seed in seeds)
    draw = patient.mended or patient.tables
    well = statistics.median(outcome(patient, draw(seed), seed, patient.repair) for seed in seeds)
    clear = min(CLEAR, CLEAR_SHARE * (1 - ill))
    change = "mended table" if patient.repair is None else str(dict(patient.repair))
    return Finding(patient, well - ill >= clear, ill, well, change)


def _healthy(patient: Patient, seeds: Sequence[int]) -> Finding:
    # Who is judged by the labels alone may not be far from well in its probabilities either.
    measures: dict[Measure, float] = {patient.measure: SLIGHT}
    tables = {seed: patient.tables(seed) for seed in seeds}
    before = {
        (measure, seed): outcome(replace(patient, measure=measure), tables[seed], seed)
        for measure in measures
        for seed in seeds
    }
    best = (-np.inf, 0.0, "")
    holds = True
    for change in simple_changes(patient, tables[seeds[0]]):
        for measure, slight in measures.items():
            judged = replace(patient, measure=measure)
            gains = [
                outcome(judged, tables[seed], seed, change) - before[measure, seed]
                for seed in seeds
            ]
            error = statistics.stdev(gains) / np.sqrt(len(gains))
            gain = statistics.median(gains)
            better = gain > max(slight, SLIGHT_ERRORS * error)
            holds &= not better
            best = max(best, (gain, float(better), str(change)))
    usual = statistics.median(before[patient.measure, seed] for seed in seeds)
    return Finding(patient, holds, usual, usual + best[0], best[2])


def simple_changes(patient: Patient, tables: Tables) -> Iterator[Mapping[str, Any]]:
    """What somebody would try who suspected that the training is ill."""
    recipe = _resolved(patient, tables)
    classification = recipe["task"] != "regression"
    for factor in (0.1, 1 / 3, 3, 10):
        yield {"learning_rate": recipe["learning_rate"] * factor}
    yield {"epochs": 3 * recipe["epochs"]}
    changes: list[dict[str, Any]] = [
        {"batch_size": 32},
        {"hidden_layers": (64, 64)},
        {"activation": "relu", "init": "he"},
        {"activation": "swish", "init": "auto"},
        {"scale_features": True},
        {"dropout": 0.0},
        {"dropout": 0.2},
        {"weight_decay": 0.0},
        {"weight_decay": 0.01},
        {"optimizer": "adamw", "learning_rate": 0.002},
        {"init": "auto", "init_scale": "auto"},
        {"patience": 20},
        {"normalization": "layer"},
        {"clip_norm": 1.0},
        {"shuffle": True},
    ]
    changes += [{"class_weight": "balanced"}] if classification else [{"scale_target": True}]
    for change in changes:
        if any(value not in ("auto", recipe[name]) for name, value in change.items()):
            yield change


def _resolved(patient: Patient, tables: Tables) -> dict[str, Any]:
    """The patient's recipe with every "auto" answered."""
    request = Request(recipe_of(patient, tables, 0))
    return vars(prepare(tables.training, patient.target, request).experiment.recipe)
