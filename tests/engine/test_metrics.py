"""Metrics agree with scikit-learn's, and are null where they are not defined."""

from typing import Any

import jax.numpy as jnp
import numpy as np
import pytest
import sklearn.dummy
import sklearn.metrics
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst
from numpy.testing import assert_allclose, assert_array_equal

from descenso.engine import metrics
from descenso.engine.losses import FUNCTIONS
from descenso.engine.task import Task

from ..support.judged_rows import BINARY, MULTICLASS, REGRESSION, judged

# Few different values, so that many rows tie.
coarse = st.sampled_from([0.0, 0.1, 0.25, 0.5, 0.75, 0.9, 1.0])
numbers = st.floats(-1e3, 1e3, width=32)
rows = st.shared(st.integers(2, 30), key="rows")
many = settings(max_examples=60)


def measure(task: Task, predictions: np.ndarray, y: np.ndarray, **known: Any) -> dict[str, Any]:
    rows = judged(task, predictions, y, **known)
    return metrics.measure(rows) | metrics.measure_further(rows)


@many
@given(
    npst.arrays(np.float32, st.tuples(rows, st.just(1)), elements=coarse),
    npst.arrays(np.float32, rows, elements=st.sampled_from([0.0, 1.0])),
)
def test_binary_metrics_agree_with_scikit_learn_also_where_scores_tie(likely, y):
    found = measure(BINARY, likely, y)
    assert_allclose(found["accuracy"], sklearn.metrics.accuracy_score(y, likely[:, 0] > 0.5))
    assert_allclose(
        found["f1_macro"], sklearn.metrics.f1_score(y, likely[:, 0] > 0.5, average="macro")
    )
    both = np.concatenate([1 - likely, likely], axis=1)
    assert_allclose(
        found["log_loss"], sklearn.metrics.log_loss(y, both, labels=[0, 1]), rtol=1e-5, atol=1e-6
    )
    assert_allclose(found["brier"], sklearn.metrics.brier_score_loss(y, likely[:, 0]), rtol=1e-6)
    if len(np.unique(y)) == 2:
        assert_allclose(found["roc_auc"], sklearn.metrics.roc_auc_score(y, likely[:, 0]))
    else:
        assert found["roc_auc"] is None
    if y.any():
        expected = sklearn.metrics.average_precision_score(y, likely[:, 0])
        assert_allclose(found["average_precision"], expected)
    else:
        assert found["average_precision"] is None


@many
@given(
    npst.arrays(np.float64, st.tuples(rows, st.just(4)), elements=st.floats(0.01, 1)),
    npst.arrays(np.int32, rows, elements=st.integers(0, 3)),
)
def test_multiclass_metrics_agree_with_scikit_learn_also_where_classes_are_absent(weights, y):
    likely = weights / weights.sum(axis=1, keepdims=True)
    found = measure(MULTICLASS, likely, y)
    predicted = likely.argmax(axis=1)
    assert_allclose(found["accuracy"], sklearn.metrics.accuracy_score(y, predicted))
    assert_allclose(found["f1_macro"], sklearn.metrics.f1_score(y, predicted, average="macro"))
    log_loss = sklearn.metrics.log_loss(y, likely, labels=range(4))
    assert_allclose(found["log_loss"], log_loss, rtol=1e-5)
    brier = sklearn.metrics.brier_score_loss(y, likely, labels=range(4))
    assert_allclose(found["brier"], brier, rtol=1e-6)
    recalls = [np.mean(predicted[y == each] == each) for each in np.unique(y)]
    assert_allclose(found["balanced_accuracy"], np.mean(recalls))
    commonest = sklearn.dummy.DummyClassifier().fit(likely, y).score(likely, y)
    assert_allclose(found["baseline_accuracy"], commonest)
    assert not {"roc_auc", "average_precision"} & set(found)


