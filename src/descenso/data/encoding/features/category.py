"""A category: a column of zeros and ones for each value, or one of codes for an embedding."""

from typing import Literal

import numpy as np
import polars as pl
from jaxtyping import Float32

from descenso.data.encoding.features.base import BaseFeature, is_marked

# Up to this many values, a column each is smaller and quicker than an embedding (as in RealMLP).
MOST_ONE_HOT = 10

# More columns than this for one category would dwarf all others; the rarest values share one.
MOST_COLUMNS = 256

# A value in fewer rows has no embedding of its own: the network would memorise these rows. The more
# rows, the more it needs, as their square root grows: 8 of 10,000. (Measured: flights by their
# aircraft, benchmarks/quality/tables.py.)
LEAST_ROWS_OF_A_CODE = 2
LEAST_ROWS_PER_ROOT = 0.08


class CategoryFeature(BaseFeature):
    """A category, one-hot or as codes.

    Values that training never saw, and those too rare to have a column or code of their own, are
    "other": code 0; one-hot a column where training had such values, else zeros in every column.
    The codes of `values` follow from 1 on. Missing is a value of its own, the last, where training
    had enough of it, else "other".

    Attributes:
        values: those with a column or code of their own, as text, sorted.
        other: whether training rows held values that are not in `values`.
        embedded: whether the network gets codes.
    """

    kind: Literal["category"] = "category"
    values: tuple[str, ...]
    other: bool
    embedded: bool

    @classmethod
    def fit(cls, values: pl.Series, embed: bool) -> "CategoryFeature":
        """Learn from the training rows' `values` (text, null where missing).

        Args:
            embed: whether a category of many values may become codes; else all are one-hot.
        """
        present = values.drop_nulls().rename("value")
        counts = present.value_counts(name="rows").sort("rows", "value", descending=[True, False])
        embedded = embed and counts.height > MOST_ONE_HOT
        if embedded:
            enough = max(LEAST_ROWS_OF_A_CODE, LEAST_ROWS_PER_ROOT * np.sqrt(len(values)))
            kept = counts.filter(pl.col("rows") >= enough)
        else:
            kept = counts.head(MOST_COLUMNS)
        return cls(
            name=values.name,
            missing=is_marked(values),
            values=tuple(kept["value"].sort().to_list()),
            other=kept.height < counts.height,
            embedded=embedded,
        )

    @property
    def codes(self) -> int:
        """How many codes there are: "other", the values, and missing where it is marked."""
        return 1 + len(self.values) + self.missing

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the encoded columns."""
        if self.embedded:
            return (self.name,)
        other = [f"{self.name}=other"] if self.other else []
        indicator = [f"{self.name} is missing"] if self.missing else []
        return (*other, *(f"{self.name}={value}" for value in self.values), *indicator)

    def encode(self, values: pl.Series, out: Float32[np.ndarray, "rows columns"]) -> int:
        """Write `values` (text, null where missing) into the columns `out`.

        Returns:
            How many of them have no column or code of their own.
        """
        known = values.cast(pl.Enum(list(self.values)), strict=False).to_physical()
        codes = (known.cast(pl.Int64) + 1).fill_null(0)
        if self.missing:
            codes = codes.set(values.is_null(), self.codes - 1)
        if self.embedded:
            out[:, 0] = codes.to_numpy()
        else:
            # Without a column for "other", code 0 is the one that sets no column.
            columns = codes.to_numpy() - (0 if self.other else 1)
            out[:] = 0
            hot = np.flatnonzero(columns >= 0)
            out[hot, columns[hot]] = 1
        return known.null_count() - values.null_count()
