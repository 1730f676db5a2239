import json
import re

import pandas as pd
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from descenso.data.io import blocks
from descenso.data.io.files import File
from descenso.data.io.formats.jsonl import JsonLines
from descenso.data.io.options import ReadOptions
from descenso.data.io.read import read_table
from descenso.errors import TableError

FORM = JsonLines()

values = st.one_of(st.none(), st.booleans(), st.integers(-(10**25), 10**25), st.text(max_size=5))
objects = st.dictionaries(st.sampled_from(["a", "b", "ñ", ""]), values, max_size=3)


def frames(text, columns=None):
    return list(FORM.frames(File("a.jsonl", None, text.encode()), ReadOptions(), columns, None))


def frame(text, columns=None):
    return pl.concat(frames(text, columns), how="diagonal")


def test_types_are_found_over_all_lines(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_text('{"n": 1, "w": "a", "t": true}\n{"n": 2.5, "w": 3}\n\n{"t": false, "n": null}')
    assert read_table(path).frame.to_dict(as_series=False) == {
        "n": [1.0, 2.5, None],
        "w": ["a", "3", None],
        "t": [True, None, False],
    }


@given(st.lists(objects, min_size=1, max_size=6).filter(any))
def test_every_value_is_there_as_text(rows):
    lines = "\n".join(json.dumps(row) for row in rows)

    def spelled(value):
        return value if value is None or isinstance(value, str) else json.dumps(value)

    expected = [{name: spelled(row.get(name)) for name in frame(lines).columns} for row in rows]
    assert frame(lines).to_dicts() == expected
    assert frame(json.dumps(rows)).select(frame(lines).columns).to_dicts() == expected


def test_an_array_of_objects_is_a_table_too(tmp_path):
    table = pd.DataFrame({"x": [1, 2], "y": ["a", None]})
    path = tmp_path / "a.json"
    table.to_json(path, orient="records")
    assert read_table(path).frame.rows() == [(1, "a"), (2, None)]
    table.to_json(path, orient="records", lines=True)
    assert read_table(path).frame.rows() == [(1, "a"), (2, None)]


def test_what_only_python_s_reader_takes_is_taken():
    found = frame('{"x": NaN, "y": [1, {"a": 2}]}\n{"x": 1e400, "y": "b"}\n')
    assert found.rows() == [("nan", '[1, {"a": 2}]'), ("inf", "b")]


def test_only_the_columns_that_are_needed_come_and_stay_the_same(monkeypatch):
    monkeypatch.setattr(blocks, "BLOCK_BYTES", 8)
    monkeypatch.setattr("descenso.data.io.text.CHUNK_BYTES", 8)
    parts = frames('{"x": 1, "y": 2}\n{"y": 3, "z": 4}\n{"x": 5}\n', ["x", "q"])
    assert [part.rows() for part in parts] == [[("1",)], [(None,)], [("5",)]]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"a": 1}\n{"a": \n', r"line 2 is not a JSON object \("),
        ('{"a": 1}\n[1]\n', "line 2 is not a JSON object .*there is no object"),
        ('{"a": 1}\n7\n', "line 2 is not"),
        ('{"a": 1, "a": 2}\n', r"line 1 is not a JSON object \('a' more than once\)"),
        ("[1, 2]", "a JSON table is an array of objects, or an object in each line"),
        ('[{"a": 1}', "line 1 is not a JSON object"),
        ('{"a": {"0": 1}, \n"b": 3}', "line 1 is not a JSON object"),
        ("[" * 100_000, "line 1 is not a JSON object"),
    ],
)
def test_a_broken_line_is_named(text, message):
    with pytest.raises(TableError, match=message) as refusal:
        frame(text)
    assert re.fullmatch(r"a\.jsonl: [^\n]+", str(refusal.value))


def test_objects_without_names_are_no_table(tmp_path):
    (tmp_path / "a.jsonl").write_text("{}\n{}\n")
    with pytest.raises(TableError, match=r"a\.jsonl: the table has no rows"):
        read_table(tmp_path / "a.jsonl")


@pytest.mark.parametrize(
    "columns", ['{"a": [1, 2], "y": [3, 4]}', '{"a": {"0": 1, "1": 2}, "y": {"0": 3, "1": 4}}']
)
def test_whole_columns_are_refused_in_words(columns):
    with pytest.raises(TableError, match=r"a\.jsonl: line 1 holds whole columns, but .* rows"):
        frame(columns)
