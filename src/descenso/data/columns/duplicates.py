"""Columns that hold the same values."""

from collections.abc import Sequence

import numpy as np
import polars as pl
from jaxtyping import Integer, UInt64

from descenso.data.columns.values import clean
from descenso.data.table import Table


def equal_columns(
    table: Table, names: Sequence[str], rows: Integer[np.ndarray, " rows"]
) -> dict[str, str]:
    """The columns whose values in `rows` are those of an earlier one, each with the first such.

    Missing values are equal to each other; numbers are equal whatever their type.
    """
    weights = np.random.default_rng(0).integers(2**63, size=len(rows), dtype=np.uint64)
    first: dict[tuple[str, int], str] = {}
    found: dict[str, str] = {}
    for name in names:
        values = table.column(name, rows)
        values = values if values.dtype.is_numeric() else clean(values)
        hashes = _hashes(values)
        if hashes is not None:
            # The products wrap around, as is usual for hashes: that two columns which differ agree
            # has a chance of about 2⁻⁶⁰.
            kind = "number" if values.dtype.is_numeric() else str(values.dtype)
            key = (kind, int(np.dot(hashes, weights | np.uint64(1))))
            if key in first:
                found[name] = first[key]
            else:
                first[key] = name
    return found


def _hashes(values: pl.Series) -> UInt64[np.ndarray, " rows"] | None:
    """A number for each value, equal where values are."""
    if values.dtype.is_nested() or isinstance(values.dtype, pl.Binary | pl.Object | pl.Null):
        return None
    if values.dtype.is_numeric():
        # Adding zero takes the sign from zeros, which has no part in being equal.
        numbers = values.to_numpy().astype(np.float64) + 0.0
        numbers[np.isnan(numbers)] = np.nan
        return numbers.view(np.uint64)
    return values.hash().to_numpy()
