"""An evaluation of some rows: metrics with their intervals, and what is behind them.

Of classes: which are taken for which, how each one fares, and whether probabilities are what they
say. Of numbers: how the residuals spread. Of both: the rows that are furthest off.
"""

from typing import Any, NamedTuple

import numpy as np
from jaxtyping import Float, Int

from descenso.data.encoding.target import Target
from descenso.data.table import RowNumbers
from descenso.engine import metrics
from descenso.engine.experiment import Examples
from descenso.engine.metrics import Judged, Metrics
from descenso.fields import CONFIDENCE, Integer, checked
from descenso.i18n import gettext as _
from descenso.recipe import FIELD_TYPES
from descenso.runs.evaluation import intervals
from descenso.runs.evaluation.calibration import calibrate
from descenso.runs.store.history import finite

# Beyond this a matrix of all classes is too large to be of use; the most confused pairs stay.
MOST_IN_MATRIX = 1000
MOST_CONFUSED = 20
MOST_WORST = 10

QUANTILES = (5, 25, 50, 75, 95)
ABSOLUTE_QUANTILES = (50, 90, 95)


def assess(
    judged: Judged,
    target: Target,
    rows: RowNumbers,
    *,
    resamples: int | None = None,
    confidence: float = 0.95,
    seed: int = 0,
) -> dict[str, Any]:
    """Measure some rows.

    Where rows are weighed, metrics, intervals, shares and calibration count them so; the confusion
    matrix, the residuals' quantiles and the worst rows are of the rows themselves.

    Args:
        target: its classes, or its center and scale.
        rows: their numbers in the table, from 0.
        resamples: of the bootstrap; 0 for no intervals, None for the usual number.
        confidence: what the intervals span.
        seed: of what is drawn.

    Returns:
        In JSON's own types: rows, metrics, further_metrics, intervals, bootstrap, confusion,
        per_class, calibration, residuals and worst_rows; null where they do not apply.

    Raises:
        InputError: resamples, confidence or seed may not have that value.
    """
    confidence = checked("confidence", CONFIDENCE, confidence)
    resamples = checked("resamples", Integer(none=True), resamples)
    seed = checked("seed", FIELD_TYPES["seed"], seed)
    if resamples is None:
        resamples = intervals.usual_resamples(len(judged))
    scored, further = metrics.measure(judged), metrics.measure_further(judged)
    drawn = {"resamples": resamples, "confidence": confidence, "seed": seed}
    of_problem = (
        _of_numbers(judged, target, rows)
        if target.classes is None
        else _of_classes(judged, target.classes, rows, seed)
    )
    found: dict[str, Any] = {
        "rows": len(judged),
        "metrics": scored,
        "further_metrics": further,
        "intervals": _intervals(judged, scored | further, **drawn) if resamples else None,
        "bootstrap": drawn if resamples else None,
        "confusion": None,
        "per_class": None,
        "calibration": None,
        "residuals": None,
        **of_problem,
    }
    # Weights that are finite may still answer an enormous input with infinity.
    return finite(found)


def _intervals(judged: Judged, scored: Metrics, **drawn: Any) -> dict[str, list[float] | None]:
    """Of each metric that has a value, [low, high]; None where no resample has one."""
    found = intervals.intervals(judged, **drawn)
    return {
        name: None if interval is None or scored[name] is None else list(interval)
        for name in scored
        if name in found
        for interval in [found[name]]
    }


def _of_classes(
    judged: Judged, classes: tuple[Any, ...], rows: RowNumbers, seed: int
) -> dict[str, Any]:
    truth, predicted = judged.y.astype(int), metrics.labels(judged.task, judged.predictions)
    probable = metrics.probabilities(judged.task, judged.predictions)
    of_prediction = probable[np.arange(len(truth)), predicted]
    if len(classes) == 2:
        calibration = calibrate(probable[:, 1], truth == 1, judged.weight, seed)
    else:
        calibration = calibrate(of_prediction, truth == predicted, judged.weight, seed)
    return {
        "confusion": _confusion(truth, predicted, classes),
        "per_class": _per_class(truth, predicted, judged.weight, classes),
        "calibration": calibration.to_dict(),
        "worst_rows": _most_wrong(truth, predicted, probable, classes, rows),
    }


