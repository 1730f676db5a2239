"""Data frames go in as they are: columns keep their kinds, and scikit-learn its rules of names."""

from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from numpy.testing import assert_array_equal

import descenso
from descenso import Regressor, TableError

from ...support import small_tables

PLAIN: dict[str, Any] = {"preset": "lecture", "hidden_layers": (4,), "epochs": 2, "random_state": 0}
PEOPLE = small_tables.people()
X, PAID = PEOPLE.drop("paid"), PEOPLE["paid"]
KINDS = {"age": "number", "town": "category", "member": "boolean", "since": "date"}


def kinds(fitted: Regressor) -> dict[str, str]:
    return {column["name"]: column["kind"] for column in fitted.run_.record.columns}


def in_pandas(frame: pl.DataFrame) -> pd.DataFrame:
    """As somebody would have it who never uses pyarrow."""
    return pd.DataFrame({name: frame[name].to_list() for name in frame.columns})


@pytest.mark.parametrize(
    "frame",
    [
        X,
        in_pandas(X),
        in_pandas(X).astype({"town": "category", "age": "Float64", "member": "boolean"}),
        pa.table(X.to_arrow()),
        X.with_columns(pl.col("town").cast(pl.Categorical)),
    ],
    ids=["polars", "pandas", "pandas with types of its own", "arrow", "polars with categories"],
)
def test_columns_keep_their_kinds_and_gaps_and_all_libraries_give_the_same(frame: Any):
    fitted = Regressor(**PLAIN).fit(frame, PAID)
    assert fitted.feature_names_in_.tolist() == X.columns
    assert fitted.n_features_in_ == 4
    assert kinds(fitted) == KINDS
    assert "age is missing" in fitted.run_.preprocessing.encoder.names
    expected = descenso.train(PEOPLE, "paid", **small_tables.PLAIN)
    assert_array_equal(fitted.predict(frame), expected.predict(PEOPLE))


def test_an_array_of_objects_keeps_the_kinds_of_its_columns():
    rows = np.array(X.rows(), dtype=object)
    fitted = Regressor(**PLAIN).fit(rows, PAID)
    assert list(kinds(fitted).values()) == list(KINDS.values())
    frame = Regressor(**PLAIN).fit(X, PAID)
    assert_array_equal(fitted.predict(rows), frame.predict(X))


def test_a_kind_that_is_asked_for_holds():
    numbered = X.with_columns(
        town=pl.col("town").replace_strict({"Lima": 1, "Quito": 2, "Bogotá": 3})
    )
    fitted = Regressor(**PLAIN, columns={"town": "category"}).fit(numbered, PAID)
    assert kinds(fitted)["town"] == "category"
    with pytest.raises(TableError, match=r"there is no column 'towm'\. Did you mean 'town'"):
        Regressor(**PLAIN, columns={"towm": "category"}).fit(X, PAID)


def test_categories_of_pandas_are_such_and_are_known_again_as_plain_numbers():
    codes = np.tile([0, 1, 2], 20)
    frame = pd.DataFrame({"code": pd.Categorical(codes), "x": np.sin(np.arange(60))})
    regressor = Regressor(**PLAIN).fit(frame, (codes == 1) * 1.0)
    assert kinds(regressor) == {"code": "category", "x": "number"}
    plain = frame.astype({"code": int})
    assert_array_equal(regressor.predict(frame), regressor.predict(plain))


def test_a_category_that_training_never_saw_is_predicted_for():
    fitted = Regressor(**PLAIN).fit(X, PAID)
    assert np.isfinite(fitted.predict(X.with_columns(town=pl.lit("Cusco")))).all()


def test_an_array_after_a_frame_goes_by_the_order_of_columns_with_scikit_learns_warning():
    frame = pd.DataFrame(small_tables.features(60), columns=["a", "b", "c"])
    y = frame["a"] + 1
    fitted = Regressor(**PLAIN).fit(frame, y)
    with pytest.warns(UserWarning, match="X does not have valid feature names"):
        assert_array_equal(fitted.predict(frame.to_numpy()), fitted.predict(frame))
    fitted = Regressor(**PLAIN).fit(frame.to_numpy(), y)
    assert not hasattr(fitted, "feature_names_in_")
    with pytest.warns(UserWarning, match="was fitted without feature names"):
        assert_array_equal(fitted.predict(frame), fitted.predict(frame.to_numpy()))


def test_columns_called_as_the_target_and_the_weights_would_be_are_features_like_others():
    frame = pd.DataFrame(small_tables.features(60), columns=["y", "y_", "sample_weight"])
    fitted = Regressor(**PLAIN).fit(frame, frame["y"] + 1, sample_weight=np.arange(60) + 1.0)
    assert fitted.run_.preprocessing.encoder.names == ("y", "y_", "sample_weight")
    assert np.isfinite(fitted.predict(frame)).all()


def test_columns_named_by_numbers_have_no_names_to_scikit_learn():
    frame = pd.DataFrame(small_tables.features(60))
    fitted = Regressor(**PLAIN).fit(frame, frame[0])
    assert not hasattr(fitted, "feature_names_in_")
    assert_array_equal(fitted.predict(frame), fitted.predict(frame.to_numpy()))


def test_the_same_columns_in_another_order_are_refused():
    fitted = Regressor(**PLAIN).fit(X, PAID)
    with pytest.raises(ValueError, match="must be in the same order"):
        fitted.predict(X[["town", "age", "since", "member"]])


def test_the_target_is_called_by_its_own_name():
    assert Regressor(**PLAIN).fit(X, PAID).run_.target == "paid"
    assert Regressor(**PLAIN).fit(X, PAID.to_numpy()).run_.target == "y"
