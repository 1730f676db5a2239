import io
import json
import os
import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

CLASSES = ["Adelie", "Chinstrap", "Gentoo"]


@pytest.mark.parametrize("suffix", [".csv", ".tsv", ".jsonl", ".parquet", ".arrow"])
def test_predictions_stand_in_the_order_of_the_table(
    call: Callable[..., Any], trained: Path, tmp_path: Path, penguins: Path, suffix: str
):
    out = tmp_path / f"predictions{suffix}"
    said = call("predict", trained, "penguins", "--out", out, "--keep", "year,island")
    assert said.status == 0
    found = read(out)
    table = pl.read_csv(penguins, null_values=["", "NA"])
    assert found["year"].to_list() == table["year"].to_list()
    assert found["island"].to_list() == table["island"].to_list()
    # The training reached an accuracy above 0.9; rows in another order would not.
    assert (found["prediction"] == table["species"]).mean() > 0.9  # pyright: ignore[reportOptionalOperand, reportOperatorIssue]


def test_the_prediction_is_the_class_of_the_greatest_probability(
    call: Callable[..., Any], trained: Path
):
    said = call("predict", trained, "penguins", "--out", "-")
    found = pl.read_csv(io.StringIO(said.out))
    probable = found.select(f"probability_{each}" for each in CLASSES).to_numpy()
    np.testing.assert_allclose(probable.sum(axis=1), 1, atol=1e-5)
    assert found["prediction"].to_list() == [CLASSES[k] for k in probable.argmax(axis=1)]


def test_standard_output_holds_nothing_but_the_table(call: Callable[..., Any], trained: Path):
    said = call("predict", trained, "penguins", "--out", "-")
    assert pl.read_csv(io.StringIO(said.out)).height == 344


def test_standard_output_holds_the_bytes_that_a_file_would(
    trained: Path, tmp_path: Path, penguins: Path
):
    table, out = tmp_path / "table.csv", tmp_path / "out.csv"
    pl.read_csv(penguins).with_columns(pl.lit("αβγ").alias("ώρα")).write_csv(table)
    words = [sys.executable, "-m", "descenso", "predict", str(trained), str(table), "--keep", "ώρα"]
    latin = os.environ | {"PYTHONIOENCODING": "latin-1"}
    shown = subprocess.check_output([*words, "--out", "-", "--quiet"], env=latin)
    subprocess.run([*words, "--out", str(out), "--quiet"], check=True)
    assert shown == out.read_bytes()


def test_unseen_categories_are_reported(
    call: Callable[..., Any], trained: Path, tmp_path: Path, penguins: Path
):
    strange = tmp_path / "strange.csv"
    strange.write_text(penguins.read_text().replace("Torgersen", "Atlantis"))
    said = call("predict", trained, strange, "--out", tmp_path / "x.csv")
    assert said.status == 0
    assert "island: 52 rows have categories that are rare or new" in said.err


def test_json_says_what_was_written(call: Callable[..., Any], trained: Path, tmp_path: Path):
    out = tmp_path / "x.csv"
    said = call("predict", trained, "penguins", "--out", out, "--json")
    assert json.loads(said.out) == {"run": str(trained), "rows": 344, "out": str(out)}


def test_a_table_that_is_refused_leaves_the_file_as_it_was(
    call: Callable[..., Any], trained: Path, tmp_path: Path
):
    out, table = tmp_path / "x.csv", tmp_path / "table.csv"
    out.write_text("before")
    table.write_text("year\n2007\n")
    said = call("predict", trained, table, "--out", out)
    assert said.status == 2
    assert out.read_text() == "before"


def test_the_table_itself_is_never_written_over(
    call: Callable[..., Any], trained: Path, tmp_path: Path, penguins: Path
):
    table, link = tmp_path / "table.csv", tmp_path / "link.csv"
    table.write_bytes(penguins.read_bytes())
    link.symlink_to(table)
    for place, out in ((table, table), (tmp_path / "t*.csv", table), (table, link)):
        said = call("predict", trained, place, "--out", out)
        assert said.status == 2
        assert f"--out is {str(out)!r}, which is the table itself. Choose another file." in said.err
    assert table.read_bytes() == penguins.read_bytes()


@pytest.mark.parametrize("suffix", [".csv", ".jsonl", ".parquet", ".arrow"])
def test_a_disk_that_is_full_leaves_no_part_of_a_file(
    call: Callable[..., Any], trained: Path, tmp_path: Path, suffix: str
):
    # A limit on the size of files meets the writer as a full disk does.
    usual = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, usual[1]))
    try:
        said = call("predict", trained, "penguins", "--out", tmp_path / f"x{suffix}")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, usual)
    assert said.status == 1
    assert said.err == (
        f"descenso: {tmp_path}/x{suffix}: there is no space left to write it (File too large). "
        "Make room, or choose a folder on another disk.\n"
    )
    assert not any(tmp_path.iterdir())


def test_a_folder_that_cannot_be_written_to_is_reported_before_the_table_is_read(
    call: Callable[..., Any], trained: Path, tmp_path: Path
):
    table = tmp_path / "table.csv"
    table.write_text("year\n2007\n")
    said = call("predict", trained, table, "--out", "/proc/x.csv")
    assert (said.status, said.err.count("\n")) == (2, 1)
    assert said.err.startswith("descenso: /proc/x.csv: the file cannot be written (")


def test_the_table_is_read_as_the_options_say(
    call: Callable[..., Any], trained: Path, tmp_path: Path, penguins: Path
):
    table, out = tmp_path / "table.csv", tmp_path / "out.csv"
    call("predict", trained, "penguins", "--out", out)
    expected = out.read_bytes()
    table.write_text(penguins.read_text().replace(",", "|").replace(".", ","))
    words = ["predict", trained, table, "--out", out, "--separator", "|", "--decimal", ","]
    assert call(*words).status == 0
    assert out.read_bytes() == expected


def test_text_is_kept_as_it_is_written_in_text_and_as_what_it_spells_elsewhere(
    call: Callable[..., Any], trained: Path, tmp_path: Path, penguins: Path
):
    rows = penguins.read_text().splitlines()
    table = tmp_path / "table.csv"
    table.write_text(
        "\n".join([f"code,size,{rows[0]}", f"007,1.50,{rows[1]}", f"012,2,{rows[2]}"]) + "\n"
    )
    csv, parquet = tmp_path / "out.csv", tmp_path / "out.parquet"
    for out in (csv, parquet):
        assert call("predict", trained, table, "--out", out, "--keep", "code,size").status == 0
    assert [line.split(",")[:2] for line in csv.read_text().splitlines()] == [
        ["code", "size"],
        ["007", "1.50"],
        ["012", "2"],
    ]
    assert pl.read_parquet(parquet).select("code", "size").to_dict(as_series=False) == {
        "code": ["007", "012"],
        "size": [1.5, 2.0],
    }


def read(file: Path) -> pl.DataFrame:
    """A table of predictions."""
    if file.suffix == ".parquet":
        return pl.read_parquet(file)
    if file.suffix == ".arrow":
        return pl.read_ipc(file)
    if file.suffix == ".jsonl":
        return pl.read_ndjson(file)
    return pl.read_csv(file, separator="\t" if file.suffix == ".tsv" else ",")