@many
@given(
    npst.arrays(np.float32, st.tuples(rows, st.just(1)), elements=numbers),
    npst.arrays(np.float32, rows, elements=numbers),
    st.floats(0.01, 100),
)
def test_metrics_of_numbers_agree_with_scikit_learn_in_the_units_of_the_target(found, y, unit):
    assume(np.ptp(y) > 1e-3)
    predicted, truth = found[:, 0].astype(float) * unit, y.astype(float) * unit
    scored = measure(REGRESSION, found, y, unit=unit)
    assert_allclose(
        scored["rmse"], sklearn.metrics.root_mean_squared_error(truth, predicted), 1e-6, 1e-6
    )
    assert_allclose(
        scored["mae"], sklearn.metrics.mean_absolute_error(truth, predicted), 1e-6, 1e-6
    )
    assert_allclose(scored["r2"], sklearn.metrics.r2_score(truth, predicted), 1e-5, 1e-9)
    assert_allclose(scored["bias"], predicted.mean() - truth.mean(), 1e-4, 1e-4 * unit)


@pytest.mark.parametrize(("loss", "factor"), [("mse", 100.0), ("mae", 10.0)])
def test_the_loss_of_a_scaled_target_is_stated_in_the_targets_units(loss: str, factor: float):
    task = Task("regression", "linear", loss, 1)
    predictions, y = np.array([[0.0], [1.0]]), np.array([1.0, 3.0])
    plain, scaled = measure(task, predictions, y), measure(task, predictions, y, unit=10.0)
    assert scaled["loss"] == pytest.approx(factor * plain["loss"])
    assert scaled["skill"] == pytest.approx(plain["skill"])


def test_a_cross_entropy_has_no_unit():
    predictions, y = np.array([[0.2], [0.9]]), np.array([0.0, 1.0])
    by_hand = -(np.log(0.8) + np.log(0.9)) / 2
    assert measure(BINARY, predictions, y, unit=10.0)["loss"] == pytest.approx(by_hand, rel=1e-6)


def test_skill_is_the_share_of_the_best_constants_loss_that_is_gone():
    # The training rows' mean is 2, so the constant's loss is ((1-2)² + (5-2)²) / 2 = 5 here, and
    # that of the predictions ((1-1)² + (5-4)²) / 2 = 0.5.
    constant = metrics.best_constant(REGRESSION, np.array([1.0, 2.0, 3.0]))
    scored = measure(REGRESSION, np.array([[1.0], [4.0]]), np.array([1.0, 5.0]), constant=constant)
    assert scored["skill"] == pytest.approx(1 - 0.5 / 5)


def test_the_best_constant_has_skill_0_and_a_perfect_prediction_1():
    y = np.array([1.0, 4.0, 7.0])
    constant = metrics.best_constant(REGRESSION, y)
    assert measure(REGRESSION, np.full((3, 1), constant), y)["skill"] == pytest.approx(0)
    assert measure(REGRESSION, y[:, None], y)["skill"] == 1


@pytest.mark.parametrize(
    ("task", "y", "expected"),
    [
        (REGRESSION, [1.0, 2.0, 9.0], [4.0]),
        (Task("regression", "linear", "mae", 1), [1.0, 2.0, 9.0], [2.0]),
        (BINARY, [0.0, 1.0, 1.0, 1.0], [0.75]),
        (MULTICLASS, [0, 2, 2, 3], [0.25, 0, 0.5, 0.25]),
    ],
)
def test_the_best_constant_by_hand(task: Task, y: list, expected: list[float]):
    assert_allclose(metrics.best_constant(task, np.array(y)), expected)


@pytest.mark.parametrize("loss", ["mse", "mae", "bce"])
@many
@given(
    npst.arrays(np.float64, st.integers(1, 20), elements=st.sampled_from([0.0, 1.0])),
    st.floats(0, 1),
)
def test_no_other_constant_has_a_lower_loss(loss: str, y, other: float):
    task = Task("binary", "sigmoid", loss, 1)
    truth = metrics.truth_of(task, y)
    best = metrics.constant_losses(loss, truth, metrics.best_constant(task, y)).mean()
    assert best <= metrics.constant_losses(loss, truth, np.array([other])).mean() + 1e-9


