"""Which recipes a sweep tries: a few fields, the values of each, and all their combinations."""

import itertools
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, cast

from descenso.errors import RecipeError
from descenso.fields import Choice, Integer, Number
from descenso.hints import nearest, shown
from descenso.i18n import N_
from descenso.i18n import gettext as _
from descenso.recipe import FIELD_NAMES, FIELD_TYPES, RANGE_TEST, Recipe, parse

Grid = dict[str, tuple[Any, ...]]

USUAL = 5  # values of a range that names no number of them

_DATA = N_("it changes the data that the recipes are compared on")
_FIXED = {
    "preset": N_("it stands for many fields at once; vary those"),
    "task": N_("it is the problem itself"),
    "output_activation": N_("it follows from the problem"),
    "loss": N_("it is what the recipes are ranked by"),
    "allow_mismatch": N_("it only permits other fields their values"),
    "scale_features": _DATA,
    "scale_target": _DATA,
    "class_weight": _DATA,
    "validation": _DATA,
    "seed": N_("--seeds tries several, and shows how much of a result is chance"),
}
TUNABLE = tuple(name for name in FIELD_NAMES if name not in _FIXED)


def read_grid(texts: Sequence[str]) -> Grid:
    """The fields and values that options such as `--vary learning_rate=log:1e-4:1` name.

    Raises:
        RecipeError: one cannot be understood, or a field may not hold a value.

    >>> read_grid(["hidden-layers=32|64,64", "learning_rate=log:0.01:1:3"])
    {'hidden_layers': ((32,), (64, 64)), 'learning_rate': (0.01, 0.1, 1.0)}
    """
    asked: dict[str, str] = {}
    for text in texts:
        name, equals, values = text.partition("=")
        name = name.strip().replace("-", "_")
        if not equals:
            raise RecipeError(
                _(
                    "--vary is {found!r}; write FIELD=A|B|C, FIELD=log:LOW:HIGH:N or "
                    "FIELD=lin:LOW:HIGH:N, such as learning_rate=log:1e-4:1."
                ).format(found=text)
            )
        if name in asked:
            raise RecipeError(
                _("{name} is varied twice; name all its values once.").format(name=name)
            )
        asked[name] = values
    return make_grid(asked)


def make_grid(vary: Mapping[str, Any]) -> Grid:
    """The values of each field in canonical form.

    Args:
        vary: by field, its values; or as text what stands after the equals sign of `--vary`.

    Raises:
        RecipeError: there is no such field, a sweep cannot vary it, or it may not hold a value.
    """
    if not isinstance(vary, Mapping):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise RecipeError(
            _("vary is {found}; allowed: values by field, such as {example}.").format(
                found=shown(vary), example="{'learning_rate': [0.01, 0.1]}"
            )
        )
    if not vary:
        raise RecipeError(_("There is nothing to vary; name a field and its values with --vary."))
    return {name: _values(name, wish) for name, wish in vary.items()}


def points(grid: Grid) -> list[dict[str, Any]]:
    """All combinations, the last field varying first.

    >>> points({"learning_rate": (0.1, 0.2), "batch_size": (16,)})
    [{'learning_rate': 0.1, 'batch_size': 16}, {'learning_rate': 0.2, 'batch_size': 16}]
    """
    return [dict(zip(grid, values, strict=True)) for values in itertools.product(*grid.values())]


def check_not_named(grid: Grid, given: Recipe) -> None:
    """Refuse a field that is both varied and named.

    Raises:
        RecipeError: there is one.
    """
    for name in grid:
        if not given.is_auto(name):
            raise RecipeError(
                _("{name} is named and varied as well; leave one out.").format(name=name)
            )


def _values(name: str, wish: Any) -> tuple[Any, ...]:
    if name not in FIELD_NAMES:
        raise RecipeError(
            _("A recipe has no field {name!r}{hint}. A sweep may vary: {names}.").format(
                name=name, hint=nearest(name, TUNABLE), names=", ".join(TUNABLE)
            )
        )
    if name in _FIXED:
        raise RecipeError(
            _("{name} cannot be varied: {reason}. A sweep may vary: {names}.").format(
                name=name, reason=_(_FIXED[name]), names=", ".join(TUNABLE)
            )
        )
    if isinstance(wish, str):
        wanted: list[Any] = _read(name, wish)
    elif isinstance(wish, Iterable):
        wanted = list(cast("Iterable[Any]", wish))
    else:
        wanted = [wish]
    # A recipe knows what each field may hold, and says it.
    values = [getattr(Recipe(**{name: value}), name) for value in wanted]
    if RANGE_TEST in values:
        raise RecipeError(
            _("A sweep tries rates itself: learning_rate cannot be varied over {word}.").format(
                word=RANGE_TEST
            )
        )
    if not values:
        raise RecipeError(_("{name} has no values to try.").format(name=name))
    if len({repr(value) for value in values}) < len(values):
        raise RecipeError(_("{name} has a value twice; name each once.").format(name=name))
    return tuple(values)


def _read(name: str, text: str) -> list[Any]:
    """The values that a text spells: a range, or values between bars."""
    scale, colon, rest = text.partition(":")
    if colon and scale in ("log", "lin"):
        return _range(name, scale, rest, text)
    if "," in text and "|" not in text and isinstance(FIELD_TYPES[name], Number | Integer | Choice):
        raise RecipeError(
            _("{name} is {found!r}; between two values stands a bar: {name}={barred}.").format(
                name=name, found=text, barred=text.replace(",", "|")
            )
        )
    return [parse(name, part.strip()) for part in text.split("|")]


def _range(name: str, scale: str, ends: str, text: str) -> list[Any]:
    """Evenly spaced numbers from one end to the other, on a logarithmic or a linear scale."""
    kind = FIELD_TYPES[name]
    if not isinstance(kind, Number | Integer):
        raise RecipeError(
            _(
                "{name} holds no numbers, so it has no range; write its values as {name}=A|B."
            ).format(name=name)
        )
    try:
        low, high = (float(end) for end in ends.split(":")[:2])
        count = int(ends.split(":")[2]) if ends.count(":") > 1 else USUAL
    except ValueError:
        low, high, count = 0.0, 0.0, 0
    if not (low < high < float("inf") and count > 1 and ends.count(":") < 3) or (
        scale == "log" and low <= 0
    ):
        raise RecipeError(
            _(
                "{name} is {found!r}; a range is log:LOW:HIGH:N or lin:LOW:HIGH:N with LOW below "
                "HIGH, above 0 for log, and N from 2 on ({usual} where it is left out)."
            ).format(name=name, found=text, usual=USUAL)
        )
    shares = [index / (count - 1) for index in range(count)]
    if scale == "log":
        values = [low * (high / low) ** share for share in shares]
    else:
        values = [low + (high - low) * share for share in shares]
    if isinstance(kind, Integer):
        return list(dict.fromkeys(map(round, values)))
    # As they are shown: 0.001 and not 0.0010000000000000002.
    return [float(f"{value:.6g}") for value in values]
