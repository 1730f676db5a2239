"""One network, trained: every word of the recipe is at work, and what happens is reported."""

import threading
from itertools import product
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose

import descenso
from descenso.components import ACTIVATIONS
from descenso.engine import loop
from descenso.recipe import INITS, OPTIMIZERS, PRESETS, SCHEDULES

from ..support import small_tables
from ..support.compilation_counter import compilations

# Each training takes the next value of every word, so that eight trainings hold them all.
VALUES: dict[str, tuple[Any, ...]] = {
    "activation": tuple(ACTIVATIONS),
    "optimizer": OPTIMIZERS,
    "schedule": SCHEDULES,
    "init": INITS,
    "preset": PRESETS,
    "hidden_layers": (None, (4,), (4, 3), (3, 3, 3)),
    "batch_size": ("full", 1, 7),
    "normalization": (None, "layer"),
    "dropout": (None, 0.3),
    "weight_decay": (None, 0.0, 0.01),
    "clip_norm": (None, 1.0),
    "class_weight": (None, "balanced", {"a": 3.0}),
    "patience": (1, None),
    "shuffle": (True, False),
    "scale_features": (False, True),
    "validation": (0.25, None),
    "momentum": (0.0, 0.9),
    "init_scale": (0.5, 1.0),
    "learning_rate": (0.001, 0.1),
}
ROUNDS = max(map(len, VALUES.values()))


def words(index: int) -> dict[str, Any]:
    return {name: values[index % len(values)] for name, values in VALUES.items()}


@pytest.mark.parametrize("index", range(ROUNDS))
def test_every_value_of_every_word_trains(index: int):
    X, y = small_tables.classes(["a", "b", "c"], rows=40)
    run = descenso.train((X, y), epochs=1, **words(index))
    assert run.stopped == "epochs"
    assert np.isfinite(run.history["loss"][0])
    assert np.isfinite(run.metrics["train"]["loss"])
    for name, value in words(index).items():
        if value is not None:
            assert getattr(run.recipe, name) == value


@pytest.mark.parametrize("loss", ["mse", "mae"])
@pytest.mark.parametrize("scale_target", [True, False])
def test_every_loss_of_a_regression_trains_with_its_target_scaled_or_not(
    loss: str, scale_target: bool
):
    X, y = small_tables.numbers()
    run = descenso.train(
        (X, y),
        loss=loss,
        scale_target=scale_target,
        **small_tables.plain(optimizer="adam", epochs=1),
    )
    errors = np.abs(y - run.predict(X)) ** (1 if loss == "mae" else 2)
    rows = training_rows(run)
    # Stated in the target's own units, whatever the network sees.
    assert run.metrics["train"]["loss"] == pytest.approx(errors[rows].mean(), rel=1e-4)


DATA = {
    "regression": small_tables.numbers(24),
    "binary": small_tables.classes(["no", "yes"], 24),
    "multiclass": small_tables.classes(["a", "b", "c"], 24),
}
PAIRS = [*product(DATA, ("linear", "sigmoid", "softmax"), ("mse", "mae", "bce", "cce"))]


@pytest.mark.parametrize(("task", "output_activation", "loss"), PAIRS)
def test_every_pairing_trains_where_a_mismatch_is_allowed(
    task: str, output_activation: str, loss: str
):
    run = descenso.train(
        DATA[task],
        output_activation=output_activation,
        loss=loss,
        allow_mismatch=True,
        **small_tables.plain(hidden_layers=None, epochs=1, validation=0),
    )
    assert run.stopped == "epochs"
    assert np.isfinite(run.history["loss"][0])
    assert np.isfinite(run.metrics["train"]["loss"])
    if task != "regression":
        assert_allclose(run.predict_proba(DATA[task][0]).sum(axis=1), 1, rtol=1e-5)


