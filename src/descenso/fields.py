"""Types of settings and arguments: what each may hold, and the check that says so.

Each argument has a `FieldType`, as a recipe's fields have; what it does not allow is refused in one
line, before anything is read, trained or written.
"""

import math
import numbers
import operator
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from os import PathLike, fspath
from pathlib import Path
from typing import Any, cast

from descenso.errors import InputError
from descenso.hints import shown
from descenso.i18n import gettext as _


class NotAllowed(Exception):
    """A value that a field may not hold; the text says what was found, or is empty."""


@dataclass(frozen=True)
class FieldType(ABC):
    """What a field may hold. `None` is allowed where `none` is true.

    A type without attributes of its own is a dataclass by this one: declaring it as one again would
    only take time at each start of the program.
    """

    none: bool = False

    @abstractmethod
    def check(self, value: Any) -> Any:
        """`value` in its canonical form. Raises NotAllowed where the field may not have it."""

    def parse(self, text: str) -> Any:
        """The value that `text` spells on a command line; text that spells nothing stays text."""
        return text

    @abstractmethod
    def allowed(self) -> str:
        """What may stand here, for people."""


@dataclass(frozen=True)
class Choice(FieldType):
    """One of a few words."""

    words: tuple[str, ...] = ()

    def check(self, value: Any) -> str:
        if isinstance(value, str) and value in self.words:
            return value
        raise NotAllowed

    def allowed(self) -> str:
        return ", ".join(self.words)


class Boolean(FieldType):
    """True or false."""

    def check(self, value: Any) -> bool:
        # NumPy's booleans are no subclass of bool, but are equal to one and say so in their type's
        # name.
        if isinstance(value, bool) or type(value).__name__ in ("bool", "bool_"):
            return bool(value)
        raise NotAllowed

    def parse(self, text: str) -> Any:
        return {"true": True, "yes": True, "false": False, "no": False}.get(text.lower(), text)

    def allowed(self) -> str:
        return "true, false"


@dataclass(frozen=True)
class Integer(FieldType):
    """A whole number from `low` on, or one of a few words."""

    low: int = 0
    high: int | None = None
    words: tuple[str, ...] = ()

    def check(self, value: Any) -> int | str:
        if isinstance(value, str) and value in self.words:
            return value
        whole: Any = int(value) if _is_whole(value) else value
        try:
            number = operator.index(whole)
        except TypeError:
            raise NotAllowed from None
        if (
            isinstance(value, bool)
            or number < self.low
            or (self.high is not None and number > self.high)
        ):
            raise NotAllowed
        return number

    def parse(self, text: str) -> Any:
        number = _number(text)
        return int(number) if isinstance(number, float) and number.is_integer() else text

    def allowed(self) -> str:
        if self.high is None:
            span = _("a whole number from {low} on").format(low=self.low)
        else:
            span = _("a whole number from {low} to {high}").format(low=self.low, high=self.high)
        return ", ".join((span, *self.words))


@dataclass(frozen=True)
class Number(FieldType):
    """A finite number, at least `low` (or above it), and below `below`; or one of a few words."""

    low: float = 0.0
    above: bool = False
    below: float = math.inf
    none_is: float | None = None
    words: tuple[str, ...] = ()

    def check(self, value: Any) -> float | str:
        if isinstance(value, str) and value in self.words:
            return value
        if isinstance(value, bool) or not isinstance(value, numbers.Real):
            raise NotAllowed
        number = float(value)
        fits = number > self.low if self.above else number >= self.low
        if not (fits and number < self.below and math.isfinite(number)):
            raise NotAllowed
        return number

    def parse(self, text: str) -> Any:
        return _number(text)

    def allowed(self) -> str:
        if math.isfinite(self.below):
            return _("a number from {low} to below {below}").format(
                low=f"{self.low:g}", below=f"{self.below:g}"
            )
        if self.above:
            span = _("a number above {low}").format(low=f"{self.low:g}")
            return ", ".join((span, *self.words))
        return _("a number from {low} on").format(low=f"{self.low:g}")


WIDEST = 2**31 - 1  # units of a layer: what a 32-bit number counts


class Widths(FieldType):
    """The widths of the hidden layers, from the input to the output; none is no hidden layer."""

    def check(self, value: Any) -> tuple[int, ...] | None:
        if isinstance(value, str | Mapping):
            raise NotAllowed
        try:
            widths = tuple(value)
        except TypeError:
            widths = (value,)
        return tuple(int(Integer(low=1, high=WIDEST).check(width)) for width in widths) or None

    def parse(self, text: str) -> Any:
        parts = [part.strip() for part in text.strip("[]() ").removesuffix(",").split(",")]
        return [Integer().parse(part) for part in parts] if all(parts) else text

    def allowed(self) -> str:
        return _("whole numbers from 1 to {widest}, such as 64,64").format(widest=WIDEST)


