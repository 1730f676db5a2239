"""Translation: every sentence in the reader's language.

Sentences are written in English where they are said, marked with `_` (or `ngettext` where a number
decides the form), and translated here when they are said, never when a module is imported:

    raise TableError(_("{path}: the file is empty.").format(path=path))

The catalogues are `<language>/LC_MESSAGES/descenso.po` beside this file; the build compiles them.
"""

import gettext as _gettext
import locale
import os
from functools import cache
from pathlib import Path

LANGUAGES = ("en", "es")

_chosen: str | None = None


def use_language(language: str | None) -> None:
    """Speak `language` from now on; None goes back to DESCENSO_LANG, else the locale."""
    global _chosen
    _chosen = language


def language() -> str:
    """The language in use: the one chosen, else DESCENSO_LANG, else the locale's, else English."""
    wishes = (_chosen, os.environ.get("DESCENSO_LANG"), *_locale_languages())
    for wish in wishes:
        if wish and speaks(wish):
            return wish[:2].lower()
    return "en"


def speaks(language: str) -> bool:
    """Whether there is a catalogue for a language, such as es or es_MX.UTF-8."""
    return language[:2].lower() in LANGUAGES


def gettext(message: str) -> str:
    """`message` in the language in use."""
    return _catalogue(language()).gettext(message)


def N_(message: str) -> str:
    """`message` itself: marks a sentence written at import time and translated when said."""
    return message


def ngettext(one: str, many: str, n: int) -> str:
    """`one` or `many`, as `n` asks for in the language in use."""
    return _catalogue(language()).ngettext(one, many, n)


def percent(share: float, form: str = ".0f") -> str:
    """A share in percent, its sign set apart where the language in use does so.

    >>> percent(0.254), percent(0.9987, ".1f"), percent(0.975, "g")
    ('25%', '99.9%', '97.5%')
    """
    # Spanish writes a space that no line breaks at (Ortografía de la lengua española, 2010).
    return decimal(f"{100 * share:{form}}") + ("\u202f%" if language() == "es" else "%")


def decimal(digits: str) -> str:
    """A written number with the decimal mark of the language in use.

    In Spanish, 3.000 would be read as three thousand. What can be typed, such as a learning rate
    in a recipe, keeps its point.

    >>> decimal("3.000")
    '3.000'
    """
    return digits.replace(".", ",") if language() == "es" else digits


_ = gettext


def _locale_languages() -> list[str | None]:
    # The order that gettext itself looks in; locale.getlocale() only knows what setlocale() set.
    names = (os.environ.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    first = next((name for name in names if name), None)
    return [first or locale.getlocale()[0]]


@cache
def _catalogue(language: str) -> _gettext.NullTranslations:
    return _gettext.translation(
        "descenso", Path(__file__).parent / "locale", [language], fallback=True
    )
