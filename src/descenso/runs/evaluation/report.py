"""All numbers of a run's report: what `descenso report --json` prints."""

from typing import Any

import numpy as np
from jaxtyping import Float, Int

from descenso.engine import metrics
from descenso.engine.experiment import Examples
from descenso.engine.metrics import Judged
from descenso.engine.network import Model, Network
from descenso.runs.evaluation.columns import columns_that_matter
from descenso.runs.evaluation.curves import points, precision_recall_curve, roc_curve, thinned
from descenso.runs.evaluation.evaluate import assess
from descenso.runs.evaluation.scoring import judge
from descenso.runs.reproduce import command, python
from descenso.runs.result import undefined_warnings
from descenso.runs.store.history import finite
from descenso.runs.store.parameters import parameters
from descenso.runs.trained import TrainedRun

MOST_POINTS = 300  # rows that are drawn as points
MOST_BARS = 30
MOST_CLASSES = 7  # a curve each; more could not be distinguished
MOST_VALUES = 6  # columns whose values are shown for the worst rows

CURVES = ("loss", "validation_loss", "learning_rate")


def measure(
    run: TrainedRun,
    *,
    rows: bool = True,
    missing_data: str = "",
    diagnosis: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """Measure a run for its report.

    Args:
        run: with its rows, where these are available.
        rows: whether to show single rows: the worst ones with their values, and truths with their
            predictions.
        missing_data: why the rows are not available, in a sentence; "" where they are.
        diagnosis: as a run's folder keeps it; None without.

    Returns:
        In JSON's own types. What is measured on rows is null where these, or trained weights, are
        not there: `absent` says why the rows are not.
    """
    record, result, network = run.record, run.record.result, run.network
    learnt: dict[str, Any] = dict.fromkeys(
        ("part", "evaluation", "ranking", "residuals", "importance", "effects", "sensitivity")
    )
    if run.data is not None and network is not None:
        part, examples = run.data.held_out or ("train", run.data.experiment.training)
        learnt = {"part": part, **_learnt(run, network, part, examples, rows)}
    found = {
        "run": record.id,
        "target": record.target,
        "task": record.task,
        "classes": record.classes,
        "created": record.created,
        "descenso": record.descenso,
        "shows_rows": rows,
        "absent": missing_data,
        "rows": record.rows.model_dump(),
        "parameters": record.parameters,
        "result": None if result is None else record.summary(result, run.path),
        "warnings": (result or record).warnings,
        **learnt,
        "history": {name: points(run.records, name) for name in CURVES},
        "telemetry": _telemetry(run),
        "diagnosis": diagnosis,
        "columns": record.columns,
        "recipe": record.recipe.to_dict(),
        "reasons": record.reasons,
        "environment": record.environment,
        "own_network": record.own_network,
        "went_on": record.went_on,
        "path": None if run.path is None else str(run.path),
        "command": command(run),
        "python": python(run),
    }
    return finite(found)


def _learnt(
    run: TrainedRun, network: Model, part: str, examples: Examples, rows: bool
) -> dict[str, Any]:
    """What is measured on rows."""
    target = run.preprocessing.target
    judged = judge(run.experiment, network, examples)
    evaluation = assess(judged, target, examples.rows)
    undefined = undefined_warnings([evaluation["metrics"], evaluation["further_metrics"]])
    found = columns_that_matter(run, network, part, examples)
    by_importance = [each["column"] for each in found["importance"]["columns"]]
    worst = [
        each | {"values": _values(run, part, each["row"], by_importance)}
        for each in (evaluation["worst_rows"] if rows else [])
    ]
    return {
        "evaluation": evaluation | {"worst_rows": worst, "warnings": undefined},
        "ranking": _ranking(judged, target.classes),
        "residuals": _residuals(judged, target.center, rows),
        **found,
    }


def _values(run: TrainedRun, part: str, row: int, names: list[str]) -> dict[str, str | None]:
    """What stands in a row of the table, in the columns that matter most."""
    table = run.rows.table_of(part)
    cells = {name: table.column(name, np.array([row - 1]))[0] for name in names[:MOST_VALUES]}
    return {name: None if value is None else str(value) for name, value in cells.items()}


def _ranking(judged: Judged, classes: tuple[Any, ...] | None) -> list[dict[str, Any]] | None:
    """The curves of each class against all others; of two classes those of the second."""
    if classes is None:
        return None
    probable, truth = metrics.probabilities(judged.task, judged.predictions), judged.y.astype(int)
    counts = np.bincount(truth, minlength=len(classes))
    shown = np.argsort(-counts, kind="stable")[:MOST_CLASSES] if len(classes) > 2 else [1]
    return [_curves_of(judged, truth, probable, code, classes) for code in sorted(map(int, shown))]


def _curves_of(
    judged: Judged,
    truth: Int[np.ndarray, " rows"],
    probable: Float[np.ndarray, "rows classes"],
    code: int,
    classes: tuple[Any, ...],
) -> dict[str, Any]:
    is_it, scores = (truth == code).astype(int), probable[:, code]
    roc = roc_curve(is_it, scores, judged.weight)
    precision_recall = precision_recall_curve(is_it, scores, judged.weight)
    return {
        "class": classes[code],
        "share": float(np.average(is_it, weights=judged.weight)),
        "roc_auc": metrics.roc_auc(is_it, scores, judged.weight),
        "average_precision": metrics.average_precision(is_it, scores, judged.weight),
        "roc": None if roc is None else thinned(roc),
        "precision_recall": None if precision_recall is None else thinned(precision_recall),
    }


def _residuals(judged: Judged, center: float, rows: bool) -> dict[str, Any] | None:
    """How residuals (truth - prediction) spread, and some rows' truths over their predictions."""
    if judged.task.problem != "regression":
        return None
    truth = judged.y.astype(float) * judged.unit + center
    predicted = judged.predictions[:, 0].astype(float) * judged.unit + center
    if not np.isfinite(predicted).all():
        return None
    bars = int(np.clip(np.sqrt(len(truth)), 5, MOST_BARS))
    counts, edges = np.histogram(truth - predicted, bins=bars)
    few = np.random.default_rng(0).permutation(len(truth))[:MOST_POINTS]
    return {
        "counts": counts.tolist(),
        "edges": edges.tolist(),
        "points": np.stack([predicted[few], truth[few]], axis=1).tolist() if rows else None,
    }


def _telemetry(run: TrainedRun) -> list[dict[str, Any]]:
    """What was measured of each layer at the ends of some epochs."""
    taken = [(each["epoch"], each["telemetry"]) for each in run.records if "telemetry" in each]
    return [
        {
            "epoch": epoch,
            "layer": layer,
            **{
                name: values[index] if index < len(values) else None
                for name, values in measured.items()
            },
        }
        for epoch, measured in taken
        for index, layer in enumerate(_layers(run.network, len(measured["gradient_norm"])))
    ]


def _layers(network: Model | None, count: int) -> list[str]:
    """What the layers are called: by their numbers, and in a user's module by their arrays."""
    if network is not None and not isinstance(network, Network):
        return list(parameters(network))[:count]
    return [str(index) for index in range(count)]
