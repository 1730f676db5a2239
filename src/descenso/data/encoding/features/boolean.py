"""True or false: 1 or 0, the commoner one where it is missing, and perhaps a mark of that."""

from typing import Literal

import numpy as np
import polars as pl
from jaxtyping import Float32

from descenso.data.encoding.features.base import BaseFeature, is_marked


class BooleanFeature(BaseFeature):
    """A boolean as one column, or two where enough values were missing.

    Attributes:
        usual: the commoner value in the training rows; stands in for a missing one.
    """

    kind: Literal["boolean"] = "boolean"
    usual: bool

    @classmethod
    def fit(cls, values: pl.Series) -> "BooleanFeature":
        """Learn from the training rows' `values` (Boolean, null where missing)."""
        present = values.drop_nulls()
        return cls(
            name=values.name,
            missing=is_marked(values),
            usual=bool(2 * int(present.sum()) > len(present)),
        )

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the encoded columns."""
        return (self.name, f"{self.name} is missing") if self.missing else (self.name,)

    def encode(self, values: pl.Series, out: Float32[np.ndarray, "rows columns"]) -> None:
        """Write `values` (Boolean, null where missing) into the columns `out`."""
        out[:, 0] = values.fill_null(self.usual).to_numpy()
        if self.missing:
            out[:, 1] = values.is_null().to_numpy()
