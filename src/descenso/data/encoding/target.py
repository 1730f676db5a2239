"""The column to predict: which task it asks for, and its values as the network sees them."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import polars as pl
from jaxtyping import Float, Float32, Int32, Integer
from pydantic import BaseModel, ConfigDict

from descenso.components import TaskName
from descenso.data.columns.dates import date_order
from descenso.data.columns.values import (
    LARGEST,
    as_booleans,
    as_numbers,
    as_plain_numbers,
    as_text,
    clean,
    value_at,
)
from descenso.data.table import Table
from descenso.errors import NonFiniteError, TableError
from descenso.hints import listed
from descenso.i18n import gettext as _
from descenso.i18n import ngettext

# Whole numbers are classes where there are few of them and each repeats.
MOST_WHOLE_CLASSES = 20
LEAST_REPEATS = 5


class Target(BaseModel):
    """A fitted target.

    Attributes:
        name: the column's name.
        task: regression, binary or multiclass.
        classes: the values as the user wrote them, sorted; None for regression. In binary tasks the
            second one is coded 1.
        center, scale: a regression target is seen as (y - center) / scale, in units of `scale`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    name: str
    task: TaskName
    classes: tuple[bool | int | float | str, ...] | None = None
    center: float = 0.0
    scale: float = 1.0

    def encode(
        self, series: pl.Series, rows: Integer[np.ndarray, " rows"]
    ) -> Float32[np.ndarray, " rows"] | Int32[np.ndarray, " rows"]:
        """The target in `rows`: float32 (scaled; 0 and 1 if binary), or int32 codes if multiclass.

        Raises:
            TableError: a value that is missing, infinite or not a number, or a class that training
                never saw.
        """
        values = _plain(series.gather(rows))
        _refuse_missing(values, rows)
        if self.classes is None:
            numbers = _numbers(values, rows)
            return ((numbers - self.center) / self.scale).astype(np.float32)
        codes = _codes(values, self.classes)
        if codes.null_count():
            position = int(codes.is_null().arg_true()[0])
            raise TableError(
                _(
                    "the target {target!r}, row {row}: the class {value} is new; the network "
                    "knows {classes}. Correct the row, leave it out, or train again with rows of "
                    "that class."
                ).format(
                    target=self.name,
                    row=int(rows[position]) + 1,
                    value=value_at(values, position),
                    classes=listed(list(self.classes)),
                )
            )
        return codes.cast(pl.Float32 if self.task == "binary" else pl.Int32).to_numpy()

    def decode(self, codes: Integer[np.ndarray, " rows"]) -> pl.Series:
        """The classes that `codes` stand for, as the user wrote them."""
        return pl.Series(self.name, list(self.classes or ())).gather(codes)

    def to_dict(self) -> dict[str, object]:
        """The target in JSON's own types."""
        return self.model_dump(mode="json")

    @classmethod
    def from_dict(cls, values: object) -> "Target":
        """The target that `to_dict` described.

        Raises:
            pydantic.ValidationError: `values` is no such description.
        """
        return cls.model_validate(values, strict=False)


def present_rows(series: pl.Series) -> Integer[np.ndarray, " rows"]:
    """The numbers of the rows where the target is not missing."""
    return np.flatnonzero(clean(series).is_not_null().to_numpy())


def rows_with_target(table: Table, name: str) -> Integer[np.ndarray, " rows"]:
    """The rows of a table whose target is known: those that predictions can be judged on.

    Raises:
        TableError: there are none.
    """
    rows = present_rows(table.column(name))
    if len(rows) == 0:
        raise TableError(
            _("{table}: the target {target!r} is missing in every row.").format(
                table=table.title, target=name
            )
        )
    return rows


