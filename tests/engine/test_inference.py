"""Predictions in blocks: no row's answer depends on its neighbours, and every score is right."""

import equinox as eqx
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from scipy.special import softmax
from sklearn.metrics import accuracy_score, log_loss, mean_squared_error

from descenso.engine import inference
from descenso.engine.task import Task

from ..support import reference_numpy
from ..support.compilation_counter import compilations

POOL = 1500  # rows: more than a block
random = np.random.default_rng(0)
X = random.normal(size=(POOL, 3)).astype(np.float32)
CLASSES = random.integers(0, 3, POOL)

TASK = Task("multiclass", "softmax", "cce", 3)
NETWORK = reference_numpy.dense_network((3, 8, 3), "tanh", seed=0)
_, Z = reference_numpy.forward(reference_numpy.Stack.of(NETWORK), "tanh", X)
P = softmax(Z[-1], axis=1)


def test_a_prediction_is_the_activated_output():
    assert_allclose(inference.predict(TASK, NETWORK, X), P, rtol=1e-4, atol=1e-6)


@settings(max_examples=50)
@given(st.lists(st.integers(0, POOL - 1), min_size=1, max_size=40), st.integers(0, 3))
def test_a_rows_prediction_has_the_same_bits_in_any_company_and_in_any_order(
    chosen: list[int], repeats: int
):
    # Repeats of the pool put the chosen rows into another block, and elsewhere in it.
    company = np.concatenate([*[X] * repeats, X[chosen]])
    found = inference.predict(TASK, NETWORK, company)[-len(chosen) :]
    assert found.tobytes() == pool_predictions()[chosen].tobytes()


def test_a_row_alone_is_predicted_like_the_row_among_others():
    alone = np.concatenate([inference.predict(TASK, NETWORK, X[[row]]) for row in range(20)])
    assert alone.tobytes() == pool_predictions()[:20].tobytes()


def test_no_rows_have_no_predictions():
    assert inference.predict(TASK, NETWORK, X[:0]).shape == (0, 3)


def test_another_number_of_rows_compiles_nothing_new():
    inference.predict(TASK, NETWORK, X[:7])
    with compilations() as compiled:
        inference.predict(TASK, NETWORK, X[:1200])
    assert "jit(_judge)" not in compiled


def test_a_judgement_is_each_rows_prediction_and_its_loss():
    predictions, losses = inference.judge(TASK, NETWORK, X, CLASSES)
    assert predictions.tobytes() == pool_predictions().tobytes()
    assert_allclose(losses, -np.log(P[np.arange(POOL), CLASSES]), rtol=1e-4, atol=1e-6)


def test_dropout_is_silent_in_predictions():
    network = eqx.tree_at(
        lambda n: n.dropout, NETWORK, jnp.uint32(2**31), is_leaf=lambda leaf: leaf is None
    )
    assert inference.predict(TASK, network, X).tobytes() == pool_predictions().tobytes()


# ── scores ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("rows", [1, 700, POOL], ids="rows={}".format)
def test_the_score_of_classes_agrees_with_scikit_learn(rows: int):
    score = inference.score(
        TASK, NETWORK, reference_numpy.batch(X[:rows], CLASSES[:rows], width=1600)
    )
    expected = log_loss(CLASSES[:rows], P[:rows], labels=[0, 1, 2])
    assert_allclose(score.loss, expected, rtol=1e-4)
    assert_allclose(score.metric, accuracy_score(CLASSES[:rows], P[:rows].argmax(axis=1)))


def test_the_score_of_two_classes_agrees_with_scikit_learn():
    task, network = (
        Task("binary", "sigmoid", "bce", 1),
        reference_numpy.dense_network((3, 1), "tanh", 1),
    )
    y = CLASSES > 0
    p = inference.predict(task, network, X)[:, 0].astype(float)
    score = inference.score(task, network, reference_numpy.batch(X, y.astype(float)))
    assert_allclose(score.loss, log_loss(y, p), rtol=1e-4)
    assert_allclose(score.metric, accuracy_score(y, p > 0.5))


def test_the_score_of_a_regression_agrees_with_scikit_learn():
    task, network = (
        Task("regression", "linear", "mae", 1),
        reference_numpy.dense_network((3, 1), "tanh", 1),
    )
    predictions = inference.predict(task, network, X)[:, 0]
    y = random.normal(size=POOL)
    score = inference.score(task, network, reference_numpy.batch(X, y))
    assert_allclose(score.loss, np.mean(np.abs(y - predictions)), rtol=1e-4)
    assert_allclose(score.metric, mean_squared_error(y, predictions), rtol=1e-4)


def test_in_a_score_rows_count_by_their_weight():
    weight = random.uniform(0.1, 5, POOL)
    weight /= weight.mean()
    score = inference.score(TASK, NETWORK, reference_numpy.batch(X, CLASSES, weight))
    expected = log_loss(CLASSES, P, sample_weight=weight, labels=[0, 1, 2])
    assert_allclose(score.loss, expected, rtol=1e-4)
    right = accuracy_score(CLASSES, P.argmax(axis=1), sample_weight=weight)
    assert_allclose(score.metric, right, rtol=1e-4)


def test_padding_never_touches_a_score():
    rows = reference_numpy.batch(X, CLASSES, width=1600)
    spoilt = eqx.tree_at(lambda r: r.x, rows, rows.x.at[POOL:].set(jnp.nan))
    clean, found = (inference.score(TASK, NETWORK, each) for each in (rows, spoilt))
    assert_array_equal(found.loss, clean.loss)
    assert_array_equal(found.metric, clean.metric)


def pool_predictions() -> np.ndarray:
    return inference.predict(TASK, NETWORK, X)
