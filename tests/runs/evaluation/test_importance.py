"""Permutation importance: by hand, beside scikit-learn's, and where it is known beforehand."""

from typing import Any

import numpy as np
import polars as pl
import pytest
from sklearn.base import BaseEstimator
from sklearn.inspection import permutation_importance as by_scikit_learn

import descenso
from descenso.runs.evaluation.importance import permutation_importance

from ...support.small_tables import people


def rows_of(run: descenso.Run) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    examples = run.opened().rows.test
    assert examples is not None
    return examples.x[: len(examples)], examples.y, examples.sample_weight.astype(float)


def importance(run: descenso.Run, **options: Any) -> np.ndarray:
    x, y, weight = rows_of(run)
    where = run.preprocessing.encoder.blocks
    assert run.network is not None
    return permutation_importance(run.pairing, run.network, x, y, weight, where, **options)


def test_it_is_what_shuffling_a_column_by_hand_does(regression: descenso.Run):
    x, y, _weight = rows_of(regression)
    order = np.random.default_rng(0).permutation(len(y))
    found = importance(regression, repeats=1)[:, 0]
    # The layers as the theory has them: relu(W x + b), and a linear output.
    layers = [(np.asarray(each.weight), np.asarray(each.bias)) for each in layers_of(regression)]

    def loss(a: np.ndarray) -> float:
        for weight, bias in layers[:-1]:
            a = np.maximum(a @ weight.T + bias, 0)
        weight, bias = layers[-1]
        return float(np.mean(((a @ weight.T + bias)[:, 0] - y) ** 2))

    for increase, block in zip(found, regression.preprocessing.encoder.blocks, strict=True):
        shuffled = x.copy()
        shuffled[:, block] = x[order][:, block]
        assert increase == pytest.approx(loss(shuffled) - loss(x), abs=1e-5)


def test_it_agrees_with_scikit_learn_on_the_table_itself(regression: descenso.Run):
    table, target = people(), regression.preprocessing.target
    examples = regression.opened().rows.test
    assert examples is not None
    rows = table[examples.rows.tolist()]
    features = regression.preprocessing.encoder.features
    names = [feature.name for feature in features]

    class Trained(BaseEstimator):
        def fit(self, X: Any, y: Any) -> "Trained":
            return self

        def score(self, X: Any, y: Any) -> float:
            predicted = regression.predict(pl.DataFrame(X).select(names))
            return -float(np.mean(((predicted - y) / target.scale) ** 2))

    theirs: Any = by_scikit_learn(
        Trained().fit(None, None),
        rows.select(names).to_pandas(),
        rows["paid"].to_numpy(),
        n_repeats=20,
        random_state=0,
    )
    ours = importance(regression, repeats=40)
    noise = np.hypot(theirs["importances_std"] / 20**0.5, ours.std(axis=1) / 40**0.5)
    assert (np.abs(ours.mean(axis=1) - theirs["importances_mean"]) <= 4 * noise + 1e-6).all()


def test_a_column_that_the_network_does_not_look_at_matters_nothing(regression: descenso.Run):
    x, y, weight = rows_of(regression)
    still = np.concatenate([x, np.random.default_rng(0).normal(size=(len(x), 1))], axis=1)

    def network(row: Any, *, key: Any = None) -> Any:
        return regression.network(row[:-1])  # pyright: ignore[reportOptionalCall]

    where = [slice(x.shape[1], x.shape[1] + 1)]
    found = permutation_importance(
        regression.pairing, network, still.astype(np.float32), y, weight, where, repeats=2
    )
    assert (found == 0).all()


def test_columns_of_one_column_are_shuffled_as_one(multiclass: descenso.Run):
    encoder = multiclass.preprocessing.encoder
    where = encoder.blocks
    for feature, block in zip(encoder.features, where, strict=True):
        assert encoder.names[block] == feature.names
    assert where[-1].stop == len(encoder.names)


def test_the_same_seed_shuffles_alike(regression: descenso.Run):
    assert (importance(regression, repeats=2) == importance(regression, repeats=2)).all()


def layers_of(run: descenso.Run) -> Any:
    network: Any = run.network
    return network.layers
