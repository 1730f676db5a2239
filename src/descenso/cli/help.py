"""Help pages and usage errors in the reader's language.

typer's own pages need rich, which takes as long to import as typer and this package together, and
their language is fixed when the options are declared. Here a page is plain text, wrapped by
`textwrap`; the help of an option is marked with `N_` where it is declared, and translated when the
page is printed.
"""

import os
import shutil
import sys
import textwrap
from collections.abc import Iterator
from itertools import zip_longest
from typing import Any

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
MIN_TEXT_COLUMNS = 10  # for the help of an option, however narrow the terminal is
BOLD = "\x1b[1m"
CYAN = "\x1b[36m"
PLAIN = "\x1b[0m"

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
        word, known = args[0], self.list_commands(ctx)
        unknown = word not in known and not word.startswith("-")
        if unknown and not ctx.resilient_parsing:
            raise InputError(
                _("There is no command {word!r}{hint}. See {command} --help.").format(
                    word=word, hint=nearest(word, known), command=ctx.command_path
                )
            )
        return super().resolve_command(ctx, args)

    def get_help(self, ctx: Any) -> str:
        return _page(self, ctx, {_("Commands"): self.summaries(ctx)} | _groups(self, ctx))

    def summaries(self, ctx: Any) -> list[Row]:
        """Each command and the first line of its help."""
        commands = ((name, self.get_command(ctx, name)) for name in self.list_commands(ctx))
        return [(name, first_line(command.help)) for name, command in commands if command]

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
    if isinstance(command, Group):
        texts |= dict(command.summaries(ctx))
    for offer in offers:
        offer.help = texts.get(offer.value)
    return offers


def _about(param: TyperArgument | TyperOption) -> str:
    return about(param.name) if param.name in FIELD_NAMES else translated(param.help)


def translated(text: str | None) -> str:
    """A text that was marked with `N_`, in the reader's language."""
    return _(text) if text else ""


def first_line(text: str | None) -> str:
    """The first line of a text that was marked with `N_`, in the reader's language."""
    return translated(text).split("\n", 1)[0]


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
    columns = min(shutil.get_terminal_size().columns, MAX_COLUMNS)
    arguments = (_written(param) for param in command.params if isinstance(param, TyperArgument))
    takes = [_("COMMAND")] if isinstance(command, Group) else arguments
    words = " ".join([ctx.command_path, _("[OPTIONS]"), *takes])
    usage = _("Usage: {usage}").format(usage=words)
    lines = [
        *(_styled(line, BOLD) for line in _wrapped(usage, columns)),
        "",
        *_wrapped(translated(command.help), columns),
    ]
    width = max(len(label) for rows in groups.values() for label, _help in rows)
    for title, rows in groups.items():
        lines += ["", _styled(title, BOLD)]
        for label, text in rows:
            lines += _row(label, text, width, columns)
    return "\n".join(lines)


def _row(label: str, text: str, width: int, columns: int) -> Iterator[str]:
    """An option in a column of its own, and beside it its help."""
    beside = _wrapped(text, max(columns - width - 4, MIN_TEXT_COLUMNS))
    for name, line in zip_longest([label], beside, fillvalue=""):
        yield f"  {_styled(name.ljust(width), CYAN)}  {line}"


def _wrapped(text: str, columns: int) -> list[str]:
    """The lines of a text, each broken where it is too long."""
    return [
        piece
        for line in text.split("\n")
        for piece in textwrap.wrap(line, columns, break_on_hyphens=False) or [""]
    ]


def _styled(text: str, style: str) -> str:
    """A text as a terminal shows it in bold or cyan; elsewhere as it is.

    NO_COLOR and FORCE_COLOR count as they do for rich, which prints everything else.
    """
    colours = os.environ.get("FORCE_COLOR") or (
        sys.stdout.isatty() and os.environ.get("TERM") not in ("dumb", "unknown")
    )
    if not colours or (style == CYAN and os.environ.get("NO_COLOR")):
        return text
    return f"{style}{text}{PLAIN}"
