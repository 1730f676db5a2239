"""What an examination tries, in which order, and how findings are ranked."""

from types import SimpleNamespace
from typing import Any

import pytest

from descenso.doctor import examination
from descenso.doctor.case import Case
from descenso.doctor.examination import (
    MIN_TRIAL_ROWS,
    _is_plain,
    _likeliest,
    _ranked,
    affordable_rows,
    suspicions_of,
)
from descenso.doctor.proof import Finding
from descenso.doctor.suspicion import Suspicion
from descenso.doctor.symptoms import Symptoms
from descenso.doctor.trials import Gain


def suspicion(cause: str, weight: float, **more: Any) -> Suspicion:
    return Suspicion(cause, weight, "", [], **more)


def finding(cause: str, gain: float | None, weight: float = 0.5, **more: Any) -> Finding:
    suspected = suspicion(cause, weight, **more)
    measured = None if gain is None else Gain(0.0, gain, 0.0)
    return Finding(suspected, None, measured, None, proved=True)


def case_of(seconds_per_epoch: float, epochs: int, rows: int) -> Any:
    records = [{"elapsed_seconds": (1 + i) * seconds_per_epoch} for i in range(epochs)]
    case = object.__new__(Case)
    case.__dict__.update({"records": records, "experiment": SimpleNamespace(training=range(rows))})
    return case


def test_a_short_training_is_repeated_on_all_rows():
    assert affordable_rows(case_of(0.01, 10, rows=1_000), budget=10.0) is None
    assert affordable_rows(case_of(100.0, 1, rows=1_000), budget=10.0) is None


def test_a_long_training_is_repeated_on_a_sample_that_fits_into_the_budget():
    # 12 times 100 seconds of training, for a tenth of which there is time.
    assert affordable_rows(case_of(1.0, 100, rows=100_000), budget=120.0) == 10_000
    assert affordable_rows(case_of(1.0, 100, rows=100_000), budget=0.1) == MIN_TRIAL_ROWS
    assert affordable_rows(case_of(1.0, 100, rows=300), budget=0.1) == 300


def test_the_strongest_suspicion_comes_first_and_a_network_s_own_parts_stay(
    monkeypatch: pytest.MonkeyPatch,
):
    found = {
        "weak": suspicion("weak", 0.2, changes=[{"epochs": 9}]),
        "strong": suspicion("strong", 0.9, changes=[{"init": "he"}, {"epochs": 9}]),
        "not accepted": suspicion("not accepted", 1.0, changes=[{"init": "he"}]),
        "of the data": suspicion("of the data", 0.5, data_change="more_data"),
    }
    suspects = {name: lambda _symptoms, name=name: found[name] for name in found}
    monkeypatch.setattr(examination, "suspects", lambda: suspects)
    symptoms = object.__new__(Symptoms)
    symptoms.__dict__["case"] = object.__new__(Case)
    monkeypatch.setattr(Case, "takes", lambda _case, change: "init" not in change)
    monkeypatch.setattr(Case, "differs_by", lambda _case, _change: True)
    ordered = suspicions_of(symptoms)
    assert [each.cause for each in ordered] == ["strong", "of the data", "weak"]
    assert list(ordered[0].changes) == [{"epochs": 9}]


def test_findings_are_ranked_by_gain_and_of_similar_gains_by_symptoms():
    ranked = _ranked([finding("a", 0.1), finding("b", 0.4), finding("c", 0.39, weight=0.9)])
    assert [each.suspicion.cause for each in ranked] == ["c", "b", "a"]
    assert all(0 <= each.confidence <= 1 for each in ranked)


def test_the_larger_gain_comes_first_however_plain_the_symptoms_of_the_smaller_are():
    ranked = _ranked([finding("plain", 0.39, weight=0.95), finding("helps", 0.58, weight=0.4)])
    assert [each.suspicion.cause for each in ranked] == ["helps", "plain"]


def test_a_poor_result_that_no_trial_explains_has_the_likeliest_cause():
    def symptoms(gap: float) -> Symptoms:
        made = object.__new__(Symptoms)
        made.__dict__["unchanged"] = SimpleNamespace(skill=0.2, training_skill=0.2 + gap)
        return made

    def tried(cause: str, gain: float) -> Finding:
        change = {"epochs": 9}
        measured = Gain(0.0, gain, 0.2)
        return Finding(suspicion(cause, 0.5), change, measured, None, proved=False)

    some = [tried("overfitting", 0.0), tried("underfitting_capacity", -0.1)]
    assert _likeliest(symptoms(gap=0.4), some)[0].suspicion.cause == "overfitting"
    assert _likeliest(symptoms(gap=0.0), some)[0].suspicion.cause == "underfitting_capacity"
    better = [*some, tried("too_few_epochs", 0.1)]
    assert _likeliest(symptoms(gap=0.4), better)[0].suspicion.cause == "too_few_epochs"


def test_a_decided_cause_needs_no_gain_and_missing_rows_prove_less():
    confidence = {
        each.suspicion.cause: each.confidence
        for each in _ranked(
            [
                finding("largest gain", 0.4),
                finding("decided", None, decided=True),
                finding("more data", 0.2, halves=True),
            ]
        )
    }
    assert confidence["largest gain"] > confidence["decided"] > confidence["more data"]


@pytest.mark.parametrize(
    ("cause", "weight", "training_skill", "decided", "plain"),
    [
        ("symmetric_init", 0.99, 0.5, False, True),  # the fault itself
        ("dead_units", 0.9, 0.5, False, False),  # it may learn what there is
        ("dead_units", 0.9, 0.0, False, True),  # it learns nothing
        ("underfitting_capacity", 0.9, 0.0, False, False),
        ("loss_mismatch", 0.5, 0.5, True, True),
    ],
)
def test_symptoms_alone_show_a_fault_itself_or_that_nothing_is_learnt(
    cause: str, weight: float, training_skill: float, decided: bool, plain: bool
):
    symptoms = object.__new__(Symptoms)
    symptoms.__dict__.update({"unchanged": None, "own_skill": training_skill})
    assert _is_plain(symptoms, suspicion(cause, weight, decided=decided)) is plain
