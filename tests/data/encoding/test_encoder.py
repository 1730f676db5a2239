import datetime as dt
import json

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from descenso.data.columns.kinds import Column, infer_columns
from descenso.data.encoding.encoder import Encoder
from descenso.data.encoding.features.base import LEAST_ROWS_OF_A_MARK
from descenso.data.encoding.features.category import CategoryFeature
from descenso.data.encoding.features.scaling import Method
from descenso.data.table import Table
from descenso.errors import TableError
from descenso.layout import Layout, bucket


def fit(
    frame, rows=None, *, scale: Method | None = "standard", embed=False, preset="lecture", **options
):
    table = Table(frame.with_columns(y=pl.int_range(pl.len()) % 2))
    rows = np.arange(frame.height) if rows is None else rows
    columns = infer_columns(table, "y", rows=rows, preset=preset, **options)
    return Encoder.fit(table, columns, rows, scale=scale, embed=embed)


def encode(encoder, frame, rows=None):
    return encoder.encode(Table(frame), rows)


def mixed(n=40):
    """A table with every kind of column, in which every kind has gaps."""
    rng = np.random.default_rng(0)
    frame = pl.DataFrame(
        {
            "age": rng.normal(40, 10, n),
            "city": [f"city {i}" for i in rng.integers(0, 15, n)],
            "owner": rng.random(n) < 0.5,
            "island": rng.choice(["Dream", "Biscoe"], n),
            "when": [dt.date(2024, 1, 1) + dt.timedelta(int(d)) for d in rng.integers(0, 365, n)],
        }
    )
    gap = pl.int_range(pl.len()) % 7 == 3
    return frame.with_columns(pl.when(~gap).then(pl.col(name)) for name in frame.columns)


def test_numbers_are_those_of_scikit_learn_s_standard_scaler():
    frame = pl.DataFrame(np.random.default_rng(0).normal(5, 3, (50, 4)), schema=list("abcd"))
    matrix, _ = encode(fit(frame), frame)
    assert matrix.dtype == np.float32
    np.testing.assert_allclose(matrix, StandardScaler().fit_transform(frame.to_numpy()), rtol=1e-5)


def test_categories_are_those_of_scikit_learn_s_one_hot_encoder():
    frame = mixed(60).select("city", "island").drop_nulls()
    reference = OneHotEncoder(handle_unknown="ignore", sparse_output=False)
    expected = reference.fit_transform(frame.to_numpy())
    encoder = fit(frame)
    assert (encode(encoder, frame)[0] == expected).all()
    assert list(encoder.names) == [
        f"{name}={value}"
        for name, values in zip(frame.columns, reference.categories_, strict=True)
        for value in values
    ]


def test_every_kind_of_column_has_its_place_and_its_name():
    encoder = fit(mixed(), embed=True)
    assert encoder.names == (
        *("age", "age is missing", "owner", "owner is missing"),
        *("island=Biscoe", "island=Dream", "island is missing"),
        *("when", "when.month.sin", "when.month.cos", "when.weekday.sin", "when.weekday.cos"),
        *("when is missing", "city"),
    )
    known = mixed()["city"].value_counts().drop_nulls().filter(pl.col("count") > 1).height
    assert encoder.layout == Layout(numbers=13, categories=(bucket(known + 2),))
    matrix, _ = encode(encoder, mixed())
    assert matrix.shape == (40, encoder.layout.width)
    assert np.isfinite(matrix).all()
    assert (matrix[:, 13] < known + 2).all()


@pytest.mark.parametrize("gaps", [LEAST_ROWS_OF_A_MARK - 1, LEAST_ROWS_OF_A_MARK])
def test_a_gap_is_marked_where_enough_training_rows_have_it(gaps: int):
    frame = mixed(60).drop_nulls()
    frame = frame.with_columns(
        pl.when(pl.int_range(pl.len()) >= gaps).then(pl.col(name)) for name in frame.columns
    )
    encoder = fit(frame, embed=True)
    marks = [name for name in encoder.names if name.endswith(" is missing")]
    assert len(marks) == (4 if gaps == LEAST_ROWS_OF_A_MARK else 0)
    codes = encode(encoder, frame)[0][:gaps, -1]
    city = encoder.features[-1]
    assert isinstance(city, CategoryFeature)
    assert city.embedded
    assert set(codes) == ({city.codes - 1} if marks else {0})


def test_an_encoder_survives_json():
    encoder = fit(mixed(), embed=True)
    again = Encoder.from_dict(json.loads(json.dumps(encoder.to_dict())))
    assert again == encoder
    assert (encode(again, mixed())[0] == encode(encoder, mixed())[0]).all()


@pytest.mark.parametrize(
    "damage", [{"features": [{"kind": "magic"}]}, {}, {"features": [], "more": 1}]
)
def test_damaged_json_is_refused(damage):
    with pytest.raises(ValueError, match="validation error"):
        Encoder.from_dict(damage)


@given(seed=st.integers(0, 1000), scale=st.sampled_from(["robust", "standard", None]))
def test_what_stands_outside_the_training_rows_changes_nothing(seed, scale):
    rng = np.random.default_rng(seed)
    frame = mixed()
    train = np.sort(rng.permutation(40)[:30])
    rest = ~np.isin(np.arange(40), train)
    changed = frame.with_columns(
        pl.when(pl.Series(~rest)).then(pl.col(name)).otherwise(pl.lit(value))
        for name, value in [("age", 1e6), ("city", "Atlantis"), ("owner", True), ("island", "X")]
    )
    assert fit(frame, train, scale=scale, embed=True) == fit(
        changed, train, scale=scale, embed=True
    )


