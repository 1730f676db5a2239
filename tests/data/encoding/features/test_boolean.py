import numpy as np
import polars as pl

from descenso.data.encoding.features.base import LEAST_ROWS_OF_A_MARK
from descenso.data.encoding.features.boolean import BooleanFeature

GAPS = [None] * LEAST_ROWS_OF_A_MARK


def test_a_missing_value_is_the_commoner_one_and_has_an_indicator():
    feature = BooleanFeature.fit(pl.Series("x", [True, True, False, *GAPS]))
    out = np.empty((3, 2), np.float32)
    feature.encode(pl.Series("x", [True, False, None]), out)
    assert feature.names == ("x", "x is missing")
    assert out.tolist() == [[1, 0], [0, 0], [1, 1]]


def test_a_column_without_any_value_counts_as_false():
    assert not BooleanFeature.fit(pl.Series("x", [None], dtype=pl.Boolean)).usual
