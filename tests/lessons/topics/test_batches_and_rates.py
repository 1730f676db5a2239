"""What is said follows from mathematics, or from other trainings."""

from typing import Any

import numpy as np
import polars as pl
import pytest

import descenso
from descenso.lessons import (
    batches,
    cycle,
    landscape,
    learning_rate,
    overfitting,
    pairing,
    variants,
)

from ...support.small_tables import classes, features, numbers


def test_the_cycle_s_losses_are_those_of_the_weights_at_each_epoch_s_end():
    X, y = numbers()
    lesson = cycle((X, y), hidden_layers=None, epochs=4, batch_size="full", validation=0.0)
    run = descenso.train(
        (X, y), preset="lecture", hidden_layers=None, epochs=4, batch_size="full", validation=0.0
    )
    unit = run.preprocessing.target.scale
    # With full batches the loss that an epoch reports is that of the weights it began with.
    losses = lesson.table["loss"].to_numpy()[:-1] * unit**2
    np.testing.assert_allclose(losses, run.history["loss"], rtol=1e-4)


def test_the_cycle_follows_the_rows_that_are_asked_for():
    lesson = cycle(classes(["a", "b"]), rows=(3,), epochs=2, hidden_layers=(4,))
    predictions = lesson.tables["predictions"]
    assert predictions["row"].unique().to_list() == [3]
    assert predictions["epoch"].to_list() == [0, 1, 2]
    assert predictions["prediction"].is_between(0, 1).all()


def test_a_quadratic_diverges_beyond_two_over_its_largest_curvature():
    # With one layer, full batches and mse, descent is stable for rates below 2/λ (λ the largest
    # eigenvalue of the loss's second derivative) and diverges above.
    X = features(64, 2)
    y = X @ np.array([1.0, -2.0])
    lesson = learning_rate(
        (X, y),
        rates=24,
        hidden_layers=None,
        batch_size="full",
        epochs=400,
        validation=0.0,
        scale_features=False,
        scale_target=False,
    )
    X1 = np.column_stack([X, np.ones(len(X))])
    limit = 2 / np.linalg.eigvalsh(2 * X1.T @ X1 / len(X)).max()
    table = lesson.table
    assert (table.filter(pl.col("learning_rate") > 1.2 * limit)["verdict"] == "diverged").all()
    right = table.filter(verdict="right")["learning_rate"]
    assert right.max() < limit
    assert lesson.numbers["right_from"] <= lesson.numbers["suggestion"] < limit


def test_of_two_weights_the_surface_is_exact():
    x = np.linspace(-1, 1, 50)[:, None]
    y = 3 * x[:, 0] - 1
    lesson = landscape(
        (x, y),
        hidden_layers=None,
        epochs=20,
        validation=0.0,
        scale_features=False,
        scale_target=False,
        learning_rate=0.1,
    )
    assert lesson.numbers["share_of_path"] == 1
    for row in lesson.table.to_dicts():
        # The weights stand in the order in which the network names them: W, then b.
        loss = np.mean((row["u"] * x[:, 0] + row["v"] - y) ** 2)
        assert row["loss"] == pytest.approx(loss, rel=1e-3, abs=1e-6)


def test_the_surface_at_the_end_of_the_path_is_the_loss_of_the_trained_network():
    lesson = landscape(classes(["a", "b", "c"]), hidden_layers=(4,), epochs=5)
    middle = lesson.tables["random"].sort(pl.col("u").abs() + pl.col("v").abs())["loss"][0]
    assert middle == pytest.approx(lesson.numbers["loss_at_end"], rel=1e-5)


def test_the_right_pairing_is_trained_beside_mistakes_from_the_same_seeds():
    lesson = pairing(classes([False, True]), hidden_layers=(4,), epochs=5)
    table = lesson.tables["trained"]
    assert table.filter("right").select("output_activation", "loss").rows() == [("sigmoid", "bce")]
    assert table.height == 4


def test_the_right_pairing_reaches_what_a_training_of_its_seed_reaches(
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr("descenso.lessons.topics.pairing.SEEDS", 2)
    data = classes([False, True])
    fields: dict[str, Any] = {"hidden_layers": (4,), "epochs": 5}
    reached = pairing(data, **fields).tables["trained"].filter("right").row(0, named=True)
    # Of two numbers, mean and standard deviation give both.
    apart = reached["log_loss_sd"] / np.sqrt(2)
    both = [reached["log_loss"] - apart, reached["log_loss"] + apart]
    alone = descenso.train(data, preset="lecture", **fields).metrics["validation"]["log_loss"]
    assert np.abs(np.subtract(both, alone)).min() == pytest.approx(0, abs=1e-6)


def test_variants_make_as_many_iterations_as_they_have_batches():
    lesson = variants(numbers(), hidden_layers=(4,), epochs=3)
    assert lesson.table["iterations"].to_list() == [3, 3 * 4, 3 * 48]


def test_the_gradient_s_variance_falls_as_one_over_the_batch():
    lesson = batches(numbers(), hidden_layers=(4,), epochs=2)
    noise = lesson.tables["noise"]
    # 400 draws estimate a variance to about 2/√400 of it, were it normal; of two, thrice that.
    np.testing.assert_allclose(noise["variance"], noise["predicted"], rtol=0.3)
    assert lesson.numbers["slope"] == pytest.approx(-1, abs=0.1)


def test_epochs_and_iterations_are_counted_for_the_user_s_rows():
    counting = batches(numbers(), hidden_layers=(4,), epochs=3).tables["counting"]
    assert counting.select("batch_size", "iterations_per_epoch", "last_batch").rows() == [
        (1, 48, 1),
        (4, 12, 4),
        (16, 3, 16),
        (48, 1, 48),
    ]


def test_overfitting_begins_at_the_lowest_point_of_the_validation_curve(
    monkeypatch: pytest.MonkeyPatch,
):
    # Fewer settings: each is a program to compile.
    monkeypatch.setattr("descenso.lessons.topics.overfitting.SHARES", (0.5,))
    monkeypatch.setattr("descenso.lessons.topics.overfitting.WIDTHS", ())
    X, y = features(60, 6), np.random.default_rng(1).normal(size=60)
    lesson = overfitting((X, y), hidden_layers=(32,), epochs=400)
    curve = lesson.tables["curves"].filter(setting="as it is", part="validation")["loss"]
    assert lesson.numbers["turn"] == int(np.argmin(curve)) + 1
    assert lesson.numbers["gap"] > 0, "noise cannot be learnt"


def test_without_validation_rows_nothing_can_be_said_of_overfitting():
    with pytest.raises(descenso.InputError, match="validation rows"):
        overfitting(numbers(), validation=0.0)
