"""Whether patients are what they are said to be, measured on fresh rows over a few seeds.

A fault is one if its repair (or its mended table) does clearly better. A healthy patient is one if
no simple change does.
"""

import statistics
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from benchmarks.doctor.judging import judged, outcome, recipe_of, trained
from benchmarks.doctor.patient import Cause, Measure, Patient, Tables
from descenso.runs.preparation import prepare
from descenso.runs.request import Request

# What a repair has to bring, in units of the measure, or as a share of what is missing to 1.
CLEAR, CLEAR_SHARE = 0.05, 0.10
# What a change may bring to a healthy patient; or twice the standard error of its gain.
SLIGHT, SLIGHT_ERRORS = 0.03, 2.0
# A patient judged by its labels may have somewhat poor probabilities, but not very poor ones.
SLIGHT_OF_PROBABILITIES = 0.10


@dataclass(frozen=True)
class Finding:
    """One patient's verification.

    Attributes:
        name, cause, measure: the patient's.
        holds: whether it is what it is said to be.
        before: the median of its measure over the seeds.
        after: the same for its repair, or for the change that does best.
        change: which.
    """

    name: str
    cause: Cause | None
    measure: Measure
    holds: bool
    before: float
    after: float
    change: str

    def __str__(self) -> str:
        return (
            f"{'holds' if self.holds else 'FAILS'}  {self.cause or 'healthy'}"
            f"  {self.name}  {self.measure} {self.before:.3f} → {self.after:.3f}"
            f"  ({self.change})"
        )


def verified(patient: Patient, seeds: Sequence[int]) -> Finding:
    """Train the patient and what may do better, on each seed's tables."""
    return _healthy(patient, seeds) if patient.cause is None else _fault(patient, seeds)


def _fault(patient: Patient, seeds: Sequence[int]) -> Finding:
    before = statistics.median(outcome(patient, patient.tables(seed), seed) for seed in seeds)
    draw = patient.mended or patient.tables
    after = statistics.median(outcome(patient, draw(seed), seed, patient.repair) for seed in seeds)
    clear = min(CLEAR, CLEAR_SHARE * (1 - before))
    change = "mended table" if patient.repair is None else str(dict(patient.repair))
    return _finding(patient, after - before >= clear, before, after, change)


def _healthy(patient: Patient, seeds: Sequence[int]) -> Finding:
    tables = {seed: patient.tables(seed) for seed in seeds}
    bars: dict[Measure, float] = {patient.measure: SLIGHT}
    if patient.measure == "accuracy":
        bars["log_loss_skill"] = SLIGHT_OF_PROBABILITIES

    def measured(seed: int, change: Mapping[str, Any] | None = None) -> np.ndarray:
        run = trained(patient, tables[seed], seed, change)
        return np.array([judged(run, each, tables[seed], patient.target) for each in bars])

    usual = [measured(seed) for seed in seeds]
    slight = np.array(list(bars.values()))
    best, best_change, better = -np.inf, "nothing helps", False
    for change in simple_changes(patient, tables[seeds[0]]):
        gains = list[np.ndarray]()
        for seed, before in zip(seeds, usual, strict=True):
            gains.append(measured(seed, change) - before)
            # Once it helps too little in most seeds, the others cannot make their median large.
            if (2 * (np.array(gains) <= slight).sum(axis=0) > len(seeds)).all():
                break
        gain = np.median(gains, axis=0)
        error = np.std(gains, axis=0, ddof=1) / np.sqrt(len(gains)) if len(gains) > 1 else 0.0
        clear = gain > np.maximum(slight, SLIGHT_ERRORS * error)
        if clear.any() >= better and (clear.any() > better or gain[0] > best):
            best, best_change, better = float(gain[0]), str(dict(change)), bool(clear.any())
            if clear.any() and not clear[0]:
                best_change += f", by its probabilities: {gain[1]:+.3f}"
    before = float(np.median(usual, axis=0)[0])
    return _finding(patient, not better, before, before + best, best_change)


def _finding(patient: Patient, holds: bool, before: float, after: float, change: str) -> Finding:
    return Finding(patient.name, patient.cause, patient.measure, bool(holds), before, after, change)


def simple_changes(patient: Patient, tables: Tables) -> Iterator[Mapping[str, Any]]:
    """What a person would try who suspected a fault."""
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
        {"optimizer": "adamw", "learning_rate": 0.002},
        {"init": "auto", "init_scale": "auto"},
        {"patience": 20},
        {"normalization": "layer"},
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
