"""For how many epochs few rows are to be learnt: tried on folds of them, then done with all.

Validation rows are not trained on. Where rows are few that costs more than it brings: of 200 rows,
the 20 for validation are too few to say when to stop.
"""

import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from jaxtyping import Float, Int

from descenso.engine import experiment as ex
from descenso.engine import inference, loop, metrics
from descenso.engine.experiment import Experiment
from descenso.engine.metrics import Judged, Metrics
from descenso.engine.network import Model
from descenso.engine.progress import Progress, no_progress
from descenso.i18n import gettext as _

FOLDS = 5
# Doubled until it is no better.
EPOCHS = (5, 10, 20, 40, 80)
# Standard errors by which more epochs have to be better. Of few rows that teach little, each number
# of epochs is now and then the best by luck, and the larger ones make a network too sure of itself.
# (Measured: the 36 smaller tables of benchmarks/quality/tables.py, five seeds.)
BEYOND_LUCK = 0.5


@dataclass(frozen=True)
class Tried:
    """What a number of epochs was worth on rows held out.

    Attributes:
        epochs: as many.
        loss: with the weights of the classes, where the recipe has any, in the target's units;
            infinite where a fold diverged.
        metrics: as of any other rows; empty where a fold diverged.
        losses: of each row, weighted; empty likewise.
    """

    epochs: int
    loss: float
    metrics: Metrics
    losses: Float[np.ndarray, " rows"]

    def beats(self, other: "Tried") -> bool:
        """Whether it is better than the other on the same rows, by more than luck would make it."""
        if not np.isfinite([self.loss, other.loss]).all():
            return self.loss < other.loss
        gains = other.losses - self.losses
        return float(gains.mean()) > BEYOND_LUCK * float(gains.std()) / math.sqrt(len(gains))


@dataclass(frozen=True)
class CrossValidation:
    """What several numbers of epochs were worth, rising."""

    tried: list[Tried]

    @property
    def best(self) -> Tried:
        """The last that beat the one before it."""
        best, *others = self.tried
        for each in others:
            best = each if each.beats(best) else best
        return best

    def to_dict(self) -> dict[str, Any]:
        """As JSON has it."""
        return {
            "folds": FOLDS,
            "tried": [
                {"epochs": each.epochs, "loss": each.loss if np.isfinite(each.loss) else None}
                for each in self.tried
            ],
            "metrics": self.best.metrics or None,
        }


def cross_validate(
    experiment: Experiment,
    folds: Int[np.ndarray, "folds held_out"],
    on_progress: Progress = no_progress,
) -> CrossValidation:
    """Train the recipe without each fold, and judge it on that fold, for several numbers of epochs.

    Source: Stone, Cross-validatory choice and assessment of statistical predictions (1974).

    Args:
        experiment: without validation rows.
        folds: positions of the rows that are held out together.
        on_progress: called with what is being done and the fraction that is done.
    """
    what = _("Cross-validation: looking for the number of epochs")
    tried: list[Tried] = []
    for index, epochs in enumerate(EPOCHS):
        on_progress(what, sum(EPOCHS[:index]) / sum(EPOCHS))
        recipe = experiment.recipe.replace(epochs=epochs)
        tried.append(_try(replace(experiment, recipe=recipe), folds))
        if index > 0 and not tried[-1].beats(tried[-2]):
            break
    return CrossValidation(tried)


def _try(experiment: Experiment, folds: Int[np.ndarray, "folds held_out"]) -> Tried:
    """Train and judge the folds of one number of epochs."""
    task, rows = experiment.task, experiment.training
    predictions, losses = [], []
    for fold in folds:
        learning = rows.at(np.setdiff1d(np.arange(len(rows)), fold))
        network = _trained(replace(experiment, training=learning))
        if network is None:
            return Tried(experiment.recipe.epochs, np.inf, {}, np.empty(0))
        predicted, of_rows = inference.judge(task, network, rows.x[fold], rows.y[fold])
        predictions.append(predicted)
        losses.append(of_rows)
    judged = Judged(
        task=task,
        predictions=np.concatenate(predictions),
        losses=np.concatenate(losses),
        y=rows.y[folds.ravel()],
        weight=rows.sample_weight[folds.ravel()].astype(float),
        constant=experiment.baseline,
        unit=experiment.target_scale,
    )
    # Not the metrics' loss, which leaves the weights of classes out.
    weights = rows.weight[folds.ravel()].astype(float)
    weighted = experiment.loss_unit * judged.losses * weights / weights.mean()
    return Tried(
        experiment.recipe.epochs, float(weighted.mean()), metrics.measure(judged), weighted
    )


def _trained(experiment: Experiment) -> Model | None:
    """The network that learnt the rows; None where it diverged.

    By itself, not as a member of a population: so it shares its program with the training to come.
    """
    beginning = ex.loop_arguments(experiment)
    loop_state = beginning.loop_state
    plan = replace(beginning.plan, scheduled=False)
    for chunk in loop.train(*beginning._replace(plan=plan)):
        loop_state = chunk.loop_state
    return None if loop.has_diverged(loop_state) else loop_state.kept
