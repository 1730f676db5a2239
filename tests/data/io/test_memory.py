import datetime as dt
import subprocess
import sys
import textwrap
import tracemalloc

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from descenso.data.io.memory import table_of, table_of_pair
from descenso.errors import TableError


def test_a_numeric_array_is_kept_and_not_copied():
    array = np.arange(6.0).reshape(3, 2)
    table = table_of(array)
    assert table.matrix is array
    assert table.array
    assert table.names == ("x0", "x1")
    assert table.column("x1", np.array([2, 0])).to_list() == [5.0, 1.0]
    assert table.frame.equals(pl.DataFrame({"x0": [0.0, 2.0, 4.0], "x1": [1.0, 3.0, 5.0]}))
    with pytest.raises(KeyError, match="x2"):
        table.column("x2")


def test_a_pair_of_a_large_array_and_a_target_needs_next_to_no_memory():
    array, target = np.zeros((200_000, 50), np.float32), np.zeros(200_000, np.int8)
    tracemalloc.start()
    table_of_pair(array, target, None)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < array.nbytes / 10


@pytest.mark.parametrize("dtype", ["?", "i1", "u8", "f2", "f4", "f8", ">f8", "g"])
def test_arrays_of_every_kind_of_number_are_understood(dtype):
    table, _ = table_of_pair(np.array([[1, 0], [0, 1]], dtype), np.array([0, 1], dtype), None)
    assert [float(value) for value in table.column("x0")] == [1.0, 0.0]
    assert [float(value) for value in table.column("y")] == [0.0, 1.0]


def test_an_array_of_objects_is_a_table_of_typed_columns():
    table = table_of(np.array([["a", 1], ["b", 2]], dtype=object))
    assert not table.array
    assert table.frame.equals(pl.DataFrame({"x0": ["a", "b"], "x1": [1, 2]}))


def test_lists_lazy_frames_and_column_vectors_are_accepted():
    table, name = table_of_pair([[1, 2], [3, 4]], np.array([[5], [6]]), "price")
    assert (table.names, name) == (("x0", "x1", "price"), "price")
    assert table.column("price").to_list() == [5, 6]
    assert table_of(pl.LazyFrame({"a": [1]})).frame.equals(pl.DataFrame({"a": [1]}))


def test_a_frame_and_a_named_series_keep_their_names():
    table, name = table_of_pair(pd.DataFrame({"a": [1, 2]}), pd.Series([3, 4], name="b"), None)
    assert name == "b"
    assert table.frame.equals(pl.DataFrame({"a": [1, 2], "b": [3, 4]}))


def test_pandas_columns_of_every_kind_come_over_with_their_gaps():
    frame = pd.DataFrame(
        {
            "float": [1.5, None],
            "int": [1, 2],
            "nullable": pd.array([1, None], dtype="Int64"),
            "bool": [True, False],
            "nullable bool": pd.array([True, None], dtype="boolean"),
            "object": np.array(["a", None], dtype=object),
            "category": pd.Categorical(["u", None]),
            "number category": pd.Categorical([3, None]),
            "date": pd.to_datetime(["2024-03-01 10:00", None]),
            "zone": pd.to_datetime(["2024-03-01 10:00", None]).tz_localize("Europe/Madrid"),
            "duration": pd.to_timedelta(["1h", None]),
            7: ["x", "y"],
        },
        index=[5, 5],
    )
    moment = dt.datetime(2024, 3, 1, 10)
    assert table_of(frame).frame.to_dict(as_series=False) == {
        "float": [1.5, None],
        "int": [1, 2],
        "nullable": [1, None],
        "bool": [True, False],
        "nullable bool": [True, None],
        "object": ["a", None],
        "category": ["u", None],
        "number category": [3, None],
        "date": [moment, None],
        "zone": [moment, None],
        "duration": [dt.timedelta(hours=1), None],
        "7": ["x", "y"],
    }


PERIODS = pd.period_range("2024-01", periods=3, freq="M")


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (pd.cut(np.array([1, 3, np.nan]), [0, 2, 4]), ["(0, 2]", "(2, 4]", None]),
        (pd.interval_range(0, 3), ["(0, 1]", "(1, 2]", "(2, 3]"]),
        (PERIODS, ["2024-01", "2024-02", "2024-03"]),
        (pd.Categorical(PERIODS), ["2024-01", "2024-02", "2024-03"]),
        (pd.Categorical([None, None, None]), [None, None, None]),
        (pd.array([1, None, 2], dtype="Int64"), [1, None, 2]),
    ],
)
def test_intervals_and_periods_of_pandas_are_known_by_their_names(values, expected):
    for table in (pd.DataFrame({"a": values}), {"a": values}):
        assert table_of(table).frame["a"].to_list() == expected


def test_columns_that_are_categories_keep_their_values_and_are_known_as_such():
    codes = pd.Categorical([3, None, 3])
    arrow = pa.table({"a": pa.array([3, None, 3]).dictionary_encode(), "b": [1, 2, 3]})
    for table in (pd.DataFrame({"a": codes, "b": [1, 2, 3]}), {"a": codes, "b": [1, 2, 3]}, arrow):
        found = table_of(table)
        assert found.frame["a"].to_list() == [3, None, 3]
        assert found.categories == {"a"}
    pair, _ = table_of_pair(pd.DataFrame({"a": codes}), pd.Series(codes, name="b"), None)
    assert pair.categories == {"a", "b"}


