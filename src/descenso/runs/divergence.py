"""Warnings about a training that goes wrong: it diverged, or collapsed."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from descenso.engine.experiment import Experiment, constant_loss
from descenso.engine.loop import LoopState
from descenso.i18n import decimal
from descenso.i18n import gettext as _
from descenso.presets import USUAL_RATES
from descenso.runs.events import EpochRecord

MAX_RATE_RATIO = 3  # over the largest usual rate
LARGE = 10  # the size of a column or target that is to be scaled

# A training has collapsed whose loss is above the constant's after it was so far below.
LEARNED_BELOW, COLLAPSED_ABOVE = 0.7, 1.0  # times the loss of the constant
DEAD_SHARE = 0.99  # of a layer's units


def divergence(experiment: Experiment, loop_state: LoopState) -> str:
    """What to say of a training whose loss or weights became infinite, and why they probably did.

    Args:
        loop_state: where it stopped.
    """
    kept_epoch = int(loop_state.kept_epoch)
    if kept_epoch:
        message = _(
            "The loss became infinite in epoch {lost}: {why} The weights of epoch {kept} are kept."
        )
    else:
        message = _(
            "The loss became infinite in epoch {lost}, before any weights could be kept: {why}"
        )
    return message.format(lost=int(loop_state.epoch) + 1, kept=kept_epoch, why=_why(experiment))


def _why(experiment: Experiment) -> str:
    recipe, rows = experiment.recipe, experiment.training
    x = rows.x[: len(rows), : experiment.layout.numbers]
    size = float(np.abs(x).max(initial=0.0))
    if not recipe.scale_features and size > LARGE:
        return _(
            "the columns reach {size} and are not scaled. Scale them: --scale-features true."
        ).format(size=decimal(f"{size:.3g}"))
    if recipe.task == "regression" and not recipe.scale_target:
        size = float(np.abs(rows.y).max())
        if size > LARGE:
            return _(
                "the target reaches {size} and is not scaled. Scale it: --scale-target true."
            ).format(size=decimal(f"{size:.3g}"))
    smallest, largest = USUAL_RATES[recipe.optimizer]
    if recipe.learning_rate > MAX_RATE_RATIO * largest:
        usual = f"{largest:g}" if smallest == largest else f"{smallest:g}\N{EN DASH}{largest:g}"
        return _(
            "the learning rate {rate} is too large for {optimizer}, where {usual} is usual."
        ).format(rate=f"{recipe.learning_rate:g}", optimizer=recipe.optimizer, usual=usual)
    return _("the steps were too large. A smaller learning rate or --clip-norm 1 usually helps.")


@dataclass
class CollapseDetector:
    """Looks for a collapse, epoch by epoch, and reports it once.

    Attributes:
        constant: the training loss of the best constant prediction, in the target's units.
        best: the lowest loss so far, and its epoch.
    """

    constant: float
    best: tuple[float, int] = (np.inf, 0)
    reported: bool = False

    def check(self, records: Sequence[EpochRecord]) -> str | None:
        """A warning about the next epochs; None for nothing new."""
        for record in records:
            warning = None if self.reported else self._collapse(record)
            loss = record["loss"]
            if loss is not None and loss < self.best[0]:
                self.best = (loss, record["epoch"])
            if warning is not None:
                self.reported = True
                return warning
        return None

    def _collapse(self, record: EpochRecord) -> str | None:
        loss, (best, epoch) = record["loss"], self.best
        if (
            loss is not None
            and best < LEARNED_BELOW * self.constant
            and loss > COLLAPSED_ABOVE * self.constant
        ):
            return _(
                "The training collapsed in epoch {epoch}: the loss is {loss}, more than that of "
                "a constant prediction; in epoch {best_epoch} it was {best}. Smaller steps (a "
                "smaller learning rate, --clip-norm 1) usually prevent it."
            ).format(
                epoch=record["epoch"],
                loss=decimal(f"{loss:.4g}"),
                best_epoch=epoch,
                best=decimal(f"{best:.4g}"),
            )
        dead = record["telemetry"]["dead"] if "telemetry" in record else []
        for layer, share in enumerate(dead, start=1):
            if share is not None and share >= DEAD_SHARE:
                return _(
                    "In epoch {epoch} all units of hidden layer {layer} are dead: no "
                    "gradient passes through them, and the layers before it stop learning. "
                    "A smaller learning rate or another activation, such as leaky_relu, "
                    "usually prevents it."
                ).format(epoch=record["epoch"], layer=layer)
        return None


def collapse_detector(experiment: Experiment) -> CollapseDetector:
    """A detector for one training."""
    return CollapseDetector(constant_loss(experiment) * experiment.loss_unit)
