"""The recipe: every setting of a training, with its limits and its help.

A recipe is written once, here: the command line's options, Python's keywords and `run.json` all
come from the fields of `Recipe`. A field left at "auto" is answered from the data later (see
presets.py).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any, Literal, cast, get_args

from descenso.components import ACTIVATIONS, LOSSES, OUTPUT_ACTIVATIONS, TaskName
from descenso.errors import RecipeError
from descenso.fields import (
    Boolean,
    Choice,
    ClassWeight,
    FieldType,
    Integer,
    NotAllowed,
    Number,
    Validation,
    Widths,
)
from descenso.hints import nearest, shown
from descenso.html import dim, escaped, fragment, table
from descenso.i18n import N_
from descenso.i18n import gettext as _

AUTO = "auto"
NONE = "none"
RANGE_TEST = "range_test"


def _setting(group: str, field_type: FieldType, about: str, default: str = AUTO) -> Any:
    """A field that the command line's help lists under `group`."""
    return field(default=default, metadata={"group": group, "type": field_type, "about": about})


# The type of "auto", and of other words for a number. It is Any because no field of a resolved
# recipe holds "auto": readers get the type beside it.
Auto = Any

Optimizer = Literal["sgd", "momentum", "nesterov", "rmsprop", "adam", "adamw"]
Schedule = Literal["constant", "cosine", "step", "warmup_cosine"]
Init = Literal["lecun", "he", "xavier", "normal", "constant", "zeros"]

PRESETS = ("tabular", "lecture")
OPTIMIZERS: tuple[str, ...] = get_args(Optimizer)
SCHEDULES: tuple[str, ...] = get_args(Schedule)
INITS: tuple[str, ...] = get_args(Init)
# The fields that describe descenso's own network: a user's module takes nothing of them.
NETWORK_FIELDS = (
    "hidden_layers",
    "activation",
    "init",
    "init_scale",
    "dropout",
    "normalization",
)


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

    preset: str = _setting(
        "Training",
        Choice(words=PRESETS),
        N_("The set of defaults: tabular (good results on a table) or lecture (plain theory)."),
        default="tabular",
    )
    task: TaskName | Auto = _setting(
        "Network", Choice(words=tuple(OUTPUT_ACTIVATIONS)), N_("The problem to solve.")
    )
    hidden_layers: tuple[int, ...] | Auto | None = _setting(
        "Network",
        Widths(none=True),
        N_("Units of each hidden layer, such as 64,64; none for no hidden layer."),
    )
    activation: str | Auto = _setting(
        "Network",
        Choice(words=tuple(ACTIVATIONS)),
        N_("The function f of each hidden layer, a = f(Wx + b)."),
    )
    output_activation: str | Auto = _setting(
        "Network",
        Choice(words=tuple(OUTPUT_ACTIVATIONS.values())),
        N_("The function of the last layer; it follows from the problem."),
    )
    loss: str | Auto = _setting(
        "Network",
        Choice(words=tuple(LOSSES)),
        N_("What training lowers; it follows from the problem."),
    )
    allow_mismatch: bool | Auto = _setting(
        "Network",
        Boolean(),
        N_("Train even where problem, output activation and loss do not belong together."),
    )
    optimizer: Optimizer | Auto = _setting(
        "Training", Choice(words=OPTIMIZERS), N_("How the gradient becomes a step.")
    )
    learning_rate: float | Auto = _setting(
        "Training",
        Number(above=True, words=(RANGE_TEST,)),
        N_(
            "The size of the step; range_test (auto, where the command line names it) finds it by "
            "trying dozens of rates."
        ),
    )
    momentum: float | Auto = _setting(
        "Training", Number(below=1.0), N_("How much of the last step goes on (momentum, nesterov).")
    )
    schedule: Schedule | Auto = _setting(
        "Training",
        Choice(words=SCHEDULES),
        N_("How the learning rate changes during the training."),
    )
    batch_size: int | Auto = _setting(
        "Training",
        Integer(low=1, words=("full",)),
        N_("Rows per update: 1 is stochastic descent, full is batch descent."),
    )
    epochs: int | Auto = _setting(
        "Training", Integer(), N_("Full passes over the training rows, at the most.")
    )
    shuffle: bool | Auto = _setting(
        "Training", Boolean(), N_("Visit the rows in a new order in each epoch.")
    )
    init: Init | Auto = _setting("Network", Choice(words=INITS), N_("How the weights start."))
    init_scale: float | Auto = _setting(
        "Network",
        Number(),
        N_(
            "Multiplies the starting weights; under normal, their standard deviation; under "
            "constant, their value."
        ),
    )
    scale_features: bool | Auto = _setting(
        "Data", Boolean(), N_("Bring all numeric columns to one scale.")
    )
    scale_target: bool | Auto = _setting(
        "Data", Boolean(), N_("Bring the target of a regression to mean 0 and deviation 1.")
    )
    dropout: float | Auto = _setting(
        "Regularisation",
        Number(below=1.0, none=True, none_is=0.0),
        N_("The share of hidden units silenced in each update."),
    )
    weight_decay: float | Auto = _setting(
        "Regularisation",
        Number(none=True, none_is=0.0),
        N_("The pull of the weights towards zero."),
    )
    clip_norm: float | Auto | None = _setting(
        "Regularisation",
        Number(above=True, none=True),
        N_("Shorten gradients whose norm is longer than this."),
    )
    class_weight: Mapping[str, float] | Auto | None = _setting(
        "Regularisation",
        ClassWeight(none=True),
        N_("What the rows of each class count: balanced, none, or a=3,b=1."),
    )
    normalization: Literal["layer"] | Auto | None = _setting(
        "Network",
        Choice(words=("layer",), none=True),
        N_("Normalise inside the network, before each f."),
    )
    patience: int | Auto | None = _setting(
        "Training",
        Integer(low=1, none=True),
        N_("Stop after so many epochs without a better validation loss; none never stops."),
    )
    validation: Any = _setting(
        "Data",
        Validation(none=True),
        N_("The validation set: a fraction of the rows, or a file; 0 for none."),
    )
    seed: int | Auto = _setting(
        "Training", Integer(high=2**32 - 1), N_("The number that all randomness is drawn from.")
    )

    def __post_init__(self) -> None:
        complaints: list[str] = []
        for name in FIELD_NAMES:
            try:
                object.__setattr__(self, name, _canonical(name, getattr(self, name)))
            except NotAllowed:
                complaints.append(_complaint(name, getattr(self, name)))
        if complaints:
            raise RecipeError(" ".join(complaints))

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> "Recipe":
        """A recipe from names and values, such as a JSON object's. Unknown names are refused."""
        unknown = [_unknown(name) for name in values if name not in FIELD_NAMES]
        if unknown:
            raise RecipeError(" ".join(unknown))
        return cls(**values)

    @classmethod
    def from_text(cls, texts: Mapping[str, str]) -> "Recipe":
        """A recipe from a command line's words."""
        return cls.from_dict({name: parse(name, text) for name, text in texts.items()})

    def to_dict(self) -> dict[str, Any]:
        """Names and values as JSON has them; data given for validation is written as "data"."""
        values = {name: getattr(self, name) for name in FIELD_NAMES}
        if values["hidden_layers"] not in (None, AUTO):
            values["hidden_layers"] = list(values["hidden_layers"])
        if not isinstance(values["validation"], int | float | str):
            values["validation"] = "data"
        return values

    def named(self) -> dict[str, Any]:
        """The fields that are not "auto"."""
        return {name: getattr(self, name) for name in FIELD_NAMES if not self.is_auto(name)}

    def is_auto(self, name: str) -> bool:
        """Whether the field `name` is still to be answered."""
        value = getattr(self, name)
        return isinstance(value, str) and value == AUTO

    def replace(self, **changes: Any) -> "Recipe":
        """The same recipe with other values for some fields."""
        return replace(self, **changes)

    def _repr_html_(self) -> str:
        return fragment(fields_table(self))