@pytest.mark.parametrize("loss", ["mse", "mae", "bce", "cce"])
def test_the_loss_of_a_constant_is_the_recipes_own_loss(loss: str):
    truth, constant = np.eye(4)[[0, 3, 3, 1]], np.array([0.1, 0.2, 0.0, 0.7])
    own = FUNCTIONS[loss](jnp.tile(jnp.asarray(constant), (4, 1)), jnp.asarray(truth))
    assert_allclose(metrics.constant_losses(loss, truth, constant), own, rtol=1e-5)


def test_a_target_that_never_varies_has_neither_skill_nor_r2():
    y = np.full(7, 0.1)
    scored = measure(REGRESSION, np.zeros((7, 1)), y)
    assert scored["skill"] is None
    assert scored["r2"] is None
    assert scored["rmse"] == pytest.approx(0.1)


def test_numbers_that_are_not_finite_become_none():
    predictions = np.array([[np.inf], [0.0]])
    with np.errstate(invalid="ignore"):
        scored = measure(REGRESSION, predictions, np.array([1.0, 2.0]))
    assert set(scored.values()) == {None}


@pytest.mark.parametrize("output_activation", ["linear", "sigmoid", "softmax"])
@many
@given(
    # Probabilities and, by force, outputs that are none.
    npst.arrays(np.float32, (20, 4), elements=st.floats(-9, 9, width=32))
)
def test_probabilities_lie_between_0_and_1_and_sum_to_1(output_activation: str, z):
    for task, outputs in (
        (Task("binary", output_activation, "mse", 1), z[:, :1]),
        (Task("multiclass", output_activation, "mse", 4), z),
    ):
        likely = metrics.probabilities(task, np.asarray(task.activate(jnp.asarray(outputs))))
        assert ((likely >= 0) & (likely <= 1)).all()
        assert_allclose(likely.sum(axis=1), 1, rtol=1e-5)


def test_the_predicted_class_is_the_likeliest():
    assert_array_equal(metrics.labels(BINARY, np.array([[0.4], [0.6]])), [0, 1])
    assert_array_equal(metrics.labels(MULTICLASS, np.array([[0.1, 0.2, 0.6, 0.1]])), [2])


@many
@given(
    npst.arrays(np.float32, st.tuples(rows, st.just(1)), elements=coarse),
    npst.arrays(np.float32, rows, elements=st.sampled_from([0.0, 1.0])),
    npst.arrays(np.int64, rows, elements=st.integers(1, 4)),
    st.sampled_from([REGRESSION, Task("regression", "linear", "mae", 1), BINARY]),
)
def test_a_row_of_weight_n_counts_as_n_such_rows(predicted, y, copies, task: Task):
    weight = copies / copies.mean()
    constant = metrics.best_constant(task, y, weight)
    repeated = np.repeat(predicted, copies, axis=0), np.repeat(y, copies)
    assert_allclose(constant, metrics.best_constant(task, repeated[1]), rtol=1e-12)
    assert_scored_alike(
        measure(task, predicted, y, weight=weight, constant=constant), measure(task, *repeated)
    )


@many
@given(
    npst.arrays(np.float64, st.tuples(rows, st.just(4)), elements=st.floats(0.01, 1)),
    npst.arrays(np.int32, rows, elements=st.integers(0, 3)),
    npst.arrays(np.int64, rows, elements=st.integers(1, 4)),
)
def test_a_row_of_weight_n_counts_as_n_such_rows_of_many_classes(likely, y, copies):
    likely = likely / likely.sum(axis=1, keepdims=True)
    repeated = np.repeat(likely, copies, axis=0), np.repeat(y, copies)
    constant = metrics.best_constant(MULTICLASS, repeated[1])
    assert_scored_alike(
        measure(MULTICLASS, likely, y, weight=copies * 0.1, constant=constant),
        measure(MULTICLASS, *repeated),
    )


def assert_scored_alike(found: dict[str, Any], expected: dict[str, Any]) -> None:
    assert found.keys() == expected.keys()
    for name, value in expected.items():
        assert (found[name] is None) == (value is None), name
        if value is not None:
            assert found[name] == pytest.approx(value, rel=1e-9, abs=1e-9), name
