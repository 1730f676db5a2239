"""Hostile input: each has a right result, or one clear line and status 2."""

import gzip
import json
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

import descenso

RANDOM = np.random.default_rng(0)
HEADER = "a,b,y\n"
ROWS = [f"{i},{i % 7},{'pq'[i % 2]}\n" for i in range(60)]
GOOD = HEADER + "".join(ROWS)
SMALL = ["--epochs", "1", "--hidden-layers", "4", "--quiet"]
COMMANDS = ("inspect", "train", "evaluate", "predict")

# A file, what of the commands refuse it, and what they say then. Those that are not named succeed.
REFUSED: dict[str, tuple[str, str | bytes, tuple[str, ...], str]] = {
    "duplicate column names": (
        "table.csv",
        GOOD.replace("a,b,y", "a,a,y"),
        COMMANDS,
        "table.csv: the column name 'a' appears more than once in the header. Rename one.",
    ),
    "a missing target": (
        "table.csv",
        GOOD.replace("a,b,y", "a,b,Y"),
        ("inspect", "train", "evaluate"),
        "table.csv: there is no column 'y'. Did you mean 'Y'?",
    ),
    "an empty file": ("table.csv", "", COMMANDS, "table.csv: the file is empty."),
    "only a header": (
        "table.csv",
        HEADER,
        COMMANDS,
        "table.csv: there is a header, but no row of data below it.",
    ),
    "a row that is too short": (
        "table.csv",
        GOOD + "1,2\n",
        COMMANDS,
        "table.csv: row 61 (line 62) has 2 fields, but the header names 3 columns.",
    ),
    "a row that is too long": (
        "table.csv",
        GOOD.replace("7,0,q", "7,0,q,5"),
        COMMANDS,
        "table.csv: row 8 (line 9) has 4 fields, but the header names 3 columns.",
    ),
    "a line above the names": (
        "table.csv",
        "# made on Monday\n" + GOOD,
        COMMANDS,
        "table.csv: row 1 (line 2) has 3 fields, but the header, the first line, has one. "
        "Delete the lines above the header.",
    ),
    "files put one below the other": (
        "table.csv",
        GOOD + GOOD,
        COMMANDS,
        "table.csv: row 61 repeats the header",
    ),
    "files put one below the other, with blanks in the names": (
        "table.csv",
        GOOD + GOOD.replace(",", " , ", 2),
        COMMANDS,
        "table.csv: row 61 repeats the header",
    ),
    "a NUL byte": (
        "table.csv",
        GOOD.replace("7,0,q", "7,\0,q"),
        COMMANDS,
        "table.csv: line 9 has a NUL byte, so this is not a text table, or its encoding is ",
    ),
    "a truncated gzip": (
        "table.csv.gz",
        gzip.compress(GOOD.encode())[:-12],
        COMMANDS,
        "table.csv.gz: the compressed file is incomplete",
    ),
    "a text file named .parquet": (
        "table.parquet",
        GOOD,
        COMMANDS,
        "table.parquet: the content is text, but the name is that of Parquet.",
    ),
    "one class only": (
        "table.csv",
        GOOD.replace("q", "p"),
        ("train",),
        "the target 'y' is 'p' in all training rows",
    ),
    "all values missing": (
        "table.csv",
        HEADER + ",,\n" * 60,
        ("train", "evaluate"),
        "table.csv: the target 'y' is missing in every row.",
    ),
    "all features missing": (
        "table.csv",
        HEADER + "".join(f",,{'pq'[i % 2]}\n" for i in range(60)),
        ("train",),
        "table.csv: no column is left to learn 'y' from. a: empty: every value is missing.",
    ),
    "an infinity": (
        "table.csv",
        GOOD.replace("\n7,", "\ninf,"),
        ("train", "evaluate", "predict"),
        "table.csv: column 'a', row 8: the value inf is infinite or too large",
    ),
    "an absurd value": (
        "table.csv",
        GOOD.replace("\n7,", "\n-1e300,"),
        ("train", "evaluate", "predict"),
        "table.csv: column 'a', row 8: the value -1e+300 is infinite or too large",
    ),
}


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run on the good table."""
    folder = tmp_path_factory.mktemp("hostile")
    (folder / "good.csv").write_text(GOOD)
    path = folder / "run"
    descenso.train(
        folder / "good.csv", "y", epochs=1, hidden_layers=(4,), preset="lecture", run_dir=path
    )
    return path


def words_of(command: str, run: Path, table: Path, folder: Path) -> Sequence[object]:
    words: dict[str, Sequence[object]] = {
        "inspect": ["inspect", table, "--target", "y"],
        "train": ["train", table, "--target", "y", *SMALL, "--runs", folder / "runs"],
        "evaluate": ["evaluate", run, table, "--resamples", "0"],
        "predict": ["predict", run, table, "--out", folder / "out.csv"],
    }
    return words[command]


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("case", REFUSED)
def test_the_command_line_answers_in_one_line_and_leaves_nothing(
    call: Callable[..., Any], trained: Path, tmp_path: Path, case: str, command: str
):
    name, content, refusing, message = REFUSED[case]
    table = tmp_path / name
    table.write_bytes(content if isinstance(content, bytes) else content.encode())
    said = call(*words_of(command, trained, table, tmp_path))
    assert "Traceback" not in said.err
    if command in refusing:
        assert (said.status, said.out) == (2, "")
        assert said.err.startswith(f"descenso: {message}")
        assert said.err.count("\n") == 1
        assert list(tmp_path.iterdir()) == [table]
    else:
        assert said.status == 0


@pytest.mark.parametrize("case", REFUSED)
def test_python_raises_the_same_and_leaves_nothing(trained: Path, tmp_path: Path, case: str):
    name, content, refusing, message = REFUSED[case]
    table = tmp_path / name
    table.write_bytes(content if isinstance(content, bytes) else content.encode())
    run = descenso.load(trained)
    calls: Mapping[str, Callable[[], object]] = {
        "inspect": lambda: descenso.inspect(table, "y"),
        "train": lambda: descenso.train(table, "y", epochs=1, runs=tmp_path / "runs"),
        "evaluate": lambda: run.evaluate(table),
        "predict": lambda: run.predict(table),
    }
    for command in refusing:
        with pytest.raises(descenso.InputError) as raised:
            calls[command]()
        assert str(raised.value).startswith(message)
    assert list(tmp_path.iterdir()) == [table]


@pytest.mark.parametrize("command", COMMANDS)
def test_a_folder_is_no_table(
    call: Callable[..., Any], trained: Path, tmp_path: Path, command: str
):
    table = tmp_path / "folder"
    table.mkdir()
    said = call(*words_of(command, trained, table, tmp_path))
    assert (said.status, said.err) == (
        2,
        f"descenso: {table}: this is a folder. Name one of the files in it.\n",
    )


def test_three_rows_make_a_run_that_says_how_few_they_are(call: Callable[..., Any], tmp_path: Path):
    table, run = tmp_path / "table.csv", tmp_path / "run"
    table.write_text(HEADER + "".join(ROWS[:3]))
    said = call("train", table, "--target", "y", *SMALL, "--run-dir", run)
    assert said.status == 0
    assert "1 value of y occurs in one row only; that row is used for training." in said.err
    for words in (["evaluate", run, table], ["predict", run, table, "--out", tmp_path / "o.csv"]):
        assert call(*words).status == 0


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("--learning-rate -1", "learning_rate is -1.0; allowed: a number above 0, range_test."),
        ("--hidden-layers 99999999999", "hidden_layers is [99999999999]; allowed: whole numbers"),
        ("--hidden-layers 0", "hidden_layers is [0]; allowed: whole numbers from 1 to 2147483647"),
        ("--batch-size 0", "batch_size is 0; allowed: a whole number from 1 on, full."),
        ("--epochs -1", "epochs is -1; allowed: a whole number from 0 on."),
        ("--target z", "table.csv: there is no column 'z'. There are 'a', 'b', 'y'."),
    ],
)
def test_an_impossible_recipe_is_reported_and_leaves_nothing(
    call: Callable[..., Any], tmp_path: Path, words: str, message: str
):
    table = tmp_path / "table.csv"
    table.write_text(GOOD)
    train = ["train", table, "--target", "y", *SMALL, "--runs", tmp_path / "runs"]
    said = call(*train, *words.split())
    assert (said.status, said.out) == (2, "")
    assert said.err.startswith(f"descenso: {message}")
    assert list(tmp_path.iterdir()) == [table]


@pytest.mark.parametrize("words", ["--batch-size 100000", "--hidden-layers none"])
def test_a_batch_larger_than_the_data_and_a_network_without_layers_train(
    call: Callable[..., Any], tmp_path: Path, words: str
):
    table = tmp_path / "table.csv"
    table.write_text(GOOD)
    train = ["train", table, "--target", "y", *SMALL, "--run-dir", tmp_path / "run"]
    assert call(*train, *words.split()).status == 0


def long() -> pl.DataFrame:
    rows = 300_000
    columns = {f"x{j}": RANDOM.normal(size=rows).round(2) for j in range(3)}
    return pl.DataFrame(columns | {"y": RANDOM.integers(0, 2, rows)})


def wide() -> pl.DataFrame:
    columns = {f"x{j}": RANDOM.normal(size=100).round(2) for j in range(800)}
    return pl.DataFrame(columns | {"y": RANDOM.integers(0, 2, 100)})


def many_categories() -> pl.DataFrame:
    values = RANDOM.integers(0, 50_000, 100_000)
    return pl.DataFrame({"c": [f"v{i}" for i in values], "x": values % 7, "y": values % 2})


@pytest.mark.parametrize("table", [long, wide, many_categories])
def test_large_tables_take_a_reasonable_time(tmp_path: Path, table: Callable[[], pl.DataFrame]):
    file, run = tmp_path / "table.csv", tmp_path / "run"
    table().write_csv(file)
    small = ["--epochs", "1", "--hidden-layers", "4", "--batch-size", "4096", "--quiet"]
    commands = [
        ["inspect", str(file), "--target", "y", "--json"],
        ["train", str(file), "--target", "y", *small, "--run-dir", str(run)],
        ["evaluate", str(run), str(file), "--resamples", "10", "--json"],
        ["predict", str(run), str(file), "--out", str(tmp_path / "out.parquet")],
    ]
    # In a process of its own, where shapes are not checked in every call.
    program = (
        "import json, sys, time; from descenso.cli import main;"
        "status = [main(words) for words in json.loads(sys.argv[1])];"
        "print(*status, time.process_time(), file=sys.stderr)"
    )
    said = subprocess.run(
        [sys.executable, "-c", program, json.dumps(commands)],
        capture_output=True,
        text=True,
        check=True,
    )
    *statuses, seconds = said.stderr.splitlines()[-1].split()
    assert statuses == ["0"] * 4
    # Of the processor, so that others who use it do not count. What grew with the square of rows,
    # columns or values would take hours.
    assert float(seconds) < 100
