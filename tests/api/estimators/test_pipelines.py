"""Beside scikit-learn's other parts: pipelines, searches, ensembles, routing; and compiled once."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
import sklearn
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.calibration import CalibratedClassifierCV
from sklearn.compose import ColumnTransformer, TransformedTargetRegressor
from sklearn.datasets import load_breast_cancer, load_iris, load_wine
from sklearn.ensemble import BaggingRegressor, StackingClassifier, VotingClassifier
from sklearn.inspection import permutation_importance
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import (
    GridSearchCV,
    StratifiedKFold,
    cross_val_predict,
    cross_val_score,
    cross_validate,
    learning_curve,
)
from sklearn.multioutput import MultiOutputRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from descenso import Classifier, Regressor

from ...support import small_tables
from ...support.compilation_counter import compilations

PLAIN: dict[str, Any] = {
    "preset": "lecture",
    "hidden_layers": (4,),
    "epochs": 20,
    "random_state": 0,
}
X, CODES = small_tables.classes([0, 1, 2], 90)
NUMBERS = 500 + 30 * np.tanh(X[:, 0]) + 10 * X[:, 1]
PEOPLE = small_tables.people()
FRAME = pd.DataFrame({name: PEOPLE[name].to_list() for name in PEOPLE.columns if name != "paid"})
PAID = PEOPLE["paid"].to_numpy()


# Compiled once.


@pytest.mark.parametrize("load", [load_breast_cancer, load_iris, load_wine])
@pytest.mark.parametrize("preset", ["lecture", "tabular"])
def test_after_the_first_of_ten_folds_nothing_more_is_compiled(load: Any, preset: str):
    features, y = load(return_X_y=True)
    classifier = Classifier(preset=preset, hidden_layers=(4,), epochs=2, random_state=0)
    first, *others = StratifiedKFold(10).split(features, y)

    def judge(fold: tuple[np.ndarray, np.ndarray]) -> None:
        learning, judging = fold
        classifier.fit(features[learning], y[learning]).score(features[judging], y[judging])

    judge(first)
    with compilations() as compiled:
        for fold in others:
            judge(fold)
    assert compiled == []


def test_folds_of_a_frame_with_categories_dates_and_gaps_compile_no_more_than_the_first():
    with compilations() as compiled:
        cross_val_score(Regressor(**PLAIN).set_params(hidden_layers=(5,)), FRAME, PAID, cv=10)
    assert compiled.count("jit(advance)") == 1


def test_a_search_over_numbers_compiles_once():
    grid: list[dict[str, list[float]]] = [
        {"learning_rate": [0.03, 0.1, 0.3], "weight_decay": [1e-4, 1e-2]},
        {"momentum": [0.5, 0.9], "weight_decay": [1e-3]},
        {"init_scale": [0.5, 1.0], "weight_decay": [1e-3]},
        {"random_state": [0, 1], "weight_decay": [1e-3]},
    ]
    still: dict[str, Any] = {"preset": "lecture", "optimizer": "momentum", "hidden_layers": (6,)}
    other: dict[str, Any] = still | {"hidden_layers": (7,)}
    searching: Any = GridSearchCV(Classifier(**still, epochs=2), grid, cv=3, refit=False)
    with compilations() as compiled:
        searching.fit(X, CODES)
    assert compiled.count("jit(advance)") == 1
    assert not np.isnan(searching.cv_results_["mean_test_score"]).any()
    # What is compiled is seen: another width is another program.
    with compilations() as compiled:
        Classifier(**other, weight_decay=1e-3, epochs=1).fit(X, CODES)
    assert compiled.count("jit(advance)") == 1


def test_more_epochs_and_patience_compile_nothing_new():
    fitted = Classifier(**PLAIN, patience=3).fit(X, CODES)
    with compilations() as compiled:
        fitted.set_params(patience=5, epochs=25, class_weight="balanced").fit(X[3:], CODES[3:])
    assert compiled == []


# Pipelines and searches.


def test_a_pipeline_that_selects_and_scales_gives_what_it_gives_to_a_frame():
    chosen = ColumnTransformer(
        [
            ("kept", "passthrough", ["age", "since"]),
            ("town", OneHotEncoder(sparse_output=False), ["town"]),
        ]
    )
    for library in ("pandas", "polars"):
        chosen.set_output(transform=library)
        pipeline = make_pipeline(chosen, Regressor(**PLAIN)).fit(FRAME, PAID)
        learnt: Any = pipeline[-1]
        assert [each["kind"] for each in learnt.run_.record.columns][:2] == ["number", "date"]
        assert learnt.feature_names_in_[0] == "kept__age"
        assert pipeline.score(FRAME, PAID) > 0.5


def test_a_pipeline_passes_weights_on():
    weights = np.arange(90) % 3 + 0.5
    pipeline = make_pipeline(StandardScaler(), Regressor(**PLAIN))
    pipeline.fit(X, NUMBERS, regressor__sample_weight=weights)
    alone = Regressor(**PLAIN).fit(StandardScaler().fit_transform(X), NUMBERS, weights)
    assert_array_equal(pipeline.predict(X), alone.predict(StandardScaler().fit_transform(X)))


def test_routed_weights_reach_fit_and_score():
    weights = np.arange(90) % 3 + 0.5
    with sklearn.config_context(enable_metadata_routing=True):
        plain: Any = Regressor(**PLAIN)
        asked = plain.set_fit_request(sample_weight=True).set_score_request(sample_weight=True)
        found = cross_validate(
            asked, X, NUMBERS, params={"sample_weight": weights}, return_estimator=True
        )
    # The folds of integers are without shuffling: the last one learnt from the first 72 rows.
    alone = Regressor(**PLAIN).fit(X[:72], NUMBERS[:72], weights[:72])
    assert_array_equal(found["estimator"][-1].predict(X), alone.predict(X))
    assert found["test_score"][-1] == alone.score(X[72:], NUMBERS[72:], weights[72:])


def test_a_search_finds_what_is_better_and_refits_it():
    search: Any = GridSearchCV(Classifier(**PLAIN), {"learning_rate": [1e-5, 0.3]}, cv=3).fit(
        X, CODES
    )
    assert search.best_params_ == {"learning_rate": 0.3}
    best: Any = search.best_estimator_
    assert best.run_.recipe.learning_rate == 0.3
    assert search.score(X, CODES) > 0.8


def test_folds_in_other_processes_give_what_they_give_in_this_one():
    here = cross_val_score(Classifier(**PLAIN), X, CODES, cv=2)
    elsewhere = cross_val_score(Classifier(**PLAIN), X, CODES, cv=2, n_jobs=2)
    assert_array_equal(here, elsewhere)


def test_predictions_across_folds_are_probabilities():
    likely: Any = cross_val_predict(Classifier(**PLAIN), X, CODES, cv=3, method="predict_proba")
    assert likely.shape == (90, 3)
    assert sklearn.metrics.log_loss(CODES, likely) < np.log(3)


# Ensembles and inspections.


def test_calibration_voting_and_stacking_take_it_as_one_of_them():
    plain, other = Classifier(**PLAIN).set_params(epochs=60), LogisticRegression()
    calibrated: Any = CalibratedClassifierCV(plain, cv=2).fit(X, CODES)
    voting: Any = VotingClassifier([("net", plain), ("line", other)], voting="soft").fit(X, CODES)
    stacked: Any = StackingClassifier([("net", plain), ("line", other)], cv=2).fit(X, CODES)
    for ensemble in (calibrated, voting, stacked):
        assert_allclose(ensemble.predict_proba(X).sum(axis=1), 1)
        assert ensemble.score(X, CODES) > 0.8


def test_bagging_draws_a_seed_for_each():
    bag: Any = BaggingRegressor(Regressor(**PLAIN), n_estimators=3, random_state=0).fit(X, NUMBERS)
    assert len({each.run_.recipe.seed for each in bag.estimators_}) == 3


def test_a_transformed_target_is_given_back_in_its_units():
    model: Any = TransformedTargetRegressor(Regressor(**PLAIN), func=np.log, inverse_func=np.exp)
    predicted = model.fit(X, NUMBERS).predict(X)
    assert 400 < predicted.min() < predicted.max() < 600


def test_several_targets_are_learnt_one_by_one():
    both: Any = MultiOutputRegressor(Regressor(**PLAIN)).fit(
        X, np.stack([NUMBERS, -NUMBERS], axis=1)
    )
    assert both.predict(X).shape == (90, 2)


def test_the_column_that_matters_is_found_important():
    fitted = Regressor(**PLAIN).fit(FRAME, PAID)
    found: Any = permutation_importance(fitted, FRAME, PAID, n_repeats=3, random_state=0)
    assert FRAME.columns[found.importances_mean.argmax()] == "age"


def test_a_learning_curve_is_drawn():
    sizes, _, scores, *_ = learning_curve(
        Regressor(**PLAIN), X, NUMBERS, train_sizes=np.array([0.3, 1.0]), cv=3
    )
    assert scores.shape == (2, 3)
    assert len(sizes) == 2


def test_a_notebook_shows_the_estimator_as_scikit_learn_does():
    shown = Classifier(learning_rate=0.1)._repr_html_()
    assert "Classifier" in shown
    assert "learning_rate" in shown
