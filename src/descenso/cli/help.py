"""Commands whose pages and refusals are in the reader's language: what `--help` prints, grouped.

typer's own pages need a Markdown renderer, which takes longer to import than all of this command
line, and they are fixed in one language when the options are declared. Here an option's help is
written with `N_` where it is declared, and translated when the page is made.
"""

from collections.abc import Iterable
from typing import Any

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text
from typer.core import TyperArgument, TyperCommand, TyperGroup, TyperOption

from descenso.errors import InputError
from descenso.fields import Boolean
from descenso.hints import nearest
from descenso.i18n import N_
from descenso.i18n import gettext as _
from descenso.recipe import FIELD_NAMES, FIELD_TYPES, NONE, about

# The groups of a page in their order, then what has no group of its own.
GROUPS = (
    N_("Lesson"),
    N_("Data"),
    N_("Network"),
    N_("Training"),
    N_("Regularisation"),
    N_("Run"),
    N_("Output"),
)
COMMON = GROUPS[-1]
# typer's own two options, here to be translated.
COMPLETION = (
    N_("Install completion for the current shell."),
    N_("Show completion for the current shell, to copy it or customize the installation."),
)
LANGUAGE = ("--lang en|es", N_("The language to speak; else DESCENSO_LANG, or the system's."))
HELP = ("--help", N_("Show this page."))
MOST_COLUMNS = 100

# What stands for a value on a page, such as `--runs FOLDER`: what the commands' `metavar` may be.
PLACEHOLDERS = (
    N_("COLUMN"),
    N_("FIELD=VALUES"),
    N_("FILE"),
    N_("FILE.html"),
    N_("FOLDER"),
    N_("FRACTION"),
    N_("NAME"),
    N_("NAME,…"),
    N_("NAME=KIND"),
    N_("NUMBER"),
    N_("RUN"),
    N_("RUN|TABLE"),
    N_("SIGN"),
    N_("TABLE"),
    N_("TOPIC"),
    N_("WEIGHTS"),
    N_("WORD"),
)

Row = tuple[str, str]


class Command(TyperCommand):
    """A command with a page of descenso's own."""

    # They are refused below, in the reader's language.
    allow_extra_args = True

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        too_many = super().parse_args(ctx, args)
        # A shell that completes an unfinished line takes what there is.
        if too_many and not ctx.resilient_parsing:
            raise InputError(
                _("Not understood: {words}. See {command} --help.").format(
                    words=" ".join(too_many), command=ctx.command_path
                )
            )
        return too_many

    def get_help(self, ctx: Any) -> str:
        return _page(self, ctx, _groups(self, ctx))

    def shell_complete(self, ctx: Any, incomplete: str) -> Any:
        return _explained(self, ctx, super().shell_complete(ctx, incomplete))


class Group(TyperGroup):
    """A command that holds others, with a page of descenso's own."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        word = args[0]
        unknown = word not in self.commands and not word.startswith("-")
        if unknown and not ctx.resilient_parsing:
            raise InputError(
                _("There is no command {word!r}{hint}. See {command} --help.").format(
                    word=word, hint=nearest(word, list(self.commands)), command=ctx.command_path
                )
            )
        return super().resolve_command(ctx, args)

    def get_help(self, ctx: Any) -> str:
        commands = [
            (name, _first_sentence(said(self.commands[name].help)))
            for name in self.list_commands(ctx)
        ]
        return _page(self, ctx, {_("Commands"): commands} | _groups(self, ctx))

    def shell_complete(self, ctx: Any, incomplete: str) -> Any:
        return _explained(self, ctx, super().shell_complete(ctx, incomplete))

    def get_params(self, ctx: Any) -> Any:
        params = super().get_params(ctx)
        for param in params:
            # To convert a None, typer imports pydantic, which takes longer than all else.
            if param.default is None and getattr(param, "is_flag", False):
                param.default = False
        return params


def _explained(command: TyperCommand | TyperGroup, ctx: Any, offers: Any) -> Any:
    """What a shell offers, each with the words that its page has for it."""
    texts = {
        option: _about(param)
        for param in command.get_params(ctx)
        if isinstance(param, TyperOption)
        for option in (*param.opts, *param.secondary_opts)
    }
    if isinstance(command, TyperGroup):
        texts |= {name: _first_sentence(said(each.help)) for name, each in command.commands.items()}
    for offer in offers:
        offer.help = texts.get(offer.value)
    return offers


def _about(param: TyperArgument | TyperOption) -> str:
    return about(param.name) if param.name in FIELD_NAMES else said(param.help)


def said(text: str | None) -> str:
    """A text that was marked where it was declared, in the reader's language."""
    return _(text) if text else ""


def described(name: str) -> str:
    """What a field of the recipe means and may hold."""
    field_type = FIELD_TYPES[name]
    if isinstance(field_type, Boolean):
        return about(name)
    allowed = field_type.allowed() + (f", {NONE}" if field_type.none else "")
    return f"{about(name)} [{allowed}]"


def _groups(command: TyperCommand | TyperGroup, ctx: Any) -> dict[str, list[Row]]:
    """The arguments and options under the titles of their groups."""
    titled: dict[str, list[Row]] = {group: [] for group in GROUPS}
    for param in command.get_params(ctx):
        if not isinstance(param, TyperArgument | TyperOption) or param.name == "help":
            continue
        text = described(param.name) if param.name in FIELD_NAMES else said(param.help)
        titled[param.rich_help_panel or COMMON].append((_label(param), text))
    titled[COMMON] += [(LANGUAGE[0], _(LANGUAGE[1])), (HELP[0], _(HELP[1]))]
    return {_(group): rows for group, rows in titled.items() if rows}


def _label(param: TyperArgument | TyperOption) -> str:
    """How an argument or option is written, such as `--learning-rate NUMBER`."""
    if isinstance(param, TyperArgument):
        return _written(param)
    if isinstance(FIELD_TYPES.get(param.name), Boolean):
        return param.opts[0].replace("--", "--[no-]")
    return " ".join([", ".join(param.opts), *([said(param.metavar)] if param.metavar else [])])


def _written(argument: TyperArgument) -> str:
    name = said(argument.metavar) + ("…" if argument.nargs == -1 else "")
    return name if argument.required else f"[{name}]"


def _page(command: TyperCommand | TyperGroup, ctx: Any, groups: dict[str, list[Row]]) -> str:
    console = Console(highlight=False)
    console.width = min(console.width, MOST_COLUMNS)
    with console.capture() as page:
        arguments = (
            _written(param) for param in command.params if isinstance(param, TyperArgument)
        )
        takes = [_("COMMAND")] if isinstance(command, Group) else arguments
        usage = " ".join([ctx.command_path, _("[OPTIONS]"), *takes])
        console.print(Text(_("Usage: {usage}").format(usage=usage), style="bold"))
        console.print()
        console.print(Text(said(command.help)))
        width = max(len(label) for label, _help in _rows(groups.values()))
        for title, rows in groups.items():
            console.print()
            console.print(Text(title, style="bold"))
            console.print(Padding(_grid(rows, width), (0, 0, 0, 2)))
    return "\n".join(line.rstrip() for line in page.get().splitlines())


def _grid(rows: Iterable[Row], width: int) -> Table:
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(no_wrap=True, width=width, style="cyan")
    grid.add_column(overflow="fold")
    for label, text in rows:
        grid.add_row(Text(label), Text(text))
    return grid


def _rows(groups: Iterable[list[Row]]) -> list[Row]:
    return [row for rows in groups for row in rows]


def _first_sentence(text: str) -> str:
    return text.split("\n", 1)[0]
