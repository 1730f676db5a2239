"""Writes the parts of the documents that the program knows itself.

    python tools/write_reference.py

These are the command line's help, the recipe's fields, the lessons, the doctor's causes, and the
packages of the house. `make docs` runs this before it builds the site, and a test compares.
"""

import ast
import contextlib
import io
import os
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from typer import Context
from typer.core import TyperGroup
from typer.main import get_command

from descenso.cli import main
from descenso.cli.app import app
from descenso.doctor.causes import causes
from descenso.i18n import gettext as _
from descenso.i18n import use_language
from descenso.lessons import TOPICS
from descenso.recipe import FIELD_NAMES, FIELD_TYPES, NONE, about

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src/descenso"
FOLDERS = {"en": ROOT / "docs", "es": ROOT / "docs/es"}
READMES = {"en": ROOT / "README.md", "es": ROOT / "README.es.md"}

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
FIELD_HEADINGS = {
    "en": ("field", "meaning", "allowed"),
    "es": ("campo", "significado", "se admite"),
}
CAUSE_HEADINGS = {
    "en": ("cause", "what points at it", "what is changed"),
    "es": ("causa", "qué la señala", "qué se cambia"),
}


class Part(NamedTuple):
    """A part of a document, between `<!-- name -->` and `<!-- end -->`."""

    document: Path
    name: str
    text: Callable[[str], str]


def documents() -> dict[Path, str]:
    """The documents that have generated parts, as they should be."""
    found: dict[Path, str] = {}
    for language, folder in FOLDERS.items():
        use_language(language)
        found[folder / "command-line.md"] = command_line(language)
        for part in parts(language):
            before = found.get(part.document) or part.document.read_text(encoding="utf-8")
            found[part.document] = replaced(before, part.name, part.text(language))
    use_language(None)
    return found


def parts(language: str) -> list[Part]:
    """The generated parts of the documents in one language."""
    folder = FOLDERS[language]
    found = [
        Part(folder / "training.md", "fields of the recipe", fields_table),
        Part(folder / "lessons.md", "lessons", lessons_shown),
        Part(READMES[language], "lessons", lessons_listed),
        Part(folder / "doctor.md", "causes", causes_table),
    ]
    # People who work on descenso read English.
    only_english = [Part(ROOT / "CONTRIBUTING.md", "packages", packages_table)]
    return [*found, *only_english] if language == "en" else found


def replaced(document: str, name: str, text: str) -> str:
    """The document with another text in the part called `name`."""
    begin, end = f"<!-- {name} -->\n", "<!-- end -->"
    before, _begin, rest = document.partition(begin)
    _old, found, after = rest.partition(end)
    if not found:
        raise ValueError(f"a document has no part between {begin.strip()} and {end}")
    return f"{before}{begin}\n{text}\n{end}{after}"


def command_line(language: str) -> str:
    """The help of every command."""
    pages = [
        f"\n## {name}\n\n```text\n{printed(*name.split()[1:], '--help', language=language)}```\n"
        for name in ("descenso", *commands())
    ]
    return COMMAND_LINE[language] + "".join(pages)


def commands() -> list[str]:
    """All commands by their full names, such as `descenso runs show`."""
    return names_below(get_command(app), "descenso")


def names_below(command: object, name: str) -> list[str]:
    """The commands of a group, and theirs."""
    if not isinstance(command, TyperGroup):
        return []
    context = Context(command)
    return [
        full
        for word in command.list_commands(context)
        for each in [command.get_command(context, word)]
        for full in (f"{name} {word}", *names_below(each, f"{name} {word}"))
    ]


def printed(*arguments: str, language: str) -> str:
    """What a command prints, 100 columns wide."""
    os.environ["COLUMNS"] = "100"
    shown = io.StringIO()
    with contextlib.redirect_stdout(shown):
        main([*arguments, "--lang", language])
    return shown.getvalue()


def fields_table(language: str) -> str:
    """The recipe's fields, with their help and what they may hold."""
    rows = [(f"`{name}`", about(name), allowed(name)) for name in FIELD_NAMES]
    return table(FIELD_HEADINGS[language], rows)


def allowed(name: str) -> str:
    """What a field may hold: its words as code, the rest as a sentence."""
    kind = FIELD_TYPES[name]
    words = (*getattr(kind, "words", ()), NONE)
    parts = [*kind.allowed().split(", "), *([NONE] if kind.none else [])]
    return ", ".join(f"`{part}`" if part in words else part for part in parts)


def lessons_shown(language: str) -> str:
    """What `descenso explain` prints: every lesson and its topic."""
    return f"```console\n$ descenso explain\n{printed('explain', language=language)}```\n"


def lessons_listed(_language: str) -> str:
    """Every lesson and its topic, as a list."""
    return "".join(f"- `{name}`: {_(topic)}\n" for name, topic in TOPICS.items())


def causes_table(language: str) -> str:
    """The doctor's causes: what points at each, and what its trial changes."""
    rows = [
        (f"`{name}`", _(cause.signs), ", ".join(f"`{change}`" for change in cause.changes))
        for name, cause in causes().items()
    ]
    return table(CAUSE_HEADINGS[language], rows)


def packages_table(_language: str) -> str:
    """Every package and root module, from the top layer down, and what it holds."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    layers = settings["tool"]["importlinter"]["contracts"][0]["layers"]
    rows = [
        (f"`{path.relative_to(SOURCE)}{'/' if path.is_dir() else ''}`", first_line(path))
        for layer in layers
        for name in layer.split(" | ")
        for path in rooms(name)
    ]
    return table(("where", "what"), rows)


def rooms(name: str) -> list[Path]:
    """The module of that name; or the package, and the packages in it."""
    folder = SOURCE / name
    if not folder.is_dir():
        return [folder.with_suffix(".py")]
    return [folder, *sorted(inner.parent for inner in folder.rglob("*/__init__.py"))]


def first_line(path: Path) -> str:
    """The first line of a module's or a package's docstring."""
    source = path / "__init__.py" if path.is_dir() else path
    return (ast.get_docstring(ast.parse(source.read_text(encoding="utf-8"))) or "").split("\n")[0]


def table(headings: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    """A table in Markdown."""
    rule = "|---" * len(headings) + "|"
    lines = [f"| {' | '.join(cells)} |" for cells in rows]
    return "\n".join([f"| {' | '.join(headings)} |", rule, *lines, ""])


if __name__ == "__main__":
    for path, text in documents().items():
        path.write_text(text, encoding="utf-8")