def _confusion(
    truth: Int[np.ndarray, " rows"], predicted: Int[np.ndarray, " rows"], classes: tuple[Any, ...]
) -> dict[str, Any]:
    """How many rows of each true class (a line of the matrix) are taken for each class."""
    size = len(classes)
    counts = None
    if size <= MOST_IN_MATRIX:
        cells = np.bincount(truth * size + predicted, minlength=size * size)
        counts = cells.reshape(size, size).tolist()
    wrong = truth != predicted
    pairs, times = np.unique(truth[wrong] * size + predicted[wrong], return_counts=True)
    most = np.argsort(-times, kind="stable")[:MOST_CONFUSED]
    confused = [
        {"truth": classes[pair // size], "prediction": classes[pair % size], "rows": count}
        for pair, count in zip(pairs[most].tolist(), times[most].tolist(), strict=True)
    ]
    return {"classes": list(classes), "counts": counts, "most_confused": confused}


def _per_class(
    truth: Int[np.ndarray, " rows"],
    predicted: Int[np.ndarray, " rows"],
    weight: Float[np.ndarray, " rows"],
    classes: tuple[Any, ...],
) -> list[dict[str, Any]]:
    """How each class fares. Its shares are of rows as they count, its numbers of rows are plain."""
    counts = metrics.tally(truth, predicted, weight, len(classes))
    support, taken = (np.bincount(codes, minlength=len(classes)) for codes in (truth, predicted))
    return [
        {
            "class": each,
            "precision": _ratio(counts.hits[code], counts.predicted[code]),
            "recall": _ratio(counts.hits[code], counts.actual[code]),
            "f1": _ratio(2 * counts.hits[code], counts.actual[code] + counts.predicted[code]),
            "support": int(support[code]),
            "predicted": int(taken[code]),
        }
        for code, each in enumerate(classes)
    ]


def _most_wrong(
    truth: Int[np.ndarray, " rows"],
    predicted: Int[np.ndarray, " rows"],
    probable: Float[np.ndarray, "rows classes"],
    classes: tuple[Any, ...],
    rows: RowNumbers,
) -> list[dict[str, Any]]:
    """The wrong rows whose true class was given the least: errors, odd rows, or wrong labels."""
    of_truth = probable[np.arange(len(truth)), truth]
    wrong = np.flatnonzero(truth != predicted)
    worst = wrong[np.argsort(of_truth[wrong], kind="stable")][:MOST_WORST]
    return [
        {
            "row": int(rows[each]) + 1,
            "truth": classes[truth[each]],
            "prediction": classes[predicted[each]],
            "probability_of_truth": float(of_truth[each]),
            "probability_of_prediction": float(probable[each, predicted[each]]),
        }
        for each in worst
    ]


def _of_numbers(judged: Judged, target: Target, rows: RowNumbers) -> dict[str, Any]:
    truth = judged.y.astype(float) * target.scale + target.center
    predicted = judged.predictions[:, 0].astype(float) * target.scale + target.center
    residuals = truth - predicted
    if not np.isfinite(residuals).all():
        return {"worst_rows": []}
    worst = np.argsort(-np.abs(residuals), kind="stable")[:MOST_WORST]
    return {
        "residuals": {
            "quantiles": _quantiles(residuals, QUANTILES),
            "absolute_quantiles": _quantiles(np.abs(residuals), ABSOLUTE_QUANTILES),
        },
        "worst_rows": [
            {
                "row": int(rows[each]) + 1,
                "truth": _seven_digits(float(truth[each])),
                "prediction": _seven_digits(float(predicted[each])),
                "residual": _seven_digits(float(residuals[each])),
            }
            for each in worst
        ],
    }


def _quantiles(values: Float[np.ndarray, " rows"], percents: tuple[int, ...]) -> dict[str, float]:
    found = np.quantile(values, np.array(percents) / 100).tolist()
    return {str(percent): value for percent, value in zip(percents, found, strict=True)}


def _ratio(part: float, whole: float) -> float | None:
    return float(part / whole) if whole else None


def _seven_digits(value: float) -> float:
    """Seven digits, as many as the network's float32 holds, so that 6300 is not 6299.9998."""
    return float(f"{value:.7g}")


class Measured(NamedTuple):
    """Rows to measure: what they are of the data, the table they come from, and what to say."""

    part: str
    table: str | None
    examples: Examples
    warnings: list[str]


def unweighed_notes(judged: Judged) -> list[str]:
    """What of an evaluation is of rows as they are, where they do not count alike."""
    if not np.ptp(judged.weight):
        return []
    if judged.task.problem == "regression":
        return [_("The quantiles of the residuals are not weighted: there each row counts once.")]
    return [
        _(
            "The confusion matrix and the numbers of rows are not weighted: there each row counts "
            "once."
        )
    ]
