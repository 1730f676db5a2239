"""Train neural networks on your own data, fast, and see why they learn, or why they don't."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from importlib.metadata import version

    from descenso import lessons as lessons
    from descenso.comparison import compare
    from descenso.consultation import diagnose
    from descenso.data.reading import read
    from descenso.data.table import Table
    from descenso.errors import InputError, RecipeError, RunError, TableError
    from descenso.estimators import Classifier, Regressor
    from descenso.inspection import Inspection, inspect
    from descenso.recipe import Recipe
    from descenso.run import Run, load
    from descenso.starting import train
    from descenso.sweeping import sweep
    from descenso.views.comparison import Comparison
    from descenso.views.diagnosis import Diagnosis
    from descenso.views.sweep import Sweep

    __version__ = version("descenso")

# Each public name and the module that holds it, imported when it is first asked for: `import
# descenso` imports no JAX, so that the command line answers at once.
_HOMES = {
    "Classifier": "descenso.estimators",
    "Comparison": "descenso.views.comparison",
    "Diagnosis": "descenso.views.diagnosis",
    "InputError": "descenso.errors",
    "Inspection": "descenso.inspection",
    "Recipe": "descenso.recipe",
    "RecipeError": "descenso.errors",
    "Regressor": "descenso.estimators",
    "Run": "descenso.run",
    "RunError": "descenso.errors",
    "Sweep": "descenso.views.sweep",
    "Table": "descenso.data.table",
    "TableError": "descenso.errors",
    "compare": "descenso.comparison",
    "diagnose": "descenso.consultation",
    "inspect": "descenso.inspection",
    "load": "descenso.run",
    "read": "descenso.data.reading",
    "sweep": "descenso.sweeping",
    "train": "descenso.starting",
}

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
    if name == "lessons":
        return import_module("descenso.lessons")
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'descenso' has no attribute {name!r}")


def __dir__() -> list[str]:
    return [*__all__, "__version__", "lessons"]
