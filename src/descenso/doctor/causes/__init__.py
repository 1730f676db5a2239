"""Causes of failing trainings, one file each: the symptoms of a cause, and what would repair it.

A file declares `SIGNS` (what points at the cause), `CHANGES` (the recipe's fields, or the change of
the data, that its trials try) and a function `suspect`. A new file of this kind is a new cause.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from descenso.doctor.suspicion import Suspicion
from descenso.doctor.symptoms import Symptoms

Suspect = Callable[[Symptoms], Suspicion | None]


@dataclass(frozen=True)
class Cause:
    """A cause, as its file declares it.

    Attributes:
        signs: what points at it, in English; `gettext` translates it.
        changes: fields of the recipe, or a change of the data.
        suspect: says whether the symptoms of a training point at it.
    """

    signs: str
    changes: tuple[str, ...]
    suspect: Suspect


@cache
def causes() -> dict[str, Cause]:
    """All causes by name."""
    names = [module.name for module in iter_modules(__path__)]
    files = {name: import_module(f"{__name__}.{name}") for name in names}
    return {name: Cause(file.SIGNS, file.CHANGES, file.suspect) for name, file in files.items()}


def suspects() -> dict[str, Suspect]:
    """The function `suspect` of each cause, by name."""
    return {name: cause.suspect for name, cause in causes().items()}
