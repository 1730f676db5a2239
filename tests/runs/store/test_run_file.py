"""run.json and preprocessing.json: readable, validated, and refused when they do not fit."""

import json
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from descenso.data.columns.kinds import infer_columns
from descenso.data.encoding.encoder import Encoder
from descenso.data.encoding.target import fit_target
from descenso.data.table import Table
from descenso.errors import RunError
from descenso.runs.store.run_file import (
    RUN,
    VERSION,
    Preprocessing,
    RunFile,
    SplitRows,
    read_preprocessing,
    read_run,
    write_preprocessing,
    write_run,
)


def test_a_run_is_read_as_it_was_written(tmp_path: Path, run: RunFile):
    write_run(tmp_path, run)
    assert read_run(tmp_path) == run


@given(
    classes=st.none()
    | st.lists(st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False))
    | st.lists(st.text()),
    rows=st.lists(st.integers(0)),
    values=st.dictionaries(st.text(), st.none() | st.text() | st.floats(0, 1) | st.integers()),
)
def test_any_classes_rows_and_words_come_back_with_their_types(run, classes, rows, values):
    split = SplitRows(validation=rows, test=[], left_out=[])
    data = run.data.model_copy(update={"split": split})
    written = run.model_copy(update={"classes": classes, "environment": values, "data": data})
    with TemporaryDirectory() as folder:
        write_run(Path(folder), written)
        read = read_run(Path(folder))
    assert read == written
    assert list(map(type, read.classes or [])) == list(map(type, classes or []))


def test_equal_runs_make_equal_bytes_and_fields_stand_as_declared(tmp_path: Path, run: RunFile):
    write_run(tmp_path, run)
    first = (tmp_path / RUN).read_bytes()
    write_run(tmp_path, read_run(tmp_path))
    assert (tmp_path / RUN).read_bytes() == first
    assert list(json.loads(first)) == list(RunFile.model_fields)


def test_a_person_can_read_it(tmp_path: Path, run: RunFile):
    write_run(tmp_path, run)
    lines = (tmp_path / RUN).read_text(encoding="utf-8").splitlines()
    assert '  "classes": ["Adélie", "Chinstrap", "Gentoo"],' in lines
    assert '    "learning_rate": 0.1,' in lines
    assert '      "validation": [1, 4],' in lines


def test_a_million_row_numbers_take_one_line_and_little_time(tmp_path: Path, run: RunFile):
    assert run.data
    split = SplitRows(validation=list(range(1_000_000)), test=[], left_out=[])
    data = run.data.model_copy(update={"split": split})
    began = time.perf_counter()
    write_run(tmp_path, run.model_copy(update={"data": data}))
    assert read_run(tmp_path).data == data
    # It takes a quarter of a second; a machine under load may need ten times as long.
    assert time.perf_counter() - began < 5
    assert len((tmp_path / RUN).read_text(encoding="utf-8").splitlines()) < 200


def test_a_result_that_is_not_finite_is_stored_as_null(tmp_path: Path, run: RunFile):
    assert run.result is not None
    metrics = {"train": {"loss": float("nan"), "skill": 0.5}}
    result = run.result.model_copy(update={"metrics": metrics})
    write_run(tmp_path, run.model_copy(update={"result": result}))
    stored = read_run(tmp_path).result
    assert stored is not None and stored.metrics == {"train": {"loss": None, "skill": 0.5}}


def test_a_folder_without_a_run_is_reported(tmp_path: Path):
    with pytest.raises(RunError, match=r"this is not a run: there is no run\.json in it"):
        read_run(tmp_path)


def test_a_file_cut_at_any_byte_is_refused_by_name(tmp_path: Path, run: RunFile):
    write_run(tmp_path, run)
    whole = (tmp_path / RUN).read_bytes()
    for size in range(len(whole) - 1):  # the last byte is the end of the line
        (tmp_path / RUN).write_bytes(whole[:size])
        with pytest.raises(RunError, match=r"run\.json: the file is damaged"):
            read_run(tmp_path)


