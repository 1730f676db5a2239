"""Help pages and usage errors in the reader's language.

typer's own pages need a Markdown renderer, which takes longer to import than this whole package,
and their language is fixed when the options are declared. Here the help of an option is marked with
`N_` where it is declared, and translated when the page is printed.
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

# The groups of a page in their order; options without a group come under the last.
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
# The help of typer's own two options, listed here to be translated.
COMPLETION = (
    N_("Install completion for the current shell."),
    N_("Show completion for the current shell, to copy it or customize the installation."),
)
LANGUAGE = ("--lang en|es", N_("Language of messages; by default DESCENSO_LANG, or the system's."))
HELP = ("--help", N_("Show this page."))
MAX_COLUMNS = 100

# Every placeholder that commands use as `metavar`, such as FOLDER in `--runs FOLDER`.
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
    """A command with descenso's own help page."""

    # Refused in parse_args, in the reader's language.
    allow_extra_args = True

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        too_many = super().parse_args(ctx, args)
        # While a shell completes a line, it is still unfinished.
        if too_many and not ctx.resilient_parsing:
            raise InputError(
                _("Unexpected arguments: {words}. See {command} --help.").format(
                    words=" ".join(too_many), command=ctx.command_path
                )
            )
        return too_many

    def get_help(self, ctx: Any) -> str:
        return _page(self, ctx, _groups(self, ctx))

    def shell_complete(self, ctx: Any, incomplete: str) -> Any:
        return _with_help(self, ctx, super().shell_complete(ctx, incomplete))


class Group(TyperGroup):
    """A group of commands with descenso's own help page."""

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
            (name, _first_sentence(translated(self.commands[name].help)))
            for name in self.list_commands(ctx)
        ]
        return _page(self, ctx, {_("Commands"): commands} | _groups(self, ctx))

    def shell_complete(self, ctx: Any, incomplete: str) -> Any:
        return _with_help(self, ctx, super().shell_complete(ctx, incomplete))

    def get_params(self, ctx: Any) -> Any:
        params = super().get_params(ctx)
        for param in params:
            # To convert a None, typer imports pydantic, which takes longer than all else.
            if param.default is None and getattr(param, "is_flag", False):
                param.default = False
        return params


def _with_help(command: TyperCommand | TyperGroup, ctx: Any, offers: Any) -> Any:
    """Completions, each with its help text."""
    texts = {
        option: _about(param)
        for param in command.get_params(ctx)
        if isinstance(param, TyperOption)
        for option in (*param.opts, *param.secondary_opts)
    }
    if isinstance(command, TyperGroup):
        texts |= {
            name: _first_sentence(translated(each.help)) for name, each in command.commands.items()
        }
    for offer in offers:
        offer.help = texts.get(offer.value)
    return offers


def _about(param: TyperArgument | TyperOption) -> str:
    return about(param.name) if param.name in FIELD_NAMES else translated(param.help)


def translated(text: str | None) -> str:
    """A text that was marked with `N_`, in the reader's language."""
    return _(text) if text else ""


def described(name: str) -> str:
    """The meaning and the allowed values of a field of the recipe."""
    field_type = FIELD_TYPES[name]
    if isinstance(field_type, Boolean):
        return about(name)
    allowed = field_type.allowed() + (f", {NONE}" if field_type.none else "")
    return f"{about(name)} [{allowed}]"


def _groups(command: TyperCommand | TyperGroup, ctx: Any) -> dict[str, list[Row]]:
    """The arguments and options of each group."""
    titled: dict[str, list[Row]] = {group: [] for group in GROUPS}
    for param in command.get_params(ctx):
        if not isinstance(param, TyperArgument | TyperOption) or param.name == "help":
            continue
        text = described(param.name) if param.name in FIELD_NAMES else translated(param.help)
        titled[param.rich_help_panel or COMMON].append((_label(param), text))
    titled[COMMON] += [(LANGUAGE[0], _(LANGUAGE[1])), (HELP[0], _(HELP[1]))]
    return {_(group): rows for group, rows in titled.items() if rows}


def _label(param: TyperArgument | TyperOption) -> str:
    """How an argument or option is written, such as `--learning-rate NUMBER`."""
    if isinstance(param, TyperArgument):
        return _written(param)
    if isinstance(FIELD_TYPES.get(param.name), Boolean):
        return param.opts[0].replace("--", "--[no-]")
    return " ".join(
        [", ".join(param.opts), *([translated(param.metavar)] if param.metavar else [])]
    )


def _written(argument: TyperArgument) -> str:
    name = translated(argument.metavar) + ("…" if argument.nargs == -1 else "")
    return name if argument.required else f"[{name}]"


def _page(command: TyperCommand | TyperGroup, ctx: Any, groups: dict[str, list[Row]]) -> str:
    console = Console(highlight=False)
    console.width = min(console.width, MAX_COLUMNS)
    with console.capture() as page:
        arguments = (
            _written(param) for param in command.params if isinstance(param, TyperArgument)
        )
        takes = [_("COMMAND")] if isinstance(command, Group) else arguments
        usage = " ".join([ctx.command_path, _("[OPTIONS]"), *takes])
        console.print(Text(_("Usage: {usage}").format(usage=usage), style="bold"))
        console.print()
        console.print(Text(translated(command.help)))
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
