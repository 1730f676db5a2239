"""Losses and activations are declared once, and everything else finds them by name."""

import jax.numpy as jnp
import numpy as np
import pytest
from numpy.testing import assert_allclose

from descenso import components
from descenso.components import ACTIVATIONS, LOSSES, OUTPUT_ACTIVATIONS, Loss, losses_of
from descenso.engine import losses, metrics
from descenso.engine.task import Task
from descenso.interop.vocabulary import WORDS


def test_each_task_has_a_loss_and_each_loss_a_task():
    assert {loss.task for loss in LOSSES.values()} == set(OUTPUT_ACTIVATIONS)
    assert [losses_of(task)[0] for task in OUTPUT_ACTIVATIONS] == ["mse", "bce", "cce"]


def test_no_two_stand_for_the_same_word_of_another_library():
    for declared in (LOSSES, ACTIVATIONS):
        aliases = [alias for each in declared.values() for alias in each.aliases]
        assert len(set(aliases)) == len(aliases)
        assert not set(aliases) & set(declared)
    assert WORDS["loss"]["l1loss"] == "mae"
    assert WORDS["activation"]["silu"] == "swish"


def test_a_declared_loss_is_measured_in_its_own_unit_with_its_own_constant(
    monkeypatch: pytest.MonkeyPatch,
):
    # Cubed errors, which descenso does not have.
    cubic = Loss("regression", "cubed_error", unit_power=3, best_constant="median")
    monkeypatch.setitem(components.LOSSES, "cubic", cubic)
    monkeypatch.setitem(losses.FUNCTIONS, "cubic", lambda z, y: (abs(y - z) ** 3).mean(axis=-1))
    task, y = Task("regression", "linear", "cubic", 1), np.array([0.0, 1.0, 5.0])
    assert losses_of("regression") == ("mse", "mae", "cubic")
    assert metrics.loss_unit("cubic", 10.0) == 1000.0
    constant = metrics.best_constant(task, y)
    assert constant == [1.0]
    truth = metrics.truth_of(task, y)
    assert_allclose(metrics.constant_losses("cubic", truth, constant), [1.0, 0.0, 64.0])
    rows = task.row_losses(jnp.ones((3, 1)), jnp.asarray(y))
    assert_allclose(rows, [1.0, 0.0, 64.0])
