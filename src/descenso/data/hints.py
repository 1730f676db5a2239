"""Helping a person who wrote a name that is not there."""

from collections.abc import Sequence
from difflib import get_close_matches

from descenso.messages import gettext as _

MOST_LISTED = 20


def hint(word: str, known: Sequence[str]) -> str:
    """A sentence with the nearest of the `known` names, in any case; else with all of them."""
    by_lower = {name.lower(): name for name in known}
    near = get_close_matches(word.lower(), by_lower, n=1)
    if near:
        return _("Did you mean {name!r}?").format(name=by_lower[near[0]])
    return _("There are {names}.").format(names=listed(known)) if known else ""


def nearest_names(words: Sequence[str], known: Sequence[str]) -> str:
    """A sentence with the nearest of the `known` names to each word that has one; else ""."""
    by_lower = {name.lower().strip(): name for name in known}
    pairs = [
        _("{name!r} for {word!r}").format(name=by_lower[near[0]], word=word)
        for word in words
        if (near := get_close_matches(word.lower().strip(), by_lower, n=1))
    ]
    return " " + _("The nearest: {pairs}.").format(pairs=", ".join(pairs)) if pairs else ""


def listed(values: Sequence[object]) -> str:
    """The values as a person reads a list; of a long one the beginning."""
    shown = ", ".join(repr(value) for value in values[:MOST_LISTED])
    return shown if len(values) <= MOST_LISTED else _("{values} and more").format(values=shown)
