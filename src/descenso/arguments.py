"""What the functions of Python are handed, beside data and the fields of a recipe.

Each argument has a `Kind`, as a recipe's fields have; what is of no use for it is refused in one
line, before anything is read, trained or written.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import Any, cast

from descenso.errors import InputError
from descenso.messages import gettext as _
from descenso.recipe import Kind, Real, Recipe, Unfit, Whole, shown

SHARE = Real(below=1.0)  # of the rows
SEEDS = Whole(low=1)


@dataclass(frozen=True)
class Place(Kind):
    """Where a file or a folder is."""

    def check(self, value: Any) -> Path:
        if not isinstance(value, str | PathLike) or not value:
            raise Unfit
        return Path(cast("str | PathLike[str]", value))

    def allowed(self) -> str:
        return _("a path, as text or a Path")


@dataclass(frozen=True)
class Names(Kind):
    """Columns by name, or one of them."""

    def check(self, value: Any) -> list[str]:
        names = [value] if isinstance(value, str) else value
        if isinstance(names, Mapping):
            raise Unfit
        try:
            return [_name(name) for name in names]
        except TypeError:
            raise Unfit from None

    def allowed(self) -> str:
        return _("names of columns, such as {example}").format(example="['age', 'city']")


@dataclass(frozen=True)
class KindsByName(Kind):
    """A kind for each of some columns. What kinds there are the data say."""

    def check(self, value: Any) -> dict[str, str]:
        if not isinstance(value, Mapping):
            raise Unfit
        kinds = cast("Mapping[Any, Any]", value)
        if not all(isinstance(kind, str) for kind in kinds.values()):
            raise Unfit
        return {_name(name): kind for name, kind in kinds.items()}

    def allowed(self) -> str:
        return _(
            "number, category, boolean or date for each of some columns, such as {example}"
        ).format(example="{'zip': 'category'}")


@dataclass(frozen=True)
class RecipeOrFields(Kind):
    """A recipe, or its fields by name."""

    def check(self, value: Any) -> Recipe:
        if isinstance(value, Recipe):
            return value
        if not isinstance(value, Mapping):
            raise Unfit
        return Recipe.from_dict(cast("Mapping[str, Any]", value))

    def allowed(self) -> str:
        return _("a Recipe, or its fields by name, such as {example}").format(
            example="{'epochs': 20}"
        )


@dataclass(frozen=True)
class Function(Kind):
    """What can be called."""

    def check(self, value: Any) -> Any:
        if not callable(value):
            raise Unfit
        return value

    def allowed(self) -> str:
        return _("a function")


def checked(name: str, kind: Kind, value: Any) -> Any:
    """An argument in its canonical form.

    Raises:
        InputError: it may not have that value.
    """
    if value is None and kind.none:
        return None
    try:
        return kind.check(value)
    except Unfit:
        raise InputError(
            _("{name} is {found}; allowed: {allowed}{hint}.").format(
                name=name, found=shown(value), allowed=kind.allowed(), hint=""
            )
        ) from None


def check_functions(**functions: Any) -> None:
    """Refuse what is to be called during a training and cannot be; None is nobody.

    Raises:
        InputError: naming it.
    """
    for name, function in functions.items():
        checked(name, Function(none=True), function)


def _name(name: Any) -> str:
    # pandas numbers columns that have no names.
    if not isinstance(name, str | int):
        raise Unfit
    return str(name)
