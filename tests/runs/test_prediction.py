"""A table in parts has the predictions of the whole table, and needs no more memory for more rows.

Parts are made small here, so that a small table has many.
"""

import gzip
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl
import pytest

import descenso
from descenso import Run
from descenso.cli import main

ROWS = 5000
RANDOM = np.random.default_rng(0)
TABLE = pl.DataFrame(
    {
        "key": pl.Series(range(ROWS)),
        # Blank in the first third, whole numbers in the second, decimals in the last.
        "drifting": [None] * 1700 + [str(i) for i in range(1700)] + ["0.5"] * 1600,
        "word": RANDOM.choice(["a", "b", "c"], ROWS),
        # True and false in the beginning, words below.
        "flag": ["true", "false"] * 1500 + ["maybe"] * 2000,
        "x": RANDOM.normal(size=ROWS).round(4),
        "day": pl.Series(RANDOM.integers(0, 9999, ROWS)).cast(pl.Date),
    }
).with_columns(y=pl.col("x") * 2 + (pl.col("word") == "a"))
KEPT = ["drifting", "flag", "key"]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A short training on the table, which learns from each kind of column."""
    return descenso.train(
        TABLE,
        "y",
        epochs=1,
        hidden_layers=(8,),
        columns={"drifting": "number", "flag": "category", "key": "number"},
        run_dir=tmp_path_factory.mktemp("predicting") / "run",
    )


@pytest.fixture
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("descenso.data.io.blocks.BLOCK_BYTES", 1 << 14)
    monkeypatch.setattr("descenso.data.io.text.CHUNK_BYTES", 1 << 12)
    monkeypatch.setattr("descenso.runs.prediction.NUMBERS_OF_A_PART", 1)
    monkeypatch.setattr("descenso.runs.prediction.BLOCK", 1000)


def as_csv(path: Path) -> None:
    TABLE.write_csv(path)


def as_tsv(path: Path) -> None:
    TABLE.write_csv(path, separator="\t")


def as_gzip(path: Path) -> None:
    path.write_bytes(gzip.compress(TABLE.write_csv().encode()))


def as_stream(path: Path) -> None:
    TABLE.write_ipc_stream(path)


WAYS: dict[str, Callable[[Path], None]] = {
    "table.csv": as_csv,
    "table.tsv": as_tsv,
    "table.csv.gz": as_gzip,
    "table.jsonl": TABLE.write_ndjson,
    "table.parquet": lambda path: TABLE.write_parquet(path, row_group_size=700),
    "table.arrow": lambda path: TABLE.write_ipc(path, record_batch_size=700),
    "table.ipc": as_stream,
}


@pytest.mark.parametrize("name", WAYS)
def test_the_parts_of_a_file_have_the_predictions_of_the_whole(
    run: Run, tmp_path: Path, name: str, request: pytest.FixtureRequest
):
    WAYS[name](tmp_path / name)
    expected = run.predict(TABLE)
    whole, _ = run.predictions(tmp_path / name, keep=KEPT)
    request.getfixturevalue("small_parts")
    parts = list(run.predict_parts(tmp_path / name, keep=KEPT))
    assert len(parts) > 3
    joined = pl.concat(parts)
    assert joined.equals(whole)
    assert joined["prediction"].to_numpy().tobytes() == expected.tobytes()
    assert joined["key"].to_list() == list(range(ROWS))
    if name.removesuffix(".gz").endswith(("csv", "tsv", "jsonl")):
        # What all the values of a text spell, though single parts spell something else.
        assert joined["drifting"].dtype == pl.Float64
        assert joined["flag"].dtype == pl.String
        assert joined["flag"].to_list() == TABLE["flag"].to_list()


@pytest.mark.usefixtures("small_parts")
def test_the_parts_of_a_table_in_memory_are_views_with_the_same_predictions(run: Run):
    parts = list(run.predict_parts(TABLE, keep=["key"]))
    assert [part.height for part in parts] == [1000] * 5
    assert pl.concat(parts)["prediction"].to_numpy().tobytes() == run.predict(TABLE).tobytes()


@pytest.mark.parametrize("suffix", ["csv", "tsv", "jsonl", "parquet", "arrow"])
def test_files_are_the_same_however_they_were_cut(
    run: Run, tmp_path: Path, suffix: str, request: pytest.FixtureRequest
):
    as_csv(tmp_path / "table.csv")
    words = ["predict", str(run.path), str(tmp_path / "table.csv"), "--keep", ",".join(KEPT)]
    whole, cut = tmp_path / f"whole.{suffix}", tmp_path / f"cut.{suffix}"
    assert main([*words, "--out", str(whole)]) == 0
    request.getfixturevalue("small_parts")
    assert main([*words, "--out", str(cut)]) == 0
    if suffix == "arrow":
        # Its batches are those that it was given.
        assert pl.read_ipc(cut).equals(pl.read_ipc(whole))
    else:
        assert cut.read_bytes() == whole.read_bytes()


@pytest.mark.usefixtures("small_parts")
def test_an_error_names_the_row_as_it_stands_in_its_file(run: Run, tmp_path: Path):
    lines = TABLE.write_csv().splitlines()
    (tmp_path / "1.csv").write_text("\n".join(lines) + "\n")
    cells = lines[3456].split(",")
    lines[3456] = ",".join([cells[0], "oops", *cells[2:]])
    (tmp_path / "2.csv").write_text("\n".join(lines) + "\n")
    with pytest.raises(
        descenso.TableError, match=r"^2\.csv: column 'drifting', row 3456: 'oops' is not a number"
    ):
        run.predict(str(tmp_path / "*.csv"))


@pytest.mark.usefixtures("small_parts")
def test_files_of_other_types_become_one_table(run: Run, tmp_path: Path):
    TABLE.write_parquet(tmp_path / "1.parquet")
    TABLE.with_columns(pl.col("key") + 0.5).write_parquet(tmp_path / "2.parquet")
    found = pl.concat(list(run.predict_parts(tmp_path / "*.parquet", keep=["key"])))
    assert found["key"].dtype == pl.Float64
    assert found["key"].to_list() == [*range(ROWS), *(i + 0.5 for i in range(ROWS))]


def test_categories_that_are_new_are_counted_over_all_parts(
    run: Run, tmp_path: Path, request: pytest.FixtureRequest
):
    TABLE.with_columns(word=pl.lit("new")).write_csv(tmp_path / "table.csv")
    request.getfixturevalue("small_parts")
    found = run.predict_parts(tmp_path / "table.csv")
    assert sum(part.height for part in found) == found.rows == ROWS
    assert found.notes == [
        "word: 5000 rows have categories that are rare or new; they are treated as unknown."
    ]


def test_standard_input_beyond_what_memory_keeps_is_laid_down_and_gone_afterwards(
    run: Run, tmp_path: Path
):
    program = (
        "import descenso.data.io.files as f, sys; f.MOST_BYTES_KEPT = 1000;"
        "from descenso.cli import main; sys.exit(main())"
    )
    words = ["predict", str(run.path), "-", "--out", "-", "--quiet"]
    said = subprocess.run(
        [sys.executable, "-c", program, *words],
        input=TABLE.write_csv().encode(),
        capture_output=True,
        env=os.environ | {"TMPDIR": str(tmp_path)},
        check=True,
    )
    found = pl.read_csv(said.stdout)["prediction"].to_numpy()
    np.testing.assert_array_equal(found, run.predict(TABLE))
    assert not any(tmp_path.iterdir())


def test_memory_does_not_grow_with_the_file(run: Run, tmp_path: Path):
    small, big = tmp_path / "small.csv", tmp_path / "big.csv"
    TABLE.write_csv(small)
    # 150 MB in few rows, so that it is quickly done.
    wide = TABLE.with_columns(text=pl.lit("some text " * 300))
    with big.open("wb") as file:
        for index in range(10):
            wide.write_csv(file, include_header=index == 0)
    assert big.stat().st_size > 1.5e8
    peaks = {table: peak_bytes(run, table, tmp_path / "out.parquet") for table in (small, big)}
    # Read whole, it would take 150 MB at the very least.
    assert peaks[big] - peaks[small] < 1e8


def peak_bytes(run: Run, table: Path, out: Path) -> int:
    """The largest resident memory of a process that predicts."""
    words = ["predict", str(run.path), str(table), "--out", str(out), "--quiet"]
    process = subprocess.Popen([sys.executable, "-m", "descenso", *words])
    _process, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0
    return usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024)


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_ctrl_c_leaves_nothing_and_what_a_killed_process_leaves_is_overwritten(
    run: Run, tmp_path: Path, suffix: str
):
    table, out = tmp_path / "table.csv", tmp_path / f"out.{suffix}"
    with table.open("wb") as file:
        for index in range(60):
            TABLE.write_csv(file, include_header=index == 0)
    # Parts as small as can be, of which the tenth never ends.
    program = (
        "import itertools, time, descenso.runs.prediction as prediction\n"
        "prediction.NUMBERS_OF_A_PART, parts = 1, itertools.count(1)\n"
        "predict = prediction.inference.predict\n"
        "def slow(*of):\n"
        "    if next(parts) == 10:\n"
        "        print('the tenth', flush=True)\n"
        "        time.sleep(600)\n"
        "    return predict(*of)\n"
        "prediction.inference.predict = slow\n"
        "from descenso.cli import command; command()"
    )
    words = ["predict", str(run.path), str(table), "--out", str(out), "--quiet"]
    unfinished = out.with_name(f".{out.name}.unfinished")
    for number, status in ((signal.SIGINT, 130), (signal.SIGKILL, -signal.SIGKILL)):
        process = subprocess.Popen(
            [sys.executable, "-c", program, *words],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert process.stdout is not None
        assert process.stdout.readline() == "the tenth\n"
        process.send_signal(number)
        _out, err = process.communicate(timeout=60)
        assert process.returncode == status
        assert not out.exists()
        if number == signal.SIGINT:
            assert err == "descenso: interrupted.\n"
            assert list(tmp_path.iterdir()) == [table]
    assert unfinished.exists()
    assert main([*words[:2], str(table), *words[3:]]) == 0
    assert sorted(tmp_path.iterdir()) == sorted([table, out])
