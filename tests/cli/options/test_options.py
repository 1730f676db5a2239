import inspect
import json
from collections import Counter
from itertools import chain
from pathlib import Path

import pytest

from descenso.cli.help import GROUPS
from descenso.cli.options.parsing import check_table, checked, names, pairs
from descenso.cli.options.recipe import FIELDS_BY_GROUP, read_recipe
from descenso.cli.train import train
from descenso.errors import InputError, RecipeError, TableError
from descenso.fields import Integer, Number
from descenso.recipe import AUTO, FIELD_NAMES, Recipe


def test_every_field_of_the_recipe_stands_in_one_group():
    assert Counter(chain.from_iterable(FIELDS_BY_GROUP.values())) == Counter(FIELD_NAMES)
    assert set(FIELDS_BY_GROUP) < set(GROUPS)


def test_train_takes_every_field_of_the_recipe():
    assert set(FIELD_NAMES) < set(inspect.signature(train).parameters)


def test_options_that_were_not_given_stay_auto():
    recipe = read_recipe(None, {"epochs": "7", "learning_rate": None})
    assert recipe.epochs == 7
    assert recipe.learning_rate == AUTO


def test_named_options_override_the_file(tmp_path: Path):
    file = tmp_path / "recipe.json"
    file.write_text(json.dumps({"epochs": 5, "hidden_layers": None, "learning_rate": 0.5}))
    recipe = read_recipe(file, {"epochs": "7", "optimizer": "sgd"})
    wanted = {"epochs": 7, "hidden_layers": None, "learning_rate": 0.5, "optimizer": "sgd"}
    assert recipe == Recipe.from_dict(wanted)


def test_none_and_auto_override_the_file_too(tmp_path: Path):
    file = tmp_path / "recipe.json"
    file.write_text(json.dumps({"hidden_layers": [8], "patience": 3}))
    recipe = read_recipe(file, {"hidden_layers": "none", "patience": "auto"})
    assert (recipe.hidden_layers, recipe.patience) == (None, AUTO)


def test_a_run_json_serves_as_a_recipe(trained: Path):
    recipe = read_recipe(trained / "run.json", {})
    assert (recipe.epochs, recipe.loss) == (3, "cce")


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("{", "not a JSON file"),
        ("[1]", "a JSON object"),
        ('{"recipe": 3}', "a JSON object"),
        ('{"epoch": 3}', "no field 'epoch'"),
        ('{"epochs": -1}', "epochs is -1"),
        (b"\xff", "not a JSON file"),
        ("[" * 100_000, "not a JSON file"),
        ('{"learning_rate": null}', "learning_rate is none; allowed"),
        ('{"epochs": true}', "epochs is true; allowed"),
    ],
)
def test_a_file_that_is_no_recipe_is_refused_by_name(
    tmp_path: Path, content: str | bytes, complaint: str
):
    file = tmp_path / "recipe.json"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(RecipeError, match=complaint) as error:
        read_recipe(file, {})
    assert str(file) in str(error.value)


def test_a_mark_of_the_encoding_before_a_recipe_is_no_part_of_it(tmp_path: Path):
    file = tmp_path / "recipe.json"
    file.write_text('{"epochs": 5}', encoding="utf-8-sig")
    assert read_recipe(file, {}).epochs == 5


def test_a_missing_recipe_is_refused_by_name(tmp_path: Path):
    with pytest.raises(RecipeError, match=r"missing\.json"):
        read_recipe(tmp_path / "missing.json", {})


def test_an_option_says_what_it_may_hold():
    assert checked("test", Number(below=1.0), "0.25") == 0.25
    assert checked("seeds", Integer(low=1), "5") == 5
    with pytest.raises(InputError, match="--test is '1'; allowed: a number from 0 to below 1"):
        checked("test", Number(below=1.0), "1")
    with pytest.raises(InputError, match="--seeds is 'two'"):
        checked("seeds", Integer(low=1), "two")


def test_pairs_are_split_at_the_last_equals_sign():
    assert pairs("column", ["age=category", "a=b=number"]) == {"age": "category", "a=b": "number"}


@pytest.mark.parametrize("text", ["age", "=number", ""])
def test_a_pair_without_a_name_or_a_sign_is_refused(text: str):
    with pytest.raises(InputError, match="NAME=KIND"):
        pairs("column", [text])


def test_names_are_split_at_commas_outside_quotes():
    assert names(["a,b", "c", '"d,e", f']) == ["a", "b", "c", "d,e", "f"]


def test_a_table_that_is_not_there_is_refused_with_the_nearest(tmp_path: Path):
    (tmp_path / "houses.csv").touch()
    check_table(str(tmp_path / "houses.csv"))
    check_table("penguins")
    with pytest.raises(TableError, match=r"Did you mean 'houses.csv'\?"):
        check_table(str(tmp_path / "house.csv"))
    for name in ("b.py", "b.csv.gz", "a.parquet", "a.html", "notes.out", ".hidden.csv"):
        (tmp_path / name).touch()
    with pytest.raises(TableError, match=r"'penguins', 'a.parquet', 'b.csv.gz', 'houses.csv'\.$"):
        check_table(str(tmp_path / "xyz"))
    with pytest.raises(TableError, match=r"Did you mean 'penguins'\?"):
        check_table("pinguins")
