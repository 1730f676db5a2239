"""What the features of every kind have in common."""

import polars as pl
from pydantic import BaseModel, ConfigDict

from descenso.data.columns.numerals import Numerals
from descenso.data.columns.values import Spelling, Stored

# With fewer missing values a network memorises the indicator column: all penguins without a
# measurement got the species of one of them. (Measured on the 19 tables of
# benchmarks/quality/tables.py that have gaps: 0.97 of the score, penguins 0.66, at worst 1.07.)
LEAST_ROWS_OF_A_MARK = 5


def is_marked(values: pl.Series) -> bool:
    """Whether enough of the training rows' `values` are missing to learn from that."""
    return values.null_count() >= LEAST_ROWS_OF_A_MARK


class BaseFeature(BaseModel):
    """One column, as it was in the training rows.

    Attributes:
        name: the column's name.
        missing: whether an indicator column says where a value is missing, see `is_marked`.
        stored: what the column held: text in another table is understood as that.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    name: str
    missing: bool
    stored: Stored = "text"

    def spelling(self, numerals: Numerals) -> Spelling:
        """How the column's text is to be understood in a table with such numbers."""
        return Spelling(self.stored, numerals=numerals)
