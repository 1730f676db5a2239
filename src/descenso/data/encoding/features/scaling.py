"""Bringing numbers to a common scale."""

from typing import Literal

import numpy as np
from jaxtyping import Float
from pydantic import BaseModel, ConfigDict

Method = Literal["robust", "standard"]

LARGEST = float(np.finfo(np.float32).max)

# Where the bend begins, in units of the scale.
BEND = 3.0


class Scaling(BaseModel):
    """x is seen as (x - center) / scale, and with `bend` then as 3 asinh(x/3).

    Near 0 next to nothing happens; far out it grows as a logarithm does, so that no outlier can
    dominate, and of two the larger one still looks larger. (RealMLP's clip, x / sqrt(1 + (x/3)²),
    ends at ±3: in a column with a long tail, such as delays, all large values would look alike.)

    Source: the robust scaling is RealMLP's: Holzmüller, Grinsztajn & Steinwart, Better by Default
        (2024), section 3.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    center: float = 0.0
    scale: float = 1.0
    bend: bool = False

    @classmethod
    def fit(cls, numbers: Float[np.ndarray, " rows"], method: Method | None) -> "Scaling":
        """Learn it from the numbers of the training rows, none of them missing.

        Args:
            numbers: may be empty.
            method: "robust" is median and interquartile range (where that is 0, the standard
                deviation), and bends; "standard" is mean and standard deviation; None changes
                nothing.
        """
        if method is None or len(numbers) == 0:
            return cls()
        if method == "robust":
            low, center, high = np.percentile(numbers, [25, 50, 75])
            scale = _usable(high - low, numbers) or _usable(numbers.std(), numbers) or 1.0
            return cls(center=float(center), scale=scale, bend=True)
        return cls(center=float(numbers.mean()), scale=_usable(numbers.std(), numbers) or 1.0)

    def apply(self, numbers: Float[np.ndarray, " rows"]) -> Float[np.ndarray, " rows"]:
        """The numbers on the common scale; never beyond what float32 holds."""
        # A huge number over a tiny scale is infinite in float64, and then the largest float32.
        with np.errstate(over="ignore"):
            scaled = (numbers - self.center) / self.scale
        scaled = np.clip(scaled, -LARGEST, LARGEST)
        return BEND * np.arcsinh(scaled / BEND) if self.bend else scaled


def _usable(spread: float, numbers: Float[np.ndarray, " rows"]) -> float:
    # Below this, the spread of a constant column is only the rounding of its mean.
    rounding = 10 * np.finfo(np.float64).eps * float(np.abs(numbers).max())
    return float(spread) if spread > rounding else 0.0
