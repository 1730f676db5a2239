"""A diagnosis' change of the data, as far as it can be made without a person."""

from collections.abc import Callable, Mapping

import numpy as np
import polars as pl

from benchmarks.doctor.patient import Cause

# A target is an outlier this many interquartile ranges outside the quartiles.
FENCE = 3.0


def _impute_nonfinite(frame: pl.DataFrame, _target: str) -> pl.DataFrame:
    """Infinities become gaps, which descenso fills."""
    return frame.with_columns(
        pl.when(pl.col(name).is_finite()).then(pl.col(name)).alias(name)
        for name in _fractions(frame)
    )


def _drop_nonfinite_rows(frame: pl.DataFrame, _target: str) -> pl.DataFrame:
    finite = [pl.col(name).is_finite() | pl.col(name).is_null() for name in _fractions(frame)]
    return frame.filter(finite) if finite else frame


def _winsorize_target(frame: pl.DataFrame, target: str) -> pl.DataFrame:
    low, high = np.quantile(frame[target].to_numpy(), (0.25, 0.75))
    reach = FENCE * (high - low)
    return frame.with_columns(pl.col(target).clip(low - reach, high + reach))


def _drop_degenerate_features(frame: pl.DataFrame, target: str) -> pl.DataFrame:
    """Without columns of one value, and without those that repeat another."""
    kept: list[pl.Series] = []
    for column in frame.drop(target).get_columns():
        if column.n_unique() > 1 and not any(column.equals(other) for other in kept):
            kept.append(column)
    return pl.DataFrame([*kept, frame[target]])


def _shuffle_rows(frame: pl.DataFrame, _target: str) -> pl.DataFrame:
    return frame[np.random.default_rng(0).permutation(frame.height)]


TREATMENTS: Mapping[str, Callable[[pl.DataFrame, str], pl.DataFrame]] = {
    "impute_nonfinite": _impute_nonfinite,
    "drop_nonfinite_rows": _drop_nonfinite_rows,
    "winsorize_target": _winsorize_target,
    "drop_degenerate_features": _drop_degenerate_features,
    "shuffle_rows": _shuffle_rows,
}
# Causes that a treatment can remove; other faults of the data are for a person to mend.
TREATABLE: tuple[Cause, ...] = (
    "non_finite_input",
    "outliers_in_target",
    "constant_or_duplicate_features",
)


def _fractions(frame: pl.DataFrame) -> list[str]:
    return [name for name, kind in frame.schema.items() if kind.is_float()]
