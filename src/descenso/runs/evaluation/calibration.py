"""Whether probabilities are what they say: of the rows given 70 %, do 70 % turn out so?

Rows are sorted by their probability into bins of about as many rows each, and in each bin the mean
probability is compared with what happened. Their mean distance, each bin by its share of the rows,
is the expected calibration error (Naeini, Cooper & Hauskrecht 2015) with bins of equal mass, which
sparse regions do not spoil (Nguyen & O'Connor 2015; Nixon et al., Measuring Calibration in Deep
Learning, 2019).

Few rows scatter, so even perfect probabilities have an error above 0. How large it would be is
found by letting chance decide these very rows by their probabilities (consistency resampling,
Bröcker & Smith 2007).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Bool, Float, Int

MOST_BINS = 10
LEAST_ROWS = 10  # in a bin, but where all rows together are fewer

CHANCES = 100
BLOCK = 2**17  # drawn rows that are held at a time


@dataclass(frozen=True)
class Calibration:
    """How far probabilities lie from what happened.

    Attributes:
        error: the expected calibration error, in [0, 1].
        error_by_chance: what perfect probabilities would have on these rows, on average.
        rows: how many each bin has; bins ascend.
        predicted: the mean probability of each bin, each row as it counts.
        happened: the share of its rows where it happened, likewise.
    """

    error: float
    error_by_chance: float
    rows: Int[np.ndarray, " bins"]
    predicted: Float[np.ndarray, " bins"]
    happened: Float[np.ndarray, " bins"]

    def to_dict(self) -> dict[str, Any]:
        """As JSON has it."""
        bins = zip(self.rows, self.predicted, self.happened, strict=True)
        return {
            "error": self.error,
            "error_by_chance": self.error_by_chance,
            "bins": [
                {"rows": int(rows), "predicted": float(predicted), "happened": float(happened)}
                for rows, predicted, happened in bins
            ],
        }


def calibrate(
    probability: Float[np.ndarray, " rows"],
    happened: Bool[np.ndarray, " rows"],
    weight: Float[np.ndarray, " rows"],
    seed: int,
) -> Calibration:
    """Compare probabilities with what happened.

    Args:
        probability: of two classes, that of the second; of more, that of the predicted class.
        happened: whether the row is of that class.
        weight: how much each row counts.
        seed: of what chance decides.
    """
    order = np.argsort(probability, kind="stable")
    # float32 sums of many rows would lose digits.
    probability, happened, weight = probability[order].astype(float), happened[order], weight[order]
    first = bin_starts(probability)

    def means(values: Float[np.ndarray, "*times rows"]) -> Float[np.ndarray, "*times bins"]:
        return np.add.reduceat(values * weight, first, axis=-1) / np.add.reduceat(weight, first)

    def error(observed: Float[np.ndarray, "*times bins"]) -> Any:
        return np.abs(observed - predicted) @ np.add.reduceat(weight, first) / weight.sum()

    predicted, observed = means(probability), means(happened.astype(float))
    by_chance = [error(means(by_chance)) for by_chance in _chances(probability, seed)]
    return Calibration(
        error=float(error(observed)),
        error_by_chance=float(np.mean(np.concatenate(by_chance))),
        rows=np.diff(first, append=len(probability)),
        predicted=predicted,
        happened=observed,
    )


def bin_starts(probability: Float[np.ndarray, " rows"]) -> Int[np.ndarray, " bins"]:
    """Where the bins of ascending probabilities begin. Equal probabilities are in one bin."""
    rows = len(probability)
    bins = int(np.clip(rows // LEAST_ROWS, 1, MOST_BINS))
    edges = probability[np.arange(bins) * rows // bins]
    return np.unique(np.searchsorted(probability, edges))


def _chances(
    probability: Float[np.ndarray, " rows"], seed: int
) -> Iterator[Float[np.ndarray, "times rows"]]:
    """1 where it happened and 0 elsewhere, as chance decides, for some times at once."""
    generator = np.random.default_rng(seed)
    at_once = max(1, BLOCK // len(probability))
    for begun in range(0, CHANCES, at_once):
        times = min(at_once, CHANCES - begun)
        yield (generator.random((times, len(probability))) < probability).astype(float)
