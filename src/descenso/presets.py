"""Defaults: every "auto" of a recipe becomes a value, with its reason.

What the user named stays. The rest comes from the preset, from the data, or from the other answers.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from descenso.data.roles import Roles
from descenso.engine.task import check_pair, natural_pair
from descenso.i18n import gettext as _
from descenso.recipe import AUTO, RANGE_TEST, SATURATING, Recipe

Chosen = TypeVar("Chosen")


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
        cross_validated: to learn from all rows, where nobody names a share.
    """
    usual = _("the usual value")
    few = _("with so few rows all are learnt from; cross-validation says for how long")
    share = Answer(0.0, few) if cross_validated else Answer(VALIDATION[recipe.preset], usual)
    return _answered(recipe, {"validation": share, "seed": Answer(SEED, usual)})


def resolve(recipe: Recipe, facts: Facts) -> tuple[Recipe, Reasons]:
    """Answer every "auto" of a recipe; a range test begins with the usual learning rate.

    Returns:
        The recipe, and for each field that was "auto" the reason of its value.

    Raises:
        RecipeError: problem, output activation and loss do not belong together, and no mismatch is
            allowed.
    """
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
        "learning_rate": 0.1,
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
    preset = _("the preset tabular")
    by_task = {"task": recipe.task, "rows": facts.rows}
    sized = _("the preset tabular, for the task {task} and {rows} training rows").format(**by_task)
    # Eager: with more to learn than small steps take up.
    eager = recipe.task == "regression" and FEW_ROWS < facts.rows <= MANY_ROWS
    epochs = EAGER_EPOCHS if eager else _up_to(facts.rows, EPOCHS, FEWEST_EPOCHS)
    dropout = EAGER_DROPOUT if eager else _up_to(facts.rows, DROPOUTS, 0.0)
    named = recipe.optimizer if not recipe.is_auto("optimizer") else "adamw"
    values: dict[str, Answer] = {
        "hidden_layers": Answer(_up_to(facts.rows, HIDDEN_LAYERS, WIDE), sized),
        "activation": Answer("leaky_relu" if eager else "swish", sized),
        "optimizer": Answer("adamw", preset),
        "learning_rate": Answer(
            EAGER_RATE if eager else _up_to(facts.rows, ADAM_RATES, LARGEST_RATE),
            _("usual for {optimizer}, the task {task} and {rows} training rows").format(
                optimizer=named, **by_task
            ),
        )
        if named in ("adam", "adamw")
        else Answer(LEARNING_RATES[named], _("usual for {optimizer}").format(optimizer=named)),
        "schedule": Answer("warmup_cosine", preset),
        "batch_size": Answer(_up_to(facts.rows, BATCH_SIZES, LARGEST_BATCH), sized),
        "epochs": Answer(epochs, sized),
        "weight_decay": Answer(0.01 if named == "adamw" else 0.0, preset),
        "dropout": Answer(dropout, sized),
        "clip_norm": Answer(None, preset),
        "patience": Answer(max(10, epochs // 2), preset)
        if facts.validated
        else Answer(None, _("without validation rows there is nothing to watch")),
    }
    return values


def _up_to(rows: int, steps: Iterable[tuple[int, Chosen]], beyond: Chosen) -> Chosen:
    """The value of the first step that the rows do not exceed."""
    return next((value for most, value in steps if rows <= most), beyond)


# From rows to the size of a batch, and to epochs: some hundreds of updates at the least, and some
# thousands where rows are many.
FEW_ROWS, MANY_ROWS = 1_000, 20_000
BATCH_SIZES = ((FEW_ROWS, 16), (5_000, 32), (MANY_ROWS, 64), (100_000, 128), (1_000_000, 256))
LARGEST_BATCH = 1024
EPOCHS = ((200, 80), (100_000, 40))
FEWEST_EPOCHS = 20
# Few rows are soon learnt by heart. Many are not, and dropout would only make them take longer.
DROPOUTS = ((10_000, 0.2), (MANY_ROWS, 0.1))
# Half the width learns as much from few rows in half the time or less, with steps twice as large:
# the narrower the layers, the larger Adam's steps (Yang et al. 2021, Tensor Programs V, table 3).
HIDDEN_LAYERS = ((FEW_ROWS, (64, 64)),)
WIDE = (128, 128)
ADAM_RATES = ((FEW_ROWS, 0.002), (MANY_ROWS, 0.001))
LARGEST_RATE = 0.002
# What only seems to part classes is soon learnt by heart too: a network that has learnt it is too
# sure of itself, which cross-entropy punishes. Thousands of rows of a regression have more to teach
# than small steps with dropout, through a smooth activation, take up in their epochs.
EAGER_EPOCHS = 60
EAGER_DROPOUT = 0.1
EAGER_RATE = 0.003
# Of the optimisers other than Adam's.
LEARNING_RATES = {
    "sgd": 0.05,
    "momentum": 0.01,
    "nesterov": 0.01,
    "rmsprop": 0.001,
}


def _dependent(recipe: Recipe) -> Mapping[str, Answer]:
    """What is alike under both presets, or follows from other fields."""
    usual = _("the usual value")
    flat = recipe.activation in (*SATURATING, "linear")
    # Smaller than he's, which learn few rows by heart more readily.
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


# The share of the rows for validation, by preset, and the seed of the split, where nobody names
# others.
VALIDATION = {"tabular": 0.1, "lecture": 0.2}
SEED = 0
# So few rows are all learnt from, and cross-validation says for how long. With still fewer a fold
# of them says nothing; with more, those that watch can tell when to stop, and are hardly missed.
FEWEST_IN_FOLDS, FEW = 20, 1_000


def uses_cross_validation(recipe: Recipe, roles: Roles, usable: int, test: float) -> bool:
    """Whether cross-validation is to answer what a recipe leaves open, so that no rows need watch.

    Groups and times are left to a split of their own: folds would tear them apart.

    Args:
        usable: rows that may be learnt from, with those of the test.
        test: the share of these.
    """
    left_open = all(map(recipe.is_auto, ("epochs", "patience", "validation")))
    whole = roles.split_by is None and roles.split_time is None
    few = FEWEST_IN_FOLDS <= round(usable * (1 - test)) < FEW
    return left_open and whole and few and recipe.preset == "tabular"
