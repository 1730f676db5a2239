"""What each column of a table is: a number, a category, true or false, a date, or of no use."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, get_args

import numpy as np
import polars as pl
from jaxtyping import Integer

from descenso.data.columns.dates import DateOrder, almost_dates, date_order
from descenso.data.columns.duplicates import equal_columns
from descenso.data.columns.values import Kind, as_numbers, as_text, clean
from descenso.data.table import Table
from descenso.errors import TableError
from descenso.hints import hint, shown
from descenso.i18n import gettext as _
from descenso.i18n import ngettext

KINDS: tuple[Kind, ...] = get_args(Kind)

# In fewer rows, all values of a column may differ by chance.
LEAST_ROWS_TO_JUDGE = 20

# So few different words among numbers are a mark or a slip, not codes.
MOST_MARKS = 3

# Text of more words than this on average, mostly different, was written and not chosen from a list.
MOST_WORDS_OF_A_CATEGORY = 5

Cause = Literal[
    "asked",
    "role",
    "unreadable",
    "empty",
    "constant",
    "identifier",
    "free_text",
    "duplicate",
    "mixed_values",
    "mixed_dates",
]
# Numbers or dates but for a mistake, most often.
MIXED: tuple[Cause, ...] = ("mixed_values", "mixed_dates")

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
        cause: what there is to say against it, in a word of `Cause`: why it is dropped, or would be
            but for the preset; "" where there is nothing.
        distinct: how many different values the training rows have, not counting missing ones; None
            where that was not needed.
    """

    name: str
    kind: Literal["number", "category", "boolean", "date", "dropped"]
    reason: str
    missing: int
    cause: Cause | Literal[""] = ""
    distinct: int | None = None


def infer_columns(
    table: Table,
    target: str | None,
    *,
    rows: Integer[np.ndarray, " rows"],
    overrides: Mapping[str, str] | None = None,
    drop: Sequence[str] = (),
    roles: Mapping[str, str] | None = None,
    preset: str = "tabular",
    may_drop_all: bool = False,
) -> tuple[Column, ...]:
    """The kind of every column but the target, in the table's order.

    Args:
        table: the whole table.
        target: the column to predict; None where there is none: then every column is described.
        rows: the training rows; no other row is looked at.
        overrides: kinds that the user gives to columns by name.
        drop: columns to leave out.
        roles: why columns by name are no features unless a kind is given to them.
        preset: "tabular" drops identifiers, constants, duplicates and free text; "lecture" keeps
            every column that can be encoded at all, and says what is odd about it.
        may_drop_all: whether no column needs to be left to learn from.

    Raises:
        TableError: an override or `drop` names no column or kind there is, or no column remains.
    """
    overrides, roles = overrides or {}, roles or {}
    _check_names(table, target, overrides, drop)
    columns = [
        _infer(table, name, rows, overrides.get(name), name in drop, roles.get(name), preset)
        for name in table.names
        if name != target
    ]
    if not table.array:
        used = [column.name for column in columns if column.kind != "dropped" and not column.cause]
        twins = equal_columns(table, used, rows)
        columns = [
            _doubted(
                column,
                "duplicate",
                _("a duplicate of {column}").format(column=twins[column.name]),
                preset,
            )
            if column.name in twins and column.name not in overrides
            else column
            for column in columns
        ]
    if not may_drop_all and all(column.kind == "dropped" for column in columns):
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
    return tuple(columns)


def _check_names(
    table: Table, target: str | None, overrides: Mapping[str, str], drop: Sequence[str]
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
    dropped: bool,
    role: str | None,
    preset: str,
) -> Column:
    values = clean(table.column(name, rows))
    missing = values.null_count()
    if dropped:
        return Column(name, "dropped", _("left out, as requested"), missing, "asked")
    for kind in KINDS:
        if kind == override:
            return Column(name, kind, _as_requested(kind), missing)
    if role:
        return Column(name, "dropped", role, missing, "role")
    if values.dtype.is_nested() or isinstance(values.dtype, pl.Binary | pl.Object):
        reason = _("{dtype} is not supported").format(dtype=values.dtype)
        return Column(name, "dropped", reason, missing, "unreadable")
    if table.array:
        return Column(
            name, "number", _("a number, because the data is an array of numbers"), missing
        )
    distinct = values.n_unique() - (missing > 0)
    kind, reason = _kind_of(values, distinct)
    if name in table.categories and values.dtype != pl.String:
        # Whatever its values are, to who made the table they are names.
        values, kind, reason = as_text(values), "category", _category_reason(distinct)
    doubt, remark = _almost(values, rows) if kind == "category" else ("", "")
    column = Column(name, kind, reason + remark, missing, doubt, distinct)
    useless = _why_useless(values, name, kind, distinct)
    if useless is None:
        return column
    cause, why = useless
    if cause == "identifier" and doubt and not is_named_identifier(name):
        # Measurements differ in every row too: it is the stray word that makes text of them.
        cause, why = doubt, _("text that is different in every row")
    return _doubted(column, cause, why + remark, preset)