@given(st.binary() | st.text().map(str.encode) | st.just(b"[" * 100_000))
def test_random_content_is_refused(content):
    with TemporaryDirectory() as folder:
        (Path(folder) / RUN).write_bytes(content)
        with pytest.raises(RunError, match="damaged"):
            read_run(Path(folder))


@pytest.mark.parametrize("field", RunFile.model_fields)
def test_a_missing_field_is_named(tmp_path: Path, run: RunFile, field: str):
    values = as_json(run)
    del values[field]
    with pytest.raises(RunError, match=rf"run\.json: .*damaged.*\({field}: Field required\)"):
        read_json(tmp_path, values)


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("status", "asleep", "status"),
        ("parameters", "390", "parameters"),
        ("parameters", 390.5, "parameters"),
        ("recipe", {"learning_rate": "fast"}, "recipe: .*learning_rate is 'fast'"),
        ("recipe", {"lerning_rate": 0.1}, "recipe: .*did you mean 'learning_rate'"),
        ("rows", {"train": 1, "validation": 2}, r"rows\.test"),
        ("data", {"paths": []}, r"data\.bundled"),
        ("classes", {"a": 1}, "classes"),
        ("nonsense", 1, "nonsense"),
    ],
)
def test_a_field_that_does_not_fit_is_named(tmp_path: Path, run: RunFile, field, value, message):
    with pytest.raises(RunError, match=rf"run\.json: .*damaged.*\({message}"):
        read_json(tmp_path, as_json(run) | {field: value})


def test_a_newer_format_is_reported_even_where_it_has_other_fields(tmp_path: Path, run: RunFile):
    message = rf"a newer descenso wrote this \(format {VERSION + 1}; .* up to {VERSION}\)"
    with pytest.raises(RunError, match=message):
        read_json(tmp_path, as_json(run) | {"version": VERSION + 1, "future": True})


@pytest.mark.parametrize("version", [0, -1, True, None, "1"])
def test_a_version_that_never_was_is_refused(tmp_path: Path, run: RunFile, version):
    with pytest.raises(RunError, match=r"damaged.*\(version"):
        read_json(tmp_path, as_json(run) | {"version": version})


def test_preprocessing_is_read_as_it_was_written(tmp_path: Path):
    written = preprocessing()
    write_preprocessing(tmp_path, written)
    assert read_preprocessing(tmp_path) == written


def test_damaged_preprocessing_is_refused_by_name(tmp_path: Path):
    write_preprocessing(tmp_path, preprocessing())
    file = tmp_path / "model/preprocessing.json"
    values = json.loads(file.read_text(encoding="utf-8"))
    values["encoder"]["features"][0]["nonsense"] = 1
    file.write_text(json.dumps(values), encoding="utf-8")
    with pytest.raises(RunError, match=r"preprocessing\.json: .*damaged.*\(encoder\.features\.0"):
        read_preprocessing(tmp_path)


def as_json(run: RunFile) -> dict:
    return run.model_dump(mode="json")


def read_json(folder: Path, values: dict) -> RunFile:
    (folder / RUN).write_text(json.dumps(values), encoding="utf-8")
    return read_run(folder)


def preprocessing() -> Preprocessing:
    """Of a table with a number, a category, a boolean and a date."""
    frame = pl.DataFrame(
        {
            "age": [31.5, None, 40.25, 1e-9],
            "island": ["Dream", "Biscoe", "Ñandú", None],
            "tagged": [True, False, True, True],
            "seen": pl.Series(["2024-01-05", "2024-02-29", None, "2025-12-31"]).str.to_date(),
            "weight": [3750.0, 3800.5, 3250.0, 3450.1],
        }
    )
    rows = np.arange(4)
    table = Table(frame)
    columns = infer_columns(table, "weight", rows=rows, preset="lecture")
    return Preprocessing(
        version=VERSION,
        encoder=Encoder.fit(table, columns, rows, scale="robust", embed=True),
        target=fit_target(table.column("weight"), "regression", rows, scale=True),
    )
