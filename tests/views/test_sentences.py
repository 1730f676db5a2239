from types import SimpleNamespace
from typing import Any

import pytest

from descenso.i18n import use_language
from descenso.views.sentences import ending, kept_weights, row_counts, run_name

CLASSES = {"loss": 0.25, "skill": 0.5, "accuracy": 0.875, "log_loss": None}


def test_many_rows_are_counted_in_groups_of_digits():
    rows = {"train": 18947, "validation": 20, "test": 0}
    assert row_counts(rows) == "18,947 for training, 20 for validation, 0 for testing"


def test_a_run_is_named_with_its_problem_in_words():
    record: Any = SimpleNamespace(id="3f2a", target="price", task="regression")
    assert run_name(record) == "run 3f2a, price (regression)"
    use_language("es")
    assert run_name(record).endswith("3f2a, price (regresión)")


@pytest.mark.parametrize("stopped", ["epochs", "patience", "interrupted", "diverged"])
def test_every_ending_is_reported_with_its_epochs_and_time(stopped: str):
    sentence = ending({"stopped": stopped, "epochs": 1, "seconds": 75.0})
    assert "1 epoch " in sentence
    assert "1 min 15 s" in sentence


@pytest.mark.parametrize(
    ("stopped", "kept", "validation", "message"),
    [
        ("patience", 15, CLASSES, "The weights of epoch 15, the best on validation, are kept."),
        ("epochs", 15, None, "The weights of epoch 15, the best on the training rows, are kept."),
        # The last epoch's need no word, and a divergence has its own.
        ("epochs", 35, CLASSES, ""),
        ("diverged", 15, CLASSES, ""),
    ],
)
def test_which_weights_are_kept_is_stated_where_it_is_not_the_last(
    stopped: str, kept: int, validation: dict | None, message: str
):
    metrics = {"train": CLASSES, "validation": validation, "test": None}
    summary = {"stopped": stopped, "epochs": 35, "kept_epoch": kept, "metrics": metrics}
    assert kept_weights(summary) == message