def infer_task(series: pl.Series, name: str, categories: bool = False) -> tuple[TaskName, str]:
    """The task that a target's values ask for, and why.

    Text, booleans and categories are classes; so are whole numbers that are few and repeat. Other
    numbers make a regression.

    Args:
        categories: whether numbers came as categories.

    Raises:
        TableError: all values are missing, of a kind that cannot be predicted, one number,
            classes of one row each, or dates that hardly repeat.
    """
    values = _plain(series).drop_nulls()
    _refuse_unusable(values, name)
    distinct = values.n_unique()
    task, why = _task_of(values, distinct, categories)
    if values.dtype == pl.String and distinct > 2 and date_order(values):
        _refuse_dates(values, distinct, name)
        why = _(
            "`{name}` has {n} values, each a class, though they are dates (to predict a number, "
            "make one of them, such as the days since the first)"
        )
    # Only here: a part of a table that somebody else cut may well hold one number.
    if task == "regression" and distinct == 1 and len(values) > 1:
        raise TableError(
            _(
                "the target {target!r} is {value} in every row: there is nothing to predict. "
                "Choose another column with --target, or add rows with other values."
            ).format(target=name, value=values[0])
        )
    if task == "multiclass" and 1 < distinct == len(values):
        raise TableError(
            _(
                "the target {target!r} is different in every row ({classes}): a class can only be "
                "learnt from several rows that have it. Choose another column with --target, or "
                "put its values into groups."
            ).format(target=name, classes=listed(values.to_list()))
        )
    return task, _("inferred {task} because {why}; override with --task").format(
        task=task, why=why.format(name=name, n=distinct)
    )


def fit_target(
    series: pl.Series,
    task: TaskName,
    rows: Integer[np.ndarray, " rows"],
    scale: bool,
    classes: Sequence[Any] | None = None,
) -> Target:
    """Learn a target's classes, or its center and scale (mean and standard deviation), from `rows`.

    Args:
        series: the whole column.
        task: regression, binary or multiclass; multiclass accepts two classes.
        rows: the training rows.
        scale: standardise a regression target; classes are never scaled.
        classes: all that there are, sorted, where the rows need not have each; None for theirs.

    Raises:
        TableError: the values do not suit the task.
    """
    values = _plain(series.gather(rows))
    _refuse_missing(values, rows)
    _refuse_unusable(values, series.name)
    if task == "regression":
        return _fit_regression(values, rows, scale)
    if values.dtype.is_float() and values.is_infinite().any():
        _numbers(values, rows)  # refuses them
    classes = values.unique().sort().to_list() if classes is None else list(classes)
    if len(classes) == 1:
        raise TableError(
            _(
                "the target {target!r} is {classes} in all training rows: there is nothing to "
                "predict. Choose another column with --target, or add rows of another class."
            ).format(target=series.name, classes=listed(classes))
        )
    if task == "binary" and len(classes) > 2:
        raise TableError(
            _(
                "the target {target!r} has {n} values ({classes}), but binary needs two. Use "
                "--task {task}."
            ).format(
                target=series.name,
                n=len(classes),
                classes=listed(classes),
                task=_task_of(values, len(classes))[0],
            )
        )
    return Target(name=series.name, task=task, classes=tuple(classes))


def _fit_regression(values: pl.Series, rows: Integer[np.ndarray, " rows"], scale: bool) -> Target:
    if not values.dtype.is_numeric():
        raise TableError(
            _(
                "the target {target!r} holds {classes}, but regression predicts numbers. Use "
                "--task {task}."
            ).format(
                target=values.name,
                classes=listed(values.unique(maintain_order=True).to_list()),
                task="binary" if values.n_unique() == 2 else "multiclass",
            )
        )
    numbers = _numbers(values, rows)
    if not scale:
        return Target(name=values.name, task="regression")
    spread = float(numbers.std())
    # A constant target has nothing to scale by.
    usable = spread > 1e-12 * float(np.abs(numbers).max())
    return Target(
        name=values.name,
        task="regression",
        center=float(numbers.mean()),
        scale=spread if usable else 1.0,
    )


