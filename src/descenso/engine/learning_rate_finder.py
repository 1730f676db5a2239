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
    """Trainings that differ in nothing but their learning rate.

    A rate is right where the training loss at the end lies within a tenth of the way from the best
    rate's to that of the best constant prediction; smaller rates are too small, larger ones too
    large, and some diverge.

    Source: in the manner of Smith, Cyclical Learning Rates (2017), section 3.3, but each rate has a
        training of its own, so that none inherits what another has learned.

    Attributes:
        rates: those tried, rising.
        members: the training of each.
        baseline: the loss of the best constant prediction.
    """

    rates: Float[np.ndarray, " rates"]
    members: Sequence[population.Member]
    baseline: float

    @cached_property
    def losses(self) -> Float[np.ndarray, " rates"]:
        """The training loss in the last epoch; infinite where it diverged."""
        return np.array([each.last_loss for each in self.members])

    @property
    def best(self) -> float:
        """The rate of the lowest loss."""
        return float(self.rates[np.argmin(self.losses)])

    @property
    def bar(self) -> float:
        """The highest loss of a rate that is right."""
        lowest = float(self.losses.min())
        return lowest + RIGHT * max(self.baseline - lowest, 0.0)

    @cached_property
    def verdicts(self) -> list[str]:
        """Of each rate: "too small", "right", "too large" or "diverged"."""
        return [self._verdict(rate, end) for rate, end in zip(self.rates, self.losses, strict=True)]

    @cached_property
    def right(self) -> Float[np.ndarray, " right"]:
        """The rates that are right; empty where all diverged."""
        return self.rates[[verdict == "right" for verdict in self.verdicts]]

    @property
    def suggestion(self) -> float:
        """The middle of the right rates, on a logarithmic scale."""
        return float(np.exp(np.log(self.right).mean())) if len(self.right) else self.best

    def _verdict(self, rate: float, end: float) -> str:
        if not np.isfinite(end):
            return "diverged"
        if end <= self.bar:
            return "right"
        return "too small" if rate < self.best else "too large"


def spread_rates(count: int) -> Float[np.ndarray, " rates"]:
    """So many rates, evenly spread on a logarithmic scale from 10⁻⁵ to 10²."""
    return np.geomspace(LEAST, MOST, count)


def range_test(
    experiment: Experiment,
    rates: Float[np.ndarray, " rates"],
    epochs: int,
    on_chunk: Callable[[loop.Chunk], Any] | None = None,
) -> RangeTest:
    """Train the recipe at many learning rates at once, from the same weights, in the same order.

    Args:
        rates: those to try, rising.
        epochs: of each.
        on_chunk: called with each chunk.
    """
    recipe = experiment.recipe
    recipes = [
        recipe.replace(learning_rate=float(rate), patience=None, epochs=epochs) for rate in rates
    ]
    members = population.train(experiment, recipes, on_chunk)
    return RangeTest(rates, members, ex.constant_loss(experiment))


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
