"""The same recipe from several seeds at once: how much of a result is luck."""

import time
from collections.abc import Sequence

import numpy as np

from descenso.engine import loop, population
from descenso.engine.network import Model
from descenso.runs.evaluation.scoring import scores
from descenso.runs.events import Advanced, Listen
from descenso.runs.preparation import Preparation
from descenso.runs.store.run_file import MetricSpread, Scores, SeedSpread


def spread_over_seeds(preparation: Preparation, seeds: int, listen: Listen | None) -> SeedSpread:
    """Train the recipe from so many seeds, beginning with its own, on the same split of the rows.

    The seed to keep is that of the median loss.
    """
    experiment = preparation.experiment
    recipe = experiment.recipe
    recipes = [recipe.replace(seed=(recipe.seed + index) % 2**32) for index in range(seeds)]
    began = time.perf_counter()

    def on_chunk(chunk: loop.Chunk) -> None:
        if listen is not None:
            listen(_advanced(chunk, recipe.epochs, time.perf_counter() - began))

    members = population.train(experiment, recipes, on_chunk)
    test = preparation.data.test
    scored = [scores(experiment, usable(member), test) for member in members]
    ranking_part = "train" if experiment.validation is None else "validation"
    return spread_of(scored, [each.seed for each in recipes], ranking_part)


def spread_of(scored: Sequence[Scores], seeds: Sequence[int], ranking_part: str) -> SeedSpread:
    """How the metrics of several seeds spread; the seed of the median one is the one to keep.

    Args:
        scored: of each seed, its metrics on each part of the rows.
        ranking_part: the part whose loss says which one is the median.
    """
    losses = [_values([each], ranking_part, "loss")[0] for each in scored]
    return SeedSpread(
        seeds=list(seeds),
        kept=seeds[int(np.argsort(losses)[(len(seeds) - 1) // 2])],
        metrics={
            part: {name: _summary(_values(scored, part, name)) for name in names} or None
            for part, names in _metric_names(scored).items()
        },
    )


def usable(member: population.Member) -> Model | None:
    """The trained network; None where it diverged at once, and only starting weights are there."""
    return None if member.diverged and member.kept_epoch == 0 else member.network


def _metric_names(scored: Sequence[Scores]) -> dict[str, list[str]]:
    """Of each part, the metrics that any of the members has."""
    return {
        part: next((list(metrics) for each in scored if (metrics := each[part])), [])
        for part in scored[0]
    }


def _values(scored: Sequence[Scores], part: str, name: str) -> list[float]:
    """A metric of each member; infinite where it is not defined, as after a divergence."""
    found = [(each[part] or {}).get(name) for each in scored]
    return [np.inf if value is None else value for value in found]


def _summary(values: list[float]) -> MetricSpread:
    finite = [value for value in values if np.isfinite(value)]
    return MetricSpread(
        mean=float(np.mean(finite)) if finite else None,
        # Of the differences: equal values have none, however their mean is rounded.
        sd=float(np.std(np.subtract(finite, finite[0]), ddof=1)) if len(finite) > 1 else None,
        min=min(finite, default=None),
        max=max(finite, default=None),
        values=[value if np.isfinite(value) else None for value in values],
    )


def _advanced(chunk: loop.Chunk, epochs: int, elapsed_seconds: float) -> Advanced:
    epoch = float(np.max(np.asarray(chunk.loop_state.epoch)))
    remaining = elapsed_seconds * (epochs - epoch) / epoch if epoch else None
    return Advanced(epoch, epochs, chunk.iteration, elapsed_seconds, remaining)
