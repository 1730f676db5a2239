"""How well scores put the rows of a class before the others: ROC and precision-recall curves."""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float, Int

from descenso.runs.events import EpochRecord

MOST_POINTS = 100

Curve = tuple[Float[np.ndarray, " points"], Float[np.ndarray, " points"]]


def roc_curve(
    truth: Int[np.ndarray, " rows"],
    scores: Float[np.ndarray, " rows"],
    weight: Float[np.ndarray, " rows"],
) -> Curve | None:
    """The share of other rows, and of those of the class, that score above each threshold.

    Source: Fawcett, An Introduction to ROC Analysis (2006), algorithm 1.

    Returns:
        False and true positive rates, from (0, 0) to (1, 1); None where all rows are of one kind.
    """
    hits, alarms = _counts(truth, scores, weight)
    if hits[-1] == 0 or alarms[-1] == 0:
        return None
    return (
        np.concatenate([[0.0], alarms / alarms[-1]]),
        np.concatenate([[0.0], hits / hits[-1]]),
    )


def precision_recall_curve(
    truth: Int[np.ndarray, " rows"],
    scores: Float[np.ndarray, " rows"],
    weight: Float[np.ndarray, " rows"],
) -> Curve | None:
    """Recall and precision at each threshold, from the highest score down.

    Between two points it is a step, as `metrics.average_precision` sums it.

    Returns:
        Recalls, ascending, and precisions; None where no row is of the class.
    """
    hits, alarms = _counts(truth, scores, weight)
    if hits[-1] == 0:
        return None
    return hits / hits[-1], hits / (hits + alarms)


def thinned(curve: Curve) -> list[list[float]]:
    """The curve's points as pairs, evenly chosen where they are many; the ends stay."""
    x, y = curve
    chosen = np.unique(np.linspace(0, len(x) - 1, min(len(x), MOST_POINTS)).round().astype(int))
    return [[float(x[index]), float(y[index])] for index in chosen]


def _counts(
    truth: Int[np.ndarray, " rows"],
    scores: Float[np.ndarray, " rows"],
    weight: Float[np.ndarray, " rows"],
) -> tuple[Float[np.ndarray, " thresholds"], Float[np.ndarray, " thresholds"]]:
    """The weight of rows of the class, and of others, at or above each score, the highest first."""
    values, group = np.unique(-scores, return_inverse=True)
    hits = np.cumsum(np.bincount(group, weight * truth, len(values)))
    return hits, np.cumsum(np.bincount(group, weight * (1 - truth), len(values)))


Point = tuple[int, float]
MOST_STRETCHES = 100  # a longer line is drawn by the least and the greatest of each stretch


def points(records: Sequence[EpochRecord], name: str) -> list[Point]:
    """The points to draw: of a long line the ends, and the least and greatest of each stretch.

    Args:
        name: of what to draw over the epochs; where there is none there is no point.
    """
    known = [(each["epoch"], value) for each in records if (value := each.get(name)) is not None]
    size = -(-len(known) // MOST_STRETCHES)
    if size <= 2:
        return known
    chosen = {known[0], known[-1]}
    for first in range(0, len(known), size):
        stretch = known[first : first + size]
        chosen |= {min(stretch, key=_value), max(stretch, key=_value)}
    return sorted(chosen)


def _value(point: Point) -> float:
    return point[1]
