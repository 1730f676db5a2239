"""What each column of a table is: a number, a category, true or false, a date, or of no use."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import polars as pl
from jaxtyping import Integer

from descenso.data.dates import Order, almost_dates, date_order
from descenso.data.hints import hint
from descenso.data.table import Table
from descenso.data.values import Kind, as_numbers, tidy
from descenso.errors import TableError
from descenso.messages import gettext as _
from descenso.messages import ngettext

KINDS: tuple[Kind, ...] = get_args(Kind)

# A table with fewer rows tells nothing from the fact that all of a column's values differ.
LEAST_ROWS_TO_JUDGE = 20

# Text of more words than this on average, mostly different, was written and not chosen from a list.
MOST_WORDS_OF_A_CATEGORY = 5

# "column1" is the first column without a name: a data frame's index, written with it.
_IDENTIFIER = re.compile(
    r"(?i:(^|[\s_.-])(id|uuid|guid|index|rowid|rownum|unnamed: 0|column1)$)|[a-z](Id|ID)$"
)


@dataclass(frozen=True)
class Column:
    """A feature's kind, and why.

    Attributes:
        name: the column's name.
        kind: number, category, boolean, date, or dropped.
        reason: a sentence for people.
        missing: how many training rows lack a value.
    """

    name: str
    kind: Literal["number", "category", "boolean", "date", "dropped"]
    reason: str
    missing: int


def infer_columns(
    table: Table,
    target: str,
    *,
    rows: Integer[np.ndarray, " rows"],
    overrides: Mapping[str, str] | None = None,
    drop: Sequence[str] = (),
    roles: Mapping[str, str] | None = None,
    preset: str = "tabular",
) -> tuple[Column, ...]:
    """The kind of every column but the target, in the table's order.

    Args:
        table: the whole table.
        target: the column to predict.
        rows: the training rows; no other row is looked at.
        overrides: kinds that the user gives to columns by name.
        drop: columns to leave out.
        roles: why columns by name are no features unless a kind is given to them.
        preset: "tabular" drops identifiers, constants and free text; "lecture" keeps every column
            that can be encoded at all.

    Raises:
        TableError: an override or `drop` names no column or kind there is, or no column remains.
    """
    overrides, roles = overrides or {}, roles or {}
    _check_names(table, target, overrides, drop)
    asked = {name: _("left out, as you asked") for name in drop}
    columns = tuple(
        _infer(table, name, rows, overrides.get(name), asked.get(name), roles.get(name), preset)
        for name in table.names
        if name != target
    )
    if all(column.kind == "dropped" for column in columns):
        raise TableError(
            _(
                "{table}: no column is left to learn {target!r} from. {reasons}Keep one with "
                "--column NAME=KIND, where KIND is {kinds}."
            ).format(
                table=table.title,
                target=target,
                reasons="".join(f"{column.name}: {column.reason}. " for column in columns[:5]),
                kinds=", ".join(KINDS),
            )
        )
    return columns


def _check_names(
    table: Table, target: str, overrides: Mapping[str, str], drop: Sequence[str]
) -> None:
    features = [name for name in table.names if name != target]
    for name in (*overrides, *drop):
        if name == target:
            raise TableError(
                _(
                    "{table}: {name!r} is the target, so it can be neither dropped nor given a "
                    "kind; --task says how to predict it."
                ).format(table=table.title, name=name)
            )
        if name not in features:
            raise TableError(
                _("{table}: there is no column {name!r}. {hint}").format(
                    table=table.title, name=name, hint=hint(name, features)
                )
            )
    for name, kind in overrides.items():
        if kind not in KINDS:
            raise TableError(
                _("column {name!r}: there is no kind {kind!r}. {hint}").format(
                    name=name, kind=kind, hint=hint(kind, KINDS)
                )
            )


def _infer(
    table: Table,
    name: str,
    rows: Integer[np.ndarray, " rows"],
    override: str | None,
    dropped: str | None,
    role: str | None,
    preset: str,
) -> Column:
    values = tidy(table.column(name, rows))
    missing = values.null_count()
    if dropped:
        return Column(name, "dropped", dropped, missing)
    for kind in KINDS:
        if kind == override:
            return Column(name, kind, _as_asked(kind), missing)
    if role:
        return Column(name, "dropped", role, missing)
    if values.dtype.is_nested() or isinstance(values.dtype, pl.Binary | pl.Object):
        reason = _("holds {dtype}, which a network cannot take").format(dtype=values.dtype)
        return Column(name, "dropped", reason, missing)
    if table.array:
        return Column(
            name, "number", _("a number, because the data is an array of numbers"), missing
        )
    useless = _why_useless(values, name) if preset == "tabular" else None
    if useless:
        return Column(name, "dropped", useless + _almost(values), missing)
    kind, reason = _kind_of(values)
    return Column(name, kind, reason, missing)


def _why_useless(values: pl.Series, name: str) -> str | None:
    """Why a column can teach nothing, or None."""
    # A missing value counts as one: whether there is a value can tell something too.
    distinct = values.n_unique()
    if values.null_count() == len(values):
        return _("empty: every value is missing")
    if distinct == 1:
        return _("a constant: every value is {value!r}").format(value=values[0])
    present = values.drop_nulls()
    if len(present) < LEAST_ROWS_TO_JUDGE or not (
        present.dtype.is_integer() or present.dtype == pl.String
    ):
        return None
    all_different = present.n_unique() == len(present)
    if present.dtype.is_integer():
        # Other whole numbers may all differ too: a salary, a year.
        all_different = all_different and _IDENTIFIER.search(name) is not None
        return _("an identifier: every value is different") if all_different else None
    if date_order(present):
        return None
    words = float(present.str.count_matches(r"\S+").to_numpy().mean())
    if words > MOST_WORDS_OF_A_CATEGORY and distinct > len(present) / 2:
        return _("free text ({words} words on average), which descenso does not read").format(
            words=round(words)
        )
    return _("an identifier: every value is different") if all_different else None


def _kind_of(values: pl.Series) -> tuple[Kind, str]:
    distinct = values.drop_nulls().n_unique()
    if values.dtype == pl.Boolean:
        return "boolean", _("true or false")
    if isinstance(values.dtype, pl.Date | pl.Datetime):
        return "date", _("a date")
    if not isinstance(values.dtype, pl.String):
        reason = ngettext("a number ({n} value)", "a number ({n} different values)", distinct)
        return "number", reason.format(n=distinct)
    order = date_order(values)
    if order:
        return "date", _date_reason(order)
    reason = ngettext("a category ({n} value)", "a category ({n} values)", distinct)
    return "category", reason.format(n=distinct) + _almost(values)


def _date_reason(order: Order) -> str:
    return {
        "year": _("a date, written as text"),
        "day": _("a date, written as text with the day first"),
        "month": _("a date, written as text with the month first"),
    }[order]


def _almost(text: pl.Series) -> str:
    """A remark about text that was most likely meant as something else."""
    return _almost_numbers(text) or almost_dates(text)


def _almost_numbers(text: pl.Series) -> str:
    """A remark where a few words stand among numbers: a number but for a mistake, most often."""
    if text.dtype != pl.String:
        return ""
    words = text.filter(as_numbers(text).is_null() & text.is_not_null())
    present = text.len() - text.null_count()
    if words.is_empty() or len(words) > present / 10:
        return ""
    return _(
        "; {n} of {present} values are not numbers, such as {word!r}: if they mean that the value "
        "is missing, leave those cells empty"
    ).format(n=len(words), present=present, word=words[0])


def _as_asked(kind: Kind) -> str:
    return {
        "number": _("a number, as you asked"),
        "category": _("a category, as you asked"),
        "boolean": _("true or false, as you asked"),
        "date": _("a date, as you asked"),
    }[kind]