def _doubted(column: Column, cause: Cause, why: str, preset: str) -> Column:
    """A column without information: dropped, or kept with a remark under the preset lecture."""
    if preset == "lecture":
        return replace(column, reason=f"{column.reason}; {why}", cause=cause)
    return replace(column, kind="dropped", reason=why, cause=cause)


def _why_useless(
    values: pl.Series, name: str, kind: Kind, distinct: int
) -> tuple[Cause, str] | None:
    """Why a column holds no information, as a cause and as a reason for people; or None."""
    if distinct == 0:
        return "empty", _("empty: every value is missing")
    # A missing value counts as a value: its absence can be informative too.
    if distinct == 1 and values.null_count() == 0:
        return "constant", _("a constant: every value is {value}").format(value=shown(values[0]))
    is_text = kind == "category"
    if not (is_text or values.dtype.is_integer()):
        return None
    present = values.drop_nulls()
    if len(present) < LEAST_ROWS_TO_JUDGE:
        return None
    identifier = _("an identifier: every value is different")
    all_different = distinct == len(present)
    if not is_text:
        # Other whole numbers may all differ too: a salary, a year.
        return ("identifier", identifier) if all_different and is_named_identifier(name) else None
    words = float(present.str.count_matches(r"\S+").to_numpy().mean())
    if words > MOST_WORDS_OF_A_CATEGORY and distinct > len(present) / 2:
        reason = _("free text ({words} words on average), which is not supported")
        return "free_text", reason.format(words=round(words))
    return ("identifier", identifier) if all_different else None


def is_named_identifier(name: str) -> bool:
    """Whether a column's name says that it identifies something: "id", "customerId", "row.index".

    >>> is_named_identifier("customer_id"), is_named_identifier("humid")
    (True, False)
    """
    return _IDENTIFIER.search(name) is not None


def _kind_of(values: pl.Series, distinct: int) -> tuple[Kind, str]:
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
    return "category", _category_reason(distinct)


def _category_reason(distinct: int) -> str:
    reason = ngettext("a category ({n} value)", "a category ({n} values)", distinct)
    return reason.format(n=distinct)


def _date_reason(order: DateOrder) -> str:
    return {
        "year": _("a date, written as text"),
        "day": _("a date, written as text with the day first"),
        "month": _("a date, written as text with the month first"),
    }[order]


def _almost(
    text: pl.Series, rows: Integer[np.ndarray, " rows"]
) -> tuple[Literal["mixed_values", "mixed_dates", ""], str]:
    """A remark about text that was most likely meant as something else, and its cause in a word."""
    if remark := _almost_numbers(text, rows):
        return "mixed_values", remark
    remark = almost_dates(text, rows)
    return ("mixed_dates", remark) if remark else ("", "")


def _almost_numbers(text: pl.Series, rows: Integer[np.ndarray, " rows"]) -> str:
    """A remark where a few words stand among numbers: a number but for a mistake, most often."""
    strays = (as_numbers(text).is_null() & text.is_not_null()).arg_true()
    words = text[strays]
    present = text.len() - text.null_count()
    # Many different ones, such as 207a beside 207, are codes; a few are some mark or a slip.
    if words.is_empty() or len(words) > present / 10 or words.n_unique() > MOST_MARKS:
        return ""
    return _(
        "; {n} of {present} values are not numbers, such as {word!r} (row {row}): if they mean "
        "that the value is missing, leave those cells empty"
    ).format(n=len(words), present=present, word=words[0], row=int(rows[strays[0]]) + 1)


def _as_requested(kind: Kind) -> str:
    return {
        "number": _("a number, as requested"),
        "category": _("a category, as requested"),
        "boolean": _("true or false, as requested"),
        "date": _("a date, as requested"),
    }[kind]
