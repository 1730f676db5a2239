"""Writes those parts of the documents that the program itself knows: its options and its recipe.

    python docs/write_reference.py

`make docs` does it before it builds the site, and a test holds the documents to it.
"""

import contextlib
import io
import os
from pathlib import Path

from typer.core import TyperGroup
from typer.main import get_command

from descenso.cli import main
from descenso.cli.app import app
from descenso.i18n import use_language
from descenso.recipe import KINDS, NAMES, NONE, about

DOCS = Path(__file__).parent
FOLDERS = {"en": DOCS, "es": DOCS / "es"}
BEGIN, END = "<!-- fields of the recipe -->\n", "<!-- end -->"

COMMAND_LINE = {
    "en": (
        "# Command line\n\n[Español](es/command-line.md)\n\n"
        "What each command prints with `--help`.\n"
    ),
    "es": (
        "# Línea de comandos\n\n[English](../command-line.md)\n\n"
        "Lo que muestra cada comando con `--help`.\n"
    ),
}
HEADINGS = {"en": ("field", "meaning", "allowed"), "es": ("campo", "significado", "se admite")}


def documents() -> dict[Path, str]:
    """The documents that have such parts, as they should be."""
    found: dict[Path, str] = {}
    for language, folder in FOLDERS.items():
        use_language(language)
        found[folder / "command-line.md"] = command_line(language)
        training = (folder / "training.md").read_text(encoding="utf-8")
        before, _, rest = training.partition(BEGIN)
        _old, _, after = rest.partition(END)
        fields = fields_table(language)
        found[folder / "training.md"] = f"{before}{BEGIN}\n{fields}\n{END}{after}"
    use_language(None)
    return found


def command_line(language: str) -> str:
    """Every command's page, in a language."""
    pages = [
        f"\n## {name}\n\n```text\n{page(name, language)}```\n" for name in ("descenso", *commands())
    ]
    return COMMAND_LINE[language] + "".join(pages)


def commands() -> list[str]:
    """All commands by their full names, such as `descenso runs show`."""
    return names_below(get_command(app), "descenso")


def names_below(command: object, name: str) -> list[str]:
    """The commands that a group holds, and theirs."""
    if not isinstance(command, TyperGroup):
        return []
    return [
        full
        for word, each in command.commands.items()
        for full in (f"{name} {word}", *names_below(each, f"{name} {word}"))
    ]


def page(name: str, language: str) -> str:
    """What `--help` prints for a command, 100 columns wide."""
    os.environ["COLUMNS"] = "100"
    shown = io.StringIO()
    with contextlib.redirect_stdout(shown):
        main([*name.split()[1:], "--help", "--lang", language])
    return shown.getvalue()


def fields_table(language: str) -> str:
    """The fields of the recipe with their own words, in the language that is spoken."""
    heading = f"| {' | '.join(HEADINGS[language])} |\n|---|---|---|\n"
    rows = [f"| `{name}` | {about(name)} | {allowed(name)} |\n" for name in NAMES]
    return heading + "".join(rows)


def allowed(name: str) -> str:
    """What a field may hold: its words as code, the rest as a sentence."""
    kind = KINDS[name]
    words = (*getattr(kind, "words", ()), NONE)
    parts = [*kind.allowed().split(", "), *([NONE] if kind.none else [])]
    return ", ".join(f"`{part}`" if part in words else part for part in parts)


if __name__ == "__main__":
    for path, text in documents().items():
        path.write_text(text, encoding="utf-8")
