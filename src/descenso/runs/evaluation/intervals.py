"""How far a metric may lie from what very many such rows would show: bootstrap intervals.

As many rows as there are, are drawn from them with replacement, again and again; a metric has a
value on each of these resamples, and its interval spans the middle 95 % of them, or whatever the
confidence is: the percentile interval of Efron & Tibshirani, An Introduction to the Bootstrap
(1993), chapter 13.

A resample is represented by how often it has each row, so that a thousand of them take a few
products of matrices, and no metric is computed row by row again.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
from jaxtyping import Float, Int

from descenso.engine import metrics
from descenso.engine.metrics import Judged, Tally

Values = dict[str, Float[np.ndarray, " resamples"]]
Counts = Float[np.ndarray, "_ rows"]
Interval = tuple[float, float]

# Without a wish: 1,000 resamples, but fewer where rows are many and an interval narrow.
USUAL = 1000
FEWEST = 100
MOST_DRAWS = 20_000_000

BLOCK = 2**17  # draws that are held at a time: what a processor's cache holds


def usual_resamples(rows: int) -> int:
    """How many resamples to take where none is requested.

    >>> usual_resamples(500), usual_resamples(1_000_000)
    (1000, 100)
    """
    return int(np.clip(MOST_DRAWS // max(rows, 1), FEWEST, USUAL))


def intervals(
    judged: Judged, *, resamples: int, confidence: float, seed: int
) -> dict[str, Interval | None]:
    """The interval of each metric of `measure` and `measure_further`.

    Not of `baseline_accuracy`, which is a maximum: resamples only ever exaggerate it. A resample on
    which a metric is not defined, such as the area under the curve where only one class was drawn,
    does not count for that metric; None where no resample does, and where all are alike: of rows
    without a mistake none can have one. Accuracy then has the exact interval.
    """
    blocks = draws(np.random.default_rng(seed), len(judged), resamples)
    found = on_resamples(judged, blocks)
    spans = {
        name: None if _are_alike(values) else _span(values, confidence)
        for name, values in found.items()
    }
    if "accuracy" in spans and spans["accuracy"] is None:
        all_right = bool(found["accuracy"][0] > 0.5)
        spans["accuracy"] = _exact(judged.weight, confidence, all_right=all_right)
    return spans


def _are_alike(values: Float[np.ndarray, " resamples"]) -> bool:
    # But for how their sums were rounded.
    return bool(np.isclose(values, values[0], rtol=1e-9, atol=0).all())


def _exact(weight: Float[np.ndarray, " rows"], confidence: float, *, all_right: bool) -> Interval:
    """The interval of a share of which every row is, or none.

    Weighted rows count as so many as their mean would be as sure of (Kish, Survey Sampling, 1965).

    Source: Clopper & Pearson, The Use of Confidence or Fiducial Limits (1934).
    """
    rows = weight.sum() ** 2 / (weight**2).sum()
    limit = float(((1 - confidence) / 2) ** (1 / rows))
    return (limit, 1.0) if all_right else (0.0, 1 - limit)


def differences(
    judged: Sequence[Judged], *, resamples: int, confidence: float, seed: int
) -> list[dict[str, Interval | None]]:
    """The interval of how much each metric differs from that of the first: the paired bootstrap.

    All judge the same rows in the same order, and a resample draws the same rows for all. What is
    hard or easy about a row is then no part of the difference, so that its interval is narrower
    than those of the two metrics suggest. An interval without 0 shows a difference that other such
    rows would show too.

    Returns:
        For each but the first, by metric, as in `intervals`.

    Source: Efron & Tibshirani, An Introduction to the Bootstrap (1993), chapter 8.
    """
    first, *others = (
        # The same seed each time: the same rows are drawn.
        on_resamples(each, draws(np.random.default_rng(seed), len(each), resamples))
        for each in judged
    )
    with np.errstate(invalid="ignore"):  # where both are infinite
        return [
            {name: _span(values - first[name], confidence) for name, values in each.items()}
            for each in others
        ]


def _span(values: Float[np.ndarray, " resamples"], confidence: float) -> Interval | None:
    """What the middle of the values spans; None where none is finite."""
    defined = values[np.isfinite(values)]
    if not len(defined):
        return None
    low, high = np.quantile(defined, [(1 - confidence) / 2, (1 + confidence) / 2]).tolist()
    return low, high


def draws(generator: np.random.Generator, rows: int, resamples: int) -> Iterator[Counts]:
    """How often each resample has each row, for some resamples at a time."""
    at_once = max(1, BLOCK // rows)
    for first in range(0, resamples, at_once):
        chosen = generator.integers(rows, size=(min(at_once, resamples - first), rows))
        yield np.stack([np.bincount(each, minlength=rows) for each in chosen]).astype(float)


def on_resamples(judged: Judged, blocks: Iterable[Counts]) -> Values:
    """The metrics on each resample; NaN or infinite where one is not defined.

    Args:
        blocks: how often each resample has each row, for some resamples at a time.
    """
    of_rows = _row_values(judged)
    columns = np.stack(list(of_rows.values()), axis=1)
    is_classes = judged.task.problem != "regression"
    cells = _cells(judged) if is_classes else None
    ranking = _rank(judged) if is_classes and judged.task.outputs <= 2 else None
    found: list[Values] = []
    for counts in blocks:
        counts = counts * judged.weight  # a row of weight 2 counts twice as often as it is drawn
        means = (counts @ columns).T / counts.sum(axis=1)
        with np.errstate(divide="ignore", invalid="ignore"):
            values = _of_means(judged, dict(zip(of_rows, means, strict=True)))
            if cells is not None:
                values |= _of_cells(cells, counts)
            if ranking is not None:
                values |= _of_ranking(ranking, counts)
        found.append(values)
    return {name: np.concatenate([values[name] for values in found]) for name in found[0]}


def _row_values(judged: Judged) -> dict[str, Float[np.ndarray, " rows"]]:
    """What each row brings to the metrics that are made of means."""
    task = judged.task
    constants = metrics.constant_losses(
        task.loss, metrics.truth_of(task, judged.y), judged.constant
    )
    values = {"loss": judged.losses.astype(float), "constant": constants}
    if task.problem == "regression":
        truth = judged.y.astype(float)
        error = judged.predictions[:, 0].astype(float) - truth
        # About the middle: a difference of large squares would be nothing but rounding.
        centred = truth - truth.mean()
        return values | {
            "error": error,
            "square": error**2,
            "absolute": np.abs(error),
            "truth": centred,
            "truth_square": centred**2,
        }
    probable, truth = metrics.probabilities(task, judged.predictions), judged.y.astype(int)
    return values | {
        "log_loss": metrics.log_losses(probable, truth),
        "brier": metrics.brier_scores(probable, truth),
    }


def _of_means(judged: Judged, means: Values) -> Values:
    """The metrics that are made of the means over the rows of each resample."""
    task, unit = judged.task, judged.unit
    values = {
        "loss": means["loss"] * metrics.loss_unit(task.loss, unit),
        "skill": 1 - means["loss"] / means["constant"],
    }
    if task.problem != "regression":
        return values | {name: means[name] for name in ("log_loss", "brier")}
    variance = means["truth_square"] - means["truth"] ** 2
    # Where all rows drawn have one value, its square is subtracted from itself.
    varies = variance > 1e-12 * means["truth_square"]
    return values | {
        "rmse": np.sqrt(means["square"]) * unit,
        "mae": means["absolute"] * unit,
        "r2": np.where(varies, 1 - means["square"] / variance, np.nan),
        "bias": means["error"] * unit,
    }


class Cells(NamedTuple):
    """The rows by their cell of the confusion matrix: those cells that have any."""

    order: Int[np.ndarray, " rows"]
    first: Int[np.ndarray, " cells"]
    actual: Int[np.ndarray, " cells"]
    predicted: Int[np.ndarray, " cells"]
    classes: int


def _cells(judged: Judged) -> Cells:
    classes = max(2, judged.task.outputs)
    cell = judged.y.astype(int) * classes + metrics.labels(judged.task, judged.predictions)
    order = np.argsort(cell, kind="stable")
    first = np.flatnonzero(np.diff(cell[order], prepend=-1))
    return Cells(order, first, *np.divmod(cell[order][first], classes), classes)


def _of_cells(cells: Cells, counts: Counts) -> Values:
    """What depends on true and predicted classes alone."""
    drawn = np.add.reduceat(counts[:, cells.order], cells.first, axis=1)
    right = cells.actual == cells.predicted
    tally = Tally(
        hits=_by_class(drawn[:, right], cells.actual[right], cells.classes),
        actual=_by_class(drawn, cells.actual, cells.classes),
        predicted=_by_class(drawn, cells.predicted, cells.classes),
    )
    return {
        "accuracy": tally.hits.sum(axis=1) / counts.sum(axis=1),
        "f1_macro": np.asarray(metrics.macro_f1(tally)),
        "balanced_accuracy": np.asarray(metrics.balanced_accuracy(tally)),
    }


def _by_class(
    drawn: Float[np.ndarray, "resamples cells"], codes: Int[np.ndarray, " cells"], classes: int
) -> Float[np.ndarray, "resamples classes"]:
    """The sum over each class's cells."""
    order = np.argsort(codes, kind="stable")
    present, first = np.unique(codes[order], return_index=True)
    sums = np.zeros((len(drawn), classes))
    sums[:, present] = np.add.reduceat(drawn[:, order], first, axis=1)
    return sums


