"""How much each row counts, where a person weighs the rows."""

from dataclasses import replace
from typing import Any

import numpy as np
import polars as pl
from jaxtyping import Float, Float32, Integer

from descenso.data.columns.values import LARGEST, as_plain_numbers, clean, value_at
from descenso.data.table import RowNumbers, Table
from descenso.errors import TableError
from descenso.hints import hint
from descenso.i18n import decimal, ngettext
from descenso.i18n import gettext as _

# Of the column that an array of weights becomes. No column of a new table is called so by accident.
NAME = "sample_weight"


def add_weight_column(table: Table, weights: Any) -> tuple[Table, str | None]:
    """A table whose weights are one of its columns.

    Args:
        weights: the name of a column; an array of one number for each row of a table from memory,
            which becomes a column; None where all rows count alike.

    Returns:
        The table, and the column's name; None where all rows count alike.

    Raises:
        TableError: there is no such column, or the array does not suit the table.
    """
    if weights is None:
        return table, None
    if not isinstance(weights, str):
        return _with_column(table, weights)
    if weights not in table.names:
        raise TableError(
            _("{table}: there is no column {name!r} to weigh the rows by. {hint}").format(
                table=table.title, name=weights, hint=hint(weights, table.names)
            )
        )
    return table, weights


def weights_of(
    table: Table, name: str | None, rows: Integer[np.ndarray, " rows"]
) -> Float[np.ndarray, " rows"]:
    """The weight of each of `rows`, as the person gave it; 1 where the table has no such column.

    Raises:
        TableError: a weight is missing, negative, infinite or not a number.
    """
    if name not in table.names:
        return np.ones(len(rows))
    values = clean(table.column(name, rows))
    numbers = as_plain_numbers(values, table.numerals)
    usable = (numbers.is_between(0, LARGEST)).fill_null(False)
    if not usable.all():
        position = int((~usable).arg_true()[0])
        raise TableError(
            _(
                "{table}: the weights {column!r}, row {row}: {found} is not a weight. A "
                "weight is a finite 32-bit number, 0 or more; 0 leaves the row out."
            ).format(
                table=table.title,
                column=name,
                row=int(rows[position]) + 1,
                found=_("a missing value")
                if values.is_null()[position]
                else value_at(values, position),
            )
        )
    return numbers.to_numpy()


def without_zero_weights(
    table: Table, name: str | None, rows: RowNumbers
) -> Integer[np.ndarray, " counting"]:
    """Those of `rows` that count: a row of weight 0 is treated as if it were not there.

    Raises:
        TableError: as `weights_of`, or all weights are 0.
    """
    counting = rows[weights_of(table, name, rows) > 0]
    if len(counting) == 0 < len(rows):
        raise TableError(
            _("{table}: the weights {column!r} are zero in every row that has a target.").format(
                table=table.title, column=name
            )
        )
    return counting


def normalised(weights: Float[np.ndarray, " rows"]) -> Float32[np.ndarray, " rows"]:
    """The weights in proportion, 1 on average, so that their unit does not matter."""
    # By the largest first: the sum of very large ones would be infinite.
    weights = weights / weights.max(initial=1e-300)
    return (weights / weights.mean() if len(weights) else weights).astype(np.float32)


def weight_notes(table: Table, name: str | None, rows: RowNumbers, left_out: int) -> list[str]:
    """Sentences on how rows count; none where they all count alike.

    Args:
        rows: those that count.
        left_out: how many do not, because their weight is 0.
    """
    if name is None:
        return []
    if name not in table.names:
        return [
            _(
                "{table}: there is no column of weights {column!r}, so all rows count equally."
            ).format(table=table.title, column=name)
        ]
    weights = weights_of(table, name, rows)
    notes = [
        _(
            "Rows are weighted by {column} ({least} to {most}), in training and in the metrics."
        ).format(
            column=name,
            least=decimal(f"{weights.min():g}"),
            most=decimal(f"{weights.max():g}"),
        )
    ]
    if left_out:
        notes.append(
            ngettext(
                "{n} row has the weight 0 and is left out.",
                "{n} rows have the weight 0 and are left out.",
                left_out,
            ).format(n=left_out)
        )
    return notes


def _with_column(table: Table, weights: Any) -> tuple[Table, str]:
    if table.source is not None:
        raise TableError(
            _(
                "{table}: the weights of a file are one of its columns, by name. An array of "
                "weights needs data in memory."
            ).format(table=table.title)
        )
    array = np.asarray(weights)
    if array.ndim != 1 or len(array) != table.height:
        raise TableError(
            _(
                "weights has the shape {found}, but it needs one number for each of {n} rows."
            ).format(found=array.shape, n=table.height)
        )
    try:
        numbers = array.astype(np.float64)
    except (TypeError, ValueError):
        raise TableError(
            _("weights holds {dtype} values, but it needs one number for each row.").format(
                dtype=array.dtype
            )
        ) from None
    name = NAME
    while name in table.names:
        name += "_"
    column = pl.Series(name, numbers)
    return replace(table, columns=pl.DataFrame([*table.columns, column])), name
