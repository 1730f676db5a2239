"""What is a classifier's own: classes of any kind, and their probabilities."""

from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from descenso import Classifier, RecipeError

from ...support import small_tables

PLAIN: dict[str, Any] = {"preset": "lecture", "hidden_layers": (4,), "epochs": 2, "random_state": 0}
X, CODES = small_tables.classes([0, 1, 2])


@pytest.mark.parametrize(
    "names",
    [
        ["a", "b", "c"],
        [False, True],
        [10, 20, 30],
        [1.0, 2.0],
        # descenso reads these as missing, or as one word, in a table; here each is a class.
        ["", "NA", "None"],
        ["a", "a ", " a"],
        np.array(["2024-01-01", "2024-02-01"], "datetime64[D]"),
    ],
)
def test_classes_are_given_back_as_they_came(names: list[Any]):
    _, codes = small_tables.classes(list(range(len(names))))
    y = np.array(names)[codes]
    classifier = Classifier(**PLAIN).fit(X, y)
    assert_array_equal(classifier.classes_, np.unique(y))
    assert classifier.classes_.dtype == y.dtype
    assert classifier.predict(X).dtype == y.dtype
    # The commonest mistake would be to give the classes of another order.
    longer = Classifier(**PLAIN).set_params(epochs=150).fit(X, y)
    assert longer.score(X, y) > 0.9


@pytest.mark.parametrize(
    "given",
    [
        lambda words: pd.Series(words, name="answer"),
        lambda words: pd.Series(words, dtype="category"),
        lambda words: pl.Series("answer", words),
        lambda words: pl.Series(words, dtype=pl.Categorical),
        lambda words: list(words),
        lambda words: np.array(words, dtype=object),
    ],
)
def test_the_target_may_be_any_column(given: Any):
    words = np.array(["no", "yes", "maybe"])[CODES].tolist()
    expected = Classifier(**PLAIN).fit(X, np.array(words))
    found = Classifier(**PLAIN).fit(X, given(words))
    assert found.classes_.tolist() == ["maybe", "no", "yes"]
    assert_array_equal(found.predict_proba(X), expected.predict_proba(X))


def test_the_run_knows_the_classes_by_their_names():
    classifier = Classifier(**PLAIN).fit(X, pd.Series(np.array(["no", "yes", "maybe"])[CODES]))
    assert classifier.run_.classes == ["maybe", "no", "yes"]
    assert_array_equal(classifier.run_.predict(X), classifier.predict(X))


@pytest.mark.parametrize(
    ("given", "known"),
    [
        (["NA", "nan"], ["'NA'", "'nan'"]),
        (["", "x"], ["''", "'x'"]),
        ([" a", "a"], ["' a'", "'a'"]),
        (np.array(["2024-01-01", "2024-02-01"], "M8[D]"), ["2024-01-01", "2024-02-01"]),
        (
            np.array(["2024-01-01", "2024-02-01"], "M8[ns]"),
            ["2024-01-01T00:00:00.000000000", "2024-02-01T00:00:00.000000000"],
        ),
    ],
)
def test_the_run_names_a_class_that_it_would_misread_in_quotes_and_a_time_as_text(
    given: Any, known: list[str]
):
    classifier = Classifier(**PLAIN).fit(X, np.array(given)[CODES % 2])
    assert classifier.run_.classes == known
    assert set(classifier.run_.predict(X)) <= set(known)


def test_probabilities_are_in_the_order_of_the_classes_and_sum_to_one():
    classifier = Classifier(**PLAIN).fit(X, CODES)
    likely = classifier.predict_proba(X)
    assert likely.dtype == np.float64
    assert_allclose(likely.sum(axis=1), 1, rtol=1e-15)
    assert_array_equal(classifier.classes_[likely.argmax(axis=1)], classifier.predict(X))
    assert_allclose(classifier.predict_log_proba(X), np.log(likely))
    assert_allclose(likely, classifier.run_.predict_proba(X), rtol=1e-6)


def test_two_classes_are_binary_and_may_be_distinguished_as_several():
    y = CODES > 0
    assert Classifier(**PLAIN).fit(X, y).run_.task == "binary"
    several = Classifier(**PLAIN, task="multiclass").fit(X, y)
    assert several.run_.task == "multiclass"
    assert several.predict_proba(X).shape == (60, 2)
    with pytest.raises(ValueError, match="has 3 values"):
        Classifier(task="binary").fit(X, CODES)


@pytest.mark.parametrize("preset", ["lecture", "tabular"])
@pytest.mark.parametrize("names", [[0, 1, 2], ["a", "b"]])
def test_a_class_whose_rows_all_weigh_nothing_is_still_a_class(preset: str, names: list[Any]):
    _, codes = small_tables.classes(list(range(len(names))))
    weights = (codes != 1).astype(float)
    classifier = Classifier(**PLAIN).set_params(preset=preset, epochs=20)
    classifier.fit(X, np.array(names)[codes], sample_weight=weights)
    assert classifier.classes_.tolist() == names
    assert classifier.run_.stopped != "diverged"
    likely = classifier.predict_proba(X)
    assert likely.shape == (60, len(names))
    # Nothing spoke for the class, but it was never found impossible.
    assert (likely[:, 1] > 0).all()
    assert likely[:, 1].mean() < 0.25


def test_numbers_are_no_classes():
    with pytest.raises(ValueError, match="Unknown label type: continuous"):
        Classifier().fit(X, X[:, 0])


def test_one_class_alone_is_refused():
    with pytest.raises(ValueError, match=r"y has only the class 0: .*; add rows of another class"):
        Classifier().fit(X, np.zeros(60, int))


@pytest.mark.parametrize("names", [[0, 1, 2], [0.0, 1.0, 2.0], ["NA", "a", "b"]])
def test_the_weight_of_a_class_is_given_by_its_name(names: list[Any]):
    y = np.array(names)[CODES]
    weight = {names[0]: 5, names[2]: 0.5}
    found = Classifier(**PLAIN, class_weight=weight).fit(X, y)
    rows = np.where(CODES == 0, 5, np.where(CODES == 2, 0.5, 1.0))
    expected = Classifier(**PLAIN).fit(X, y, sample_weight=rows)
    assert_allclose(found.predict_proba(X), expected.predict_proba(X), rtol=1e-5)


def test_a_weight_for_no_class_is_refused():
    with pytest.raises(RecipeError, match="class_weight names '7', but the classes are 0, 1, 2"):
        Classifier(class_weight={7: 2.0}).fit(X, CODES)
