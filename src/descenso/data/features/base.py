"""What the features of every kind have in common."""

from pydantic import BaseModel, ConfigDict


class BaseFeature(BaseModel):
    """One column, as it was in the training rows.

    Attributes:
        name: the column's name.
        missing: whether training rows lacked a value; the network is then told where.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    name: str
    missing: bool