class ClassWeight(FieldType):
    """How much the rows of each class count: `balanced`, or a number for each class."""

    def check(self, value: Any) -> str | dict[str, float]:
        if value == "balanced":
            return value
        if not isinstance(value, Mapping) or not value:
            raise NotAllowed
        weights = cast(Mapping[Any, Any], value)
        return {
            str(label): float(Number(above=True).check(weight)) for label, weight in weights.items()
        }

    def parse(self, text: str) -> Any:
        pairs = [part.rpartition("=") for part in text.split(",")]
        if all(equals for _label, equals, _weight in pairs):
            return {label.strip(): _number(weight) for label, _equals, weight in pairs}
        return text

    def allowed(self) -> str:
        return _("balanced, or a weight above 0 for each class, such as yes=3,no=1")


class Validation(FieldType):
    """A fraction of the rows, a file, or data."""

    def check(self, value: Any) -> Any:
        if isinstance(value, numbers.Real) and value is not True and value is not False:
            return Number(below=1.0).check(value)
        if isinstance(value, PathLike):
            return str(fspath(cast(PathLike[str], value)))
        if isinstance(value, bool) or (isinstance(value, str) and not value):
            raise NotAllowed
        return value

    def parse(self, text: str) -> Any:
        return _number(text)

    def allowed(self) -> str:
        return _("a fraction of the rows from 0 (none) to below 1, or a file")


def _is_whole(value: Any) -> bool:
    return isinstance(value, float) and value.is_integer()


def _number(text: str) -> float | str:
    try:
        return float(text)
    except ValueError:
        return text


FRACTION = Number(below=1.0)  # of the rows
SEEDS = Integer(low=1)
BUDGET = Number(above=True, none=True)  # seconds
ROUNDS = Integer(low=1, high=20)  # of repairs
CONFIDENCE = Number(low=0.5, below=1.0)  # of an interval


class PathArgument(FieldType):
    """Where a file or a folder is."""

    def check(self, value: Any) -> Path:
        if not isinstance(value, str | PathLike) or not value:
            raise NotAllowed
        return Path(cast("str | PathLike[str]", value))

    def allowed(self) -> str:
        return _("a path, as text or a Path")


class ColumnNames(FieldType):
    """Columns by name, or one of them."""

    def check(self, value: Any) -> list[str]:
        names = [value] if isinstance(value, str) else value
        if isinstance(names, Mapping):
            raise NotAllowed
        try:
            return [_name(name) for name in names]
        except TypeError:
            raise NotAllowed from None

    def allowed(self) -> str:
        return _("names of columns, such as {example}").format(example="['age', 'city']")


class ColumnKinds(FieldType):
    """A kind for each of some columns. What kinds there are the data say."""

    def check(self, value: Any) -> dict[str, str]:
        if not isinstance(value, Mapping):
            raise NotAllowed
        kinds = cast("Mapping[Any, Any]", value)
        if not all(isinstance(kind, str) for kind in kinds.values()):
            raise NotAllowed
        return {_name(name): kind for name, kind in kinds.items()}

    def allowed(self) -> str:
        return _(
            "number, category, boolean or date for each of some columns, such as {example}"
        ).format(example="{'zip': 'category'}")


class Function(FieldType):
    """What can be called."""

    def check(self, value: Any) -> Any:
        if not callable(value):
            raise NotAllowed
        return value

    def allowed(self) -> str:
        return _("a function")


def checked(name: str, field_type: FieldType, value: Any) -> Any:
    """An argument in its canonical form.

    Raises:
        InputError: it may not have that value.
    """
    if value is None and field_type.none:
        return None
    try:
        return field_type.check(value)
    except NotAllowed:
        raise InputError(
            _("{name} is {found}; allowed: {allowed}{hint}.").format(
                name=name, found=shown(value), allowed=field_type.allowed(), hint=""
            )
        ) from None


def check_functions(**functions: Any) -> None:
    """Refuse a callback that cannot be called; None is no callback.

    Raises:
        InputError: naming it.
    """
    for name, function in functions.items():
        checked(name, Function(none=True), function)


def _name(name: Any) -> str:
    # pandas numbers columns that have no names.
    if not isinstance(name, str | int):
        raise NotAllowed
    return str(name)
