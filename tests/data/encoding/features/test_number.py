import numpy as np
import polars as pl

from descenso.data.encoding.features.base import LEAST_ROWS_OF_A_MARK
from descenso.data.encoding.features.number import NumberFeature

GAPS = [None] * LEAST_ROWS_OF_A_MARK


def test_a_missing_number_is_the_median_on_the_common_scale_and_has_an_indicator():
    values = pl.Series("x", [1.0, 2.0, 6.0, *GAPS])
    feature = NumberFeature.fit(values, "standard")
    out = np.empty((4, 2), np.float32)
    feature.encode(values.head(4), out)
    mean, deviation = 3.0, np.std([1, 2, 6])
    expected = (np.array([1, 2, 6, 2]) - mean) / deviation
    np.testing.assert_allclose(out[:, 0], expected, rtol=1e-6)
    assert out[:, 1].tolist() == [0, 0, 0, 1]
    assert feature.names == ("x", "x is missing")


def test_a_column_without_any_number_is_zero():
    feature = NumberFeature.fit(pl.Series("x", GAPS, dtype=pl.Float64), "robust")
    out = np.empty((1, 2), np.float32)
    feature.encode(pl.Series("x", [None], dtype=pl.Float64), out)
    assert out.tolist() == [[0, 1]]
