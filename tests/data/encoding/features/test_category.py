import numpy as np
import polars as pl
import pytest

from descenso.data.encoding.features.base import LEAST_ROWS_OF_A_MARK
from descenso.data.encoding.features.category import MOST_COLUMNS, MOST_ONE_HOT, CategoryFeature

GAPS = [None] * LEAST_ROWS_OF_A_MARK


def encode(feature, *values):
    out = np.full((len(values), len(feature.names)), -1, np.float32)
    strangers = feature.encode(pl.Series("x", values, dtype=pl.String), out)
    return out, strangers


def fit(*values, embed=False):
    return CategoryFeature.fit(pl.Series("x", values, dtype=pl.String), embed)


@pytest.mark.parametrize(("n", "embedded"), [(MOST_ONE_HOT, False), (MOST_ONE_HOT + 1, True)])
def test_few_values_are_one_hot_and_many_are_codes(n, embedded):
    values = [f"v{i}" for i in range(n)] * 3
    assert fit(*values, embed=True).embedded == embedded
    assert not fit(*values, embed=False).embedded


def test_each_row_sets_one_column_and_missing_has_its_own():
    feature = fit("b", "a", *GAPS)
    assert feature.names == ("x=a", "x=b", "x is missing")
    matrix, strangers = encode(feature, "a", "b", None, "c")
    assert matrix.tolist() == [[1, 0, 0], [0, 1, 0], [0, 0, 1], [0, 0, 0]]
    assert strangers == 1


def test_the_rarest_of_very_many_values_share_a_column():
    commoner = [f"v{i:03}" for i in range(MOST_COLUMNS)]
    feature = fit(*commoner, *commoner, "rare", "seldom")
    assert feature.names == ("x=other", *(f"x={value}" for value in commoner))
    matrix, strangers = encode(feature, "v000", "rare", "unseen")
    assert matrix.argmax(axis=1).tolist() == [1, 0, 0]
    assert matrix.sum(axis=1).tolist() == [1, 1, 1]
    assert strangers == 2


def test_a_value_of_a_large_table_needs_more_rows_for_a_code():
    values = [f"v{i:02}" for i in range(20)] * 500 + ["seven times"] * 7 + ["nine times"] * 9
    feature = fit(*values, embed=True)
    assert "seven times" not in feature.values
    assert "nine times" in feature.values


def test_codes_leave_none_out_and_end_with_missing():
    values = [f"v{i:02}" for i in range(12)] * 2 + GAPS
    feature = fit(*values, embed=True)
    codes, _ = encode(feature, *values)
    assert sorted(set(codes[:, 0])) == list(range(1, 14))
    assert feature.codes == 14
    assert codes[-1, 0] == 13


def test_a_column_without_any_value_is_only_missing():
    feature = fit(*GAPS)
    assert feature.names == ("x is missing",)
    assert encode(feature, None, "a")[0].tolist() == [[1], [0]]
