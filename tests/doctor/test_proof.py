"""A trial proves a cause if it gains, gains again on other rows, and costs nothing that counts."""

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

import descenso
from descenso.doctor import proof
from descenso.doctor.case import Case
from descenso.doctor.proof import accuracies, accuracy_cost, decided_by_shares, try_cause
from descenso.doctor.suspicion import Suspicion
from descenso.doctor.trials import Gain, Trial, TrialBench

PLAIN: dict[str, Any] = {"preset": "lecture", "hidden_layers": (4,), "epochs": 3, "progress": False}


@pytest.fixture(scope="module")
def bench() -> TrialBench:
    random = np.random.default_rng(0)
    X = random.normal(size=(120, 2))
    run = descenso.train((X, random.random(120) < 0.25), **PLAIN)
    return TrialBench.of(Case.of(run.opened()))


def trial_of(probability: np.ndarray, y: np.ndarray) -> Trial:
    """A trial with these probabilities of the second class."""
    outputs, zeros = probability[:, None].astype(np.float32), np.zeros(len(y))
    return Trial({}, y, outputs, zeros, zeros[:4], 0.0, 0.0, [])


def test_a_second_trial_has_other_folds_and_other_seeds(bench: TrialBench):
    again = bench.again
    assert again.rows == bench.rows and again.attempt == 1
    assert any(
        not np.array_equal(first.judged, second.judged)
        for first, second in zip(bench.folds, again.folds, strict=True)
        if first.judged is not None and second.judged is not None
    )
    assert not np.array_equal(again.unchanged.outputs, bench.unchanged.outputs)
    assert bench.again is again


@pytest.mark.parametrize(("second", "proved"), [(0.3, True), (0.16, True), (0.1, False)])
def test_a_gain_has_to_hold_again(
    bench: TrialBench, monkeypatch: pytest.MonkeyPatch, second: float, proved: bool
):
    gains = iter([Gain(0.4, 0.7, 0.1), Gain(0.4, 0.4 + second, 0.1)])
    monkeypatch.setattr(proof, "best_of", lambda bench, _changes: bench.unchanged)
    monkeypatch.setattr(proof, "run_trial", lambda bench, *_, **__: bench.unchanged)
    monkeypatch.setattr(proof, "gain_of", lambda *_: next(gains))
    found = try_cause(bench, Suspicion("too_few_epochs", 0.9, "", [], [{"epochs": 9}]))
    assert found.proved is proved


def test_the_cost_of_a_change_is_the_accuracy_that_it_loses_beyond_chance(bench: TrialBench):
    y = (np.arange(100) % 4 == 0).astype(int)
    right, wrong = np.where(y, 0.9, 0.1), np.where(y, 0.1, 0.9)
    half = np.where(np.arange(100) < 50, right, wrong)
    assert accuracy_cost(bench, trial_of(right, y), trial_of(right, y)) == 0
    assert 0.3 < accuracy_cost(bench, trial_of(right, y), trial_of(half, y)) <= 0.5
    assert accuracy_cost(bench, trial_of(half, y), trial_of(right, y)) == 0
    one = np.where(np.arange(100) < 99, right, wrong)
    assert accuracy_cost(bench, trial_of(right, y), trial_of(one, y)) == 0


def test_a_rare_class_that_is_ranked_right_is_found_by_another_decision(bench: TrialBench):
    y = (np.arange(400) % 4 == 0).astype(int)
    # All of the class are above all others, but below a half.
    shy = trial_of(np.where(y, 0.4, 0.1), y)
    assert accuracies(bench, shy, decided_by_shares(bench, shy)) == [0.75, 1.0]
    plain = trial_of(np.where(y, 0.9, 0.1), y)
    assert accuracies(bench, plain, decided_by_shares(bench, plain)) == [1.0, 1.0]


def test_weights_that_cost_skill_are_no_remedy_and_the_decision_is(
    bench: TrialBench, monkeypatch: pytest.MonkeyPatch
):
    y = bench.unchanged.y
    shy = np.where(y, 0.4, 0.1)[:, None].astype(np.float32)
    usual = replace(bench.unchanged, outputs=shy, skill=0.2)
    wild = replace(usual, outputs=np.where(y, 0.9, 0.4)[:, None].astype(np.float32), skill=-0.5)
    monkeypatch.setattr(proof, "run_trial", lambda *_, **__: wild)
    own = replace(bench)
    own.__dict__["unchanged"] = usual
    found = try_cause(
        own,
        Suspicion(
            "class_imbalance",
            0.9,
            "",
            [],
            [{"class_weight": "balanced"}],
            judged_by="balanced_accuracy",
        ),
    )
    assert found.change is None and found.suspicion.data_change == "decision_threshold"
    assert found.proved and found.gain is not None
    assert (found.gain.before, found.gain.after) == (0.5, 1.0)


def test_what_suits_no_problem_but_costs_nothing_is_a_remark():
    unusual = Suspicion("loss_mismatch", 0.99, "", [], [{"loss": "bce"}], only_unusual=True)
    found: Any = SimpleNamespace(suspicion=unusual, proved=False)
    assert proof.Finding.is_remark.fget(found)  # pyright: ignore[reportOptionalCall]
    found.proved = True
    assert not proof.Finding.is_remark.fget(found)  # pyright: ignore[reportOptionalCall]
