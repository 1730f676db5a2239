"""A table made ready: what is learnt from it is learnt from its training rows."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import equinox as eqx
import jax
import numpy as np
import polars as pl
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.utils.class_weight import compute_class_weight

from descenso.data.encoding.features import CategoryFeature, NumberFeature
from descenso.engine.network import Model
from descenso.engine.task import Task
from descenso.errors import InputError, RecipeError, TableError
from descenso.layout import Layout
from descenso.recipe import NETWORK_FIELDS, Recipe
from descenso.runs.examples import class_weights
from descenso.runs.network_checks import check_network
from descenso.runs.preparation import Preparation, prepare
from descenso.runs.request import Request

from ..support import small_tables

CODES = np.array([0, 0, 0, 1, 1, 2, 2, 2, 2, 2])
CLASSES = ("a", "b", "c")
EQUAL = np.ones(10, np.float32)


def prepared(
    data: Any,
    target: str | None = None,
    *,
    columns: Mapping[str, str] | None = None,
    drop: tuple[str, ...] = (),
    test: float = 0.0,
    weights: Any = None,
    split_by: Any = None,
    split_time: Any = None,
    network: Model | None = None,
    **fields: Any,
) -> Preparation:
    recipe = Recipe(**fields)
    request = Request(recipe, columns or {}, drop, test, weights, split_by, split_time)
    return prepare(data, target, request, network)


def feature(preparation: Preparation, name: str) -> Any:
    return next(each for each in preparation.encoding.encoder.features if each.name == name)


# The rows of each part.


def test_every_row_is_for_one_thing_and_the_shares_are_as_asked():
    made = prepared(small_tables.people(), "paid", test=0.25, validation=0.125)
    assert made.rows == {"train": 50, "validation": 10, "test": 20}
    rows = np.concatenate([made.data.split.train, made.data.split.validation, made.data.split.test])
    assert sorted(rows) == list(range(80))


def test_rows_without_a_target_are_left_out_with_a_count():
    table = small_tables.people().with_columns(
        pl.when(pl.arange(80) < 7).then(None).otherwise("paid").alias("paid")
    )
    made = prepared(table.with_columns(pl.col("paid").cast(pl.Float64, strict=False)), "paid")
    assert sum(made.rows.values()) + len(made.data.split.left_out) == 80
    assert any("left out" in note for note in made.warnings)


@pytest.mark.parametrize("test", [-0.1, 1.0, float("nan")])
def test_a_share_for_the_test_that_is_none_is_refused(test: float):
    with pytest.raises(InputError, match=r"test is .*allowed: a number from 0 to below 1"):
        prepared(small_tables.people(), "paid", test=test)


def test_shares_that_leave_nothing_to_train_on_are_refused():
    with pytest.raises(TableError, match=r"test 0\.5 and validation 0\.5 leave no rows"):
        prepared(small_tables.people(), "paid", test=0.5, validation=0.5)


def test_the_seed_decides_the_split():
    first, again, other = (prepared(small_tables.people(), "paid", seed=seed) for seed in (1, 1, 2))
    assert_array_equal(first.data.split.train, again.data.split.train)
    assert not np.array_equal(first.data.split.train, other.data.split.train)


def test_another_seed_for_the_network_keeps_rows_and_encoding():
    made = prepared(small_tables.people(), "paid")
    other = made.with_recipe(made.experiment.recipe.replace(seed=7), {"seed": "because"})
    assert other.experiment.recipe.seed == 7
    assert other.reasons["seed"] == "because"
    assert other.experiment.training is made.experiment.training


# Splits by groups and in time.


def test_groups_stay_together_and_their_column_is_no_feature():
    made = prepared(small_tables.people(), "paid", split_by="since", test=0.2)
    since = small_tables.people()["since"]
    assert not set(since[made.data.split.train]) & set(since[made.data.split.validation])
    assert not set(since[made.data.split.train]) & set(since[made.data.split.test])
    [column] = [column for column in made.encoding.columns if column.name == "since"]
    assert (column.kind, column.reason) == (
        "dropped",
        "groups the rows, and new rows have other values",
    )
    assert made.notes[0].startswith("Rows with the same since stay together: ")


def test_the_latest_rows_are_the_test_and_their_time_is_no_feature():
    made = prepared(small_tables.people(), "paid", split_time="since", test=0.2)
    since = small_tables.people()["since"].to_numpy()
    assert since[made.data.split.train].max() < since[made.data.split.validation].min()
    assert since[made.data.split.validation].max() < since[made.data.split.test].min()
    assert not any("since" in name for name in made.encoding.encoder.names)
    assert made.notes[0].startswith("Split in time by since: training on 2020-01-")


@pytest.mark.parametrize("option", ["split_by", "split_time"])
def test_a_person_may_use_the_column_of_the_split_as_a_feature(option: str):
    wish: dict[str, Any] = {option: "since"}
    made = prepared(small_tables.people(), "paid", columns={"since": "date"}, **wish)
    assert any("since" in name for name in made.encoding.encoder.names)


def test_beside_a_validation_file_only_the_test_is_split_off(tmp_path: Path):
    file = tmp_path / "later.csv"
    small_tables.people(30).write_csv(file)
    made = prepared(small_tables.people(), "paid", split_time="since", validation=file, test=0.2)
    since = small_tables.people()["since"].to_numpy()
    assert made.rows["validation"] == 30
    assert since[made.data.split.train].max() < since[made.data.split.test].min()
    assert len(made.data.split.train) + len(made.data.split.test) == 80


def test_a_column_of_an_array_may_be_split_by():
    X, y = small_tables.numbers(40)
    X[:, 2] = np.arange(40) // 4
    made = prepared((X, y), split_by="x2")
    assert made.rows["validation"] == 4
    assert not set(X[made.data.split.train, 2]) & set(X[made.data.split.validation, 2])
    assert made.experiment.layout.numbers == 2


@pytest.mark.parametrize(
    ("wishes", "message"),
    [
        ({"split_by": "age", "split_time": "since"}, r"split_by and split_time cannot be combined"),
        ({"split_by": "twon"}, r"split_by names 'twon'.*Did you mean 'town'\?"),
        ({"split_time": "paid"}, r"split_time names 'paid', but that is the target"),
        ({"split_time": "town"}, r"'town', row 1: '.*' is not a time"),
        ({"split_by": "age"}, r"'age' is missing in row 4"),
        ({"split_by": ["a"] * 80}, "split_by is of type list; allowed: the name of a column"),
    ],
)
def test_a_split_that_cannot_be_made_is_refused(wishes: dict[str, Any], message: str):
    with pytest.raises(InputError, match=message):
        prepared(small_tables.people(), "paid", **wishes)


# Validation from elsewhere.


def test_a_file_may_be_the_validation_set(tmp_path: Path):
    file = tmp_path / "later.csv"
    small_tables.people(30).write_csv(file)
    made = prepared(small_tables.people(), "paid", validation=file)
    assert made.rows == {"train": 80, "validation": 30, "test": 0}
    assert_array_equal(made.data.split.validation, [])


def test_arrays_may_be_the_validation_set():
    X, y = small_tables.numbers(40)
    made = prepared((X, y), validation=(X[:10], y[:10]))
    assert made.rows == {"train": 40, "validation": 10, "test": 0}
    validation = made.experiment.validation
    assert validation is not None
    assert_array_equal(validation.x[:10], made.experiment.training.x[:10])
    assert_array_equal(validation.y, made.experiment.training.y[:10])


def test_a_test_may_be_kept_beside_a_validation_file(tmp_path: Path):
    file = tmp_path / "later.parquet"
    small_tables.people(30).write_parquet(file)
    made = prepared(small_tables.people(), "paid", validation=str(file), test=0.25)
    assert made.rows == {"train": 60, "validation": 30, "test": 20}


def test_a_validation_file_without_the_target_is_refused(tmp_path: Path):
    file = tmp_path / "later.csv"
    small_tables.people(30).drop("paid").write_csv(file)
    with pytest.raises(TableError, match=r"later\.csv: there is no column 'paid'"):
        prepared(small_tables.people(), "paid", validation=file)


def test_validation_data_from_memory_are_called_so_where_they_are_wrong():
    later = small_tables.people(30)
    for wrong in (later.drop("paid"), later.drop("age"), later.with_columns(age=pl.lit("old"))):
        with pytest.raises(TableError, match=r"^the validation data: .*(age|paid)"):
            prepared(small_tables.people(), "paid", validation=wrong)
    with pytest.raises(TableError, match=r"^the validation data: .*'age'"):
        prepared(small_tables.people(), "paid", validation=(later[["town"]], later["paid"]))


def test_a_validation_file_whose_target_is_always_missing_is_refused(tmp_path: Path):
    file = tmp_path / "later.csv"
    small_tables.people(30).with_columns(paid=pl.lit(None)).write_csv(file)
    with pytest.raises(TableError, match=r"'paid' is missing in every row"):
        prepared(small_tables.people(), "paid", validation=file)


def test_categories_that_only_the_validation_has_are_counted_and_reported(tmp_path: Path):
    file = tmp_path / "later.csv"
    later = small_tables.people(30).with_columns(town=pl.lit("Cusco"))
    later.write_csv(file)
    made = prepared(small_tables.people(), "paid", validation=file)
    assert (
        "town: 30 rows have categories that are rare or new; they are treated as unknown."
        in made.warnings
    )


# What is learnt, and from which rows.


def test_medians_scales_categories_and_the_target_are_learnt_from_training_rows_only():
    table = small_tables.people()
    made = prepared(table, "paid", test=0.25, validation=0.25, preset="lecture")
    train = table[made.data.split.train]
    paid = train["paid"].to_numpy()
    assert made.target.center == pytest.approx(paid.mean())
    assert made.target.scale == pytest.approx(paid.std())
    age = feature(made, "age")
    assert isinstance(age, NumberFeature)
    assert age.median == train["age"].median()
    # Whatever the other rows hold, nothing that was learnt changes.
    elsewhere = np.setdiff1d(np.arange(80), made.data.split.train)
    spoilt = table.with_columns(
        pl.Series("age", table["age"].scatter(elsewhere, 1e6)),
        pl.Series("town", table["town"].scatter(elsewhere, "nowhere")),
        pl.Series("paid", table["paid"].scatter(elsewhere, -1e6)),
    )
    again = prepared(spoilt, "paid", test=0.25, validation=0.25, preset="lecture")
    assert again.encoding.encoder == made.encoding.encoder
    assert again.target == made.target
    assert_array_equal(again.experiment.training.x, made.experiment.training.x)
    assert any(warning.startswith("town: ") for warning in again.warnings)


def test_missing_values_are_filled_in_and_reported():
    people = small_tables.people()
    known = people["member"].scatter([0, 1], None)
    made = prepared(people.with_columns(member=known), "paid", validation=0)
    assert made.notes == [
        "Missing values, filled in, with an indicator column: age (7).",
        "Few missing values, filled in without an indicator column: member (2).",
    ]
    assert np.isfinite(made.experiment.training.x).all()


def test_outliers_and_codes_for_missing_give_warnings():
    people = small_tables.people(200)
    assert prepared(people, "paid").warnings == []
    rows = pl.int_range(200)
    age = pl.when(rows % 9 == 2).then(-999).otherwise("age")
    paces = pl.when(rows == 16).then(1e30).otherwise(rows.sqrt() % 5)
    far, code = prepared(people.with_columns(paces=paces, age=age), "paid").warnings[::-1]
    assert far.startswith("paces: outlier 1e+30 in row 17, more than 100 times the range")
    assert far.endswith("If that is a mistake, correct it, or leave the cell empty.")
    assert code.startswith("age: 22 values are -999, far from all others")


def test_rare_values_are_grouped_and_reported():
    frame = pl.DataFrame(
        {
            "town": [f"town {i // 90}" if i < 990 else f"hamlet {i}" for i in range(1000)],
            "street": [f"street {i // 2}" for i in range(1000)],
            "rooms": [i % 7 + i / 1000 for i in range(1000)],
        }
    )
    assert prepared(frame, "rooms", validation=0).notes == [
        "street: every value is rare in the training rows, so all are grouped and nothing can be "
        "learnt from it.",
        "Rare values are grouped, for training has too few rows of each: town (10).",
    ]


def test_the_lecture_standardises_and_one_hot_encodes():
    made = prepared(small_tables.people(), "paid", validation=0, preset="lecture")
    rows = len(made.experiment.training)
    x = dict(zip(made.encoding.encoder.names, made.experiment.training.x[:rows].T, strict=True))
    present = x["age is missing"] == 0
    assert x["age"][present].mean() == pytest.approx(0, abs=1e-6)
    assert x["age"][present].std() == pytest.approx(1, rel=1e-6)
    assert set(x["town=Lima"]) == {0, 1}
    assert made.experiment.layout.categories == ()


def test_an_unscaled_table_stays_in_its_units():
    made = prepared(
        small_tables.people(), "paid", validation=0, scale_features=False, scale_target=False
    )
    assert made.target.scale == 1
    assert_allclose(made.experiment.training.y, small_tables.people()["paid"].to_numpy(), rtol=1e-6)
    age = made.experiment.training.x[:80, made.encoding.encoder.names.index("age")]
    present = small_tables.people()["age"].is_not_null().to_numpy()
    assert_array_equal(age[present], small_tables.people()["age"].drop_nulls().to_numpy())


def test_tabular_embeds_a_category_of_many_values_and_lecture_never():
    table = pl.DataFrame(
        {"code": [f"c{index % 60}" for index in range(600)], "y": np.arange(600) % 7 / 3.5}
    )
    tabular, lecture = (prepared(table, "y", preset=preset) for preset in ("tabular", "lecture"))
    assert len(tabular.experiment.layout.categories) == 1
    assert lecture.experiment.layout.categories == ()
    assert isinstance(feature(tabular, "code"), CategoryFeature)


def test_columns_may_be_dropped_or_taken_for_another_kind():
    made = prepared(small_tables.people(), "paid", drop=("town",), columns={"age": "category"})
    kinds = {column.name: column.kind for column in made.encoding.columns}
    assert kinds["town"] == "dropped"
    assert kinds["age"] == "category"
    assert not any(name.startswith("town") for name in made.encoding.encoder.names)


def test_a_column_that_gives_the_target_away_is_used_and_reported():
    table = small_tables.people(300).with_columns(cents=pl.col("paid") * 100)
    made = prepared(table, "paid", test=0.2)
    assert "cents" in made.encoding.encoder.names
    [warning] = [warning for warning in made.warnings if "cents" in warning]
    assert warning.startswith("cents alone predicts paid almost perfectly (skill 0.9")
    assert warning.endswith("leave it out: --drop cents.")
    assert not any(
        "alone" in warning for warning in prepared(table, "paid", drop=("cents",)).warnings
    )


def test_a_column_that_a_stray_word_makes_text_of_is_warned_of():
    table = small_tables.people(100).with_columns(age=pl.col("age").cast(pl.String))
    age = table["age"].set(pl.Series(np.arange(100) == 7), "old")
    [warning] = prepared(table.with_columns(age), "paid", validation=0.0).warnings
    assert warning.startswith("age: ")
    assert "values are not numbers, such as 'old' (row 8)" in warning


def test_only_training_rows_are_searched_for_what_gives_the_target_away():
    table = small_tables.people(200)
    rows = prepared(table, "paid", test=0.4).data.split
    known = np.where(np.isin(np.arange(200), rows.test), table["paid"], 0.0)
    made = prepared(table.with_columns(known=pl.Series(known)), "paid", test=0.4)
    assert not any("alone" in warning for warning in made.warnings)


# Class weights.


def test_balanced_weights_are_scikit_learns():
    of_class = compute_class_weight("balanced", classes=np.arange(3), y=CODES)
    found = class_weights(CODES, CLASSES, "balanced", EQUAL)
    assert_allclose(found, of_class[CODES], rtol=1e-6)


def test_a_class_may_count_three_times_as_much_as_another():
    weights = class_weights(CODES, CLASSES, {"b": 3.0}, EQUAL)
    assert weights.mean() == pytest.approx(1)
    assert_allclose(weights / weights[0], np.where(CODES == 1, 3, 1), rtol=1e-6)


@pytest.mark.parametrize(
    ("classes", "wish"),
    [
        ((False, True), {True: 2.0}),
        ((False, True), {"true": 2.0}),
        ((3, 7), {7: 2.0}),
        ((3, 7), {"7": 2.0}),
    ],
)
def test_classes_that_are_no_text_are_named_as_they_are(classes: tuple, wish: dict):
    named: Any = Recipe(class_weight=wish).class_weight
    weights = class_weights(np.array([0, 1]), classes, named, EQUAL[:2])
    assert weights[1] == 2 * weights[0]


def test_a_weight_for_an_unknown_class_is_refused_with_the_nearest_name():
    with pytest.raises(RecipeError) as refused:
        class_weights(np.array([0, 1]), ("Adelie", "Gentoo"), {"Adélie": 2.0}, EQUAL[:2])
    assert "class_weight names 'Adélie' (did you mean 'Adelie'?)" in str(refused.value)
    assert "the classes are Adelie, Gentoo" in str(refused.value)


def test_an_unknown_truth_is_refused_with_the_names_that_the_table_writes():
    with pytest.raises(RecipeError, match="the classes are false, true"):
        class_weights(np.array([0, 1]), (False, True), {"yes": 2.0}, EQUAL[:2])


def test_a_regression_weighs_all_rows_alike():
    assert_array_equal(class_weights(np.array([0.5, 2.0]), None, "balanced", EQUAL[:2]), [1, 1])


def test_balanced_classes_have_equal_sums_also_where_the_rows_weigh_differently():
    rows = np.linspace(0.1, 1.9, 10, dtype=np.float32)
    weights = class_weights(CODES, CLASSES, "balanced", rows)
    assert_allclose(np.bincount(CODES, weights), [10 / 3] * 3, rtol=1e-6)
    # Within a class the rows keep their proportions.
    assert_allclose(weights[:3] / weights[0], rows[:3] / rows[0], rtol=1e-6)


def test_a_training_is_validated_with_the_weights_that_it_learns_with_but_measured_without():
    X, y = small_tables.classes(["a", "b", "b"])
    made = prepared((X, y), class_weight={"a": 3.0})
    for part in (made.experiment.training, made.experiment.validation):
        assert part is not None
        mean = np.where(part.y == 0, 3.0, 1.0).mean()
        assert_allclose(part.weight, np.where(part.y == 0, 3.0, 1.0) / mean, rtol=1e-6)
        assert set(part.sample_weight) == {1}


# Row weights.


def weighted_people() -> pl.DataFrame:
    """People who count 1, 2 or 3 times."""
    return small_tables.people().with_columns(copies=pl.arange(80) % 3 + 1)


def test_row_weights_count_in_every_part_and_are_no_feature():
    made = prepared(weighted_people(), "paid", weights="copies", test=0.25)
    copies = np.arange(80) % 3 + 1
    parts = {
        "train": made.experiment.training,
        "validation": made.experiment.validation,
        "test": made.data.test,
    }
    for name, part in parts.items():
        assert part is not None
        given = copies[getattr(made.data.split, name)]
        assert_allclose(part.weight, given / given.mean(), rtol=1e-6)
        assert_array_equal(part.weight, part.sample_weight)
    assert not any("copies" in name for name in made.encoding.encoder.names)
    [column] = [column for column in made.encoding.columns if column.name == "copies"]
    assert (column.kind, column.reason) == ("dropped", "weights the rows")
    assert made.notes[0] == (
        "Rows are weighted by copies (1 to 3), in training and in the metrics."
    )


@pytest.mark.parametrize("kind", [np.asarray, list, pl.Series])
def test_an_array_of_weights_does_what_a_column_does(kind: Callable[[Any], Any]):
    named = prepared(weighted_people(), "paid", weights="copies")
    given = prepared(small_tables.people(), "paid", weights=kind(np.arange(80) % 3 + 1))
    assert_array_equal(given.experiment.training.weight, named.experiment.training.weight)
    assert_array_equal(given.experiment.training.x, named.experiment.training.x)
    assert given.weights == "sample_weight"


def test_an_array_of_weights_stands_beside_a_feature_of_its_name():
    table = small_tables.people().with_columns(sample_weight=pl.col("paid") * 0.1)
    made = prepared(table, "paid", weights=np.ones(80))
    assert "sample_weight" in made.encoding.encoder.names
    assert made.weights not in made.encoding.encoder.names


def test_arrays_may_be_weighed_too():
    X, y = small_tables.numbers(40)
    made = prepared((X, y), weights=np.arange(1, 41.0), validation=0)
    assert_allclose(made.experiment.training.weight, np.arange(1, 41) / 20.5, rtol=1e-6)
    assert made.experiment.layout.numbers == 3


def test_a_row_of_weight_0_is_as_if_it_were_not_there():
    zero = np.arange(80) % 4 == 1
    weights = np.where(zero, 0.0, 1.0)
    wild = small_tables.people().with_columns(
        paid=pl.when(pl.lit(zero)).then(1e9).otherwise("paid"),
        town=pl.when(pl.lit(zero)).then(pl.lit("nowhere")).otherwise("town"),
    )
    with_zeros = prepared(wild, "paid", weights=weights, test=0.2)
    without = prepared(small_tables.people().filter(~zero), "paid", test=0.2)
    assert with_zeros.encoding.encoder == without.encoding.encoder
    assert with_zeros.target == without.target
    assert_array_equal(with_zeros.experiment.training.x, without.experiment.training.x)
    assert_array_equal(with_zeros.experiment.training.y, without.experiment.training.y)
    assert with_zeros.rows == without.rows
    assert "20 rows have the weight 0 and are left out." in with_zeros.notes


def test_a_validation_file_is_weighed_by_its_own_weights(tmp_path: Path):
    file = tmp_path / "later.csv"
    weighted_people().head(30).write_csv(file)
    made = prepared(weighted_people(), "paid", weights="copies", validation=file)
    assert made.experiment.validation is not None
    assert_allclose(made.experiment.validation.weight, (np.arange(30) % 3 + 1) / 2, rtol=1e-6)
    small_tables.people(30).write_csv(file)
    made = prepared(weighted_people(), "paid", weights="copies", validation=file)
    assert made.experiment.validation is not None
    assert set(made.experiment.validation.weight) == {1}
    assert (
        "later.csv: there is no column of weights 'copies', so all rows count equally."
        in made.notes
    )


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        ("copie", r"no column 'copie' to weigh the rows by\. Did you mean 'copies'\?"),
        ("paid", r"'paid' cannot be both the weights and the target or a feature"),
        (
            np.ones(79),
            r"weights has the shape \(79,\), but it needs one number for each of 80 rows",
        ),
        (np.ones((80, 1)), r"weights has the shape \(80, 1\)"),
        (["heavy"] * 80, r"weights holds <U5 values"),
    ],
)
def test_weights_that_are_none_are_refused(weights: Any, message: str):
    with pytest.raises(TableError, match=message):
        prepared(weighted_people(), "paid", weights=weights)


def test_weights_cannot_be_a_feature_too():
    with pytest.raises(TableError, match="'copies' cannot be both the weights"):
        prepared(weighted_people(), "paid", weights="copies", columns={"copies": "number"})


def test_an_array_cannot_weigh_a_file():
    with pytest.raises(TableError, match=r"penguins: the weights of a file are one of its columns"):
        prepared("penguins", "species", weights=np.ones(344))


# A network of the user's own.

MULTICLASS = Task("multiclass", "softmax", "cce", 3)


def test_a_network_that_fits_is_accepted():
    check_network(eqx.nn.MLP(4, 3, 8, 1, key=jax.random.key(0)), MULTICLASS, Layout(4))
    binary = Task("binary", "sigmoid", "bce", 1)
    check_network(eqx.nn.Linear(4, "scalar", key=jax.random.key(0)), binary, Layout(4))


def test_a_network_that_cannot_take_a_row_is_refused_with_the_width():
    with pytest.raises(
        RecipeError, match="network: it cannot process a row of 4 numbers"
    ) as refused:
        check_network(eqx.nn.Linear(5, 3, key=jax.random.key(0)), MULTICLASS, Layout(4))
    assert "\n" not in str(refused.value)


def test_a_network_without_anything_to_train_is_refused():
    with pytest.raises(RecipeError, match="network: it has no trainable parameters"):
        check_network(lambda row, key=None: row[:3], MULTICLASS, Layout(4))


def test_a_network_of_too_few_outputs_is_refused_with_the_number():
    with pytest.raises(RecipeError, match="returns 1 outputs per row, but multiclass needs 3"):
        check_network(eqx.nn.Linear(4, 1, key=jax.random.key(0)), MULTICLASS, Layout(4))


def test_what_describes_a_network_is_refused_beside_ones_own_and_else_said_to_be_of_no_effect():
    own = eqx.nn.Linear(3, 1, key=jax.random.key(0))
    with pytest.raises(
        RecipeError, match=r"^hidden_layers, dropout describe a network, but you pass your own"
    ):
        prepared(small_tables.numbers(), None, network=own, hidden_layers=(8,), dropout=0.1)
    with pytest.raises(RecipeError, match=r"^activation describes a network"):
        prepared(small_tables.numbers(), None, network=own, activation="tanh")
    reasons = prepared(small_tables.numbers(), None, network=own).reasons
    assert {reasons[name] for name in NETWORK_FIELDS} == {
        "has no effect: you passed your own network"
    }


def test_a_users_own_network_sees_plain_numbers_for_categories_of_many_values():
    table = pl.DataFrame(
        {"code": [f"c{index % 60}" for index in range(600)], "y": np.arange(600) % 7 / 3.5}
    )
    width = prepared(table, "y", preset="lecture").experiment.layout.width
    own = eqx.nn.Linear(width, 1, key=jax.random.key(0))
    assert prepared(table, "y", network=own).experiment.layout == Layout(width)
