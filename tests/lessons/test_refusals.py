"""Where nothing is trained, or all diverges, a lesson says so; it crashes and pretends nowhere."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

import descenso
from descenso import lessons
from descenso.engine.experiment import Experiment
from descenso.engine.learning_rate_finder import RangeTest
from descenso.lessons import TOPICS
from descenso.lessons.lesson import Lesson, sketch

from ..support.small_tables import numbers, plain

OF_STARTING_WEIGHTS = ("sensitivity", "gradient-check", "activations")
SMALL: dict[str, Any] = {"hidden_layers": (4,), "epochs": 2}


def lesson(topic: str, *arguments: Any, **fields: Any) -> Lesson:
    return getattr(lessons, topic.replace("-", "_"))(*arguments, **fields)


@pytest.mark.parametrize("topic", [each for each in TOPICS if each not in OF_STARTING_WEIGHTS])
def test_a_lesson_on_training_needs_an_epoch(topic: str):
    with pytest.raises(descenso.InputError, match="epochs is 0: nothing would be trained"):
        lesson(topic, numbers(), epochs=0)


@pytest.mark.parametrize("topic", OF_STARTING_WEIGHTS)
def test_some_lessons_look_at_starting_weights_too(topic: str):
    run = descenso.train(numbers(), **plain(epochs=0))
    result = lesson(topic, run)
    moments = [table["moment"] for table in result.tables.values() if "moment" in table.columns]
    assert all(set(each) == {"start"} for each in moments)


def test_of_an_untrained_run_there_is_no_course():
    run = descenso.train(numbers(), **plain(epochs=0))
    with pytest.raises(descenso.InputError, match="epochs is 0"):
        lessons.cycle(run)


@pytest.mark.parametrize("topic", ["cycle", "landscape", "step", "sensitivity"])
def test_of_a_training_that_diverges_at_once_that_is_said(topic: str):
    with pytest.raises(descenso.InputError, match="infinite at once"):
        lesson(topic, numbers(), **SMALL, learning_rate=1e30, validation=0.0)


def test_where_every_rate_diverges_that_is_said_and_none_is_right():
    X, y = numbers()
    result = lessons.learning_rate((X * 1e30, y), **SMALL, rates=4, scale_features=False)
    assert "At every rate from 1.000e-05 to 100.0 the loss became infinite" in result.essence[-1]
    assert set(result.table["verdict"]) == {"diverged"}
    for name in ("suggestion", "best", "right_from", "right_to"):
        assert result.to_dict()["numbers"][name] is None
    assert "became infinite" in result.page()


@pytest.mark.parametrize(
    ("at_the_largest", "said"),
    [
        (np.inf, "From 0.4642 on, the loss becomes infinite."),
        (1.0, "At 1 of the 2 rates from 0.4642 on, the loss became infinite; at the others"),
    ],
)
def test_a_loss_that_stays_finite_at_a_larger_rate_is_not_called_infinite(
    at_the_largest: float, said: str, monkeypatch: pytest.MonkeyPatch
):
    losses = np.array([[0.9], [0.1], [np.inf], [at_the_largest]])
    monkeypatch.setattr(RangeTest, "losses", property(lambda _test: losses))
    result = lessons.learning_rate(numbers(), **SMALL, rates=4)
    assert result.essence[-1].startswith(said)


def test_a_setting_that_diverges_is_left_out_and_named(monkeypatch: pytest.MonkeyPatch):
    def settings(experiment: Experiment) -> list[tuple[str, str, Experiment]]:
        far = replace(experiment, recipe=experiment.recipe.replace(learning_rate=1e30))
        return [("as it is", "baseline", experiment), ("weight decay 0.01", "remedy", far)]

    monkeypatch.setattr("descenso.lessons.topics.overfitting._settings", settings)
    result = lessons.overfitting(numbers(), **SMALL)
    assert result.table["setting"].to_list() == ["as it is"]
    assert result.essence[-1].endswith("at once: remedy: weight decay 0.01.")


def test_lessons_that_walk_through_a_training_train_once(monkeypatch: pytest.MonkeyPatch):
    def refuse(*_arguments: Any) -> None:
        raise AssertionError("trained before it is walked through")

    monkeypatch.setattr("descenso.lessons.subject.fit_network", refuse)
    for topic in ("cycle", "landscape", "step"):
        lesson(topic, numbers(), **SMALL)


def test_an_iteration_after_the_training_had_ended_is_refused():
    with pytest.raises(descenso.InputError, match="epoch is 2; allowed: a whole number"):
        lessons.step(numbers(), **SMALL, epoch=2)


def test_losses_on_another_scale_than_the_target_s_say_so():
    scaled = lessons.cycle(numbers(), **SMALL)
    as_it_is = lessons.cycle(numbers(), **SMALL, scale_target=False)
    assert "standard deviations of " in scaled.subject
    assert "standard deviations" not in as_it_is.subject


def test_what_is_not_finite_is_a_gap_in_a_sketch():
    assert sketch({"loss": [2.0, np.inf, 1.0]}, bars=3) == ["loss  █ ▁  1 … 2"]
