"""A number: scaled, the median where it is missing, and perhaps a column that says so."""

from typing import Literal

import numpy as np
import polars as pl
from jaxtyping import Float32

from descenso.data.encoding.features.base import BaseFeature, is_marked
from descenso.data.encoding.features.scaling import Method, Scaling


class NumberFeature(BaseFeature):
    """A number as one column, or two where enough values were missing.

    Attributes:
        median: of the training rows; stands in for a missing value.
        scaling: fitted on the training rows.
    """

    kind: Literal["number"] = "number"
    median: float
    scaling: Scaling

    @classmethod
    def fit(cls, values: pl.Series, scale: Method | None) -> "NumberFeature":
        """Learn from the training rows' `values` (Float64, null where missing)."""
        numbers = values.drop_nulls().to_numpy()
        return cls(
            name=values.name,
            missing=is_marked(values),
            median=float(np.median(numbers)) if len(numbers) else 0.0,
            scaling=Scaling.fit(numbers, scale),
        )

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the encoded columns."""
        return (self.name, f"{self.name} is missing") if self.missing else (self.name,)

    def encode(self, values: pl.Series, out: Float32[np.ndarray, "rows columns"]) -> None:
        """Write `values` (Float64, null where missing) into the columns `out`."""
        present = values.fill_null(self.median) if values.null_count() else values
        out[:, 0] = self.scaling.apply(present.to_numpy())
        if self.missing:
            out[:, 1] = values.is_null().to_numpy()
