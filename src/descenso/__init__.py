"""Train neural networks on your own data, fast, and see why they learn, or why they don't."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from importlib.metadata import version

    from descenso import lessons as lessons
    from descenso.api.compare import compare
    from descenso.api.diagnose import diagnose
    from descenso.api.estimators import Classifier, Regressor
    from descenso.api.inspect import Inspection, inspect
    from descenso.api.run import Run, load
    from descenso.api.sweep import sweep
    from descenso.api.train import train
    from descenso.data.io.read import read
    from descenso.data.table import Table
    from descenso.errors import InputError, RecipeError, RunError, TableError
    from descenso.recipe import Recipe
    from descenso.runs import events as events
    from descenso.views.comparison import Comparison
    from descenso.views.diagnosis import Diagnosis
    from descenso.views.sweep import Sweep

    __version__ = version("descenso")

# Each public name and the module that holds it, imported when it is first asked for: `import
# descenso` imports no JAX, so that the command line answers at once.
_HOMES = {
    "Classifier": "descenso.api.estimators",
    "Comparison": "descenso.views.comparison",
    "Diagnosis": "descenso.views.diagnosis",
    "InputError": "descenso.errors",
    "Inspection": "descenso.api.inspect",
    "Recipe": "descenso.recipe",
    "RecipeError": "descenso.errors",
    "Regressor": "descenso.api.estimators",
    "Run": "descenso.api.run",
    "RunError": "descenso.errors",
    "Sweep": "descenso.views.sweep",
    "Table": "descenso.data.table",
    "TableError": "descenso.errors",
    "compare": "descenso.api.compare",
    "diagnose": "descenso.api.diagnose",
    "inspect": "descenso.api.inspect",
    "load": "descenso.api.run",
    "read": "descenso.data.io.read",
    "sweep": "descenso.api.sweep",
    "train": "descenso.api.train",
}

_MODULES = {"events": "descenso.runs.events", "lessons": "descenso.lessons"}

__all__ = [
    "Classifier",
    "Comparison",
    "Diagnosis",
    "InputError",
    "Inspection",
    "Recipe",
    "RecipeError",
    "Regressor",
    "Run",
    "RunError",
    "Sweep",
    "Table",
    "TableError",
    "compare",
    "diagnose",
    "inspect",
    "load",
    "read",
    "sweep",
    "train",
]


def __getattr__(name: str) -> Any:
    if name == "__version__":
        return import_module("importlib.metadata").version("descenso")
    if name in _MODULES:
        return import_module(_MODULES[name])
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'descenso' has no attribute {name!r}")


def __dir__() -> list[str]:
    return [*__all__, "__version__", *_MODULES]
