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
from descenso.i18n import N_
from descenso.i18n import gettext as _
from descenso.interop.vocabulary import in_our_words
from descenso.recipe import AUTO, FIELD_TYPES, GROUPS, RANGE_TEST, Recipe, parse

METAVARS: dict[type[FieldType], str] = {
    Integer: "N",
    Number: N_("NUMBER"),
    Widths: "N,N,…",
    ClassWeight: N_("WEIGHTS"),
    Boolean: "true|false",
}

Function = TypeVar("Function", bound=Callable[..., None])


def takes_recipe(command: Function) -> Function:
    """Give a command an option for each field of the recipe, in place of its `**texts`."""
    return takes_fields(*FIELD_TYPES)(command)


def takes_fields(*names: str) -> Callable[[Function], Function]:
    """Give a command options for some fields of the recipe, in place of its `**texts`."""

    def with_options(command: Function) -> Function:
        signature = inspect.signature(command)
        own = [
            parameter
            for parameter in signature.parameters.values()
            if parameter.kind is not inspect.Parameter.VAR_KEYWORD
        ]
        fields = [_field(name) for name in FIELD_TYPES if name in names]
        command.__signature__ = signature.replace(parameters=[*own, *fields])  # pyright: ignore[reportFunctionMemberAccess]
        return command

    return with_options


def read_recipe(file: Path | None, texts: Mapping[str, str | None]) -> Recipe:
    """The recipe of a file, overridden by the fields that the command line names.

    Args:
        file: a recipe as JSON, or a run.json; None for no file.
        texts: the text of each option; None where it was not given.

    Raises:
        RecipeError: the file holds no recipe, or a field has a value that is not allowed.
    """
    written = {} if file is None else _read_recipe_file(file)
    named = {name: parse(name, text) for name, text in texts.items() if text is not None}
    # A rate that is named auto is to be found; the usual one comes without naming any.
    if named.get("learning_rate") == AUTO:
        named["learning_rate"] = RANGE_TEST
    return Recipe.from_dict({**written, **named})


def validation_table(recipe: Recipe) -> str | None:
    """The table that a recipe validates on; None where it validates on a share of the rows."""
    table = recipe.validation
    return table if isinstance(table, str) and not recipe.is_auto("validation") else None


def _field(name: str) -> inspect.Parameter:
    spelled = name.replace("_", "-")
    option = typer.Option(
        f"--{spelled}",
        # Only to be suggested after a typing error: argv.spell_out has replaced it by then.
        *([f"--no-{spelled}"] if isinstance(FIELD_TYPES[name], Boolean) else []),
        metavar=METAVARS.get(type(FIELD_TYPES[name]), N_("WORD")),
        autocompletion=completion.words_of(name),
        rich_help_panel=GROUPS[name],
    )
    return inspect.Parameter(
        name,
        inspect.Parameter.KEYWORD_ONLY,
        default=None,
        annotation=Annotated[str | None, option],
    )


def _read_recipe_file(file: Path) -> dict[str, Any]:
    try:
        # utf-8-sig, since some editors write a byte order mark.
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
        # The recipe's place in a run.json.
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
