"""A date: days on a common scale, and month, weekday and hour as points on a circle."""

import math
from typing import Literal

import numpy as np
import polars as pl
from jaxtyping import Float, Float32

from descenso.data.columns.dates import DateOrder
from descenso.data.columns.numerals import Numerals
from descenso.data.columns.values import Spelling, days
from descenso.data.encoding.features.base import BaseFeature, is_marked
from descenso.data.encoding.features.scaling import Method, Scaling

Cycle = Literal["month", "weekday", "hour"]
CYCLES: tuple[Cycle, ...] = ("month", "weekday", "hour")


class DateFeature(BaseFeature):
    """A date as one column, two for each cycle, and "is missing" where enough were missing.

    A cycle is the sine and cosine of its angle, so that December lies beside January.

    Attributes:
        median: of the training rows, in days since 1970; stands in for a missing date, and days are
            counted from it.
        scaling: of the days since the median.
        cycles: those with more than one value in the training rows.
        order: what dates that are written as text begin with.
    """

    kind: Literal["date"] = "date"
    median: float
    scaling: Scaling
    cycles: tuple[Cycle, ...]
    order: DateOrder = "year"

    @classmethod
    def fit(
        cls, values: pl.Series, scale: Method | None, order: DateOrder = "year"
    ) -> "DateFeature":
        """Learn from the training rows' `values` (Datetime, null where missing)."""
        present = values.drop_nulls()
        numbers = days(present).to_numpy()
        median = float(np.median(numbers)) if len(numbers) else 0.0
        return cls(
            name=values.name,
            missing=is_marked(values),
            median=median,
            scaling=Scaling.fit(numbers - median, scale),
            cycles=tuple(cycle for cycle in CYCLES if len(np.unique(_turns(present, cycle))) > 1),
            order=order,
        )

    def spelling(self, numerals: Numerals) -> Spelling:
        """How the column's text is to be understood."""
        return Spelling(order=self.order, numerals=numerals)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the encoded columns."""
        circles = [f"{self.name}.{cycle}.{f}" for cycle in self.cycles for f in ("sin", "cos")]
        indicator = [f"{self.name} is missing"] if self.missing else []
        return (self.name, *circles, *indicator)

    def encode(self, values: pl.Series, out: Float32[np.ndarray, "rows columns"]) -> None:
        """Write `values` (Datetime, null where missing) into the columns `out`."""
        out[:, 0] = self.scaling.apply(days(values).fill_null(self.median).to_numpy() - self.median)
        for i, cycle in enumerate(self.cycles):
            angle = 2 * math.pi * _turns(values, cycle)
            # A missing date lies at the centre of the circle, equally far from every month.
            out[:, 1 + 2 * i] = np.nan_to_num(np.sin(angle))
            out[:, 2 + 2 * i] = np.nan_to_num(np.cos(angle))
        if self.missing:
            out[:, -1] = values.is_null().to_numpy()


def _turns(dates: pl.Series, cycle: Cycle) -> Float[np.ndarray, " rows"]:
    """How far round its circle each date is, in [0, 1); NaN where it is missing."""
    parts = {
        "month": lambda: (dates.dt.month() - 1) / 12,
        "weekday": lambda: (dates.dt.weekday() - 1) / 7,
        "hour": lambda: (dates.dt.hour() + dates.dt.minute() / 60) / 24,
    }
    return parts[cycle]().cast(pl.Float64).to_numpy()
