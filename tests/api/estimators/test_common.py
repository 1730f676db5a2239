"""What `Classifier` and `Regressor` have in common: parameters, attributes, and the run beneath."""

import inspect
import warnings
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import clone
from sklearn.exceptions import ConvergenceWarning, DataConversionWarning, NotFittedError
from sklearn.metrics import r2_score
from sklearn.model_selection import cross_val_score

import descenso
from descenso import Classifier, Recipe, RecipeError, Regressor, Run, TableError

from ...support import small_tables

Estimator = Any  # Classifier or Regressor
PLAIN: dict[str, Any] = {"preset": "lecture", "hidden_layers": (4,), "epochs": 2, "random_state": 0}
X, NUMBERS = small_tables.numbers()
_, WORDS = small_tables.classes(["no", "yes"])


def examples(estimator: Estimator) -> tuple[np.ndarray, np.ndarray]:
    return X, NUMBERS if estimator is Regressor else WORDS


both = pytest.mark.parametrize("estimator", [Classifier, Regressor])


# Parameters.


@both
def test_the_parameters_are_the_fields_of_a_recipe_with_their_defaults(estimator: Estimator):
    fields = {name: each.default for name, each in inspect.signature(Recipe).parameters.items()}
    seed = fields.pop("seed")
    assert seed == "auto"
    found = {name: each.default for name, each in inspect.signature(estimator).parameters.items()}
    assert {name: found.pop(name) for name in fields} == fields
    # The seed as scikit-learn calls it, and what is no part of a recipe.
    assert found == {"random_state": None, "columns": None, "warm_start": False}
    assert list(inspect.signature(estimator).parameters)[: len(fields)] == list(fields)


@both
def test_one_number_weighs_all_rows_alike(estimator: Any):
    X, y = examples(estimator)
    alike = estimator(**PLAIN).fit(X, y, sample_weight=2.0)
    assert (
        alike.loss_curve_ == estimator(**PLAIN).fit(X, y, sample_weight=np.ones(len(y))).loss_curve_
    )


def test_values_that_are_no_numbers_are_shown_by_a_few_and_times_as_they_read():
    X, _y = examples(Regressor)
    for y, shown in (
        (np.arange(len(X)).astype("M8[D]"), "y holds '1970-01-01', .*'1970-01-05' and more, but"),
        (np.array(["w" * 500, "v"] * len(X))[: len(X)], f"y holds '{'w' * 80}…', 'v', but"),
    ):
        with pytest.raises(ValueError, match=shown):
            Regressor(**PLAIN).fit(X, y)


@both
def test_a_clone_has_the_same_parameters_and_is_not_fitted(estimator: Estimator):
    fitted = estimator(**PLAIN).fit(*examples(estimator))
    fresh: Any = clone(fitted)
    assert fresh.get_params() == fitted.get_params()
    with pytest.raises(NotFittedError, match="is not fitted yet"):
        fresh.predict(X)


def test_the_representation_names_what_was_chosen_only():
    shown = Classifier(learning_rate=0.1, hidden_layers=(8,)).set_params(random_state=3)
    assert repr(shown) == "Classifier(hidden_layers=(8,), learning_rate=0.1, random_state=3)"


def test_a_parameter_that_is_none_is_refused_in_fit_with_the_nearest_word():
    with pytest.raises(RecipeError, match=r"optimizer is 'adma'; allowed: .* \(did you mean 'adam"):
        Classifier(optimizer="adma").fit(X, WORDS)


@pytest.mark.parametrize(
    ("estimator", "task", "allowed"),
    [(Classifier, "regression", "binary, multiclass, auto"), (Regressor, "binary", "regression")],
)
def test_a_task_of_the_other_kind_is_refused(estimator: Estimator, task: str, allowed: str):
    with pytest.raises(RecipeError, match=f"task is '{task}'; allowed for .*: {allowed}"):
        estimator(task=task).fit(*examples(estimator))


# The target.


@pytest.mark.parametrize(
    "y",
    [WORDS, WORDS.astype(object), WORDS == "yes", np.datetime64("2024-01-01") + np.arange(len(X))],
)
def test_a_regressor_refers_classes_to_a_classifier(y: np.ndarray):
    with pytest.raises(TableError, match=r"but a Regressor predicts numbers\. Use a Classifier"):
        Regressor(**PLAIN).fit(X, y)


