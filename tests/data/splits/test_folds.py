"""Folds are equal parts, each of which represents the rows."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from descenso.data.splits.folds import stratified_folds

FOLDS = 5


def drawn(seed: int) -> np.random.Generator:
    return np.random.default_rng(seed)


@given(rows=st.integers(20, 200), classes=st.integers(2, 5), seed=st.integers(0, 2**32 - 1))
def test_folds_are_equal_parts_that_share_no_row(rows: int, classes: int, seed: int):
    y = drawn(seed).integers(0, classes, rows)
    folds = stratified_folds(y, FOLDS, drawn(seed))
    assert folds.shape == (FOLDS, rows // FOLDS)
    assert len(np.unique(folds)) == folds.size
    assert folds.min() >= 0
    assert folds.max() < rows
    assert_array_equal(folds, stratified_folds(y, FOLDS, drawn(seed)))
    # Each class stands in each fold as often as in any other, but for the ends of its stretch.
    counts = np.array([np.bincount(y[fold], minlength=classes) for fold in folds])
    assert (np.ptp(counts, axis=0) <= 2).all()


def test_folds_of_a_regression_reach_from_the_least_target_to_the_greatest():
    y = drawn(0).normal(size=100)
    means = [y[fold].mean() for fold in stratified_folds(y, FOLDS, drawn(0))]
    # Drawn at random they would differ by 0.22.
    assert np.std(means) < 0.1
