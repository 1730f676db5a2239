"""Every default and usual value; each "auto" of a recipe becomes one of them, with its reason.

What the user named stays. The rest comes from the preset, from the data, or from the other answers.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from descenso.components import SATURATING
from descenso.data.roles import Roles
from descenso.i18n import gettext as _
from descenso.recipe import AUTO, RANGE_TEST, Recipe

Chosen = TypeVar("Chosen")

# The fraction of the rows for validation, by preset, and the seed of the split.
VALIDATION_FRACTION = {"tabular": 0.1, "lecture": 0.2}
DEFAULT_SEED = 0

# Learning rates that usually work on scaled data, from the smallest to the largest: tabular starts
# from the smallest, the lectures' sgd from the largest. One far above the range is too large.
USUAL_RATES = {
    "sgd": (0.05, 0.1),
    "momentum": (0.01, 0.02),
    "nesterov": (0.01, 0.02),
    "rmsprop": (0.001, 0.001),
    "adam": (0.001, 0.002),
    "adamw": (0.001, 0.002),
}

# The preset tabular, by the number of training rows: each value holds up to so many.
SMALL_TABLE_ROWS, MIDSIZE_TABLE_ROWS = 1_000, 20_000
# Some hundreds of updates at least, and some thousands where there are many rows.
BATCH_SIZES = (
    (SMALL_TABLE_ROWS, 16),
    (5_000, 32),
    (MIDSIZE_TABLE_ROWS, 64),
    (100_000, 128),
    (1_000_000, 256),
    (math.inf, 1024),
)
EPOCHS = ((200, 80), (100_000, 40), (math.inf, 20))
# Few rows are soon memorised. Many are not, and dropout would only slow their training down.
DROPOUTS = ((10_000, 0.2), (MIDSIZE_TABLE_ROWS, 0.1), (math.inf, 0.0))
# Half the width learns as much from few rows in half the time or less, with steps twice as large:
# the narrower the layers, the larger Adam's steps (Yang et al. 2021, Tensor Programs V, table 3).
HIDDEN_LAYERS = ((SMALL_TABLE_ROWS, (64, 64)), (math.inf, (128, 128)))
_SMALL_ADAM_RATE, _LARGE_ADAM_RATE = USUAL_RATES["adam"]
ADAM_RATES = (
    (SMALL_TABLE_ROWS, _LARGE_ADAM_RATE),
    (MIDSIZE_TABLE_ROWS, _SMALL_ADAM_RATE),
    (math.inf, _LARGE_ADAM_RATE),
)
# Thousands of rows of a regression have more to teach than small steps with dropout, through a
# smooth activation, learn in the usual epochs. Classes have not: chance differences between them
# are soon memorised, and the network is then too confident, which cross-entropy punishes.
MIDSIZE_REGRESSION_ACTIVATION = "leaky_relu"
MIDSIZE_REGRESSION_EPOCHS = 60
MIDSIZE_REGRESSION_DROPOUT = 0.1
MIDSIZE_REGRESSION_RATE = 0.003

# From here up to a small table's rows, all of them train, and cross-validation chooses the epochs.
# Of fewer rows a fold says nothing; of more, a tenth for validation is hardly missed.
MIN_CROSS_VALIDATION_ROWS = 20


@dataclass(frozen=True)
class Facts:
    """What the answers depend on.

    Attributes:
        task: regression, binary or multiclass.
        task_reason: why, for people.
        rows: training rows.
        validated: whether there are validation rows.
    """

    task: str
    task_reason: str
    rows: int
    validated: bool


@dataclass(frozen=True)
class Answer:
    """A value for a field, and why it was chosen."""

    value: Any
    reason: str


Reasons = dict[str, str]


def resolve_split(recipe: Recipe, *, cross_validated: bool = False) -> tuple[Recipe, Reasons]:
    """Answer what is needed before the rows can be split: the seed and the share for validation.

    Args:
        cross_validated: whether all rows are for training, where no share is given.
    """
    usual = _("the usual value")
    few = _("the table is small: all rows train the network, and cross-validation sets the epochs")
    fraction = VALIDATION_FRACTION[recipe.preset]
    validation = Answer(0.0, few) if cross_validated else Answer(fraction, usual)
    return _answered(recipe, {"validation": validation, "seed": Answer(DEFAULT_SEED, usual)})


def resolve(recipe: Recipe, facts: Facts) -> tuple[Recipe, Reasons]:
    """Answer every "auto" of a recipe; a range test begins with the usual learning rate.

    Returns:
        The recipe, and for each field that was "auto" the reason of its value.

    Raises:
        RecipeError: problem, output activation and loss do not belong together, and no mismatch is
            allowed.
    """
    # Brings JAX along, which a look at a table does without.
    from descenso.engine.task import check_pair

    if recipe.learning_rate == RANGE_TEST:
        recipe = recipe.replace(learning_rate=AUTO)
    recipe, of_task = _answered(recipe, _task(facts))
    preset = _lecture() if recipe.preset == "lecture" else _tabular(recipe, facts)
    recipe, of_preset = _answered(recipe, preset)
    recipe, of_rest = _answered(recipe, _dependent(recipe))
    if not recipe.allow_mismatch:
        check_pair(recipe.task, recipe.output_activation, recipe.loss)
    return recipe, of_task | of_preset | of_rest


def _answered(recipe: Recipe, answers: Mapping[str, Answer]) -> tuple[Recipe, Reasons]:
    """The recipe with those of the answers that it still asks for, and their reasons."""
    asked = {name: answer for name, answer in answers.items() if recipe.is_auto(name)}
    recipe = recipe.replace(**{name: answer.value for name, answer in asked.items()})
    return recipe, {name: answer.reason for name, answer in asked.items()}


def _task(facts: Facts) -> Mapping[str, Answer]:
    from descenso.engine.task import natural_pair

    output_activation, loss = natural_pair(facts.task)
    follows = _("follows from the task {task}").format(task=facts.task)
    return {
        "task": Answer(facts.task, facts.task_reason),
        "output_activation": Answer(output_activation, follows),
        "loss": Answer(loss, follows),
    }


def _lecture() -> Mapping[str, Answer]:
    """The plain training of the theory."""
    values: dict[str, Any] = {
        "hidden_layers": (16, 16),
        "activation": "relu",
        "init": "he",
        "optimizer": "sgd",
        "learning_rate": USUAL_RATES["sgd"][1],
        "schedule": "constant",
        "batch_size": 32,
        "epochs": 100,
        "weight_decay": 0.0,
        "dropout": 0.0,
        "clip_norm": None,
        "patience": None,
    }
    reason = _("the preset lecture")
    return {name: Answer(value, reason) for name, value in values.items()}


def _tabular(recipe: Recipe, facts: Facts) -> Mapping[str, Answer]:
    """Good results on a table, as measured on several (benchmarks/quality/)."""
    task, rows = recipe.task, facts.rows
    optimizer = "adamw" if recipe.is_auto("optimizer") else recipe.optimizer
    midsize = task == "regression" and SMALL_TABLE_ROWS < rows <= MIDSIZE_TABLE_ROWS
    epochs = MIDSIZE_REGRESSION_EPOCHS if midsize else _up_to(rows, EPOCHS)
    preset = _("the preset tabular")
    sized = _("the preset tabular, for the task {task} and {rows} training rows").format(
        task=task, rows=rows
    )
    return {
        "hidden_layers": Answer(_up_to(rows, HIDDEN_LAYERS), sized),
        "activation": Answer(MIDSIZE_REGRESSION_ACTIVATION if midsize else "swish", sized),
        "optimizer": Answer("adamw", preset),
        "learning_rate": _tabular_rate(optimizer, task, rows, midsize),
        "schedule": Answer("warmup_cosine", preset),
        "batch_size": Answer(_up_to(rows, BATCH_SIZES), sized),
        "epochs": Answer(epochs, sized),
        "weight_decay": Answer(0.01 if optimizer == "adamw" else 0.0, preset),
        "dropout": Answer(MIDSIZE_REGRESSION_DROPOUT if midsize else _up_to(rows, DROPOUTS), sized),
        "clip_norm": Answer(None, preset),
        "patience": Answer(max(10, epochs // 2), preset)
        if facts.validated
        else Answer(None, _("without validation rows early stopping has nothing to compare")),
    }


def _tabular_rate(optimizer: str, task: str, rows: int, midsize_regression: bool) -> Answer:
    if optimizer not in ("adam", "adamw"):
        smallest, _largest = USUAL_RATES[optimizer]
        return Answer(smallest, _("usual for {optimizer}").format(optimizer=optimizer))
    return Answer(
        MIDSIZE_REGRESSION_RATE if midsize_regression else _up_to(rows, ADAM_RATES),
        _("usual for {optimizer}, the task {task} and {rows} training rows").format(
            optimizer=optimizer, task=task, rows=rows
        ),
    )


def _up_to(rows: int, values: Iterable[tuple[int | float, Chosen]]) -> Chosen:
    """The value of the first step that the rows do not exceed."""
    return next(value for most, value in values if rows <= most)


def _dependent(recipe: Recipe) -> Mapping[str, Answer]:
    """What is the same in both presets, or follows from other fields."""
    usual = _("the usual value")
    flat = recipe.activation in (*SATURATING, "linear")
    # lecun's weights are smaller than he's, with which few rows are memorised sooner.
    drawn = recipe.init if not recipe.is_auto("init") else "xavier" if flat else "lecun"
    return {
        "allow_mismatch": Answer(False, usual),
        "momentum": Answer(0.9, usual),
        "shuffle": Answer(True, usual),
        "init": Answer(drawn, _("suits {activation}").format(activation=recipe.activation)),
        "init_scale": Answer(
            0.05 if drawn in ("normal", "constant") else 1.0,
            _("usual for {init}").format(init=drawn),
        ),
        "scale_features": Answer(True, usual),
        "scale_target": Answer(True, usual),
        "class_weight": Answer(None, usual),
        "normalization": Answer(None, usual),
    }


def uses_cross_validation(recipe: Recipe, roles: Roles, usable: int, test: float) -> bool:
    """Whether cross-validation chooses the epochs, so that no rows are held out for validation.

    Tables with groups or times are split instead: folds would part what belongs together.

    Args:
        usable: rows with a target, those of the test set among them.
        test: the fraction of these for the test set.
    """
    left_open = all(map(recipe.is_auto, ("epochs", "patience", "validation")))
    whole = roles.split_by is None and roles.split_time is None
    few = MIN_CROSS_VALIDATION_ROWS <= round(usable * (1 - test)) < SMALL_TABLE_ROWS
    return left_open and whole and few and recipe.preset == "tabular"
