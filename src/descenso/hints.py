"""Suggestions for names that do not exist."""

import shlex
from collections.abc import Sequence
from difflib import get_close_matches
from typing import Any

from descenso.i18n import gettext as _

MOST_LISTED = 20


def hint(word: str, known: Sequence[str]) -> str:
    """A sentence with the nearest of the `known` names, in any case; else with all of them."""
    near = _closest(word, known)
    if near is not None:
        return _("Did you mean {name!r}?").format(name=near)
    return _("There are {names}.").format(names=listed(known)) if known else ""


def nearest_names(words: Sequence[str], known: Sequence[str]) -> str:
    """A sentence with the nearest of the `known` names to each word that has one; else ""."""
    pairs = [
        _("{name!r} for {word!r}").format(name=near, word=word)
        for word in words
        if (near := _closest(word, known)) is not None
    ]
    return " " + _("The nearest: {pairs}.").format(pairs=", ".join(pairs)) if pairs else ""


def dropped(name: str) -> str:
    """A name as --drop has it, where a comma parts two names.

    >>> print(dropped("net price"), dropped("price, EUR"))
    net price "price, EUR"
    """
    parts = "," in name or name.startswith('"')
    return f'"{name.replace(chr(34), chr(34) * 2)}"' if parts else name


def as_dropped(name: str) -> str:
    """A name as it is typed in a shell after --drop.

    >>> print(as_dropped("net price"), as_dropped("price, EUR"))
    'net price' '"price, EUR"'
    """
    return shlex.quote(dropped(name))


def listed(values: Sequence[object], most: int = MOST_LISTED) -> str:
    """The values as a person reads a list; of one with more than `most` the beginning."""
    first = ", ".join(map(shown, values[:most]))
    return first if len(values) <= most else _("{values} and more").format(values=first)


LONGEST_SHOWN = 80  # of a value that is refused, in characters


def shown(value: Any) -> str:
    """A value as it was found, for a line that refuses it; by its type where it is long.

    >>> shown("aut"), shown({"a": 1}), shown(list(range(100)))
    ("'aut'", "{'a': 1}", 'of type list')
    """
    text = repr(value)
    if len(text) <= LONGEST_SHOWN and text.isprintable():
        return text
    if isinstance(value, str):
        return repr(f"{value[:LONGEST_SHOWN]}…")
    return _("of type {type}").format(type=type(value).__name__)


def nearest(word: str, known: Sequence[str]) -> str:
    """' (did you mean …?)' where one of the `known` names is close to `word`, else nothing."""
    near = _closest(str(word), known)  # a dict from Python may have other names than text
    return "" if near is None else _(" (did you mean {word!r}?)").format(word=near)


def _closest(word: str, known: Sequence[str]) -> str | None:
    """The nearest of the `known` names, in any case; None where none is near."""
    by_lower = {name.lower().strip(): name for name in known}
    near = get_close_matches(word.lower().strip(), by_lower, n=1)
    return by_lower[near[0]] if near else None