def test_the_loss_of_a_forced_pairing_is_faithful():
    """A sigmoid under mse is judged by (y - sigmoid(z))², not by what belongs to it."""
    X, y = DATA["binary"]
    run = descenso.train(
        (X, y), loss="mse", allow_mismatch=True, **small_tables.plain(validation=0)
    )
    errors = (y == "yes") - run.predict_proba(X)[:, 1]
    assert run.metrics["train"]["loss"] == pytest.approx((errors**2).mean(), rel=1e-5)


def test_class_weights_move_what_is_learnt_but_not_how_it_is_judged():
    X, y = small_tables.classes(["a", "a", "a", "b"])
    plain, heavy = (
        descenso.train((X, y), class_weight=weight, **small_tables.plain(epochs=20))
        for weight in (None, {"b": 20.0})
    )
    assert heavy.predict_proba(X)[:, 1].mean() > plain.predict_proba(X)[:, 1].mean()
    rows = training_rows(heavy)
    likely = heavy.predict_proba(X[rows])[np.arange(len(rows)), (y[rows] == "b").astype(int)]
    assert heavy.metrics["train"]["loss"] == pytest.approx(-np.log(likely).mean(), rel=1e-4)


@pytest.mark.parametrize(("batch_size", "iterations"), [("full", 1), (1, 48), (32, 2), (10, 5)])
def test_an_epoch_visits_all_rows_in_batches(batch_size: int | str, iterations: int):
    # 48 of the 60 rows train.
    run = descenso.train(
        small_tables.numbers(), **small_tables.plain(batch_size=batch_size, learning_rate=0.01)
    )
    assert run.history["iteration"].to_list() == [iterations, 2 * iterations]


def test_the_learning_rate_of_each_epoch_is_recorded():
    run = descenso.train(
        small_tables.numbers(), schedule="step", **small_tables.plain(epochs=8, learning_rate=0.1)
    )
    # Of the epoch's last update: a tenth from one half on, a hundredth from three quarters on.
    expected = [0.1] * 4 + [0.01] * 2 + [0.001] * 2
    assert_allclose(run.history["learning_rate"], expected, rtol=1e-5)


def test_without_shuffling_every_epoch_has_the_tables_own_order():
    X, y = small_tables.numbers()
    one, other = (
        descenso.train(
            (X, y),
            **small_tables.plain(
                shuffle=False, validation=0, hidden_layers=None, init="zeros", seed=seed
            ),
        )
        for seed in (1, 2)
    )
    assert one.history["loss"].equals(other.history["loss"])


def test_telemetry_is_taken_at_the_ends_of_scheduled_epochs():
    run = descenso.train(
        small_tables.numbers(), **small_tables.plain(epochs=70, hidden_layers=(4, 3))
    )
    measured = [record["epoch"] for record in run.records if "telemetry" in record]
    assert measured == [epoch for epoch in range(1, 71) if loop.is_scheduled(epoch)]
    for record in run.records:
        if "telemetry" in record:
            assert len(record["telemetry"]["gradient_norm"]) == 3
            assert len(record["telemetry"]["dead"]) == 2


def test_a_training_may_run_in_another_thread():
    """There no Ctrl-C arrives, and no handler for it is installed."""
    runs: list[descenso.Run] = []
    thread = threading.Thread(
        target=lambda: runs.append(descenso.train(small_tables.numbers(), **small_tables.PLAIN))
    )
    thread.start()
    thread.join()
    here = descenso.train(small_tables.numbers(), **small_tables.PLAIN)
    assert runs[0].metrics == here.metrics


def test_a_second_training_of_the_same_shape_compiles_nothing_new():
    X, y = small_tables.numbers()
    descenso.train((X, y), **small_tables.PLAIN)
    with compilations() as compiled:
        descenso.train((X[:57], y[:57]), **small_tables.plain(learning_rate=0.02, seed=5, epochs=3))
    assert compiled == []


def training_rows(run: descenso.Run) -> np.ndarray:
    assert run.data is not None
    return run.rows.split.train
