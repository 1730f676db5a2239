import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

CLASSES = ["Adelie", "Chinstrap", "Gentoo"]


@pytest.mark.parametrize("suffix", [".csv", ".tsv", ".parquet"])
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


def test_unseen_categories_are_told(
    call: Callable[..., Any], trained: Path, tmp_path: Path, penguins: Path
):
    strange = tmp_path / "strange.csv"
    strange.write_text(penguins.read_text().replace("Torgersen", "Atlantis"))
    said = call("predict", trained, strange, "--out", tmp_path / "x.csv")
    assert said.status == 0
    assert "island: 52 rows have categories that training did not see" in said.err


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


def test_a_failure_while_writing_leaves_no_part_of_a_file(
    call: Callable[..., Any], trained: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    def write(_frame: pl.DataFrame, file: io.BufferedWriter, **_options: object) -> None:
        file.write(b"half a ta")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(pl.DataFrame, "write_csv", write)
    said = call("predict", trained, "penguins", "--out", tmp_path / "x.csv")
    assert said.status == 2
    assert "No space left on device" in said.err
    assert not any(tmp_path.iterdir())


def read(file: Path) -> pl.DataFrame:
    """A table of predictions."""
    if file.suffix == ".parquet":
        return pl.read_parquet(file)
    return pl.read_csv(file, separator="\t" if file.suffix == ".tsv" else ",")
