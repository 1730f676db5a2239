"""A training that goes wrong says so at once, once, and why."""

from typing import Any

import numpy as np
import pytest

import descenso
from descenso.runs import divergence
from descenso.runs.divergence import CollapseDetector
from descenso.runs.events import Warned


def warnings_and_run(**fields: Any) -> tuple[list[str], descenso.Run]:
    said: list[str] = []

    def listen(event: Any) -> None:
        if isinstance(event, Warned):
            said.append(event.message)

    run = descenso.train(
        "penguins", fields.pop("target", "species"), preset="lecture", listen=listen, **fields
    )
    return said, run


def test_a_divergence_names_the_learning_rate():
    said, run = warnings_and_run(learning_rate=1e5)
    assert run.stopped == "diverged"
    assert "the learning rate 100000 is too large for sgd, where 0.05–0.1 is usual" in said[-1]
    assert said[-1] in run.warnings


def test_a_divergence_of_unscaled_numbers_names_them():
    said, run = warnings_and_run(target="body_mass_g", scale_target=False, scale_features=False)
    assert run.stopped == "diverged" and "are not scaled" in said[-1]


def test_a_collapse_is_reported_once_and_kept_among_the_warnings(monkeypatch: pytest.MonkeyPatch):
    # Which training collapses depends on rounding: here each epoch after the first counts as one.
    monkeypatch.setattr(divergence, "LEARNED_BELOW", np.inf)
    monkeypatch.setattr(divergence, "COLLAPSED_ABOVE", 0.0)
    said, run = warnings_and_run(epochs=4)
    assert len(said) == 1 and said[0].startswith("The training collapsed in epoch 2: the loss is ")
    assert said[0] in run.warnings


def test_a_healthy_training_is_not_warned_of():
    said, run = warnings_and_run()
    assert not said and not run.warnings


@pytest.mark.parametrize(
    ("losses", "collapsed"),
    [([1.0, 0.5, 1.1], True), ([1.0, 0.9, 1.1], False), ([1.0, 0.5, 0.9], False)],
)
def test_a_collapse_is_to_fall_behind_a_constant_after_having_learnt(
    losses: list[float], collapsed: bool
):
    detector = CollapseDetector(constant=1.0)
    records: Any = [{"epoch": epoch, "loss": loss} for epoch, loss in enumerate(losses, start=1)]
    assert (detector.check(records) is not None) == collapsed
    assert detector.check(records) is None or not collapsed


def test_a_layer_of_dead_units_is_named():
    record: Any = {"epoch": 4, "loss": 0.9, "telemetry": {"dead": [0.0, 1.0]}}
    said = CollapseDetector(constant=1.0).check([record])
    assert said is not None and "In epoch 4 all units of hidden layer 2 are dead" in said
