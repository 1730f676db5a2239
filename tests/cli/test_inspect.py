import json
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import descenso


def test_a_table_is_shown_with_its_target_and_what_to_try_next(call: Callable[..., Any]):
    said = call("inspect", "penguins", "--target", "species")
    assert (said.status, said.err) == (0, "")
    assert said.out.startswith("penguins: 344 rows, 8 columns\n")
    assert "Adelie         152   44%" in said.out
    assert "bill_length_mm" in said.out
    assert said.out.endswith("  descenso train penguins --target species\n")


def test_the_training_to_try_next_has_all_options_of_the_inspection(
    call: Callable[..., Any], tmp_path: Path
):
    table = tmp_path / "my table.csv"
    table.write_text("a;b;y\n" + "1,5;x;1,5\n2,5;z;2,25\n3,5;x;3,75\n" * 20)
    words = [
        "--test",
        "0.2",
        "--column",
        "a=number",
        "--column",
        "b=category",
        "--separator",
        ";",
        "--decimal",
        ",",
    ]
    said = call("inspect", table, *words, "--target=y")
    offered = shlex.split(said.out.splitlines()[-1])
    assert offered == ["descenso", "train", str(table), "--target", "y", *words]
    assert call(*offered[1:], "--epochs", "1", "--runs", tmp_path / "runs").status == 0


def test_without_a_target_the_columns_are_shown(call: Callable[..., Any]):
    said = call("inspect", "penguins")
    assert said.status == 0
    assert "species" in said.out
    assert "Name the column to predict with --target" in said.out


def test_json_is_one_object_what_python_gives(call: Callable[..., Any]):
    said = call("inspect", "penguins", "--target", "species", "--test", "0.2", "--json")
    found = json.loads(said.out, parse_constant=pytest.fail)
    assert found == descenso.inspect("penguins", "species", test=0.2).to_dict()
    assert said.err == ""


def test_the_options_of_a_training_are_followed(call: Callable[..., Any], tmp_path: Path):
    table = tmp_path / "shop one.csv"
    rows = [f"{i // 4};{i * 0.5:.1f};{'yn'[i % 2]};{i % 3}".replace(".", ",") for i in range(40)]
    table.write_text("visit;price;bought;w\n" + "\n".join(rows) + "\n")
    words = ["--separator", ";", "--decimal", ",", "--split-by", "visit", "--weights", "w"]
    said = call("inspect", table, "--target", "bought", *words, "--column", "price=category")
    assert said.status == 0
    text = " ".join(said.out.split())
    assert "Rows with the same visit stay together" in text
    assert "weights the rows" in text
    assert "price category" in text
    assert f"descenso train '{table}' --target bought" in said.out


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["nowhere.csv"], "nowhere.csv: there is no such file"),
        (["penguins", "--target", "specis"], "Did you mean 'species'?"),
        (["penguins", "--test", "2"], "--test is '2'; allowed"),
        (["penguins", "--task", "guess"], "task is 'guess'; allowed"),
        (["penguins", "--split-by", "sex", "--split-time", "year"], "cannot be combined"),
        (["penguins", "--epochs", "3"], "There is no option --epochs"),
    ],
)
def test_a_wrong_wish_is_answered_in_one_line(call: Callable[..., Any], words, message):
    said = call("inspect", *words)
    assert said.status == 2
    assert said.out == ""
    assert message in said.err
    assert said.err.count("\n") == 1


def test_what_training_would_refuse_is_reported_and_no_failure(
    call: Callable[..., Any], tmp_path: Path
):
    (tmp_path / "one.csv").write_text("x,y\n" + "1,a\n" * 30)
    said = call("inspect", tmp_path / "one.csv", "--target", "y")
    assert said.status == 0
    assert "error" in said.out
    assert "is 'a' in all training rows" in " ".join(said.out.split())
    assert "To try next" not in said.out