def _numbers(values: pl.Series, rows: Integer[np.ndarray, " rows"]) -> Float[np.ndarray, " rows"]:
    numbers = as_plain_numbers(values)
    unusable = (numbers.is_null() | (numbers.abs() > LARGEST)).fill_null(True)
    if unusable.any():
        position = int(unusable.arg_true()[0])
        raise NonFiniteError(
            _(
                "the target {target!r}, row {row}: {value} {is_not}. Correct it, or leave the "
                "row out."
            ).format(
                target=values.name,
                row=int(rows[position]) + 1,
                value=value_at(values, position),
                is_not=_("is not a number")
                if numbers[position] is None
                else _("is infinite or too large for a 32-bit number"),
            )
        )
    return numbers.to_numpy()


def _task_of(values: pl.Series, distinct: int, categories: bool = False) -> tuple[TaskName, str]:
    if categories or not values.dtype.is_numeric():
        task = "binary" if distinct == 2 else "multiclass"
        return task, ngettext("`{name}` has {n} value", "`{name}` has {n} values", distinct)
    numbers = as_numbers(values)
    whole = bool((numbers.is_finite() & (numbers == numbers.floor())).all())
    if distinct == 2 and whole:
        return "binary", _("`{name}` has {n} values")
    few = distinct <= MOST_WHOLE_CLASSES and len(values) >= LEAST_REPEATS * distinct
    if values.dtype.is_integer() and few and distinct > 1:
        return "multiclass", _("`{name}` has only {n} different whole numbers, and they repeat")
    return "regression", ngettext(
        "`{name}` is a number ({n} value)", "`{name}` is a number ({n} different values)", distinct
    )


def _plain(series: pl.Series) -> pl.Series:
    """The target with null for every missing value, and floats for decimals."""
    return series.cast(pl.Float64) if isinstance(series.dtype, pl.Decimal) else clean(series)


def _codes(values: pl.Series, classes: tuple[bool | int | float | str, ...]) -> pl.Series:
    """The position of each value among the classes; null for a value that is none of them.

    The column may be of another type than in training: "true" and 1 are True, "3" and 3.0 are 3.
    """
    if isinstance(classes[0], str):
        return as_text(values).cast(pl.Enum(pl.Series(classes)), strict=False).to_physical()
    if isinstance(classes[0], bool):
        values = as_booleans(values)
    elif not values.dtype.is_integer():  # as floats, large ones would be alike
        values = as_plain_numbers(values)
    known = {each: code for code, each in enumerate(classes)}
    distinct = values.unique().drop_nulls()
    codes = pl.Series([known.get(each) for each in distinct.to_list()], dtype=pl.Int32)
    return values.replace_strict(distinct, codes, default=None, return_dtype=pl.Int32)


def _refuse_unusable(values: pl.Series, name: str) -> None:
    if values.is_empty() or values.dtype == pl.Null:
        raise TableError(_("the target {target!r} is missing in every row.").format(target=name))
    if not (values.dtype.is_numeric() or isinstance(values.dtype, pl.String | pl.Boolean)):
        raise TableError(
            _(
                "the target {target!r} is of type {dtype}; descenso predicts numbers, text and "
                "true/false. Convert the column, or choose another with --target."
            ).format(target=name, dtype=values.dtype)
        )


def _refuse_dates(values: pl.Series, distinct: int, name: str) -> None:
    """Refuse dates as classes where most rows would have a class of their own."""
    if 2 * distinct > len(values):
        raise TableError(
            _(
                "the target {target!r} holds dates ({classes}), of which each would be a class, "
                "{n} in {rows} rows. Make a number of them, such as the days since the first, or "
                "choose another column with --target."
            ).format(
                target=name, classes=listed(values.head(3).to_list()), n=distinct, rows=len(values)
            )
        )


def _refuse_missing(values: pl.Series, rows: Integer[np.ndarray, " rows"]) -> None:
    if values.null_count():
        position = int(values.is_null().arg_true()[0])
        raise TableError(
            _("the target {target!r}, row {row}: the value is missing.").format(
                target=values.name, row=int(rows[position]) + 1
            )
        )
