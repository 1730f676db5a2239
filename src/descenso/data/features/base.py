"""What the features of every kind have in common."""

from pydantic import BaseModel, ConfigDict

from descenso.data.numerals import Numerals
from descenso.data.values import Spelling, Stored


class BaseFeature(BaseModel):
    """One column, as it was in the training rows.

    Attributes:
        name: the column's name.
        missing: whether training rows lacked a value; the network is then told where.
        stored: what the column held: text in another table is understood as that.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    name: str
    missing: bool
    stored: Stored = "text"

    def spelling(self, numerals: Numerals) -> Spelling:
        """How the column's text is to be understood in a table with such numbers."""
        return Spelling(self.stored, numerals=numerals)