@given(rows=st.lists(st.integers(0, 39), max_size=60))
def test_a_row_is_encoded_alike_wherever_it_stands(rows):
    encoder = fit(mixed(), embed=True)
    everything, _ = encode(encoder, mixed())
    some, _ = encode(encoder, mixed(), np.array(rows, dtype=int))
    assert (some == everything[rows]).all()


def test_a_matrix_is_written_where_the_caller_wants_it():
    encoder = fit(mixed())
    room = np.full((50, encoder.layout.width), -7, np.float32)
    matrix, _ = encoder.encode(Table(mixed()), None, room[:40])
    assert np.shares_memory(matrix, room)
    assert (room[:40] == encode(encoder, mixed())[0]).all()
    assert (room[40:] == -7).all()


def test_an_array_is_encoded_without_a_second_copy_of_it():
    import tracemalloc

    array = np.random.default_rng(0).normal(size=(100_000, 40)).astype(np.float32)
    table = Table(pl.DataFrame(), matrix=array)
    columns = tuple(Column(name, "number", "", 0) for name in table.names)
    rows = np.arange(len(array))
    out = np.empty(array.shape, np.float32)
    tracemalloc.start()
    Encoder.fit(table, columns, rows, scale="robust", embed=False).encode(table, rows, out)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < array.nbytes / 2


def test_unseen_categories_are_zeros_and_counted():
    frame = pl.DataFrame({"island": ["Dream", "Biscoe"] * 5, "x": range(10)})
    new = pl.DataFrame({"island": ["Dream", "Atlantis", "Lemuria"], "x": [0, 1, 2]})
    matrix, notes = encode(fit(frame), new)
    assert matrix[:, :2].tolist() == [[0, 1], [0, 0], [0, 0]]
    assert notes.unseen == {"island": 2}
    assert notes.missing == {}


def test_unseen_and_rare_categories_share_code_zero_of_an_embedding():
    city = [f"city {i}" for i in range(12) for _ in range(2)] + ["hamlet"]
    encoder = fit(pl.DataFrame({"city": city}), embed=True)
    assert encoder.layout == Layout(numbers=0, categories=(14,))  # 13, and room
    matrix, notes = encode(encoder, pl.DataFrame({"city": ["city 0", "hamlet", "Atlantis", None]}))
    assert matrix[:, 0].tolist() == [1, 0, 0, 0]
    assert notes.unseen == {"city": 2}
    assert notes.missing == {"city": 1}


def test_missing_values_are_counted_and_take_the_training_median():
    frame = pl.DataFrame({"x": [1.0, 2.0, 9.0, None]})
    matrix, notes = encode(fit(frame, scale=None), frame)
    assert matrix.tolist() == [[1], [2], [9], [2]]
    assert notes.missing == {"x": 1}


def test_values_missing_only_at_prediction_are_filled_without_a_new_column():
    frame = pl.DataFrame({"x": [1.0, 2.0, 9.0], "b": [True, True, False]})
    encoder = fit(frame, scale=None)
    matrix, notes = encode(encoder, pl.DataFrame({"x": [None, 5.0], "b": [False, None]}))
    assert matrix.tolist() == [[2, 0], [5, 1]]
    assert notes.missing == {"x": 1, "b": 1}


def test_columns_that_were_dropped_are_not_needed_later():
    frame = pl.DataFrame({"id": range(30), "x": np.sin(range(30))})
    encoder = fit(frame, preset="tabular")
    assert encoder.names == ("x",)
    assert encode(encoder, frame.select("x"))[0].shape == (30, 1)


def test_extra_columns_and_another_order_change_nothing():
    frame = mixed()
    shuffled = frame.select(reversed(frame.columns)).with_columns(extra=pl.lit(1))
    encoder = fit(frame)
    assert (encode(encoder, shuffled)[0] == encode(encoder, frame)[0]).all()


def test_missing_columns_are_all_named():
    with pytest.raises(TableError, match="the columns 'city', 'island' are missing"):
        encode(fit(mixed(), embed=False), mixed().drop("city", "island"))


def test_other_types_are_converted_where_their_values_allow_it():
    frame = pl.DataFrame({"x": [1, 2, 3, 4], "k": [1, 2, 1, 2], "b": [True, False, True, True]})
    encoder = fit(frame, overrides={"k": "category"}, scale=None)
    as_text = pl.DataFrame({"x": ["1", "2"], "k": [1.0, 2.0], "b": ["yes", "no"]})
    matrix, notes = encode(encoder, as_text)
    assert matrix.tolist() == [[1, 1, 0, 1], [2, 0, 1, 0]]
    assert notes.unseen == {}
    with pytest.raises(TableError, match="column 'x', row 2: 'two' is not a number"):
        encode(encoder, as_text.with_columns(x=pl.Series(["1", "two"])))


def test_an_infinite_feature_is_refused_at_its_row_in_the_whole_table():
    frame = pl.DataFrame({"x": [1.0, 2.0, 3.0, float("inf")]})
    with pytest.raises(TableError, match=r"column 'x', row 4: .* infinite or too large"):
        fit(frame)
    encoder = fit(frame.head(3))
    with pytest.raises(TableError, match="column 'x', row 4"):
        encode(encoder, frame, np.array([2, 3]))


def test_tables_that_differ_in_a_few_rare_values_have_the_same_layout():
    cities = [f"city {i:02}" for i in range(26) for _ in range(2)]
    layouts = {
        fit(pl.DataFrame({"city": cities[: 2 * values]}), embed=True).layout
        for values in range(24, 27)
    }
    assert layouts == {Layout(numbers=0, categories=(28,))}
