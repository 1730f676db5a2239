"""One measure for all trials, whatever loss they are trained on: the skill on rows held out."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int

from descenso.engine import metrics
from descenso.engine.task import Task

# A probability below this counts as this: one row that is confidently wrong must not decide.
MIN_PROBABILITY = 1e-4
# From so many spreads on, an error of a regression counts in proportion, not squared (Huber 1964).
LINEAR_FROM_ERROR = 3.0
MAX_ERROR = 10.0
OUTLIER_SPREADS = 10.0  # spreads from the median on, from which no prediction is asked for a target
CONSTANT_STEPS = 20  # to the best constant, which halve the way to it and more
MIN_SKILL = -1.0  # worse is told apart from nothing

RowLosses = Float[np.ndarray, " rows"]


@dataclass(frozen=True)
class SkillScore:
    """How wrong predictions are, row by row.

    Classes are judged by the negative logarithm of the probability of the true one; numbers by
    their squared error in units of the target's spread, which grows only in proportion where it is
    large, so that a few absurd targets do not decide. Where the recipe weighs classes, so does the
    skill_score: a network that does as it was asked has not failed.

    Attributes:
        task: of the run.
        center, spread: of a regression's target: median, and interquartile range / 1.349.
        constant: of a regression, the prediction that is best where all are the same.
        shares: of the classes.
        weights: how much a row of each class counts; 1 on average over the rows.
    """

    task: Task
    center: float
    spread: float
    constant: float
    shares: Float[np.ndarray, " classes"]
    weights: Float[np.ndarray, " classes"]

    @classmethod
    def of(
        cls,
        task: Task,
        y: Float[np.ndarray, " rows"] | Int[np.ndarray, " rows"],
        weight: Float[np.ndarray, " rows"] | None = None,
    ) -> "SkillScore":
        """What the targets of the training rows give.

        Args:
            weight: how much each row counts for its class; None where all count alike.
        """
        if task.problem == "regression":
            low, center, high = np.percentile(y, [25, 50, 75])
            spread = (high - low) / 1.349 or float(np.std(y)) or 1.0
            constant = _best_constant(y, center, spread)
            return cls(task, float(center), float(spread), constant, np.ones(1), np.ones(1))
        codes, classes = y.astype(int), max(task.outputs, 2)
        counts = np.bincount(codes, minlength=classes)
        weights = np.ones(classes)
        if weight is not None:
            weights = np.bincount(codes, weight, classes) / np.maximum(counts, 1)
        return cls(task, 0.0, 1.0, 0.0, counts / counts.sum(), weights)

    def losses(
        self,
        outputs: Float[np.ndarray, "rows outputs"],
        y: Float[np.ndarray, " rows"] | Int[np.ndarray, " rows"],
    ) -> RowLosses:
        """The loss of each row; that of an output that is not finite is the largest there is.

        Args:
            outputs: after the output activation; of a regression on the scale of `y`.
        """
        if self.task.problem == "regression":
            with np.errstate(over="ignore", invalid="ignore"):
                errors = np.abs(outputs[:, 0].astype(float) - y) / self.spread
            return _huber(np.nan_to_num(errors, nan=MAX_ERROR, posinf=MAX_ERROR))
        codes = y.astype(int)
        of_truth = self.probabilities(outputs)[np.arange(len(y)), codes]
        return self._surprise(np.nan_to_num(of_truth, nan=0.0), codes)

    def judges(
        self, y: Float[np.ndarray, " rows"] | Int[np.ndarray, " rows"]
    ) -> Bool[np.ndarray, " rows"]:
        """Which rows judge: all, but for those whose target is absurdly far from all others."""
        if self.task.problem != "regression":
            return np.ones(len(y), bool)
        return np.abs(y - self.center) <= OUTLIER_SPREADS * self.spread

    def probabilities(
        self, outputs: Float[np.ndarray, "rows outputs"]
    ) -> Float[np.ndarray, "rows classes"]:
        """The probability of each class."""
        return metrics.probabilities(self.task, outputs.astype(float))

    def with_class_weights(
        self, probable: Float[np.ndarray, "rows classes"]
    ) -> Float[np.ndarray, "rows classes"]:
        """What a learner that knows nothing of the weights would say if it did."""
        counted = probable * self.weights
        return counted / counted.sum(axis=1, keepdims=True)

    def constant_losses(
        self, y: Float[np.ndarray, " rows"] | Int[np.ndarray, " rows"]
    ) -> RowLosses:
        """The loss of each row where all are predicted alike: the best constant, or the shares."""
        if self.task.problem == "regression":
            return _huber(np.abs(y - self.constant) / self.spread)
        codes = y.astype(int)
        return self._surprise(self.with_class_weights(self.shares[None])[0, codes], codes)

    def _surprise(self, of_truth: RowLosses, codes: Int[np.ndarray, " rows"]) -> RowLosses:
        """The loss of each row whose true class was given such a probability."""
        return -np.log(np.clip(of_truth, MIN_PROBABILITY, 1.0)) * self.weights[codes]

    def skill(
        self, losses: RowLosses, y: Float[np.ndarray, " rows"] | Int[np.ndarray, " rows"]
    ) -> float:
        """1 - loss / loss of the constant prediction: 1 is perfect, 0 has learnt nothing."""
        return max(
            MIN_SKILL, 1 - float(losses.mean()) / max(float(self.constant_losses(y).mean()), 1e-9)
        )


def _best_constant(y: RowLosses, center: float, spread: float) -> float:
    """The constant of the least loss; of a skewed target it lies between median and mean.

    Source: Huber, Robust Statistics (1981), section 7.8: means whose weights fall with the error.
    """
    # Targets that no prediction is asked for do not draw it their way.
    judged = y[np.abs(y - center) <= OUTLIER_SPREADS * spread]
    constant = center
    for _step in range(CONSTANT_STEPS):
        errors = np.abs(judged - constant) / spread
        constant = np.average(
            judged, weights=LINEAR_FROM_ERROR / np.maximum(errors, LINEAR_FROM_ERROR)
        )
    return float(constant)


def _huber(errors: RowLosses) -> RowLosses:
    errors = np.minimum(errors, MAX_ERROR)
    linear = LINEAR_FROM_ERROR * (2 * errors - LINEAR_FROM_ERROR)
    return np.where(errors <= LINEAR_FROM_ERROR, errors**2, linear)
