"""Every open field of a recipe is answered, with a reason; what was named stays."""

import json
from itertools import product
from typing import Any

import pytest

from descenso.engine.task import PAIRS
from descenso.errors import RecipeError
from descenso.presets import Facts, resolve, resolve_split
from descenso.recipe import FIELD_NAMES, Recipe

TASKS = ("regression", "binary", "multiclass")
ALL_PAIRS = list(product(TASKS, ("linear", "sigmoid", "softmax"), ("mse", "mae", "bce", "cce")))
RIGHT_PAIRS = [(task, right, loss) for task, (right, losses) in PAIRS.items() for loss in losses]


def answered(inferred: str = "multiclass", rows: int = 300, validated: bool = True, **fields: Any):
    recipe, of_split = resolve_split(Recipe(**fields))
    recipe, reasons = resolve(recipe, Facts(inferred, "as the data says", rows, validated))
    return recipe, of_split | reasons


@pytest.mark.parametrize("validated", [True, False])
@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize("preset", ["tabular", "lecture"])
def test_every_field_is_answered_with_a_reason(preset: str, task: str, validated: bool):
    recipe, reasons = answered(task, validated=validated, preset=preset)
    assert "auto" not in recipe.to_dict().values()
    assert set(reasons) == set(FIELD_NAMES) - {"preset"}
    assert all(reasons.values())


@pytest.mark.parametrize("rows", [1, 999, 10_000, 50_000, 500_000, 10_000_000])
def test_any_number_of_rows_has_an_answer(rows: int):
    recipe, _ = answered(rows=rows)
    assert recipe.batch_size >= 1
    assert recipe.epochs >= 1


NAMED: dict[str, Any] = {
    "hidden_layers": (3,),
    "activation": "tanh",
    "optimizer": "nesterov",
    "learning_rate": 0.3,
    "momentum": 0.5,
    "schedule": "step",
    "batch_size": "full",
    "epochs": 7,
    "shuffle": False,
    "init": "lecun",
    "init_scale": 2.0,
    "scale_features": False,
    "scale_target": False,
    "dropout": 0.25,
    "weight_decay": 0.125,
    "clip_norm": 5.0,
    "class_weight": "balanced",
    "normalization": "layer",
    "patience": 4,
    "validation": 0.5,
    "seed": 9,
}


@pytest.mark.parametrize("preset", ["tabular", "lecture"])
def test_a_named_field_overrides_the_presets(preset: str):
    recipe, reasons = answered(preset=preset, **NAMED)
    assert {name: getattr(recipe, name) for name in NAMED} == NAMED
    assert not set(NAMED) & set(reasons)


@pytest.mark.parametrize("name", ["hidden_layers", "clip_norm", "patience", "normalization"])
def test_none_is_an_answer_too(name: str):
    none: dict[str, Any] = {name: None}
    recipe, reasons = answered(**none)
    assert getattr(recipe, name) is None
    assert name not in reasons


def test_lecture_is_the_plain_training_of_the_theory():
    recipe, _ = answered(preset="lecture")
    plain = {
        "hidden_layers": (16, 16),
        "activation": "relu",
        "init": "he",
        "optimizer": "sgd",
        "learning_rate": 0.1,
        "schedule": "constant",
        "batch_size": 32,
        "epochs": 100,
        "scale_features": True,
        "scale_target": True,
        "weight_decay": 0.0,
        "dropout": 0.0,
        "clip_norm": None,
        "patience": None,
    }
    assert {name: getattr(recipe, name) for name in plain} == plain


def test_tabular_uses_adamw_with_a_schedule_and_stops_early():
    recipe, reasons = answered()
    assert recipe.preset == "tabular"
    assert recipe.optimizer == "adamw"
    assert recipe.schedule != "constant"
    assert recipe.scale_target
    assert recipe.patience is not None
    assert 1 <= recipe.patience < recipe.epochs
    assert "tabular" in reasons["optimizer"]


def test_without_validation_rows_nothing_stops_early():
    recipe, reasons = answered(validated=False)
    assert recipe.patience is None
    assert "validation" in reasons["patience"]


@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "nesterov", "rmsprop", "adam", "adamw"])
def test_tabular_chooses_the_learning_rate_and_decay_for_the_optimizer(optimizer: str):
    recipe, _ = answered(optimizer=optimizer)
    adaptive = optimizer in ("rmsprop", "adam", "adamw")
    assert recipe.learning_rate < 0.01 if adaptive else recipe.learning_rate >= 0.01
    assert (recipe.weight_decay > 0) == (optimizer == "adamw")


