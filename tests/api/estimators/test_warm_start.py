"""Training on: `partial_fit`, `warm_start`; and taking a fitted estimator elsewhere."""

import copy
import pickle
from pathlib import Path
from typing import Any

import joblib
import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose, assert_array_equal

import descenso
from descenso import Classifier, RecipeError, Regressor, RunError, TableError

from ...support import small_tables

PLAIN: dict[str, Any] = {"preset": "lecture", "hidden_layers": (4,), "epochs": 2, "random_state": 0}
X, NUMBERS = small_tables.numbers(80)
_, CODES = small_tables.classes([0, 1, 2], 80)


# partial_fit.


def test_one_pass_is_one_epoch_of_all_rows():
    passed = Regressor(**PLAIN).partial_fit(X, NUMBERS)
    fitted = Regressor(**PLAIN, validation=0).set_params(epochs=1).fit(X, NUMBERS)
    assert passed.run_.record.rows.train == 80
    assert_array_equal(passed.predict(X), fitted.predict(X))


def test_passes_go_on_from_each_other_with_what_the_optimiser_remembers():
    """Two passes of full batches are two epochs: neither shuffling nor a new split comes between.

    Momentum would be lost if the second pass began with a fresh memory.
    """
    full: dict[str, Any] = PLAIN | {"optimizer": "momentum", "batch_size": "full"}
    passed = Regressor(**full)
    for _ in range(5):
        passed.partial_fit(X, NUMBERS)
    whole: dict[str, Any] = full | {"epochs": 5, "validation": 0, "shuffle": False}
    fitted = Regressor(**whole).fit(X, NUMBERS)
    assert_allclose(passed.predict(X), fitted.predict(X), rtol=1e-5)
    assert_allclose(passed.loss_curve_, fitted.loss_curve_, rtol=1e-5)
    assert passed.n_iter_ == 5


def test_many_passes_learn_as_fit_does():
    _, words = small_tables.classes(["a", "b"], 80)
    passed = Classifier(**PLAIN, learning_rate=0.3)
    for _ in range(60):
        passed.partial_fit(X, words, classes=["a", "b"])
    assert passed.score(X, words) > 0.95
    assert passed.loss_curve_[-1] < passed.loss_curve_[0] / 2


def test_the_rows_of_a_pass_may_all_have_one_number():
    same = np.full(80, 7.5)
    assert Regressor(**PLAIN).partial_fit(X, same).partial_fit(X, NUMBERS).n_iter_ == 2


def test_each_pass_shuffles_anew():
    passed = Regressor(**PLAIN)
    seeds = [passed.partial_fit(X, NUMBERS).run_.recipe.seed for _ in range(3)]
    assert len(set(seeds)) == 3


def test_the_first_pass_takes_all_classes_though_its_rows_lack_some():
    some = CODES != 2
    passed = Classifier(**PLAIN).partial_fit(X[some], CODES[some], classes=[2, 0, 1])
    assert passed.classes_.tolist() == [0, 1, 2]
    assert passed.predict_proba(X).shape == (80, 3)
    passed.partial_fit(X[~some], CODES[~some])
    assert passed.n_iter_ == 2


def test_the_first_pass_without_classes_is_refused():
    with pytest.raises(TableError, match="classes must be passed on the first call"):
        Classifier().partial_fit(X, CODES)


def test_a_class_that_was_not_announced_is_refused():
    passed = Classifier(**PLAIN).partial_fit(X, CODES, classes=[0, 1, 2])
    with pytest.raises(
        TableError, match="y has the new class 7; the first call had the classes 0, 1, 2"
    ):
        passed.partial_fit(X, np.where(CODES == 0, 7, CODES))


@pytest.mark.parametrize("classes", [[0, 1, 2, 3], [0, 1], [1, 2, 3]])
def test_other_classes_than_those_of_the_first_pass_are_refused(classes: list[int]):
    passed = Classifier(**PLAIN).partial_fit(X, CODES, classes=[2, 0, 1])
    with pytest.raises(ValueError, match="is not the same as on last call to partial_fit"):
        passed.partial_fit(X, CODES, classes=classes)
    assert passed.partial_fit(X, CODES, classes=[1, 2, 0]).n_iter_ == 2


def test_rows_of_later_passes_are_seen_as_those_of_the_first():
    frame = pd.DataFrame({"town": ["Lima", "Quito"] * 40, "age": X[:, 0]})
    passed = Regressor(**PLAIN).partial_fit(frame, NUMBERS)
    encoder = passed.run_.preprocessing.encoder
    passed.partial_fit(frame.assign(town="Bogotá", age=2 * X[:, 0]), NUMBERS)
    assert passed.run_.preprocessing.encoder == encoder
    with pytest.raises(ValueError, match="feature names should match"):
        passed.partial_fit(frame[["town"]], NUMBERS)


# warm_start.


