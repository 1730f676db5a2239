"""Everything that is needed to repeat a training, and the words it may use.

A recipe is written once, here: the command line's options, Python's keywords and `run.json` all
come from the fields of `Recipe`. A field left at "auto" is answered from the data later (see
resolve.py).
"""

import difflib
import math
import numbers
import operator
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from os import PathLike, fspath
from typing import Any, cast

from descenso.errors import RecipeError
from descenso.markup import dim, page, plain, table
from descenso.messages import N_
from descenso.messages import gettext as _

AUTO = "auto"
NONE = "none"
RANGE_TEST = "range_test"

LONGEST_SHOWN = 80  # of a value that is refused, in characters


class Unfit(Exception):
    """A value that a field may not hold; the text says what was found, or is empty."""


@dataclass(frozen=True)
class Kind(ABC):
    """What a field may hold. `None` is allowed where `none` is true."""

    none: bool = False

    @abstractmethod
    def check(self, value: Any) -> Any:
        """`value` in its canonical form. Raises Unfit where the field may not hold it."""

    def parse(self, text: str) -> Any:
        """The value that `text` spells on a command line; text that spells nothing stays text."""
        return text

    @abstractmethod
    def allowed(self) -> str:
        """What may stand here, for people."""


@dataclass(frozen=True)
class Word(Kind):
    """One of a few words."""

    words: tuple[str, ...] = ()

    def check(self, value: Any) -> str:
        if isinstance(value, str) and value in self.words:
            return value
        raise Unfit

    def allowed(self) -> str:
        return ", ".join(self.words)


@dataclass(frozen=True)
class Flag(Kind):
    """True or false."""

    def check(self, value: Any) -> bool:
        # NumPy's booleans are no subclass of bool, but are equal to one and say so in their type's
        # name.
        if isinstance(value, bool) or type(value).__name__ in ("bool", "bool_"):
            return bool(value)
        raise Unfit

    def parse(self, text: str) -> Any:
        return {"true": True, "yes": True, "false": False, "no": False}.get(text.lower(), text)

    def allowed(self) -> str:
        return "true, false"


@dataclass(frozen=True)
class Whole(Kind):
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
            raise Unfit from None
        if (
            isinstance(value, bool)
            or number < self.low
            or (self.high is not None and number > self.high)
        ):
            raise Unfit
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
class Real(Kind):
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
            raise Unfit
        number = float(value)
        fits = number > self.low if self.above else number >= self.low
        if not (fits and number < self.below and math.isfinite(number)):
            raise Unfit
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


@dataclass(frozen=True)
class Widths(Kind):
    """The widths of the hidden layers, from the input to the output; none is no hidden layer."""

    def check(self, value: Any) -> tuple[int, ...] | None:
        if isinstance(value, str | Mapping):
            raise Unfit
        try:
            widths = tuple(value)
        except TypeError:
            widths = (value,)
        return tuple(int(Whole(low=1, high=WIDEST).check(width)) for width in widths) or None

    def parse(self, text: str) -> Any:
        parts = [part.strip() for part in text.strip("[]() ").removesuffix(",").split(",")]
        return [Whole().parse(part) for part in parts] if all(parts) else text

    def allowed(self) -> str:
        return _("whole numbers from 1 to {widest}, such as 64,64").format(widest=WIDEST)


@dataclass(frozen=True)
class ClassWeight(Kind):
    """How much the rows of each class count: `balanced`, or a number for each class."""

    def check(self, value: Any) -> str | dict[str, float]:
        if value == "balanced":
            return value
        if not isinstance(value, Mapping) or not value:
            raise Unfit
        weights = cast(Mapping[Any, Any], value)
        return {
            str(label): float(Real(above=True).check(weight)) for label, weight in weights.items()
        }

    def parse(self, text: str) -> Any:
        pairs = [part.rpartition("=") for part in text.split(",")]
        if all(equals for _label, equals, _weight in pairs):
            return {label.strip(): _number(weight) for label, _equals, weight in pairs}
        return text

    def allowed(self) -> str:
        return _("balanced, or a weight above 0 for each class, such as yes=3,no=1")


