"""A table made ready: what is learnt from it is learnt from its training rows."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import equinox as eqx
import jax
import numpy as np
import polars as pl
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.utils.class_weight import compute_class_weight

from descenso.data.features import CategoryFeature, NumberFeature
from descenso.errors import RecipeError, TableError
from descenso.layout import Layout
from descenso.network import Model
from descenso.preparation import Preparation, Request, check_network, class_weights, prepare
from descenso.recipe import Recipe
from descenso.task import Task

from . import small

CODES = np.array([0, 0, 0, 1, 1, 2, 2, 2, 2, 2])
CLASSES = ("a", "b", "c")


def prepared(
    data: Any,
    target: str | None = None,
    *,
    columns: Mapping[str, str] | None = None,
    drop: tuple[str, ...] = (),
    test: float = 0.0,
    network: Model | None = None,
    **fields: Any,
) -> Preparation:
    request = Request(Recipe(**fields), columns or {}, drop, test)
    return prepare(data, target, request, network)


def feature(preparation: Preparation, name: str) -> Any:
    return next(each for each in preparation.encoder.features if each.name == name)


# The rows of each part.


def test_every_row_is_for_one_thing_and_the_shares_are_as_asked():
    made = prepared(small.people(), "paid", test=0.25, validation=0.125)
    assert made.rows == {"train": 50, "validation": 10, "test": 20}
    rows = np.concatenate([made.split.train, made.split.validation, made.split.test])
    assert sorted(rows) == list(range(80))


def test_rows_without_a_target_are_left_out_with_a_count():
    table = small.people().with_columns(
        pl.when(pl.arange(80) < 7).then(None).otherwise("paid").alias("paid")
    )
    made = prepared(table.with_columns(pl.col("paid").cast(pl.Float64, strict=False)), "paid")
    assert sum(made.rows.values()) + len(made.split.left_out) == 80
    assert any("left out" in note for note in made.warnings)


@pytest.mark.parametrize("test", [-0.1, 1.0, float("nan")])
def test_a_share_for_the_test_that_is_none_is_refused(test: float):
    with pytest.raises(RecipeError, match=r"test is .*allowed: a fraction of the rows from 0"):
        prepared(small.people(), "paid", test=test)


def test_shares_that_leave_nothing_to_train_on_are_refused():
    with pytest.raises(TableError, match=r"validation 0\.5 and test 0\.5 leave no rows"):
        prepared(small.people(), "paid", test=0.5, validation=0.5)


def test_the_seed_decides_the_split():
    first, again, other = (prepared(small.people(), "paid", seed=seed) for seed in (1, 1, 2))
    assert_array_equal(first.split.train, again.split.train)
    assert not np.array_equal(first.split.train, other.split.train)


def test_another_seed_for_the_network_keeps_rows_and_encoding():
    made = prepared(small.people(), "paid")
    other = made.with_seed(7, "because")
    assert other.experiment.recipe.seed == 7
    assert other.reasons["seed"] == "because"
    assert other.experiment.training is made.experiment.training


# Validation from elsewhere.


def test_a_file_may_watch_the_training(tmp_path: Path):
    file = tmp_path / "later.csv"
    small.people(30).write_csv(file)
    made = prepared(small.people(), "paid", validation=file)
    assert made.rows == {"train": 80, "validation": 30, "test": 0}
    assert_array_equal(made.split.validation, [])


def test_arrays_may_watch_the_training():
    X, y = small.numbers(40)
    made = prepared((X, y), validation=(X[:10], y[:10]))
    assert made.rows == {"train": 40, "validation": 10, "test": 0}
    validation = made.experiment.validation
    assert validation is not None
    assert_array_equal(validation.x[:10], made.experiment.training.x[:10])
    assert_array_equal(validation.y, made.experiment.training.y[:10])


def test_a_test_may_be_kept_beside_a_validation_file(tmp_path: Path):
    file = tmp_path / "later.parquet"
    small.people(30).write_parquet(file)
    made = prepared(small.people(), "paid", validation=str(file), test=0.25)
    assert made.rows == {"train": 60, "validation": 30, "test": 20}


def test_a_validation_file_without_the_target_is_refused(tmp_path: Path):
    file = tmp_path / "later.csv"
    small.people(30).drop("paid").write_csv(file)
    with pytest.raises(TableError, match=r"later\.csv: there is no column 'paid'"):
        prepared(small.people(), "paid", validation=file)


def test_a_validation_file_whose_target_is_always_missing_is_refused(tmp_path: Path):
    file = tmp_path / "later.csv"
    small.people(30).with_columns(paid=pl.lit(None)).write_csv(file)
    with pytest.raises(TableError, match=r"'paid' is missing in every row"):
        prepared(small.people(), "paid", validation=file)


def test_categories_that_only_the_validation_has_are_counted_and_told(tmp_path: Path):
    file = tmp_path / "later.csv"
    later = small.people(30).with_columns(town=pl.lit("Cusco"))
    later.write_csv(file)
    made = prepared(small.people(), "paid", validation=file)
    assert "town: 30 rows have categories that training did not see, treated as unknown." in (
        made.warnings
    )


# What is learnt, and from which rows.


def test_medians_scales_categories_and_the_target_are_learnt_from_training_rows_only():
    table = small.people()
    made = prepared(table, "paid", test=0.25, validation=0.25, preset="lecture")
    train = table[made.split.train]
    paid = train["paid"].to_numpy()
    assert made.target.center == pytest.approx(paid.mean())
    assert made.target.scale == pytest.approx(paid.std())
    age = feature(made, "age")
    assert isinstance(age, NumberFeature)
    assert age.median == train["age"].median()
    # Whatever the other rows hold, nothing that was learnt changes.
    elsewhere = np.setdiff1d(np.arange(80), made.split.train)
    spoilt = table.with_columns(
        pl.Series("age", table["age"].scatter(elsewhere, 1e6)),
        pl.Series("town", table["town"].scatter(elsewhere, "nowhere")),
        pl.Series("paid", table["paid"].scatter(elsewhere, -1e6)),
    )
    again = prepared(spoilt, "paid", test=0.25, validation=0.25, preset="lecture")
    assert again.encoder == made.encoder
    assert again.target == made.target
    assert_array_equal(again.experiment.training.x, made.experiment.training.x)
    assert any(warning.startswith("town: ") for warning in again.warnings)


def test_missing_values_are_filled_and_told():
    made = prepared(small.people(), "paid", validation=0)
    assert any("age (7)" in note for note in made.notes)
    assert np.isfinite(made.experiment.training.x).all()


def test_the_lecture_standardises_and_one_hot_encodes():
    made = prepared(small.people(), "paid", validation=0, preset="lecture")
    rows = len(made.experiment.training)
    x = dict(zip(made.encoder.names, made.experiment.training.x[:rows].T, strict=True))
    present = x["age is missing"] == 0
    assert x["age"][present].mean() == pytest.approx(0, abs=1e-6)
    assert x["age"][present].std() == pytest.approx(1, rel=1e-6)
    assert set(x["town=Lima"]) == {0, 1}
    assert made.experiment.layout.categories == ()


def test_an_unscaled_table_stays_in_its_units():
    made = prepared(small.people(), "paid", validation=0, scale_features=False, scale_target=False)
    assert made.target.scale == 1
    assert_allclose(made.experiment.training.y, small.people()["paid"].to_numpy(), rtol=1e-6)
    age = made.experiment.training.x[:80, made.encoder.names.index("age")]
    present = small.people()["age"].is_not_null().to_numpy()
    assert_array_equal(age[present], small.people()["age"].drop_nulls().to_numpy())


def test_tabular_embeds_a_category_of_many_values_and_lecture_never():
    table = pl.DataFrame(
        {"code": [f"c{index % 60}" for index in range(600)], "y": np.arange(600) % 7 / 3.5}
    )
    tabular, lecture = (prepared(table, "y", preset=preset) for preset in ("tabular", "lecture"))
    assert len(tabular.experiment.layout.categories) == 1
    assert lecture.experiment.layout.categories == ()
    assert isinstance(feature(tabular, "code"), CategoryFeature)


def test_columns_may_be_dropped_or_taken_for_another_kind():
    made = prepared(small.people(), "paid", drop=("town",), columns={"age": "category"})
    kinds = {column.name: column.kind for column in made.columns}
    assert kinds["town"] == "dropped"
    assert kinds["age"] == "category"
    assert not any(name.startswith("town") for name in made.encoder.names)


# Class weights.


def test_balanced_weights_are_scikit_learns():
    of_class = compute_class_weight("balanced", classes=np.arange(3), y=CODES)
    found = class_weights(CODES, CLASSES, "balanced")
    assert_allclose(found, of_class[CODES], rtol=1e-6)


def test_a_class_may_count_three_times_as_much_as_another():
    weights = class_weights(CODES, CLASSES, {"b": 3.0})
    assert weights.mean() == pytest.approx(1)
    assert_allclose(weights / weights[0], np.where(CODES == 1, 3, 1), rtol=1e-6)


@pytest.mark.parametrize(
    ("classes", "wish"), [((False, True), {True: 2.0}), ((3, 7), {7: 2.0}), ((3, 7), {"7": 2.0})]
)
def test_classes_that_are_no_text_are_named_as_they_are(classes: tuple, wish: dict):
    weights = class_weights(np.array([0, 1]), classes, Recipe(class_weight=wish).class_weight)
    assert weights[1] == 2 * weights[0]


def test_a_weight_for_an_unknown_class_is_refused_with_the_nearest_name():
    with pytest.raises(RecipeError) as refused:
        class_weights(np.array([0, 1]), ("Adelie", "Gentoo"), {"Adélie": 2.0})
    assert "class_weight names 'Adélie' (did you mean 'Adelie'?)" in str(refused.value)
    assert "the classes are Adelie, Gentoo" in str(refused.value)


def test_a_regression_weighs_all_rows_alike():
    assert_array_equal(class_weights(np.array([0.5, 2.0]), None, "balanced"), [1, 1])


def test_validation_rows_are_never_weighted():
    X, y = small.classes(["a", "b", "b"])
    made = prepared((X, y), class_weight="balanced")
    validation = made.experiment.validation
    assert validation is not None
    assert set(made.experiment.training.weight) != {1}
    assert set(validation.weight) == {1}


# A network of the user's own.

MULTICLASS = Task("multiclass", "softmax", "cce", 3)


def test_a_network_that_fits_is_accepted():
    check_network(eqx.nn.MLP(4, 3, 8, 1, key=jax.random.key(0)), MULTICLASS, Layout(4))
    binary = Task("binary", "sigmoid", "bce", 1)
    check_network(eqx.nn.Linear(4, "scalar", key=jax.random.key(0)), binary, Layout(4))


def test_a_network_that_cannot_take_a_row_is_refused_with_the_width():
    with pytest.raises(RecipeError, match="network: it cannot take a row of 4 numbers") as refused:
        check_network(eqx.nn.Linear(5, 3, key=jax.random.key(0)), MULTICLASS, Layout(4))
    assert "\n" not in str(refused.value)


def test_a_network_of_too_few_outputs_is_refused_with_the_number():
    with pytest.raises(RecipeError, match="answers a row with 1 numbers, but multiclass needs 3"):
        check_network(eqx.nn.Linear(4, 1, key=jax.random.key(0)), MULTICLASS, Layout(4))


def test_a_users_own_network_sees_plain_numbers_for_categories_of_many_values():
    table = pl.DataFrame(
        {"code": [f"c{index % 60}" for index in range(600)], "y": np.arange(600) % 7 / 3.5}
    )
    width = prepared(table, "y", preset="lecture").experiment.layout.width
    own = eqx.nn.Linear(width, 1, key=jax.random.key(0))
    assert prepared(table, "y", network=own).experiment.layout == Layout(width)
