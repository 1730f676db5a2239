"""The symptoms of a training: numbers from its history, telemetry, recipe and data.

Each is a pure function of the case, or of its unchanged repeat if that was trained. Causes read
them; nothing here judges.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from typing import Any

import numpy as np
from jaxtyping import Float

from descenso.data.columns.leakage import predictive_power
from descenso.doctor.baselines import Baselines, Lag, lag
from descenso.doctor.case import Case, numeric_columns
from descenso.doctor.data_tests import LabelNoise, Shift, label_noise, shift
from descenso.doctor.trials import HANDFUL_OF_ROWS, MIN_GAIN, MIN_GAIN_SHARE, Trial
from descenso.engine import experiment as ex
from descenso.engine import loop, metrics
from descenso.engine.network import Model, Network
from descenso.engine.task import PAIRS
from descenso.presets import USUAL_RATES
from descenso.recipe import Recipe

Series = Float[np.ndarray, " epochs"]

MIN_EPOCHS = 4  # to see whether the loss still falls at the end
FAR_SPREADS = 6.0  # standard deviations from the mean; values beyond are far from all others
# A held-out skill clearly worse than a constant's; the training skill of a network that fits its
# rows; and the gap between the two in one that has memorised them.
HARMFUL_SKILL, MEMORISED_SKILL, MEMORISED_GAP = -0.2, 0.3, 0.5
# Another model is ahead by so much at least, and by so many times the noise.
MIN_LAG, LAG_NOISES = 0.05, 1.5
# Between the best and the worst repeat, beyond so many times what other models have.
UNEVEN_RANGE, UNEVEN_RATIO = 0.3, 2.0
MIN_FIT = 0.5  # the skill on its own rows of a network that fits them
CELLS, FEW_CELLS = 1_000_000, 100_000  # rows × columns to look for leaks in
MAX_START_GROWTH = 100.0  # of a signal through all layers at the start


@dataclass(frozen=True)
class Symptoms:
    """All symptoms of a case.

    Attributes:
        case: the training.
        unchanged: its repeat without any change; None if nothing was trained again.
        baselines: other models on the same rows; None likewise, and with a handful of rows.
        of_handful: the repeat on folds of a handful of rows, whose own repeat is judged by its fit;
            None with more rows, and with too few for folds.
    """

    case: Case
    unchanged: Trial | None = None
    baselines: Baselines | None = None
    of_handful: Trial | None = None

    # ── loss curves ─────────────────────────────────────────────────────────────────────────────

    @cached_property
    def training_curve(self) -> Series:
        """The training loss of each epoch, over that of the best constant prediction."""
        values = [record["loss"] for record in self.case.records]
        return np.array([np.inf if v is None else v for v in values], float) / self._constant_loss

    @cached_property
    def validation_curve(self) -> Series | None:
        """The validation loss of each epoch, likewise; None without validation rows."""
        values = [record["validation_loss"] for record in self.case.records]
        if not values or values[0] is None:
            return None
        return np.array([np.inf if v is None else v for v in values], float) / self._constant_loss

    @cached_property
    def _constant_loss(self) -> float:
        experiment = self.case.experiment
        return max(ex.constant_loss(experiment) * experiment.loss_unit, 1e-12)

    @property
    def diverged(self) -> bool:
        return self.case.stopped == "diverged"

    @property
    def last(self) -> float:
        """The loss at the end over a constant's: the median of the last tenth of the epochs."""
        return _level(self.training_curve, 0.9, 1.0)

    @property
    def falling(self) -> float:
        """The relative fall of the loss between 70–80 % and 90–100 % of the epochs.

        NaN if there are too few epochs.
        """
        if len(self.training_curve) < MIN_EPOCHS:
            return np.nan
        before = _level(self.training_curve, 0.7, 0.8)
        return (before - self.last) / max(before, 1e-9) if np.isfinite(before) else np.nan

    @property
    def rise(self) -> float:
        """The loss at the end, relative to the lowest."""
        return (
            self.last / max(float(self.training_curve.min()), 1e-3)
            if len(self.training_curve)
            else 1.0
        )

    @property
    def jitter(self) -> float:
        """The median change of the loss between epochs of the last half, relative to its level.

        NaN if that half has fewer than three epochs or an infinite loss.
        """
        half = self.training_curve[len(self.training_curve) // 2 :]
        if len(half) < 3 or not np.isfinite(half).all():
            return np.nan
        return float(np.median(np.abs(np.diff(half))) / max(float(np.median(half)), 1e-3))

    @property
    def validation_rise(self) -> float:
        """The validation loss at the end minus its minimum, relative to a constant's loss."""
        if self.validation_curve is None or not len(self.validation_curve):
            return 0.0
        return _level(self.validation_curve, 0.9, 1.0) - float(self.validation_curve.min())

    # ── skill ───────────────────────────────────────────────────────────────────────────────────

    @property
    def skill(self) -> float:
        """Held-out skill: of the repeat, else of the run itself on its validation rows."""
        return self.own_skill_held_out if self.unchanged is None else self.unchanged.skill

    @property
    def training_skill(self) -> float:
        """The skill on training rows."""
        return self.own_skill if self.unchanged is None else self.unchanged.training_skill

    @cached_property
    def own_skill(self) -> float:
        """The skill of the run's own network on its training rows."""
        return self._skill_on(self.case.experiment.training)

    @cached_property
    def own_skill_held_out(self) -> float:
        """The same on its validation rows, if it has any."""
        validation = self.case.experiment.validation
        return self.own_skill if validation is None else self._skill_on(validation)

    def _skill_on(self, examples: ex.Examples) -> float:
        losses = self.case.losses_on(examples)
        return -1.0 if losses is None else self.case.skill_score.skill(losses, examples.y)

    @property
    def gap(self) -> float:
        """Training skill minus held-out skill."""
        return self.training_skill - self.skill

    @property
    def behind(self) -> float:
        """How much better other models are on the same rows; 0 if they are not, or unknown."""
        return 0.0 if self.baselines is None else max(0.0, self.baselines.best_skill - self.skill)

    @cached_property
    def lag(self) -> Lag | None:
        """How much worse the network is than the best other model; None without them."""
        if self.unchanged is None or self.baselines is None:
            return None
        return lag(self.unchanged, self.baselines)

    @property
    def is_behind(self) -> bool:
        """Whether another model is better by more than chance and by enough to matter."""
        if self.lag is None:
            return False
        needed = max(MIN_LAG, MIN_GAIN_SHARE * (1 - self.skill))
        return self.lag.skill > max(needed, LAG_NOISES * self.lag.noise)

    @property
    def linear_is_enough(self) -> bool:
        """Whether a linear model is as good as the other ones, as far as trials show."""
        if self.baselines is None:
            return False
        return self.baselines.skills["linear"] >= self.baselines.best_skill - MIN_GAIN

    @property
    def is_uneven(self) -> bool:
        """Whether repeats differ far more among each other than the folds explain."""
        if self.unchanged is None or self.baselines is None or len(self.unchanged.fold_skills) < 2:
            return False
        theirs = self.baselines.fold_skills[self.baselines.best]
        usual = max(theirs) - min(theirs)
        return float(np.ptp(self.unchanged.fold_skills)) > UNEVEN_RANGE + UNEVEN_RATIO * usual

    @property
    def is_unfit(self) -> bool:
        """Whether it does not even fit a handful of rows."""
        few = self.unchanged is not None and self.rows <= HANDFUL_OF_ROWS
        return few and self.training_skill < MIN_FIT

    @property
    def failed(self) -> bool:
        """Whether it has learnt nothing, not even its own rows, while other models have."""
        return max(self.training_skill, self.own_skill) < 0.05 and self.behind > 0.1

    @property
    def memorised(self) -> bool:
        """Whether it fits its own rows, but on others is worse than a constant.

        Or far worse on them than on its own rows and than other models.
        """
        lost = self.gap > MEMORISED_GAP and self.behind > -HARMFUL_SKILL
        return self.training_skill > MEMORISED_SKILL and (self.skill < HARMFUL_SKILL or lost)

    # ── the recipe ──────────────────────────────────────────────────────────────────────────────

    @property
    def recipe(self) -> Recipe:
        return self.case.recipe

    @property
    def rate_ratio(self) -> float:
        """The learning rate relative to the largest that is usual for the optimiser."""
        _smallest, largest = USUAL_RATES[self.recipe.optimizer]
        return self.recipe.learning_rate / largest

    @property
    def rows(self) -> int:
        return len(self.case.experiment.training)

    @property
    def updates_per_epoch(self) -> int:
        return ex.plan(self.case.experiment, 0).iterations_per_epoch

    @property
    def updates(self) -> int:
        return self.updates_per_epoch * max(len(self.case.records), 1)

    @property
    def depth(self) -> int:
        return len(self.recipe.hidden_layers or ())

    @property
    def narrowest(self) -> int | None:
        """The units of the narrowest hidden layer; None without hidden layers."""
        return min(self.recipe.hidden_layers) if self.recipe.hidden_layers else None

    @property
    def parameters(self) -> int:
        return ex.parameter_count(self.case.experiment)

    @property
    def natural_pair(self) -> tuple[str, tuple[str, ...]]:
        """The output activation and the losses that follow from the problem."""
        return PAIRS[self.recipe.task]

    # ── layers: gradients, steps, units ─────────────────────────────────────────────────────────

    @cached_property
    def start(self) -> dict[str, Any]:
        """Telemetry before the first update."""
        beginning = self.case.beginning
        measured = loop.measure(
            beginning.setup.task,
            beginning.optimizer,
            beginning.loop_state,
            ex.probe(beginning.setup.training),
        )
        return {name: np.asarray(value, float) for name, value in vars(measured).items()}

    @cached_property
    def telemetry(self) -> list[dict[str, Any]]:
        """The telemetry of the epochs that have any."""
        return [
            {name: np.array(values, float) for name, values in record["telemetry"].items()}
            for record in self.case.records
            if "telemetry" in record
        ]

    @property
    def final(self) -> dict[str, Any]:
        """The last telemetry."""
        return self.telemetry[-1] if self.telemetry else self.start

    @property
    def through_depth(self) -> float:
        """The gradient norm of the first layer relative to the last hidden one, at the start.

        With the preset tabular the output layer starts at 0 and passes no gradient; then after the
        first epoch.
        """
        norms = self.start["gradient_norm"]
        if len(norms) < 3 or not np.isfinite(norms).all() or norms[1] == 0:
            norms = self.telemetry[0]["gradient_norm"] if self.telemetry else norms
        if len(norms) < 3 or not np.isfinite(norms).all():
            return 1.0
        return float(norms[0] / max(norms[-2], 1e-30))

    @property
    def gradient_norm(self) -> float:
        """The largest gradient norm measured, of all layers together."""
        norms = [
            np.sqrt((each["gradient_norm"] ** 2).sum()) for each in [self.start, *self.telemetry]
        ]
        finite = [float(norm) for norm in norms if np.isfinite(norm)]
        return max(finite, default=0.0)

    @property
    def usual_gradient_norm(self) -> float:
        """The median gradient norm, of all layers together."""
        norms = [
            np.sqrt((each["gradient_norm"] ** 2).sum()) for each in self.telemetry or [self.start]
        ]
        return float(np.median(norms))

    @property
    def step_ratio(self) -> float:
        """The size of the median layer's step relative to its weights, halfway through."""
        ratios = (
            self.telemetry[len(self.telemetry) // 2]["step_ratio"]
            if self.telemetry
            else self.start["step_ratio"]
        )
        return float(np.median(ratios))

    @property
    def dead_share(self) -> float:
        """The largest share of dead units in a hidden layer, at the end."""
        return float(np.max(self.final["dead"], initial=0.0))

    @property
    def saturated_share(self) -> float:
        """The largest share of saturated units in a hidden layer, at the end."""
        return float(np.max(self.final["saturated"], initial=0.0))

    @property
    def saturated_share_at_start(self) -> float:
        return float(np.max(self.start["saturated"], initial=0.0))

    @property
    def _starting_network(self) -> Model:
        return self.case.beginning.loop_state.state.network

    @cached_property
    def weight_scale(self) -> float:
        """The root mean square of the initial weights, relative to one that keeps the variance.

        Of the hidden layer that is farthest from 1, which is between LeCun's and He's scale.
        """
        network = self._starting_network
        if not isinstance(network, Network):
            return 1.0
        ratios = [
            float(np.sqrt(np.mean(np.square(np.asarray(layer.weight)))))
            * np.sqrt(layer.weight.shape[1] / 1.4)
            for layer in network.layers[:-1]
        ]
        return max(ratios, key=lambda ratio: abs(np.log(max(ratio, 1e-9))), default=1.0)

    @property
    def start_growth(self) -> float:
        """The factor by which a signal grows or fades through all layers at the start."""
        ratio = max(self.weight_scale, 1e-9)
        return max(ratio, 1 / ratio) ** self.depth

    @cached_property
    def identical_share(self) -> float:
        """The largest share of units in a hidden layer that start as copies of another."""
        network = self._starting_network
        if not isinstance(network, Network):
            return 0.0
        shares = [_copies(np.asarray(layer.weight)) for layer in network.layers[:-1]]
        return max(shares, default=0.0)

    # ── the data ────────────────────────────────────────────────────────────────────────────────

    def _numbers(self) -> Iterator[Float[np.ndarray, " rows"]]:
        """Each numeric column as the network sees it; one by one, to save memory."""
        examples = self.case.experiment.training
        for column in np.flatnonzero(numeric_columns(self.case.encoder)):
            yield examples.x[: len(examples), column].astype(float)

    @cached_property
    def feature_scales(self) -> Float[np.ndarray, " numbers"]:
        """The root mean square of each numeric column as the network sees it, except zeros."""
        scales = np.array([np.sqrt(np.mean(np.square(each))) for each in self._numbers()])
        return scales[scales > 0]

    @property
    def widest_feature(self) -> float:
        """The largest of these scales; 1 without any."""
        return float(np.max(self.feature_scales, initial=0.0)) or 1.0

    @property
    def smallest_feature(self) -> float:
        return float(np.min(self.feature_scales)) if len(self.feature_scales) else 1.0

    @cached_property
    def farthest_value(self) -> float:
        """The most extreme value of the target or of columns, in standard deviations from the mean.

        Of columns it is the median, since among many columns some are rare indicators.
        """
        columns = [far for each in self._numbers() if (far := _farthest(each)) is not None]
        farthest = float(np.median(columns)) if columns else 0.0
        if self.recipe.task != "regression":
            return farthest
        return max(farthest, _farthest(self.case.experiment.training.y) or 0.0)

    @property
    def target_size(self) -> float:
        """The root mean square of a regression's target as the network sees it; else 1."""
        if self.recipe.task != "regression":
            return 1.0
        return float(np.sqrt(np.mean(np.square(self.case.experiment.training.y.astype(float)))))

    @cached_property
    def outliers(self) -> int:
        """The number of outliers among the targets; 0 for classes."""
        return int(np.sum(~self.case.skill_score.judges(self.case.experiment.training.y)))

    @cached_property
    def shares(self) -> Float[np.ndarray, " classes"]:
        """The share of each class."""
        return self.case.skill_score.shares

    @cached_property
    def balanced(self) -> tuple[float, float] | None:
        """Balanced accuracy and accuracy of the repeat; None without one, or for numbers."""
        if self.unchanged is None or self.recipe.task == "regression":
            return None
        return balanced_accuracy(self.case, self.unchanged)

    @cached_property
    def row_correlation(self) -> float:
        """The correlation between the targets of neighbouring rows; 0 if rows are shuffled."""
        if self.recipe.shuffle:
            return 0.0
        y = self.case.experiment.training.y.astype(float)
        if self.recipe.task == "multiclass":
            here, following = y[:-1] == y[1:], np.sum(self.shares**2)
            return float((np.mean(here) - following) / max(1 - following, 1e-9))
        spread = y.std()
        return float(np.corrcoef(y[:-1], y[1:])[0, 1]) if spread > 0 and len(y) > 2 else 0.0

    @cached_property
    def degenerate_columns(self) -> list[str]:
        """The columns without information of their own: constants and copies."""
        examples, encoder = self.case.experiment.training, self.case.encoder
        x, names = examples.x[: len(examples)], list[str]()
        seen: set[bytes] = set()
        for feature, block in zip(encoder.features, encoder.blocks, strict=True):
            part = x[:, block].astype(float)
            spread = part - part.mean(axis=0)
            scale = np.sqrt(np.mean(np.square(spread), axis=0))
            varies = scale > 1e-6 * np.maximum(1.0, np.abs(part).max(axis=0))
            if not varies.any():
                names.append(feature.name)
                continue
            # A copy may have another scale or sign.
            first = spread[:, varies] / scale[varies]
            sign = np.sign(first[np.argmax(np.abs(first) > 1e-3, axis=0), np.arange(varies.sum())])
            key = sha256(np.round(first * sign, 3).astype(np.float32).tobytes()).digest()
            if key in seen:
                names.append(feature.name)
            seen.add(key)
        return names

    @cached_property
    def covers_all_combinations(self) -> bool:
        """Whether the rows hold every combination of the columns' values, as a truth table does."""
        examples = self.case.experiment.training
        x = examples.x[: len(examples)]
        values = math.prod(len(np.unique(column)) for column in x.T)
        return values == len(np.unique(x, axis=0))

    @cached_property
    def power_by_column(self) -> list[tuple[str, float]]:
        """How well each column alone predicts the target, the best first."""
        case = self.case
        names = [feature.name for feature in case.encoder.features]
        rows = case.experiment.training.rows
        # A quick look takes little memory.
        cells = CELLS if self.unchanged is not None else FEW_CELLS
        found = predictive_power(case.table, names, case.target.name, case.target.task, rows, cells)
        return sorted(found.items(), key=lambda item: -item[1])

    @cached_property
    def label_noise(self) -> LabelNoise | None:
        """The share of labels that look wrong; None without a repeat, or for numbers."""
        return None if self.unchanged is None else label_noise(self.case)

    @cached_property
    def shift(self) -> Shift | None:
        """How training and validation rows differ; None unless the latter were chosen."""
        return None if self.baselines is None else shift(self.case, self.baselines)


def _farthest(values: Float[np.ndarray, " rows"]) -> float | None:
    """The most extreme value, in standard deviations from the mean; None if all are equal."""
    spread = float(values.std())
    return float(np.abs(values - values.mean()).max()) / spread if spread > 0 else None


def balanced_accuracy(case: Case, trial: Trial) -> tuple[float, float]:
    """Balanced accuracy and accuracy on the judged rows of a trial."""
    skill_score = case.skill_score
    said = skill_score.probabilities(trial.outputs).argmax(axis=1)
    truth = trial.y.astype(int)
    counts = metrics.tally(truth, said, np.ones(len(truth)), len(skill_score.shares))
    return float(metrics.balanced_accuracy(counts)), float(np.mean(said == truth))


def _level(curve: Series, first: float, last: float) -> float:
    """The median of a part of a curve."""
    if not len(curve):
        return np.inf
    start = min(int(first * len(curve)), len(curve) - 1)
    return float(np.median(curve[start : max(start + 1, int(np.ceil(last * len(curve))))]))


def _copies(weight: Float[np.ndarray, "outputs inputs"]) -> float:
    """The share of units with the same weights as another unit."""
    if len(weight) < 2:
        return 0.0
    distinct = len(np.unique(np.round(weight, 6), axis=0))
    return 1 - (distinct - 1) / (len(weight) - 1)