@dataclass(frozen=True)
class Validation(Kind):
    """A fraction of the rows, a file, or data."""

    def check(self, value: Any) -> Any:
        if isinstance(value, numbers.Real) and value is not True and value is not False:
            return Real(below=1.0).check(value)
        if isinstance(value, PathLike):
            return str(fspath(cast(PathLike[str], value)))
        if isinstance(value, bool) or (isinstance(value, str) and not value):
            raise Unfit
        return value

    def parse(self, text: str) -> Any:
        return _number(text)

    def allowed(self) -> str:
        return _("a fraction of the rows from 0 (none) to below 1, or a file")


def _setting(kind: Kind, about: str) -> Any:
    return field(default=AUTO, metadata={"kind": kind, "about": about})


ACTIVATIONS = ("sigmoid", "tanh", "relu", "leaky_relu", "gelu", "elu", "swish", "linear")
FLATTENING = ("sigmoid", "tanh")  # flat on either side
OPTIMIZERS = ("sgd", "momentum", "nesterov", "rmsprop", "adam", "adamw")
SCHEDULES = ("constant", "cosine", "step", "warmup_cosine")
# The fields that describe descenso's own network: a user's module takes nothing of them.
OF_THE_NETWORK = (
    "hidden_layers",
    "activation",
    "init",
    "init_scale",
    "dropout",
    "normalization",
)
INITS = ("lecun", "he", "xavier", "normal", "constant", "zeros")
PRESETS = ("tabular", "lecture")


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """A training, in words and numbers; a field at "auto" is answered from the data, with a reason.

    The fields are described by their own texts, which `descenso train --help` prints. A Python
    None, a JSON null and the word `none` are the same.

    Raises:
        RecipeError: for every field that holds what it may not, with what is allowed and the
            nearest word.

    >>> Recipe(learning_rate=0.1, hidden_layers=(16, 16)).optimizer
    'auto'
    >>> Recipe(normalization="batch")
    Traceback (most recent call last):
        ...
    descenso.errors.RecipeError: normalization is 'batch'; allowed: layer, none.
    """

    preset: Any = field(
        default="tabular",
        metadata={
            "kind": Word(words=PRESETS),
            "about": N_(
                "The set of defaults: tabular (good results on a table) or lecture (plain theory)."
            ),
        },
    )
    task: Any = _setting(
        Word(words=("regression", "binary", "multiclass")), N_("The problem to solve.")
    )
    hidden_layers: Any = _setting(
        Widths(none=True),
        N_("Units of each hidden layer, such as 64,64; none for no hidden layer."),
    )
    activation: Any = _setting(
        Word(words=ACTIVATIONS), N_("The function f of each hidden layer, a = f(Wx + b).")
    )
    output_activation: Any = _setting(
        Word(words=("linear", "sigmoid", "softmax")),
        N_("The function of the last layer; it follows from the problem."),
    )
    loss: Any = _setting(
        Word(words=("mse", "mae", "bce", "cce")),
        N_("What training lowers; it follows from the problem."),
    )
    allow_mismatch: Any = _setting(
        Flag(), N_("Train even where problem, output activation and loss do not belong together.")
    )
    optimizer: Any = _setting(Word(words=OPTIMIZERS), N_("How the gradient becomes a step."))
    learning_rate: Any = _setting(
        Real(above=True, words=(RANGE_TEST,)),
        N_(
            "The size of the step; range_test (auto, where the command line names it) finds it by "
            "trying dozens of rates."
        ),
    )
    momentum: Any = _setting(
        Real(below=1.0), N_("How much of the last step goes on (momentum, nesterov).")
    )
    schedule: Any = _setting(
        Word(words=SCHEDULES), N_("How the learning rate changes during the training.")
    )
    batch_size: Any = _setting(
        Whole(low=1, words=("full",)),
        N_("Rows per update: 1 is stochastic descent, full is batch descent."),
    )
    epochs: Any = _setting(Whole(), N_("Full passes over the training rows, at the most."))
    shuffle: Any = _setting(Flag(), N_("Visit the rows in a new order in each epoch."))
    init: Any = _setting(Word(words=INITS), N_("How the weights start."))
    init_scale: Any = _setting(
        Real(),
        N_(
            "Multiplies the starting weights; under normal, their standard deviation; under "
            "constant, their value."
        ),
    )
    scale_features: Any = _setting(Flag(), N_("Bring all numeric columns to one scale."))
    scale_target: Any = _setting(
        Flag(), N_("Bring the target of a regression to mean 0 and deviation 1.")
    )
    dropout: Any = _setting(
        Real(below=1.0, none=True, none_is=0.0),
        N_("The share of hidden units silenced in each update."),
    )
    weight_decay: Any = _setting(
        Real(none=True, none_is=0.0), N_("The pull of the weights towards zero.")
    )
    clip_norm: Any = _setting(
        Real(above=True, none=True), N_("Shorten gradients whose norm is longer than this.")
    )
    class_weight: Any = _setting(
        ClassWeight(none=True), N_("What the rows of each class count: balanced, none, or a=3,b=1.")
    )
    normalization: Any = _setting(
        Word(words=("layer",), none=True), N_("Normalise inside the network, before each f.")
    )
    patience: Any = _setting(
        Whole(low=1, none=True),
        N_("Stop after so many epochs without a better validation loss; none never stops."),
    )
    validation: Any = _setting(
        Validation(none=True),
        N_("The fraction of rows, or a file, that watches the training; 0 for none."),
    )
    seed: Any = _setting(Whole(high=2**32 - 1), N_("The number that all randomness is drawn from."))

    def __post_init__(self) -> None:
        complaints: list[str] = []
        for name in NAMES:
            try:
                object.__setattr__(self, name, _canonical(name, getattr(self, name)))
            except Unfit:
                complaints.append(_complaint(name, getattr(self, name)))
        if complaints:
            raise RecipeError(" ".join(complaints))

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> "Recipe":
        """A recipe from names and values, such as a JSON object's. Unknown names are refused."""
        unknown = [_unknown(name) for name in values if name not in NAMES]
        if unknown:
            raise RecipeError(" ".join(unknown))
        return cls(**values)

    @classmethod
    def from_text(cls, texts: Mapping[str, str]) -> "Recipe":
        """A recipe from a command line's words."""
        return cls.from_dict({name: parse(name, text) for name, text in texts.items()})

    def to_dict(self) -> dict[str, Any]:
        """Names and values as JSON has them; data given for the validation is told as "data"."""
        values = {name: getattr(self, name) for name in NAMES}
        if values["hidden_layers"] not in (None, AUTO):
            values["hidden_layers"] = list(values["hidden_layers"])
        if not isinstance(values["validation"], int | float | str):
            values["validation"] = "data"
        return values

    def named(self) -> dict[str, Any]:
        """The fields that are not "auto"."""
        return {name: getattr(self, name) for name in NAMES if not self.is_auto(name)}

    def is_auto(self, name: str) -> bool:
        """Whether the field `name` is still to be answered."""
        value = getattr(self, name)
        return isinstance(value, str) and value == AUTO

    def replace(self, **changes: Any) -> "Recipe":
        """The same recipe with other values for some fields."""
        return replace(self, **changes)

    def _repr_html_(self) -> str:
        return page(fields_table(self))