def test_pandas_is_read_without_pyarrow():
    # In a process of its own, because pandas decides when it is imported.
    script = """
        import sys
        sys.modules["pyarrow"] = None
        import pandas as pd
        from descenso.data.io.memory import table_of
        frame = pd.DataFrame({"text": ["a", None], "number": [1.0, None]})
        frame["category"] = frame["text"].astype("category")
        print(table_of(frame).frame.rows())
    """
    command = [sys.executable, "-c", textwrap.dedent(script)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[('a', 1.0, 'a'), (None, None, None)]"


def test_an_arrow_table_is_read_with_its_names_and_types():
    frame = pl.DataFrame({"day": [dt.date(2024, 1, 1), None], "text": ["a", "b"]})
    assert table_of(frame.to_arrow()).frame.equals(frame)


@pytest.mark.parametrize(
    "data",
    [
        {"x": [1.5, 2.5], "y": ["a", "b"]},
        {"x": np.array([1.5, 2.5]), "y": pd.Series(["a", "b"])},
        np.array([(1.5, "a"), (2.5, "b")], dtype=[("x", "f8"), ("y", "U1")]),
        [{"x": 1.5, "y": "a"}, {"x": 2.5, "y": "b"}],
    ],
)
def test_columns_by_name_are_a_table(data):
    assert table_of(data).frame.equals(pl.DataFrame({"x": [1.5, 2.5], "y": ["a", "b"]}))


def test_what_a_row_leaves_out_is_missing():
    assert table_of([{"x": 1}, {"y": 2}]).frame.rows() == [(1, None), (None, 2)]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (np.zeros(3), r"1 dimensions, but a table has two .* X\.reshape"),
        (np.zeros((3, 2, 2)), "3 dimensions"),
        (7, "type int is not supported; give a path"),
        ({}, "0 rows and 0 columns"),
        ({"a": [1, 2], "b": [1]}, "their lengths are a: 2, b: 1"),
        ([{"a": 1}, 2], "Some rows are dicts and others are not"),
        (None, "type NoneType is not supported"),
        ({"a": 1, "y": [1, 2]}, "the column 'a' is 1, but it needs one value for each row"),
        ({"a": np.eye(2), "y": [1, 2]}, "the column 'a' has 2 dimensions, but it needs one value"),
        ({"a": [[1], [1, 2]], "y": [1, 2]}, "the column 'a' holds lists, but it needs one value"),
        (np.zeros(2, [("a", "f8", (2,)), ("y", "f8")]), "the column 'a' has 2 dimensions"),
        (np.zeros((0, 2)), "0 rows and 2 columns"),
        (np.zeros((2, 0)), "2 rows and 0 columns"),
        (pl.DataFrame(), "0 rows and 0 columns"),
        (pl.DataFrame({"a": [], "b": []}), "0 rows and 2 columns: at least one of each is needed"),
        (pd.DataFrame([[1, 2]], columns=["a", "a"]), "more than one column called 'a'"),
        (pa.table([[1], [2]], names=["a", "a"]), "more than one column called 'a'"),
    ],
)
def test_data_that_is_no_table_is_refused(data, message):
    with pytest.raises(TableError, match=message):
        table_of(data)


def test_sparse_columns_of_pandas_are_columns_like_others():
    dense = pd.DataFrame({"a": [0.0, 0.0, 1.5], "b": [0, 2, 0]})
    sparse = dense.astype({"a": "Sparse[float]", "b": "Sparse[int]"})
    assert table_of(sparse).frame.equals(table_of(dense).frame)


@pytest.mark.parametrize(
    ("largest", "dtype"), [(7, pl.Int64), (2**63 + 5, pl.UInt64), (2**100, pl.Float64)]
)
def test_integers_of_128_bits_are_numbers_like_others(largest, dtype):
    wide = pl.Series("a", [1, None, largest], dtype=pl.Int128)
    found = table_of(pl.DataFrame({"a": wide})).frame["a"]
    assert found.dtype == dtype
    assert found.to_list() == [1, None, largest]


@pytest.mark.parametrize("largest", [2**64 + 5, 2**130 + 1])
def test_integers_whose_digits_no_number_holds_are_codes_that_keep_them(largest):
    values = [1, None, largest]
    of_pandas = pd.DataFrame({"a": np.array(values, dtype=object)})
    tables: list = [of_pandas, {"a": values}, [{"a": value} for value in values]]
    if largest < 2**127:
        tables.append(pl.DataFrame({"a": pl.Series(values, dtype=pl.Int128)}))
    for table in tables:
        assert table_of(table).frame["a"].to_list() == ["1", None, str(largest)]


def test_whole_numbers_in_lists_keep_their_digits_where_numpy_would_round_them():
    assert table_of({"a": [2**63 + 5, 3]}).frame["a"].to_list() == [2**63 + 5, 3]
    assert table_of({"a": [2**63 + 5, -3]}).frame["a"].to_list() == [str(2**63 + 5), "-3"]
    assert table_of({"a": [1e30, 3, float("nan")]}).frame["a"].dtype == pl.Float64


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1"])
def test_bytes_are_text(encoding):
    words = [word.encode(encoding) for word in ("niño", "no")]
    as_arff = np.array([(words[0], 1.0), (words[1], 2.0)], dtype=[("word", "S5"), ("x", float)])
    for data in (as_arff, pd.DataFrame(as_arff), {"word": words}):
        assert table_of(data).frame["word"].to_list() == ["niño", "no"]


def test_a_pair_that_does_not_fit_is_refused():
    with pytest.raises(TableError, match="X has 2 rows, but y has 3 values"):
        table_of_pair(np.eye(2), [1, 2, 3], None)
    with pytest.raises(TableError, match="y has 2 dimensions"):
        table_of_pair(np.eye(2), np.eye(2), None)
    with pytest.raises(TableError, match="y is 3, but it needs one value for each row"):
        table_of_pair(np.eye(2), 3, None)
    with pytest.raises(TableError, match="already has a column called 'x0'"):
        table_of_pair(np.eye(2), [1, 2], "x0")
