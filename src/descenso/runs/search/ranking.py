"""Which of several recipes is best, and which are no worse as far as their seeds show."""

from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float
from scipy.special import stdtrit

CONFIDENCE = 0.95
LARGEST = 700.0  # the logarithm of a ratio beside a loss of 0 is none; e^700 is a number still


@dataclass(frozen=True)
class Rank:
    """How a recipe did over its seeds.

    Attributes:
        index: of the recipe.
        mean: of the losses that are finite; None where none is.
        sd: their standard deviation; None of fewer than two.
        diverged: how many seeds diverged.
        times: how many times the best recipe's loss it is, by the mean of the logarithms.
        low, high: the interval of that; None of one seed, and for the best.
        verdict: best; noise where the interval holds 1; worse; diverged; unknown of one seed.
    """

    index: int
    mean: float | None
    sd: float | None
    diverged: int
    times: float | None = None
    low: float | None = None
    high: float | None = None
    verdict: str = "unknown"


def rank(losses: Float[np.ndarray, "recipes seeds"]) -> list[Rank]:
    """The recipes from the best to the worst, those of which a seed diverged at the end.

    Seeds are shared: the same one starts all recipes, so they are compared seed by seed. Losses are
    positive and skewed, and spread the more the greater they are, so it is by their ratio that a
    recipe is compared with the best: the mean of its logarithm has the interval of Student's t at
    95 %. Since the best is chosen by the same losses, it looks a little better than it is.

    Args:
        losses: of each recipe and seed; infinite where the training diverged.

    Source: Student, The Probable Error of a Mean, Biometrika 6 (1908).

    >>> good, bad = rank(np.array([[0.9, 1.0, 1.1], [0.5, 0.6, 0.8]]))
    >>> good.index, good.verdict, bad.index, bad.verdict, round(bad.times, 2)
    (1, 'best', 0, 'worse', 1.6)
    """
    plain = sorted(map(_described, range(len(losses)), losses), key=_order)
    best = plain[0]
    if best.diverged:
        return [replace(each, verdict="diverged") for each in plain]
    logs = np.log(np.maximum(losses, np.finfo(float).tiny))
    return [
        replace(best, verdict="best"),
        *(_beside(each, logs[each.index] - logs[best.index]) for each in plain[1:]),
    ]


def _described(index: int, losses: Float[np.ndarray, " seeds"]) -> Rank:
    finite = losses[np.isfinite(losses)]
    return Rank(
        index,
        mean=float(finite.mean()) if len(finite) else None,
        sd=float(finite.std(ddof=1)) if len(finite) > 1 else None,
        diverged=int(len(losses) - len(finite)),
    )


def _order(each: Rank) -> tuple[int, float, int]:
    return each.diverged, np.inf if each.mean is None else each.mean, each.index


def _beside(each: Rank, ratio: Float[np.ndarray, " seeds"]) -> Rank:
    """A recipe beside the best: `ratio` is the logarithm of their losses' ratio, seed by seed."""
    if each.diverged:
        return replace(each, verdict="diverged")
    middle = float(ratio.mean())
    if len(ratio) < 2:
        return replace(each, times=float(np.exp(middle)))
    error = ratio.std(ddof=1) / len(ratio) ** 0.5
    reach = float(stdtrit(len(ratio) - 1, (1 + CONFIDENCE) / 2) * error)
    logs = np.clip([middle, middle - reach, middle + reach], -LARGEST, LARGEST)
    times, low, high = np.exp(logs).tolist()
    return replace(each, times=times, low=low, high=high, verdict="noise" if low <= 1 else "worse")
