"""What a column does to the prediction: the mean prediction, were every row to have one value.

Source: Friedman, Greedy Function Approximation (2001), section 8.2: the partial dependence. It
is right where the column is independent of the others; where it is not, some of the rows that
it asks about do not exist.
"""

import numpy as np
import polars as pl
from jaxtyping import Float

from descenso.data.encoding.features import CategoryFeature, Feature
from descenso.engine import inference
from descenso.engine.network import Model
from descenso.engine.task import Task

MOST_VALUES = 20
MOST_CATEGORIES = 10
TAILS = (0.05, 0.95)  # beyond these quantiles rows are few, and a mean over them says little


def values_to_try(feature: Feature, values: pl.Series) -> pl.Series:
    """The values at which to ask: evenly spread numbers or dates, or the commonest categories.

    Args:
        values: the column's values, as the feature encodes them; null where missing.

    Returns:
        Of the same type, ascending; empty where no value is known.
    """
    known = values.drop_nulls()
    if isinstance(feature, CategoryFeature):
        counts = known.rename("value").value_counts(name="rows")
        learnt = counts.filter(pl.col("value").is_in(list(feature.values)))
        commonest = learnt.sort("rows", "value", descending=[True, False]).head(MOST_CATEGORIES)
        return commonest["value"].sort().rename(feature.name)
    distinct = known.unique().sort()
    is_whole = not known.dtype.is_float() or bool((distinct == distinct.round()).all())
    if len(distinct) <= (MOST_VALUES if is_whole and not known.dtype.is_temporal() else 2):
        return distinct
    numbers = known.to_physical().cast(pl.Float64)
    low, high = (float(numbers.quantile(tail, "linear") or 0.0) for tail in TAILS)
    if low == high:
        low, high = float(numbers.min() or 0.0), float(numbers.max() or 0.0)  # pyright: ignore[reportArgumentType]
    spread = pl.Series(feature.name, np.linspace(low, high, MOST_VALUES))
    if known.dtype.is_temporal():
        return spread.cast(pl.Int64).cast(known.dtype)
    return spread


def partial_effect(
    task: Task,
    network: Model,
    x: Float[np.ndarray, "rows columns"],
    weight: Float[np.ndarray, " rows"],
    block: slice,
    encoded: Float[np.ndarray, "values width"],
) -> Float[np.ndarray, "values outputs"]:
    """The mean prediction ŷ over some rows, were all of them to have each of some values.

    Args:
        x: the rows, encoded.
        weight: how much each row counts.
        block: the encoded columns of the column that is changed.
        encoded: its values, as the network sees them.
    """
    asked = np.tile(x, (len(encoded), 1))
    asked[:, block] = np.repeat(encoded, len(x), axis=0)
    predictions = inference.predict(task, network, asked).astype(float)
    by_value = predictions.reshape(len(encoded), len(x), task.outputs)
    return np.average(by_value, axis=1, weights=weight)
