"""typer's usage errors as sentences of descenso, in the reader's language."""

import typer
from typer.core import TyperArgument, TyperOption

from descenso.cli.help import translated
from descenso.i18n import gettext as _


def usage_sentence(error: typer.TyperException) -> str:
    """One sentence, and where to read more.

    typer publishes only the base class of its errors, so they are recognised by name; others keep
    typer's own words.
    """
    sentence = _sentence(error)
    context = getattr(error, "ctx", None)
    if context is None:
        return sentence
    more = _("See {command} --help.").format(command=context.command_path)
    return f"{sentence} {more}"


def _sentence(error: typer.TyperException) -> str:
    option = getattr(error, "option_name", "")
    match type(error).__name__:
        case "NoSuchOption":
            nearest = getattr(error, "possibilities", None) or []
            if nearest:
                return _("There is no option {option} (did you mean {nearest}?).").format(
                    option=option, nearest=nearest[0]
                )
            return _("There is no option {option}.").format(option=option)
        case "BadOptionUsage":
            return _("The option {option} needs a value.").format(option=option)
        case "MissingParameter":
            return _("{name} is missing.").format(name=_name(getattr(error, "param", None)))
        case _:
            return error.format_message()


def _name(param: object) -> str:
    """An option or an argument as it is typed."""
    if isinstance(param, TyperOption):
        return f"{param.opts[0]} {translated(param.metavar)}"
    return translated(param.metavar) if isinstance(param, TyperArgument) else ""
