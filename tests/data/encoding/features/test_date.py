import datetime as dt
import math

import numpy as np
import polars as pl
import pytest

from descenso.data.encoding.features.base import LEAST_ROWS_OF_A_MARK
from descenso.data.encoding.features.date import DateFeature

GAPS = [None] * LEAST_ROWS_OF_A_MARK


def encode(feature, *dates):
    out = np.empty((len(dates), len(feature.names)), np.float32)
    feature.encode(pl.Series("when", dates, dtype=pl.Datetime("us")), out)
    return dict(zip(feature.names, out.T, strict=True))


def fit(*dates):
    return DateFeature.fit(pl.Series("when", dates, dtype=pl.Datetime("us")), None)


def test_days_are_counted_from_the_median_of_the_training_rows():
    feature = fit(*(dt.datetime(2024, 1, day) for day in (1, 2, 4)))
    encoded = encode(feature, dt.datetime(2024, 1, 1), dt.datetime(2024, 1, 2, 12), None)
    assert encoded["when"].tolist() == [-1, 0.5, 0]


def test_only_cycles_that_vary_are_encoded():
    assert fit(dt.datetime(2024, 1, 1), dt.datetime(2024, 1, 8)).names == ("when",)
    assert fit(dt.datetime(2024, 1, 1), dt.datetime(2024, 1, 2)).names == (
        *("when", "when.weekday.sin", "when.weekday.cos"),
    )
    assert fit(dt.datetime(2024, 1, 1, 6), dt.datetime(2024, 1, 1, 7)).names == (
        *("when", "when.hour.sin", "when.hour.cos"),
    )


def test_a_cycle_is_a_point_on_a_circle_and_december_lies_beside_january():
    feature = fit(*(dt.datetime(2024, month, 1) for month in range(1, 13)))
    months = encode(feature, *(dt.datetime(2023, month, 1) for month in range(1, 13)))
    points = np.stack([months["when.month.sin"], months["when.month.cos"]], axis=1)
    np.testing.assert_allclose(np.linalg.norm(points, axis=1), 1, rtol=1e-6)
    steps = np.linalg.norm(points - np.roll(points, 1, axis=0), axis=1)
    np.testing.assert_allclose(steps, 2 * math.sin(math.pi / 12), rtol=1e-5)
    # April is a quarter of a year after January.
    assert points[3].tolist() == pytest.approx([1, 0], abs=1e-6)


def test_a_missing_date_lies_at_the_centre_and_has_an_indicator():
    feature = fit(dt.datetime(2024, 1, 1), dt.datetime(2024, 3, 3), *GAPS)
    encoded = encode(feature, None)
    assert encoded.pop("when is missing") == 1
    assert all(value == 0 for value in encoded.values())


def test_a_column_without_any_date_is_zero():
    assert encode(fit(*GAPS), dt.datetime(1970, 1, 1)) == {"when": 0, "when is missing": 0}
