import io
import os
import threading
from types import SimpleNamespace

import numpy as np
import pandas as pd
import polars as pl
import pytest

import descenso
from descenso.data.io.options import ReadOptions
from descenso.data.io.read import read_table, reopen
from descenso.data.io.source import open_files
from descenso.errors import TableError


def write(folder, name, text):
    path = folder / name
    path.write_text(text)
    return path


def test_a_pattern_reads_all_its_files_in_the_order_of_their_names(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write(tmp_path, "b.csv", "x,y\n3,4\n")
    write(tmp_path, "a.csv", "x,y\n1,2\n")
    # In whatever order the columns are, and of types that only all files together show.
    write(tmp_path, "c.csv", "y,x\n6,5.5\n")
    table = descenso.read("*.csv")
    assert table.frame.to_dict(as_series=False) == {"x": [1.0, 3.0, 5.5], "y": [2, 4, 6]}
    assert table.title == "a.csv and 2 more files"
    assert table.source is not None
    assert table.source.paths == tuple(str(tmp_path / f"{stem}.csv") for stem in "abc")
    assert reopen(table.source).frame.equals(table.frame)
    assert descenso.read(["a.csv", tmp_path / "b.csv"]).height == 2
    (tmp_path / "b.csv").write_text("x,y\n3,5\n")
    with pytest.raises(TableError, match="has changed since"):
        reopen(table.source)


def test_files_of_one_table_have_the_same_columns(tmp_path):
    first = write(tmp_path, "a.csv", "x,y\n1,2\n")
    for text, message in [
        ("x\n1\n", "b.csv: the column 'y' is missing, which the first file has"),
        ("x,Y\n1,2\n", r"the column 'y' is missing, .* The nearest: 'Y' for 'y'\."),
        ("x,y,z\n1,2,3\n", "b.csv: the column 'z' is not in the first file"),
    ]:
        with pytest.raises(TableError, match=message):
            descenso.read([first, write(tmp_path, "b.csv", text)])
    pl.DataFrame({"x": [1]}).write_parquet(tmp_path / "c.parquet")
    with pytest.raises(
        TableError, match=r"c\.parquet: the format is parquet, but that of a\.csv is"
    ):
        descenso.read([first, tmp_path / "c.parquet"])
    pl.DataFrame({"x": [[1]]}).write_parquet(tmp_path / "d.parquet")
    with pytest.raises(TableError, match=r"d\.parquet: a column has another type"):
        descenso.read([tmp_path / "c.parquet", tmp_path / "d.parquet"])


@pytest.mark.parametrize(
    ("place", "message"),
    [
        ("", r"The name of the table is empty: name a file, or a bundled table\."),
        ("http://example.com/a.csv", "^http://example.com/a.csv: addresses are not supported"),
        ("s3://bucket/a.parquet", "^s3://bucket/a.parquet: addresses are not supported"),
        (["penguins", "a.csv"], "^penguins: a bundled table cannot be one of several"),
    ],
)
def test_a_place_where_no_table_can_be_is_refused_for_what_it_is(place, message):
    with pytest.raises(TableError, match=message):
        descenso.read(place)


def test_a_list_of_one_may_name_a_bundled_table():
    assert descenso.read(["penguins"]).height == 344


def test_a_file_whose_name_looks_like_a_pattern_is_that_file(tmp_path):
    for name in ("[a].csv", "a*.parquet"):
        if name.endswith("csv"):
            write(tmp_path, name, "x\n1\n")
        else:
            pl.DataFrame({"x": [1]}).write_parquet(tmp_path / name)
        assert descenso.read(tmp_path / name).height == 1


@pytest.mark.parametrize("form", ["csv", "jsonl", "parquet", "arrow", "npz", "gz"])
def test_standard_input_is_read_once_and_recognised_by_what_it_holds(monkeypatch, form):
    frame = pl.DataFrame({"x0": [1.5, 2.5], "x1": [3.0, 4.0]})
    content = io.BytesIO()
    if form == "npz":
        np.savez(content, frame.to_numpy())
    elif form == "gz":
        pd.DataFrame(frame.to_dict()).to_csv(content, index=False, compression="gzip")
    else:
        writer = {"csv": "csv", "jsonl": "ndjson", "parquet": "parquet", "arrow": "ipc"}[form]
        getattr(frame, f"write_{writer}")(content)
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(content.getvalue())))
    table = descenso.read("-")
    assert table.frame.equals(frame)
    # It cannot be read again: a run keeps the table itself.
    assert table.source is None
    assert table.title == "standard input"


def test_a_pipe_with_a_name_is_read_once_too(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    writer = threading.Thread(target=(tmp_path / "pipe").write_text, args=("x\n1\n",))
    writer.start()
    table = descenso.read(tmp_path / "pipe")
    writer.join()
    assert (table.height, table.source) == (1, None)


def test_an_option_that_the_format_does_not_have_is_refused(tmp_path):
    pl.DataFrame({"x": [1]}).write_parquet(tmp_path / "a.parquet")
    with pytest.raises(TableError, match=r"--separator does not apply .* It takes no options"):
        descenso.read(tmp_path / "a.parquet", separator=";")
    with pytest.raises(TableError, match=r"--sheet does not apply .* It takes --separator"):
        descenso.read("penguins", sheet="One")


def test_what_was_asked_for_is_asked_for_again_where_a_table_is_reopened(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes("x;y\n1.234,5;ñ\n2;b\n".encode("cp1252"))
    table = descenso.read(path, separator=";", decimal=",", thousands=".", encoding="cp1252")
    assert table.frame.rows() == [(1234.5, "ñ"), (2.0, "b")]
    assert table.source is not None
    assert table.source.options == {
        "format": "delimited",
        "separator": ";",
        "encoding": "cp1252",
        "decimal": ",",
        "thousands": ".",
    }
    assert reopen(table.source).frame.equals(table.frame)


def test_a_table_is_read_like_another_only_in_what_its_file_does_not_show(tmp_path):
    like = {"format": "delimited", "separator": ";", "decimal": ",", "encoding": "cp1251"}
    one = write(tmp_path, "one.csv", "x;y\n1,5;a\n")
    assert open_files(one, like=like).settled[0].options.decimal == ","
    other = write(tmp_path, "other.csv", "x,y\n1.5,a\n")
    settled = open_files(other, like=like).settled[0].options
    assert (settled.separator, settled.decimal, settled.encoding) == (",", ".", "utf-8")
    asked = open_files(one, ReadOptions(decimal="."), like).settled[0].options
    assert asked.decimal == "."
    assert open_files(one, like=like | {"format": "excel"}).settled[0].options.encoding == "utf-8"


def test_what_a_value_means_can_be_kept_from_hanging_on_the_others(tmp_path):
    path = write(tmp_path, "a.csv", "code,y\n007,1\n8,2\n")
    assert read_table(path, understood=["y"]).frame.rows() == [("007", 1), ("8", 2)]
    path = write(tmp_path, "a.csv", "code,y\n7.0,1\n8,2\n")
    assert read_table(path, understood=["y"]).frame.rows() == [("7.0", 1), ("8", 2)]
