"""The recipe's fields as options of a command."""

import inspect
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, Any, TypeVar, cast

import typer

from descenso.cli import completion
from descenso.errors import RecipeError
from descenso.fields import Boolean, ClassWeight, FieldType, Integer, Number, Widths
from descenso.i18n import gettext as _
from descenso.interop.vocabulary import in_our_words
from descenso.recipe import AUTO, FIELD_TYPES, RANGE_TEST, Recipe, parse

# Where each field of the recipe stands on the page of `train --help`.
FIELDS_BY_GROUP: dict[str, tuple[str, ...]] = {
    "Data": ("validation", "scale_features", "scale_target"),
    "Network": (
        "task",
        "hidden_layers",
        "activation",
        "output_activation",
        "loss",
        "allow_mismatch",
        "normalization",
        "init",
        "init_scale",
    ),
    "Training": (
        "preset",
        "optimizer",
        "learning_rate",
        "momentum",
        "schedule",
        "batch_size",
        "epochs",
        "shuffle",
        "patience",
        "seed",
    ),
    "Regularisation": ("dropout", "weight_decay", "clip_norm", "class_weight"),
}


METAVARS: dict[type[FieldType], str] = {
    Integer: "N",
    Number: "NUMBER",
    Widths: "N,N,…",
    ClassWeight: "WEIGHTS",
    Boolean: "true|false",
}


Function = TypeVar("Function", bound=Callable[..., None])


def takes_recipe(command: Function) -> Function:
    """Give a command one option for each field of the recipe, in the place of its `**texts`."""
    return takes_fields(*FIELD_TYPES)(command)


def takes_fields(*names: str) -> Callable[[Function], Function]:
    """Give a command options for some fields of the recipe, in the place of its `**texts`."""

    def with_options(command: Function) -> Function:
        signature = inspect.signature(command)
        own = [
            parameter
            for parameter in signature.parameters.values()
            if parameter.kind is not inspect.Parameter.VAR_KEYWORD
        ]
        fields = [
            _field(name, group)
            for group, of_group in FIELDS_BY_GROUP.items()
            for name in of_group
            if name in names
        ]
        command.__signature__ = signature.replace(parameters=[*own, *fields])  # pyright: ignore[reportFunctionMemberAccess]
        return command

    return with_options


def read_recipe(file: Path | None, texts: Mapping[str, str | None]) -> Recipe:
    """The recipe of a file, with those fields that the command line names in their place.

    Args:
        file: a recipe as JSON, or a run.json; None for no file.
        texts: the words of each option; None where it was not given.

    Raises:
        RecipeError: the file holds no recipe, or a field may not hold its value.
    """
    written = {} if file is None else _read_recipe_file(file)
    named = {name: parse(name, text) for name, text in texts.items() if text is not None}
    # Who names it wants it found; the usual rate is what comes without.
    if named.get("learning_rate") == AUTO:
        named["learning_rate"] = RANGE_TEST
    return Recipe.from_dict({**written, **named})


def _field(name: str, group: str) -> inspect.Parameter:
    spelled = name.replace("_", "-")
    option = typer.Option(
        f"--{spelled}",
        # Only for the list of nearest words: arguments.py has spelled it out by then.
        *([f"--no-{spelled}"] if isinstance(FIELD_TYPES[name], Boolean) else []),
        metavar=METAVARS.get(type(FIELD_TYPES[name]), "WORD"),
        autocompletion=completion.words_of(name),
        rich_help_panel=group,
    )
    return inspect.Parameter(
        name,
        inspect.Parameter.KEYWORD_ONLY,
        default=None,
        annotation=Annotated[str | None, option],
    )


def _read_recipe_file(file: Path) -> dict[str, Any]:
    try:
        # Some editors write a mark of the encoding before the text.
        content = json.loads(file.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise RecipeError(
            _("{file}: the recipe cannot be read ({reason}).").format(
                file=file, reason=error.strerror
            )
        ) from None
    except (ValueError, RecursionError) as error:
        raise RecipeError(
            _("{file}: this is not a JSON file ({reason}).").format(file=file, reason=error)
        ) from None
    recipe: Any = content
    if isinstance(recipe, dict) and "recipe" in recipe:
        # A run.json holds its recipe beside other things.
        recipe = recipe["recipe"]
    if not isinstance(recipe, dict):
        raise RecipeError(
            _("{file}: a recipe is a JSON object of fields and values.").format(file=file)
        )
    try:
        fields = in_our_words(cast("dict[str, Any]", recipe))
        Recipe.from_dict(fields)
    except RecipeError as error:
        raise RecipeError(f"{file}: {error}") from None
    return fields
