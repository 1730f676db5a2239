"""The recipe's fields as options, and the recipe that they spell."""

import inspect
import json
from pathlib import Path

import pytest

from descenso.cli import help as help_page
from descenso.cli.options.recipe import read_recipe, validation_table
from descenso.cli.train import train
from descenso.errors import RecipeError
from descenso.recipe import AUTO, FIELD_NAMES, GROUPS, Recipe


def test_every_field_of_the_recipe_stands_in_a_group_of_the_help():
    assert set(GROUPS.values()) < set(help_page.GROUPS)


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


def test_only_a_file_is_a_table_to_validate_on():
    assert validation_table(Recipe(validation="others.csv")) == "others.csv"
    assert validation_table(Recipe(validation=0.25)) is None
    assert validation_table(Recipe()) is None
