"""Changes to the arguments of the command line before typer parses them."""

import os
from collections.abc import Iterable, Sequence
from itertools import pairwise

from descenso.errors import InputError
from descenso.fields import Boolean
from descenso.i18n import LANGUAGES, speaks
from descenso.i18n import gettext as _
from descenso.recipe import FIELD_TYPES

FLAGS = tuple(
    name.replace("_", "-")
    for name, field_type in FIELD_TYPES.items()
    if isinstance(field_type, Boolean)
)
FOLDERS = ("--runs", "--run-dir", "--sweep-dir")
ANSWERS = ("true", "false", "yes", "no", "auto")


def take_language(arguments: Sequence[str]) -> tuple[list[str], str | None]:
    """The arguments without `--lang`, and its language, or None.

    The language has to be known before the first message, typer's own errors included, so typer
    cannot parse it.

    Raises:
        InputError: that language, or that of DESCENSO_LANG, is not supported.
    """
    rest: list[str] = []
    language = None
    words = iter(arguments)
    for word in words:
        if word == "--":
            return [*rest, word, *words], language
        if word == "--lang" or word.startswith("--lang="):
            language = next(words, "") if word == "--lang" else word.removeprefix("--lang=")
            if language not in LANGUAGES:
                raise not_allowed("--lang", language, LANGUAGES)
        else:
            rest.append(word)
    preferred = os.environ.get("DESCENSO_LANG")
    if language is None and preferred and not speaks(preferred):
        raise not_allowed("DESCENSO_LANG", preferred, LANGUAGES)
    return rest, language


def not_allowed(name: str, found: str, allowed: Iterable[str]) -> InputError:
    """The error of an option, or of its environment variable, that is none of the allowed words."""
    return InputError(
        _("{name} is {found!r}; allowed: {allowed}.").format(
            name=name, found=found, allowed=", ".join(allowed)
        )
    )


def check_folders(arguments: Sequence[str]) -> None:
    """Refuse an empty folder name, which Python would take for the current folder."""
    for word, following in pairwise([*arguments, "--"]):
        option, equals, value = word.partition("=")
        if option in FOLDERS and (value if equals else following) == "":
            raise InputError(
                _("{option} needs the name of a folder, such as . for this one.").format(
                    option=option
                )
            )


def spell_out(arguments: Sequence[str]) -> list[str]:
    """The arguments in full: `runs list` for `runs`, and a value for each flag of the recipe.

    >>> spell_out(["runs", "--json"])
    ['runs', 'list', '--json']
    >>> spell_out(["--shuffle", "--no-scale-target", "--allow-mismatch", "yes"])
    ['--shuffle=true', '--scale-target=false', '--allow-mismatch=yes']
    """
    spelled: list[str] = []
    words = list(arguments)
    if words == ["runs"] or (words[:1] == ["runs"] and words[1].startswith("-")):
        words[1:1] = [] if "--help" in words else ["list"]
    while words:
        word = words.pop(0)
        if word == "--":
            return [*spelled, word, *words]
        name = word.removeprefix("--")
        if word.startswith("--no-") and name.removeprefix("no-") in FLAGS:
            spelled.append(f"--{name.removeprefix('no-')}=false")
        elif word.startswith("--") and name in FLAGS:
            answered = bool(words) and words[0].lower() in ANSWERS
            spelled.append(f"{word}={words.pop(0) if answered else 'true'}")
        else:
            spelled.append(word)
    return spelled