def test_a_warm_start_begins_where_the_last_fit_ended():
    still: dict[str, Any] = PLAIN | {"validation": 0}
    warm = Regressor(**still, warm_start=True).fit(X, NUMBERS)
    before = warm.predict(X)
    warm.set_params(epochs=0).fit(X, NUMBERS)
    assert_array_equal(warm.predict(X), before)
    warm.set_params(epochs=3).fit(X, NUMBERS)
    assert warm.n_iter_ == 5
    assert warm.loss_curve_[2] < warm.loss_curve_[0]
    cold = Regressor(**still).fit(X, NUMBERS)
    assert cold.fit(X, NUMBERS).n_iter_ == 2


def test_a_warm_start_never_validates_on_rows_that_it_has_learnt_from():
    free: dict[str, Any] = PLAIN | {"random_state": None}
    warm = Regressor(**free, warm_start=True).fit(X, NUMBERS)
    first: Any = warm.run_.rows
    second: Any = warm.fit(X, NUMBERS).run_.rows
    assert_array_equal(first.split.validation, second.split.validation)


def test_a_warm_start_takes_other_numbers_but_no_other_shape():
    warm = Classifier(**PLAIN, dropout=0.5, warm_start=True).fit(X, CODES)
    warm.set_params(dropout=0.0, learning_rate=0.5, epochs=1).fit(X, CODES)
    assert warm.run_.recipe.learning_rate == 0.5
    with pytest.raises(RecipeError, match="another shape: its hidden layers"):
        warm.set_params(hidden_layers=(5,)).fit(X, CODES)


def test_a_warm_start_after_a_divergence_begins_anew():
    warm = Regressor(**PLAIN, learning_rate=1e30, warm_start=True)
    with pytest.warns(UserWarning, match="The loss became infinite"):
        warm.fit(X, NUMBERS)
    warm.set_params(learning_rate=0.1).fit(X, NUMBERS)
    assert np.isfinite(warm.predict(X)).all()


def test_a_run_that_went_on_is_verified_where_its_weights_are_and_says_where_not(tmp_path: Path):
    warm = Regressor(**PLAIN, warm_start=True).fit(X, NUMBERS).fit(X, NUMBERS)
    assert warm.run_.verify()["verified"]
    kept = warm.run_.save(tmp_path / "run")
    loaded = descenso.load(tmp_path / "run")
    assert_array_equal(loaded.predict(X), warm.predict(X))
    assert loaded.resume(epochs=4).history.height == 4
    assert kept.verify()["verified"]
    with pytest.raises(RunError, match="continued from the weights of another training"):
        loaded.verify()


# Elsewhere.


@pytest.fixture(scope="module")
def fitted() -> Classifier:
    return Classifier(**PLAIN).fit(X, CODES)


@pytest.mark.parametrize("way", ["pickle", "joblib", "copy"])
def test_a_fitted_estimator_goes_elsewhere_and_predicts_the_same(
    way: str, fitted: Classifier, tmp_path: Path
):
    if way == "pickle":
        other: Any = pickle.loads(pickle.dumps(fitted))  # noqa: S301
    elif way == "joblib":
        joblib.dump(fitted, tmp_path / "it.joblib")
        other = joblib.load(tmp_path / "it.joblib")
    else:
        other = copy.deepcopy(fitted)
    assert_array_equal(other.predict_proba(X), fitted.predict_proba(X))
    assert other.loss_curve_ == fitted.loss_curve_
    # It can also learn on as if it had stayed.
    assert_array_equal(
        other.partial_fit(X, CODES).predict_proba(X),
        copy.copy(fitted).partial_fit(X, CODES).predict_proba(X),
    )


def test_the_data_of_the_training_stays_behind(fitted: Classifier):
    secret = np.random.default_rng(1).normal(size=(5000, 3))
    small_one = pickle.dumps(fitted)
    y = (secret[:, 0] > 0).astype(int)
    large_one = pickle.dumps(Classifier(**PLAIN).fit(secret, y))
    # 60,000 bytes of the rows would be there even as float32.
    assert len(large_one) < len(small_one) + 20_000
    run = pickle.loads(large_one).run_  # noqa: S301
    assert run.evaluate((secret, y))["rows"] == 5000
    for needs_data in (run.evaluate, run.verify, lambda: run.resume(epochs=9)):
        with pytest.raises(
            RunError, match=r"not available: .* leaves them behind\. evaluate\(data\)"
        ):
            needs_data()


def test_a_run_that_left_its_rows_behind_is_kept_without_them(fitted: Classifier, tmp_path: Path):
    run = pickle.loads(pickle.dumps(fitted)).run_  # noqa: S301
    run.save(tmp_path / "run")
    assert not (tmp_path / "run/data.parquet").exists()
    loaded = descenso.load(tmp_path / "run")
    assert_array_equal(loaded.predict_proba(X), fitted.run_.predict_proba(X))
    assert loaded.evaluate((X, CODES))["rows"] == len(X)
    assert loaded.resume() is loaded
    loaded.report()
    for needs_data in (loaded.evaluate, loaded.verify, lambda: loaded.resume(epochs=9)):
        with pytest.raises(RunError, match=r"run: this run was saved without its training rows"):
            needs_data()
