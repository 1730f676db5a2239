import gzip
import hashlib

import numpy as np
import pandas as pd
import polars as pl
import pytest

from descenso.data.io import bundled
from descenso.data.io.read import read_table, read_with_target, reopen
from descenso.errors import TableError

CSV = "id,price,kind\n1,2.5,a\n2,NA,b\n"
FRAME = pl.DataFrame({"id": [1, 2], "price": [2.5, None], "kind": ["a", "b"]})


@pytest.fixture
def csv(tmp_path):
    path = tmp_path / "houses.csv"
    path.write_text(CSV)
    return path


def test_the_same_table_is_read_from_every_format(tmp_path, csv):
    (tmp_path / "t.tsv").write_text(CSV.replace(",", "\t"))
    (tmp_path / "t.txt").write_text(CSV.replace(",", ";"))
    (tmp_path / "t.csv.gz").write_bytes(gzip.compress(CSV.encode()))
    FRAME.write_parquet(tmp_path / "t.parquet")
    for path in (csv, *(tmp_path / f"t.{end}" for end in ("tsv", "txt", "csv.gz", "parquet"))):
        assert read_table(path).frame.equals(FRAME), path
        assert read_table(str(path)).frame.equals(FRAME), path


def test_a_source_says_where_a_table_came_from_and_what_it_was(csv):
    source = read_table(csv).source
    assert source is not None
    assert source.paths == (str(csv.resolve()),)
    assert source.options == {
        "format": "delimited",
        "separator": ",",
        "encoding": "utf-8",
        "decimal": ".",
        "thousands": "none",
    }
    assert source.sha256 == hashlib.sha256(CSV.encode()).hexdigest()
    assert not source.bundled


def test_a_table_is_reopened_from_its_source_and_a_changed_one_refused(csv):
    source = read_table(csv).source
    assert source is not None
    assert reopen(source).frame.equals(FRAME)
    csv.write_text(CSV + "3,4,a\n")
    with pytest.raises(TableError, match=r"houses\.csv: the file has changed"):
        reopen(source)
    csv.unlink()
    with pytest.raises(
        TableError, match=r"houses\.csv: the file that the run was trained on is missing.*--data"
    ):
        reopen(source)


def test_a_bundled_table_is_read_by_its_name_and_reopened(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    table, target = read_with_target("penguins", "species")
    assert (table.height, target) == (344, "species")
    assert table.source is not None
    assert (table.source.paths, table.source.bundled) == (("penguins",), True)
    assert reopen(table.source).frame.equals(table.frame)


def test_a_file_comes_before_a_bundled_table_of_the_same_name(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "penguins").mkdir()
    with pytest.raises(TableError, match="penguins: this is a folder"):
        read_table("penguins")


def test_types_are_found_in_the_whole_file_and_not_in_its_beginning(tmp_path):
    path = tmp_path / "late.csv"
    path.write_text("x,y\n" + "1,1\n" * 5000 + "2.5,two\n")
    assert read_table(path).frame.dtypes == [pl.Float64, pl.String]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.csv", b"", r"a\.csv: the file is empty"),
        ("a.csv", b"\n\n", r"a\.csv: the file is empty"),
        ("a.csv", b"x,y\n", r"a\.csv: there is a header, but no row"),
        ("a.csv.gz", b"x,y\n1,2\n", r"a\.csv\.gz: the compressed file is incomplete"),
        (
            "a.csv.gz",
            gzip.compress(b"x,y\n1,2\n", mtime=0)[:-9],
            r"a\.csv\.gz: the compressed file is incomplete",
        ),
        (
            "a.parquet",
            b"x,y\n1,2\n",
            r"a\.parquet: the content is text, but the name",
        ),
        ("a.parquet", b"", r"a\.parquet: the file is empty"),
    ],
)
def test_a_broken_file_is_refused_in_one_line_that_names_it(tmp_path, name, content, message):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(TableError, match=message) as refusal:
        read_table(tmp_path / name)
    assert "\n" not in str(refusal.value)


def test_an_empty_parquet_table_is_refused(tmp_path):
    FRAME.clear().write_parquet(tmp_path / "none.parquet")
    with pytest.raises(TableError, match=r"none\.parquet: the table has no rows"):
        read_table(tmp_path / "none.parquet")


def test_a_missing_file_brings_the_nearest_name(csv):
    with pytest.raises(TableError, match=r"Did you mean 'houses\.csv'\?"):
        read_table(csv.with_name("house.csv"))
    with pytest.raises(TableError, match=r"Did you mean 'penguins'\?"):
        read_table("pengwins")


def test_a_file_that_may_not_be_read_is_reported(csv, monkeypatch):
    def refuse(_path, _mode):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(type(csv), "open", refuse)
    with pytest.raises(TableError, match=r"houses\.csv: .*Permission denied"):
        read_table(csv)


def test_a_missing_target_brings_the_nearest_column(csv):
    with pytest.raises(TableError, match=r"no column 'Prise'\. Did you mean 'price'\?"):
        read_with_target(csv, "Prise")
    with pytest.raises(TableError, match=r"no column 'zzz'\. There are 'id', 'price', 'kind'"):
        read_with_target(csv, "zzz")
    with pytest.raises(TableError, match=r"name the column to predict with --target"):
        read_with_target(csv)


def test_a_pair_is_a_table_whose_target_is_called_y():
    table, target = read_with_target((np.eye(3), ["a", "b", "a"]))
    assert target == "y"
    assert table.names == ("x0", "x1", "x2", "y")
    assert table.column("y").to_list() == ["a", "b", "a"]


def test_the_target_s_values_may_stand_in_the_place_of_its_name():
    # As in scikit-learn: X, y.
    frame, values = pl.DataFrame({"a": [1, 2], "b": [3, 4]}), pl.Series("c", [5, 6])
    for target in (values, values.to_numpy(), values.to_list()):
        table, name = read_with_target(frame, target)
        assert table.names == ("a", "b", name)
        assert table.column(name).to_list() == [5, 6]


def test_a_pair_takes_no_second_values_of_the_target():
    with pytest.raises(TableError, match=r"^A pair \(X, y\) has the target's values already"):
        read_with_target((np.eye(2), [1, 2]), np.array([1, 2]))


def test_the_target_may_be_the_number_that_pandas_gives_a_column_without_a_name():
    table, name = read_with_target(pd.DataFrame([[1, 2], [3, 4]]), 1)
    assert (table.names, name) == (("0", "1"), "1")


def test_a_tuple_of_another_length_is_refused():
    with pytest.raises(TableError, match=r"a pair \(X, y\), but this one has 3"):
        read_with_target((1, 2, 3))


def test_the_bundled_file_itself_is_never_the_source_s_path():
    # A run refers to the name, so that it can be reopened wherever descenso is installed.
    source = read_table("penguins").source
    assert source is not None
    assert str(bundled.path("penguins")) not in source.paths


@pytest.mark.parametrize("separator", [":", "^", "~", "!", " "])
def test_a_table_of_one_column_that_lacks_the_target_brings_a_hint_at_the_separator(
    tmp_path, separator
):
    path = tmp_path / "a.csv"
    path.write_text("id:size:y\n1:2:3\n".replace(":", separator))
    with pytest.raises(TableError, match=r"no column 'y'.* give the character .* --separator"):
        read_with_target(path, "y")