FIELD_TYPES: dict[str, FieldType] = {each.name: each.metadata["type"] for each in fields(Recipe)}
GROUPS: dict[str, str] = {each.name: each.metadata["group"] for each in fields(Recipe)}
FIELD_NAMES: tuple[str, ...] = tuple(FIELD_TYPES)


def parse(name: str, text: str) -> Any:
    """The value that `text` spells for the field `name`: `none` is None, `auto` stays."""
    if text.lower() == NONE:
        return None
    return text if text == AUTO else FIELD_TYPES[name].parse(text)


def to_text(value: Any) -> str:
    """A recipe's value as the command line writes it.

    >>> to_text((64, 64)), to_text(None), to_text(True), to_text({"yes": 3.0})
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
    for name in FIELD_NAMES:
        value, meaning = to_text(getattr(recipe, name)), about(name)
        asked = "" if name == "preset" else _("as requested")
        said = meaning if reasons is None else reasons.get(name, asked)
        rows.append(
            [
                f'<span title="{escaped(meaning)}">{escaped(name)}</span>',
                dim(value) if recipe.is_auto(name) else escaped(value),
                dim(said),
            ]
        )
    last = _("meaning") if reasons is None else _("reason")
    return table([_("field"), _("value"), last], rows, named=True)


def _canonical(name: str, value: Any) -> Any:
    field_type = FIELD_TYPES[name]
    if isinstance(value, str) and value == AUTO and name != "preset":
        return AUTO
    if value is None or (isinstance(value, str) and value == NONE):
        if not field_type.none:
            raise NotAllowed
        if isinstance(field_type, Number) and field_type.none_is is not None:
            return field_type.none_is
        return 0.0 if isinstance(field_type, Validation) else None
    return field_type.check(value)


def _complaint(name: str, value: Any) -> str:
    field_type = FIELD_TYPES[name]
    words = (
        *getattr(field_type, "words", ()),
        *([NONE] if field_type.none else []),
        *([AUTO] if name != "preset" else []),
    )
    allowed = field_type.allowed() + (f", {NONE}" if field_type.none else "")
    # One word, whether it came as Python's or as JSON's.
    found = to_text(value) if value is None or isinstance(value, bool) else shown(value)
    hint = nearest(value, words) if isinstance(value, str) else ""
    if isinstance(field_type, Validation):
        hint = _("; in Python also data, such as a pair (X, y)")
    return _("{name} is {found}; allowed: {allowed}{hint}.").format(
        name=name, found=found, allowed=allowed, hint=hint
    )


def _unknown(name: str) -> str:
    hint = nearest(name, FIELD_NAMES)
    return _("A recipe has no field {name!r}{hint}; it has: {names}.").format(
        name=name, hint=hint, names=", ".join(FIELD_NAMES)
    )


class RecipeOrFields(FieldType):
    """A recipe, or its fields by name."""

    def check(self, value: Any) -> Recipe:
        if isinstance(value, Recipe):
            return value
        if not isinstance(value, Mapping):
            raise NotAllowed
        return Recipe.from_dict(cast("Mapping[str, Any]", value))

    def allowed(self) -> str:
        return _("a Recipe, or its fields by name, such as {example}").format(
            example="{'epochs': 20}"
        )