# The run.


@both
def test_an_estimator_learns_what_train_learns(estimator: Estimator):
    run = descenso.train(examples(estimator), **small_tables.PLAIN)
    fitted = estimator(**PLAIN).fit(*examples(estimator))
    assert_array_equal(fitted.run_.predict(X), run.predict(X))
    assert_array_equal(fitted.predict(X), run.predict(X))


@both
def test_the_run_of_an_estimator_shows_all_that_a_run_shows(estimator: Estimator, tmp_path):
    fitted = estimator(**PLAIN).fit(*examples(estimator))
    run = fitted.run_
    assert isinstance(run, Run)
    assert run.evaluate()["part"] == "validation"
    assert run.verify()["verified"]
    assert run.resume(epochs=3).history.height == 3
    kept = run.save(tmp_path / "run")
    assert kept.verify()["verified"]
    assert_array_equal(descenso.load(tmp_path / "run").predict(X), run.predict(X))


@both
def test_the_curves_are_those_of_the_history(estimator: Estimator):
    fitted = estimator(**PLAIN).fit(*examples(estimator))
    history = fitted.run_.history
    assert fitted.n_iter_ == 2
    assert fitted.loss_curve_ == history["loss"].to_list()
    assert fitted.validation_loss_curve_ == history["validation_loss"].to_list()


def test_the_validation_scores_are_what_score_gives_on_those_rows():
    classifier: Any = Classifier(**PLAIN).fit(X, WORDS)
    assert classifier.validation_scores_[-1] == pytest.approx(
        classifier.run_.metrics["validation"]["accuracy"]
    )
    regressor: Any = Regressor(**PLAIN).fit(X, NUMBERS)
    rows = regressor.run_.rows.split.validation
    assert regressor.validation_scores_[-1] == pytest.approx(
        r2_score(NUMBERS[rows], regressor.predict(X[rows])), rel=1e-5
    )


@both
def test_without_validation_there_are_no_scores_of_it(estimator: Estimator):
    fitted = estimator(**PLAIN, validation=0).fit(*examples(estimator))
    assert fitted.validation_scores_ is None
    assert fitted.validation_loss_curve_ is None
    assert len(fitted.loss_curve_) == 2


def test_rows_given_for_the_validation_validate_the_training():
    classifier = Classifier(**PLAIN, validation=(X[40:], WORDS[40:])).fit(X[:40], WORDS[:40])
    assert classifier.run_.record.rows.train == 40
    assert classifier.run_.record.rows.validation == 20


@both
def test_the_same_random_state_gives_the_same_weights_and_none_gives_others(estimator: Estimator):
    one, same = (estimator(**PLAIN).fit(*examples(estimator)) for _ in range(2))
    assert one.loss_curve_ == same.loss_curve_
    other = estimator(**PLAIN | {"random_state": None}).fit(*examples(estimator))
    assert other.loss_curve_ != one.loss_curve_
    # The seed that was drawn is reported, so that this too can be repeated.
    again = estimator(**PLAIN | {"random_state": other.run_.recipe.seed})
    assert again.fit(*examples(estimator)).loss_curve_ == other.loss_curve_


def test_a_generator_is_drawn_from_as_scikit_learn_does():
    generator: Any = np.random.RandomState(7)
    seeds = [
        Regressor(**PLAIN | {"random_state": generator}).fit(X, NUMBERS).run_.recipe.seed
        for _ in range(2)
    ]
    assert seeds[0] != seeds[1]


def test_a_training_that_diverged_warns_and_says_so():
    wild: dict[str, Any] = PLAIN | {"learning_rate": 1e30}
    with pytest.warns(ConvergenceWarning, match="The loss became infinite in epoch 1"):
        fitted = Regressor(**wild).fit(X, NUMBERS)
    with pytest.raises(descenso.RunError, match="there are no trained weights"):
        fitted.predict(X)


@both
def test_an_estimator_says_nothing(estimator: Estimator, capfd):
    estimator(**PLAIN).fit(*examples(estimator)).predict(X)
    assert capfd.readouterr() == ("", "")


# Rows and columns that do not suit.


