"""What typer finds wrong in a command line, as descenso says it and in the reader's language."""

import typer
from typer.core import TyperArgument, TyperOption

from descenso.cli.help import said
from descenso.i18n import gettext as _


def usage_sentence(error: typer.TyperException) -> str:
    """One sentence, and where to read more.

    typer does not publish the classes of its errors, only their base; they are known by name.
    What is not known is said in typer's own words.
    """
    said = _sentence(error)
    context = getattr(error, "ctx", None)
    if context is None:
        return said
    more = _("See {command} --help.").format(command=context.command_path)
    return f"{said} {more}"


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
    """How a person writes an option or an argument."""
    if isinstance(param, TyperOption):
        return f"{param.opts[0]} {said(param.metavar)}"
    return said(param.metavar) if isinstance(param, TyperArgument) else ""
