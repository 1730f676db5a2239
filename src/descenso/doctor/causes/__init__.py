"""The causes that a training may fail of, one file each: what points at it, what would repair it.

A file of this package that has a function `suspect` is a cause; adding one adds a cause.
"""

from collections.abc import Callable
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from descenso.doctor.suspicion import Suspicion
from descenso.doctor.symptoms import Symptoms

Suspect = Callable[[Symptoms], Suspicion | None]


@cache
def suspects() -> dict[str, Suspect]:
    """Of each cause, what says whether symptoms point at it."""
    return {
        module.name: import_module(f"{__name__}.{module.name}").suspect
        for module in iter_modules(__path__)
    }
