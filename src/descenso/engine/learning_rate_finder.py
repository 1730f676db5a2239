"""The learning rate that data and network ask for: dozens of rates, trained at once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from jaxtyping import Float

from descenso.engine import experiment as ex
from descenso.engine import loop, population
from descenso.engine.experiment import Experiment
from descenso.engine.progress import Progress, epoch_progress, no_progress
from descenso.i18n import gettext as _

LEAST, MOST = 1e-5, 1e2
RIGHT = 0.1  # a rate is right whose loss lies within this share of the way from the best to none

# Where a rate is only to be found, before a training that is to take longer than that.
FEW_RATES = 24
FEW_ITERATIONS = 300


@dataclass(frozen=True)
class RangeTest:
    """Trainings that differ in nothing but their learning rate, each from the same few seeds.

    A rate is judged by the median, over its seeds, of the training loss at the end. Right are the
    best rate and those around it, as far as no rate between misses the bar: a tenth of the way from
    the best loss to that of the best constant prediction. Smaller rates are too small, larger ones
    too large; those from which on every rate diverges are said to diverge.

    Source: in the manner of Smith, Cyclical Learning Rates (2017), section 3.3, but each rate has a
        training of its own, so that none inherits what another has learned.

    Attributes:
        rates: those tried, rising.
        members: the trainings of each, one from each seed.
        baseline: the loss of the best constant prediction.
    """

    rates: Float[np.ndarray, " rates"]
    members: Sequence[Sequence[population.Member]]
    baseline: float

    @cached_property
    def losses(self) -> Float[np.ndarray, "rates seeds"]:
        """The training loss in the last epoch; infinite where it diverged."""
        return np.array([[each.last_loss for each in seeds] for seeds in self.members])

    @property
    def medians(self) -> Float[np.ndarray, " rates"]:
        """The loss of each rate; infinite where most of its trainings diverged."""
        return np.quantile(self.losses, 0.5, axis=1, method="higher")

    @property
    def best(self) -> float:
        """The right rate of the lowest loss that it shares with the rates beside it."""
        return float(self.rates[self._best])

    @property
    def bar(self) -> float:
        """The highest loss of a rate that is right."""
        lowest = float(self.medians[self._best])
        return lowest + RIGHT * max(self.baseline - lowest, 0.0)

    @cached_property
    def verdicts(self) -> list[str]:
        """Of each rate: "too small", "right", "too large" or "diverged"."""
        right, finite = self._right, np.isfinite(self.medians)
        if right is None:
            return ["diverged"] * len(self.rates)
        # The first of the rates from which on all diverge.
        first_infinite = int(np.flatnonzero(finite)[-1]) + 1
        return [
            "too small"
            if index < right.start
            else "right"
            if index < right.stop
            else "too large"
            if index < first_infinite
            else "diverged"
            for index in range(len(self.rates))
        ]

    @property
    def right(self) -> Float[np.ndarray, " right"]:
        """The rates that are right; empty where all diverged."""
        return self.rates[self._right or slice(0, 0)]

    @property
    def suggestion(self) -> float:
        """The middle of the right rates, on a logarithmic scale."""
        return float(np.exp(np.log(self.right).mean())) if len(self.right) else self.best

    @cached_property
    def _best(self) -> int:
        """A rate is as good as the worst of itself and the two beside it: none is good by luck."""
        beside = np.pad(self.medians, 1, mode="edge")
        worst = np.max([beside[:-2], beside[1:-1], beside[2:]], axis=0)
        # Where each finite rate has an infinite one beside it, the medians decide.
        return int(np.argmin(worst if np.isfinite(worst).any() else self.medians))

    @cached_property
    def _right(self) -> slice | None:
        """The best rate and those around it that reach the bar; None where all diverged."""
        if not np.isfinite(self.medians[self._best]):
            return None
        misses = np.flatnonzero(self.medians > self.bar)
        below, above = misses[misses < self._best], misses[misses > self._best]
        start = int(below[-1]) + 1 if len(below) else 0
        return slice(start, int(above[0]) if len(above) else len(self.rates))


def spread_rates(count: int) -> Float[np.ndarray, " rates"]:
    """So many rates, evenly spread on a logarithmic scale from 10⁻⁵ to 10²."""
    return np.geomspace(LEAST, MOST, count)


def range_test(
    experiment: Experiment,
    rates: Float[np.ndarray, " rates"],
    epochs: int,
    on_chunk: Callable[[loop.Chunk], Any] | None = None,
    seeds: int = 1,
) -> RangeTest:
    """Train the recipe at many learning rates at once, from the same weights, in the same order.

    Args:
        rates: those to try, rising.
        epochs: of each.
        on_chunk: called with each chunk.
        seeds: from how many each is trained, the recipe's own first.
    """
    recipe = experiment.recipe.replace(patience=None, epochs=epochs)
    recipes = [
        recipe.replace(learning_rate=float(rate), seed=recipe.seed + seed)
        for rate in rates
        for seed in range(seeds)
    ]
    members = population.train(experiment, recipes, on_chunk)
    by_rate = [members[first : first + seeds] for first in range(0, len(members), seeds)]
    return RangeTest(rates, by_rate, ex.constant_loss(experiment))


def short_range_test(experiment: Experiment, on_progress: Progress = no_progress) -> RangeTest:
    """Fewer rates, for some hundred updates: enough to find a rate to train with.

    A recipe of no epochs is tested as if it had more: its run may be trained on later.

    Args:
        on_progress: called with what is being done and the fraction that is done.
    """
    recipe = experiment.recipe
    epochs = max(1, FEW_ITERATIONS // ex.plan(experiment, recipe.seed).iterations_per_epoch)
    epochs = min(epochs, recipe.epochs or epochs)
    what = _("Looking for the learning rate among {n}, trained at once").format(n=FEW_RATES)
    return range_test(
        experiment, spread_rates(FEW_RATES), epochs, epoch_progress(on_progress, what, epochs)
    )
