"""The options that say how a table is read, the same for every command that reads one."""

import functools
import inspect
from collections.abc import Callable
from dataclasses import fields
from typing import Annotated, Any, TypeVar

import typer

from descenso.data.io.options import ReadOptions
from descenso.i18n import N_

GROUP = "Data"

# The placeholder of each option, and its help.
_OPTIONS = {
    "separator": (
        N_("SIGN"),
        N_("Field separator of a text table: , ; | tab or another character."),
    ),
    "encoding": (N_("NAME"), N_("Encoding of a text table, such as utf-8, latin-1 or utf-16.")),
    "decimal": (N_("SIGN"), N_("Decimal mark in a text table: . or ,")),
    "thousands": (N_("SIGN"), N_("Thousands separator in a text table: . , ' _ space or none.")),
    "sheet": (N_("NAME"), N_("Sheet of an Excel file: its name, or its number from 1.")),
}

Function = TypeVar("Function", bound=Callable[..., None])


def takes_reading(command: Function) -> Function:
    """Give a command the options of `ReadOptions`, in place of its argument `reading`."""
    signature = inspect.signature(command)
    names = [field.name for field in fields(ReadOptions)]

    @functools.wraps(command)
    def read(*arguments: Any, **options: Any) -> None:
        given = ReadOptions(**{name: options.pop(name, None) for name in names})
        command(*arguments, reading=given, **options)

    own = [each for each in signature.parameters.values() if each.name != "reading"]
    read.__signature__ = signature.replace(parameters=[*own, *map(_option, names)])  # pyright: ignore[reportAttributeAccessIssue]
    return read  # pyright: ignore[reportReturnType]


def _option(name: str) -> inspect.Parameter:
    metavar, text = _OPTIONS[name]
    option = typer.Option(f"--{name}", metavar=metavar, help=text, rich_help_panel=GROUP)
    return inspect.Parameter(
        name,
        inspect.Parameter.KEYWORD_ONLY,
        default=None,
        annotation=Annotated[str | None, option],
    )