@both
def test_a_sparse_matrix_is_refused_with_what_to_do(estimator: Estimator):
    from scipy.sparse import csr_array

    _, y = examples(estimator)
    with pytest.raises(TypeError, match=r"Sparse data was passed for X.*toarray"):
        estimator().fit(csr_array(X), y)


@both
def test_several_targets_at_once_are_refused(estimator: Estimator):
    _, y = examples(estimator)
    with pytest.raises(ValueError, match="y should be a 1d array"):
        estimator().fit(X, np.stack([y, y], axis=1))


@both
def test_a_missing_target_is_refused(estimator: Estimator):
    y = np.where(np.arange(60) == 3, np.nan, np.arange(60) % 2)
    with pytest.raises(ValueError, match="Input y contains NaN"):
        estimator().fit(X, y)


def test_a_missing_class_is_refused_by_its_row():
    for gap in (0, 3):
        words = pl.Series([None if row == gap else word for row, word in enumerate(WORDS.tolist())])
        with pytest.raises(ValueError, match=rf"^y, row {gap + 1}: the value is missing\. Leave"):
            Classifier().fit(X, words)


@both
def test_a_lazy_frame_is_learnt_from_as_it_would_be_when_collected(estimator: Estimator):
    _, y = examples(estimator)
    frame = pl.DataFrame(X)
    fitted = estimator(**PLAIN).fit(frame.lazy(), y)
    assert_array_equal(
        fitted.predict(frame.lazy()), estimator(**PLAIN).fit(frame, y).predict(frame)
    )


@both
@pytest.mark.parametrize("kind", [pl.DataFrame, pd.DataFrame])
def test_the_one_column_of_a_frame_names_the_target_as_a_series_does(
    estimator: Estimator, kind: Any
):
    _, y = examples(estimator)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DataConversionWarning)
        assert estimator(**PLAIN).fit(X, kind({"paid": y})).run_.target == "paid"
    assert descenso.train(X, kind({"paid": y}), **small_tables.PLAIN).target == "paid"


@both
def test_ctrl_c_ends_what_fits_an_estimator_instead_of_scoring_half_a_network(
    estimator: Estimator, monkeypatch: pytest.MonkeyPatch
):
    @contextmanager
    def pressed() -> Generator[Any]:
        yield lambda: True

    monkeypatch.setattr("descenso.runs.lifecycle.interruptible", pressed)
    _, y = examples(estimator)
    with pytest.raises(KeyboardInterrupt):
        cross_val_score(estimator(**PLAIN), X, y, cv=2)


@both
def test_infinities_are_refused_but_missing_values_are_learned_from(estimator: Estimator):
    _, y = examples(estimator)
    gaps = np.where(X > 1, np.nan, X)
    fitted = estimator(**PLAIN).fit(gaps, y)
    assert np.isfinite(fitted.run_.metrics["train"]["loss"])
    assert "x0 is missing" in fitted.run_.preprocessing.encoder.names
    with pytest.raises(ValueError, match="infinity"):
        estimator().fit(np.where(X > 1, np.inf, X), y)


# Weights of rows.


@both
def test_sample_weights_count_as_weights_of_train_do(estimator: Estimator):
    weights = np.arange(60) % 3 + 0.5
    run = descenso.train(examples(estimator), weights=weights, **small_tables.PLAIN)
    fitted = estimator(**PLAIN).fit(*examples(estimator), sample_weight=weights)
    assert_array_equal(fitted.predict(X), run.predict(X))
    assert fitted.n_features_in_ == 3
    twice = estimator(**PLAIN).fit(*examples(estimator), sample_weight=list(2 * weights))
    assert_allclose(twice.loss_curve_, fitted.loss_curve_)


@both
def test_a_negative_weight_is_refused_by_its_row(estimator: Estimator):
    with pytest.raises(descenso.TableError, match=r"row 1: -1\.0 is not a weight"):
        estimator().fit(*examples(estimator), sample_weight=np.arange(60) - 1.0)


def test_a_data_frame_of_one_row_is_too_little_to_learn_from():
    frame = pl.DataFrame({"a": [1.0], "b": ["x"]})
    with pytest.raises(descenso.TableError, match="X has 1 row, but at least 2 are needed"):
        Regressor().fit(frame, [1.0])
