"""How much each column matters to a run's network, and what the ones that matter do."""

from typing import Any

import numpy as np
import polars as pl
from jaxtyping import Float, Integer

from descenso.data.columns.values import clean, convert
from descenso.data.encoding.features import Feature
from descenso.data.table import Table
from descenso.engine import metrics
from descenso.engine.experiment import Examples
from descenso.engine.network import Model
from descenso.runs.evaluation.importance import permutation_importance, usual_repeats
from descenso.runs.evaluation.partial_effects import partial_effect, values_to_try
from descenso.runs.evaluation.sensitivity import moved_columns
from descenso.runs.trained import TrainedRun

MOST_ROWS = 1000  # that columns are shuffled among
MOST_AVERAGED = 200  # rows that a column's effect is averaged over
MOST_MOVED = 10  # encoded columns, of the most important ones, that are moved a little
MOST_EFFECTS = 6


def columns_that_matter(
    run: TrainedRun, network: Model, part: str, examples: Examples
) -> dict[str, Any]:
    """Importance and sensitivity of each column, and the effects of the most important.

    Args:
        part: what the rows are of the data.
        examples: the rows to measure on.
    """
    encoder, experiment = run.encoder, run.experiment
    chosen = np.sort(np.random.default_rng(0).permutation(len(examples))[:MOST_ROWS])
    x, y = examples.x[chosen], examples.y[chosen]
    weight = examples.sample_weight[chosen].astype(float)
    where = encoder.blocks
    repeats = usual_repeats(len(where))
    increases = permutation_importance(
        experiment.task, network, x, y, weight, where, repeats=repeats
    )
    increases *= experiment.loss_unit
    order = np.argsort(-increases.mean(axis=1), kind="stable").tolist()
    columns = [
        {
            "column": encoder.features[index].name,
            "kind": encoder.features[index].kind,
            "increase": float(increases[index].mean()),
            "sd": float(increases[index].std(ddof=1)) if repeats > 1 else None,
        }
        for index in order
    ]
    few = chosen[:: max(1, len(chosen) // MOST_AVERAGED)][:MOST_AVERAGED]
    return {
        "importance": {
            "part": part,
            "rows": len(chosen),
            "repeats": repeats,
            "columns": columns,
        },
        "sensitivity": _sensitivity(run, network, order[:MOST_MOVED], where),
        "effects": [
            effect
            for index in order[:MOST_EFFECTS]
            if (effect := _effect(run, network, part, examples, few, index, where[index]))
        ],
    }


def _sensitivity(
    run: TrainedRun, network: Model, order: list[int], where: list[slice]
) -> dict[str, Any]:
    """What moving the encoded numbers of the most important columns does to the loss."""
    experiment, encoder = run.experiment, run.encoder
    moving = [each for index in order for each in range(where[index].start, where[index].stop)]
    table = moved_columns(experiment, encoder.names, network, moving[:MOST_MOVED])
    in_units = pl.col("derivative", "predicted", "measured") * experiment.loss_unit
    return {"columns": table.with_columns(in_units).to_dicts()}


def _effect(
    run: TrainedRun,
    network: Model,
    part: str,
    examples: Examples,
    few: Integer[np.ndarray, " few"],
    index: int,
    block: slice,
) -> dict[str, Any] | None:
    """The mean prediction over a column's values; None where no value is known."""
    feature, table = run.encoder.features[index], run.rows.table_of(part)
    tried = values_to_try(feature, _written(feature, table, examples.rows))
    if tried.is_empty():
        return None
    encoded = np.zeros((len(tried), block.stop - block.start), np.float32)
    feature.encode(tried, encoded)
    weight = examples.sample_weight[few].astype(float)
    means = partial_effect(run.experiment.task, network, examples.x[few], weight, block, encoded)
    return {
        "column": feature.name,
        "kind": feature.kind,
        "values": [_plain(value) for value in tried],
        "rows": len(few),
        "predictions": _named(run, means),
    }


def _written(feature: Feature, table: Table, rows: Integer[np.ndarray, " rows"]) -> pl.Series:
    """The column's values as the feature encodes them."""
    spelling = feature.spelling(table.numerals)
    values = clean(table.column(feature.name, rows))
    return convert(values, feature.kind, rows, table.title, spelling)


def _named(run: TrainedRun, means: Float[np.ndarray, "values outputs"]) -> dict[str, list[float]]:
    """The means in the target's units, or of each class's probability (of two: the second's)."""
    target = run.preprocessing.target
    if target.classes is None:
        return {target.name: (means[:, 0] * target.scale + target.center).tolist()}
    likely = metrics.probabilities(run.experiment.task, means)
    first = 1 if len(target.classes) == 2 else 0
    return {
        str(target.classes[code]): likely[:, code].tolist()
        for code in range(first, likely.shape[1])
    }


def _plain(value: Any) -> Any:
    return value if isinstance(value, bool | int | float | str) else value.isoformat()
