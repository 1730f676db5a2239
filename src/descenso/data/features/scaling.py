"""Bringing numbers to a common scale."""

from typing import Literal

import numpy as np
from jaxtyping import Float
from pydantic import BaseModel, ConfigDict

Method = Literal["robust", "standard"]

LARGEST = float(np.finfo(np.float32).max)

# Where the smooth clip begins to bend, and its limit, in units of the scale.
CLIP = 3.0


class Scaling(BaseModel):
    """x is seen as (x - center) / scale, and with `clip` then bent so that it stays within ±3.

    The bend is x / sqrt(1 + (x/3)²): near 0 next to nothing happens, and no outlier can dominate.

    Source: Holzmüller, Grinsztajn & Steinwart, Better by Default (2024), section 3 (RealMLP's
    robust scaling and smooth clipping).
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    center: float = 0.0
    scale: float = 1.0
    clip: bool = False

    @classmethod
    def fit(cls, numbers: Float[np.ndarray, " rows"], method: Method | None) -> "Scaling":
        """Learn it from the numbers of the training rows, none of them missing.

        Args:
            numbers: may be empty.
            method: "robust" is median and interquartile range (where that is 0, the standard
                deviation), and clips; "standard" is mean and standard deviation; None changes
                nothing.
        """
        if method is None or len(numbers) == 0:
            return cls()
        if method == "robust":
            low, center, high = np.percentile(numbers, [25, 50, 75])
            scale = _usable(high - low, numbers) or _usable(numbers.std(), numbers) or 1.0
            return cls(center=float(center), scale=scale, clip=True)
        return cls(center=float(numbers.mean()), scale=_usable(numbers.std(), numbers) or 1.0)

    def apply(self, numbers: Float[np.ndarray, " rows"]) -> Float[np.ndarray, " rows"]:
        """The numbers on the common scale; never beyond what float32 holds."""
        # A huge number over a tiny scale is infinite in float64, and then the largest float32.
        with np.errstate(over="ignore"):
            scaled = (numbers - self.center) / self.scale
        scaled = np.clip(scaled, -LARGEST, LARGEST)
        return scaled / np.sqrt(1 + np.square(scaled / CLIP)) if self.clip else scaled


def _usable(spread: float, numbers: Float[np.ndarray, " rows"]) -> float:
    # Below this, the spread of a constant column is only the rounding of its mean.
    rounding = 10 * np.finfo(np.float64).eps * float(np.abs(numbers).max())
    return float(spread) if spread > rounding else 0.0