KINDS: dict[str, Kind] = {each.name: each.metadata["kind"] for each in fields(Recipe)}
NAMES: tuple[str, ...] = tuple(KINDS)


def parse(name: str, text: str) -> Any:
    """The value that `text` spells for the field `name`: `none` is None, `auto` stays."""
    if text.lower() == NONE:
        return None
    return text if text == AUTO else KINDS[name].parse(text)


def spelled(value: Any) -> str:
    """A recipe's value as the command line writes it.

    >>> spelled((64, 64)), spelled(None), spelled(True), spelled({"yes": 3.0})
    ('64,64', 'none', 'true', 'yes=3')
    """
    if value is None:
        return NONE
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, Mapping):
        weights = cast(Mapping[str, float], value)
        return ",".join(f"{label}={weight:g}" for label, weight in weights.items())
    if isinstance(value, tuple | list):
        return ",".join(map(str, cast(Sequence[int], value)))
    return str(value)


def shown(value: Any) -> str:
    """A value as it was found, for a line that refuses it; by its type where it is long.

    >>> shown("aut"), shown({"a": 1}), shown(list(range(100)))
    ("'aut'", "{'a': 1}", 'of type list')
    """
    told = repr(value)
    if len(told) <= LONGEST_SHOWN and told.isprintable():
        return told
    if isinstance(value, str):
        return repr(f"{value[:LONGEST_SHOWN]}…")
    return _("of type {type}").format(type=type(value).__name__)