@pytest.mark.parametrize("task", ["binary", "multiclass"])
def test_adam_takes_smaller_steps_where_rows_are_fewer(task: str):
    few, many = (answered(task, rows=rows)[0].learning_rate for rows in (5_000, 50_000))
    assert few < many
    assert "5000" in answered(rows=5_000)[1]["learning_rate"]


@pytest.mark.parametrize("task", ["binary", "multiclass"])
def test_few_rows_are_learnt_by_narrower_layers_in_larger_steps(task: str):
    (few, reasons), (more, _) = (answered(task, rows=rows) for rows in (300, 5_000))
    assert max(few.hidden_layers or ()) < min(more.hidden_layers or ())
    assert few.learning_rate > more.learning_rate
    assert "300" in reasons["hidden_layers"]


def test_thousands_of_rows_of_a_regression_are_learnt_in_larger_steps_than_as_many_of_classes():
    regression, reasons = answered("regression", rows=5_000)
    classes, _ = answered("binary", rows=5_000)
    assert regression.learning_rate > classes.learning_rate
    assert (regression.activation, classes.activation) == ("leaky_relu", "swish")
    assert regression.dropout < classes.dropout
    assert regression.epochs > classes.epochs
    assert all(
        word in reasons[name]
        for name in ("activation", "learning_rate")
        for word in ("5000", "regression")
    )


@pytest.mark.parametrize("rows", [300, 1_000, 50_000])
def test_a_regression_of_few_or_of_very_many_rows_is_learnt_as_classes_are(rows: int):
    names = ("hidden_layers", "activation", "learning_rate", "dropout", "epochs", "batch_size")
    regression, classes = (answered(task, rows=rows)[0] for task in ("regression", "binary"))
    assert [getattr(regression, name) for name in names] == [
        getattr(classes, name) for name in names
    ]


@pytest.mark.parametrize(
    ("activation", "init"),
    [("relu", "lecun"), ("swish", "lecun"), ("tanh", "xavier"), ("sigmoid", "xavier")],
)
def test_the_starting_weights_suit_the_activation(activation: str, init: str):
    recipe, reasons = answered(activation=activation)
    assert recipe.init == init
    assert activation in reasons["init"]


def test_dropout_is_for_those_who_have_few_rows():
    rates = [answered(rows=rows)[0].dropout for rows in (1, 300, 10_000, 15_000, 50_000, 10**7)]
    assert rates == sorted(rates, reverse=True)
    assert rates[0] > 0.1
    assert rates[-1] == 0


def test_output_activation_and_loss_follow_from_the_task():
    for task, (output_activation, losses) in PAIRS.items():
        recipe, reasons = answered(task)
        assert (recipe.output_activation, recipe.loss) == (output_activation, losses[0])
        assert task in reasons["loss"]


def test_the_reason_of_the_task_is_what_the_data_says():
    assert answered()[1]["task"] == "as the data says"
    assert "task" not in answered("binary", task="binary")[1]


@pytest.mark.parametrize(("task", "output_activation", "loss"), RIGHT_PAIRS)
def test_the_pairings_of_the_theory_are_accepted(task: str, output_activation: str, loss: str):
    recipe, _ = answered(task, output_activation=output_activation, loss=loss)
    assert (recipe.output_activation, recipe.loss) == (output_activation, loss)


@pytest.mark.parametrize(
    ("task", "output_activation", "loss"), [pair for pair in ALL_PAIRS if pair not in RIGHT_PAIRS]
)
def test_a_wrong_pairing_is_refused_with_the_reason_unless_it_is_allowed(
    task: str, output_activation: str, loss: str
):
    pair: dict[str, Any] = {"output_activation": output_activation, "loss": loss}
    with pytest.raises(RecipeError) as refused:
        answered(task, **pair)
    message = str(refused.value)
    right_activation, right_losses = PAIRS[task]
    if output_activation != right_activation:
        assert f"output_activation is {output_activation!r}" in message
        assert right_activation in message
    else:
        assert f"loss is {loss!r}" in message
        assert right_losses[0] in message
    assert f"the task is {task}" in message
    assert "allow_mismatch" in message
    assert "\n" not in message
    recipe, _ = answered(task, allow_mismatch=True, **pair)
    assert (recipe.output_activation, recipe.loss) == (output_activation, loss)


def test_a_wrong_word_alone_is_refused_by_its_own_name():
    with pytest.raises(RecipeError, match="loss is 'mse', but the task is binary"):
        answered("binary", loss="mse")


def test_an_answered_recipe_is_json_and_comes_back_the_same():
    recipe, _ = answered(**NAMED)
    again = Recipe.from_dict(json.loads(json.dumps(recipe.to_dict(), allow_nan=False)))
    assert again == recipe