class Ranking(NamedTuple):
    """The rows by ascending score, and where each score comes first."""

    order: Int[np.ndarray, " rows"]
    positive: Float[np.ndarray, " rows"]
    first: Int[np.ndarray, " scores"]


def _rank(judged: Judged) -> Ranking:
    scores = metrics.probabilities(judged.task, judged.predictions)[:, 1]
    order = np.argsort(scores, kind="stable")
    first = np.flatnonzero(np.diff(scores[order], prepend=-np.inf))
    return Ranking(order, judged.y[order].astype(float), first)


def _of_ranking(ranking: Ranking, counts: Counts) -> Values:
    """`roc_auc` and `average_precision` of metrics.py, for rows that count several times."""
    counts = counts[:, ranking.order]
    drawn = np.add.reduceat(counts, ranking.first, axis=1)
    positive = np.add.reduceat(counts * ranking.positive, ranking.first, axis=1)
    negative = drawn - positive
    positives, negatives = positive.sum(axis=1), negative.sum(axis=1)
    below = np.cumsum(negative, axis=1) - negative / 2
    above, hits = np.cumsum(drawn[:, ::-1], axis=1), np.cumsum(positive[:, ::-1], axis=1)
    precisions = np.divide(hits, above, out=np.zeros_like(hits), where=above > 0)
    return {
        "roc_auc": np.vecdot(positive, below) / (positives * negatives),
        "average_precision": np.vecdot(positive[:, ::-1], precisions) / positives,
    }