def about(name: str) -> str:
    """What the field `name` means, and what it may hold, in the reader's language."""
    text = next(each.metadata["about"] for each in fields(Recipe) if each.name == name)
    return _(text)


def check_trains(recipe: Recipe) -> None:
    """Refuse a recipe of no epochs where what its training does is to be seen.

    Raises:
        RecipeError: it has none.
    """
    if recipe.epochs == 0:
        raise RecipeError(
            _("epochs is 0: nothing would be trained. Allowed here: a whole number from 1 on.")
        )


def fields_table(recipe: Recipe, reasons: Mapping[str, str] | None = None) -> str:
    """The fields as a table for a notebook: each with its value, and with what it means.

    Args:
        reasons: why each field has its value that was not named; where they are given they stand
            in place of the meanings, which a field's name then shows when it is pointed at.
    """
    rows: list[list[str]] = []
    for name in NAMES:
        value, meaning = spelled(getattr(recipe, name)), about(name)
        asked = "" if name == "preset" else _("as you asked")
        said = meaning if reasons is None else reasons.get(name, asked)
        rows.append(
            [
                f'<span title="{plain(meaning)}">{plain(name)}</span>',
                dim(value) if recipe.is_auto(name) else plain(value),
                dim(said),
            ]
        )
    last = _("meaning") if reasons is None else _("reason")
    return table([_("field"), _("value"), last], rows, named=True)


def nearest(word: str, words: tuple[str, ...] | list[str]) -> str:
    """' (did you mean …?)' where one of `words` is close to `word`, else nothing."""
    found = difflib.get_close_matches(
        str(word).lower(), [str(each) for each in words], n=1, cutoff=0.6
    )
    return _(" (did you mean {word!r}?)").format(word=found[0]) if found else ""


def _canonical(name: str, value: Any) -> Any:
    kind = KINDS[name]
    if isinstance(value, str) and value == AUTO and name != "preset":
        return AUTO
    if value is None or (isinstance(value, str) and value == NONE):
        if not kind.none:
            raise Unfit
        if isinstance(kind, Real) and kind.none_is is not None:
            return kind.none_is
        return 0.0 if isinstance(kind, Validation) else None
    return kind.check(value)


def _complaint(name: str, value: Any) -> str:
    kind = KINDS[name]
    words = (
        *getattr(kind, "words", ()),
        *([NONE] if kind.none else []),
        *([AUTO] if name != "preset" else []),
    )
    allowed = kind.allowed() + (f", {NONE}" if kind.none else "")
    # One word, whether it came as Python's or as JSON's.
    found = spelled(value) if value is None or isinstance(value, bool) else shown(value)
    hint = nearest(value, words) if isinstance(value, str) else ""
    if isinstance(kind, Validation):
        hint = _("; in Python also data, such as a pair (X, y)")
    return _("{name} is {found}; allowed: {allowed}{hint}.").format(
        name=name, found=found, allowed=allowed, hint=hint
    )


def _unknown(name: str) -> str:
    hint = nearest(name, NAMES)
    return _("A recipe has no field {name!r}{hint}; it has: {names}.").format(
        name=name, hint=hint, names=", ".join(NAMES)
    )


def _is_whole(value: Any) -> bool:
    return isinstance(value, float) and value.is_integer()


def _number(text: str) -> float | str:
    try:
        return float(text)
    except ValueError:
        return text
