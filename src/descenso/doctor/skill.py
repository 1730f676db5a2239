"""The skill score of trials: one measure on held-out rows, whatever loss is trained."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int

from descenso.engine import metrics
from descenso.engine.task import Task

# Probabilities are clipped here, so that a single confident mistake does not decide.
MIN_PROBABILITY = 1e-4
# In robust standard deviations: larger errors count linearly, not squared (Huber 1964).
LINEAR_FROM_ERROR = 3.0
MAX_ERROR = 10.0
OUTLIER_SPREADS = 10.0  # from the median; targets beyond are outliers and are not judged
CONSTANT_STEPS = 20  # to the best constant; each more than halves the distance
MIN_SKILL = -1.0  # skills are clipped here: much worse is not worth distinguishing

RowLosses = Float[np.ndarray, " rows"]


@dataclass(frozen=True)
class SkillScore:
    """The loss of predictions, row by row, and the skill that follows from it.

    Of classes it is the log-loss. Of numbers it is the Huber loss in units of the target's robust
    standard deviation, so that a few outliers do not decide. If the recipe weights classes, so does
    the score: a network that does what its recipe asks for has not failed.

    Attributes:
        task: the task of the run.
        center, spread: the median of a regression's target, and its interquartile range / 1.349,
            a robust standard deviation.
        constant: the best constant prediction of a regression.
        shares: the share of each class.
        weights: the weight of a row of each class; 1 on average over the rows.
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
        """The score that follows from the targets of the training rows.

        Args:
            weight: the class weight of each row; None if all count the same.
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
        """The loss of each row; an output that is not finite has the largest loss.

        Args:
            outputs: after the output activation; of a regression, on the scale of `y`.
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
        """Which rows are judged: all but outliers of a regression's target."""
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
        """The probabilities that a model without class weights would predict with them."""
        counted = probable * self.weights
        return counted / counted.sum(axis=1, keepdims=True)

    def constant_losses(
        self, y: Float[np.ndarray, " rows"] | Int[np.ndarray, " rows"]
    ) -> RowLosses:
        """The loss of each row under a constant prediction: the best constant, or the shares."""
        if self.task.problem == "regression":
            return _huber(np.abs(y - self.constant) / self.spread)
        codes = y.astype(int)
        return self._surprise(self.with_class_weights(self.shares[None])[0, codes], codes)

    def _surprise(self, of_truth: RowLosses, codes: Int[np.ndarray, " rows"]) -> RowLosses:
        """The loss of each row, given the probability of its true class."""
        return -np.log(np.clip(of_truth, MIN_PROBABILITY, 1.0)) * self.weights[codes]

    def skill(
        self, losses: RowLosses, y: Float[np.ndarray, " rows"] | Int[np.ndarray, " rows"]
    ) -> float:
        """1 - loss / loss of a constant prediction: 1 is perfect, 0 has learnt nothing."""
        return max(
            MIN_SKILL, 1 - float(losses.mean()) / max(float(self.constant_losses(y).mean()), 1e-9)
        )


def _best_constant(y: RowLosses, center: float, spread: float) -> float:
    """The constant with the smallest loss; for a skewed target it is between median and mean.

    Source: Huber, Robust Statistics (1981), section 7.8: means whose weights fall with the error.
    """
    # Outliers are not judged, so they do not count here either.
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
