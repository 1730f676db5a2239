"""Each cause has a patient, whose symptoms name it, and a healthy twin, in which it stays silent.

No trials here: symptoms alone. Most patients share one compiled program, that of the plain preset.
"""

from typing import Any

import numpy as np
import polars as pl
import pytest

import descenso
from descenso.api.run import Run
from descenso.doctor.baselines import baseline_skills
from descenso.doctor.case import Case
from descenso.doctor.causes import suspects
from descenso.doctor.examination import suspicions_of
from descenso.doctor.symptoms import Symptoms
from descenso.doctor.trials import TrialBench

STRONG = 0.8
DEEP = (8,) * 8


def penguins(**fields: Any) -> Run:
    return descenso.train("penguins", "species", preset="lecture", progress=False, **fields)


def masses(**fields: Any) -> Run:
    return descenso.train("penguins", "body_mass_g", preset="lecture", progress=False, **fields)


def weights_of(run: Run) -> dict[str, float]:
    return {each.cause: each.weight for each in suspicions_of(Symptoms(Case.of(run.opened())))}


@pytest.fixture(scope="module")
def healthy() -> dict[str, float]:
    return weights_of(penguins(epochs=200))


FAULTS: dict[str, dict[str, Any]] = {
    "learning_rate_too_large": {"learning_rate": 10.0},
    "learning_rate_too_small": {"learning_rate": 1e-3},
    "too_few_epochs": {"epochs": 3},
    "batch_too_large": {"batch_size": "full", "epochs": 30},
    "batch_too_small": {"batch_size": 1, "learning_rate": 0.3, "epochs": 10},
    "vanishing_gradient": {"hidden_layers": DEEP, "activation": "sigmoid", "epochs": 5},
    "exploding_gradient": {"hidden_layers": (16,) * 8, "activation": "linear", "init": "he"},
    "dead_units": {"learning_rate": 1.0, "hidden_layers": (3,) * 6, "epochs": 20},
    "saturated_units": {"activation": "tanh", "init": "normal", "init_scale": 10.0},
    "symmetric_init": {"init": "zeros"},
    "bad_init_scale": {"init_scale": 20.0},
    "unscaled_features": {"scale_features": False},
    "loss_mismatch": {"loss": "mse", "allow_mismatch": True},
    "output_activation_mismatch": {"output_activation": "sigmoid", "allow_mismatch": True},
    "underfitting_capacity": {"hidden_layers": (1,), "epochs": 50},
    "too_much_regularization": {"dropout": 0.8},
    "clipping_too_tight": {"clip_norm": 1e-4},
    "unshuffled_data": {"shuffle": False},
}


@pytest.mark.parametrize("cause", FAULTS)
def test_the_symptoms_of_a_fault_name_its_cause(cause: str, healthy: dict[str, float]):
    assert weights_of(penguins(**FAULTS[cause])).get(cause, 0.0) >= STRONG
    assert healthy.get(cause, 0.0) < STRONG


def test_an_unscaled_target_is_named():
    assert weights_of(masses(scale_target=False))["unscaled_target"] >= STRONG
    assert "unscaled_target" not in weights_of(masses(epochs=5))


def test_a_few_absurd_targets_are_named():
    table = descenso.read("penguins").frame
    some = pl.int_range(pl.len()) % 60 == 0
    wrong = table.with_columns(
        pl.when(some).then(pl.col("body_mass_g") * 1000).otherwise(pl.col("body_mass_g"))
    )
    run = descenso.train(wrong, "body_mass_g", preset="lecture", epochs=5, progress=False)
    assert weights_of(run)["outliers_in_target"] >= STRONG


def test_constants_and_copies_are_named_where_they_are_many():
    X = np.random.default_rng(0).normal(size=(100, 3))
    y = X[:, 0] + X[:, 1]
    many = np.column_stack([X, np.ones((100, 2)), -2 * X[:, 0], X[:, 1]])
    run = descenso.train((many, y), preset="lecture", epochs=2, progress=False)
    symptoms = Symptoms(Case.of(run.opened()))
    assert symptoms.degenerate_columns == ["x3", "x4", "x5", "x6"]
    assert suspects()["constant_or_duplicate_features"](symptoms).decided  # pyright: ignore[reportOptionalMemberAccess]
    plain = descenso.train((X, y), preset="lecture", epochs=2, progress=False)
    assert Symptoms(Case.of(plain.opened())).degenerate_columns == []


def _with_repeat(run: Run) -> Symptoms:
    bench = TrialBench.of(Case.of(run.opened()))
    return Symptoms(Case.of(run.opened()), bench.unchanged, baseline_skills(bench))


def test_a_column_that_gives_the_target_away_is_named():
    random = np.random.default_rng(0)
    X = random.normal(size=(200, 3))
    y = X[:, 0] + random.normal(size=200)
    leaking = np.column_stack([X, y + 0.01 * random.normal(size=200)])
    run = descenso.train((leaking, y), preset="lecture", epochs=5, progress=False)
    found = suspects()["target_leakage"](_with_repeat(run))
    assert found is not None and found.columns == ["x3"] and found.decided
    plain = descenso.train((X, y), preset="lecture", epochs=5, progress=False)
    assert suspects()["target_leakage"](_with_repeat(plain)) is None


def test_wrong_labels_are_distinguished_from_classes_that_overlap():
    random = np.random.default_rng(0)
    X = random.normal(size=(400, 2))
    far = (X[:, 0] > 0).astype(int)
    flipped = np.where(random.random(400) < 0.3, 1 - far, far)
    overlapping = (X[:, 0] + random.normal(size=400) > 0).astype(int)
    plain: dict[str, Any] = {"preset": "lecture", "epochs": 5, "progress": False}
    wrong = _with_repeat(descenso.train((X, flipped), **plain))
    noisy = _with_repeat(descenso.train((X, overlapping), **plain))
    assert (found := suspects()["label_noise"](wrong)) is not None and found.decided
    assert (found := suspects()["label_noise"](noisy)) is None or not found.decided


def test_a_validation_table_of_another_kind_is_named():
    random = np.random.default_rng(0)
    X, other = random.normal(size=(200, 3)), random.normal(3.0, 1.0, (100, 3))
    y, of_other = X.sum(axis=1), other.sum(axis=1)
    plain: dict[str, Any] = {"preset": "lecture", "epochs": 5, "progress": False}
    moved = descenso.train((X, y), validation=(other, of_other), **plain)
    same = descenso.train((X[:100], y[:100]), validation=(X[100:], y[100:]), **plain)
    assert (found := suspects()["train_validation_shift"](_with_repeat(moved))) and found.decided
    assert suspects()["train_validation_shift"](_with_repeat(same)) is None


def test_every_cause_of_the_design_has_a_file_or_is_a_refusal():
    names = {
        *[
            "learning_rate_too_large",
            "learning_rate_too_small",
            "too_few_epochs",
            "batch_too_large",
        ],
        *["batch_too_small", "vanishing_gradient", "exploding_gradient", "dead_units"],
        *["saturated_units", "symmetric_init", "bad_init_scale", "unscaled_features"],
        *["unscaled_target", "loss_mismatch", "output_activation_mismatch"],
        *["underfitting_capacity", "overfitting", "too_much_regularization"],
        *["clipping_too_tight", "unshuffled_data", "class_imbalance", "label_noise", "no_signal"],
        *["target_leakage", "outliers_in_target", "constant_or_duplicate_features"],
        *["too_little_data", "train_validation_shift"],
    }
    # non_finite_input never comes to a training: see test_consultation.py.
    assert set(suspects()) == names
