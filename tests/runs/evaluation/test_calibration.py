"""Calibration in bins of equal mass, beside what chance alone would do."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst
from numpy.testing import assert_allclose
from sklearn.calibration import calibration_curve

from descenso.runs.evaluation.calibration import Calibration, bin_starts, calibrate

random = np.random.default_rng(0)


def calibrated(probability, happened, weight=None, seed: int = 0) -> Calibration:
    probability = np.asarray(probability, float)
    weight = np.ones(len(probability)) if weight is None else np.asarray(weight, float)
    return calibrate(probability, np.asarray(happened, bool), weight, seed)


def test_few_rows_are_one_bin():
    found = calibrated([0.9, 0.8, 0.4, 0.5], [1, 0, 0, 1])
    assert (found.rows.tolist(), found.happened.tolist()) == ([4], [0.5])
    assert found.error == pytest.approx(0.65 - 0.5)


def test_bins_and_error_agree_with_scikit_learns_curve():
    probability = random.permutation(np.linspace(0.01, 0.99, 100))
    happened = random.random(100) < probability**2
    found = calibrated(probability, happened)
    truth, predicted = calibration_curve(happened, probability, n_bins=10, strategy="quantile")
    assert found.rows.tolist() == [10] * 10
    assert_allclose(found.predicted, predicted)
    assert_allclose(found.happened, truth)
    # All bins are of ten rows, so each counts alike.
    assert found.error == pytest.approx(np.mean(np.abs(truth - predicted)))


@given(
    npst.arrays(np.float64, st.integers(1, 200), elements=st.sampled_from([0, 0.1, 0.5, 0.9, 1]))
)
def test_equal_probabilities_share_a_bin_and_every_row_is_in_one(probability):
    probability = np.sort(probability)
    starts = bin_starts(probability)
    assert starts[0] == 0
    assert (np.diff(starts) > 0).all()
    assert (probability[starts[1:]] > probability[starts[1:] - 1]).all()
    assert len(starts) <= 10


@given(st.integers(0, 2**32 - 1))
def test_the_order_of_the_rows_means_nothing(seed: int):
    random = np.random.default_rng(seed)
    probability, happened = random.integers(0, 20, 80) / 20, random.random(80) < 0.5
    order = random.permutation(80)
    one, other = (
        calibrated(probability, happened),
        calibrated(probability[order], happened[order]),
    )
    assert one.error == pytest.approx(other.error)
    assert_allclose(one.happened, other.happened)


def test_a_row_of_weight_n_counts_as_n_such_rows():
    probability, happened = [0.2, 0.6, 0.9], [0, 1, 1]
    weighed = calibrated(probability, happened, [1, 2, 3])
    repeated = calibrated(np.repeat(probability, [1, 2, 3]), np.repeat(happened, [1, 2, 3]))
    assert weighed.error == pytest.approx(repeated.error)
    assert weighed.rows.tolist() == [3]


def test_perfect_probabilities_err_about_as_much_as_chance_does_and_others_more():
    probability = random.random(400)
    perfect = [calibrated(probability, random.random(400) < probability) for _ in range(50)]
    errors, by_chance = ([getattr(each, name) for each in perfect] for name in NAMES)
    assert np.mean(errors) == pytest.approx(np.mean(by_chance), rel=0.15)
    sure = np.where(probability > 0.5, 0.99, 0.01)
    found = calibrated(sure, random.random(400) < probability)
    assert found.error > 5 * found.error_by_chance


NAMES = ("error", "error_by_chance")


def test_chance_by_hand():
    # Of two rows of probability 1/2 none, one or both happen with 1/4, 1/2 and 1/4: the share that
    # happened is off by 1/2 half the time.
    found = calibrated([0.5, 0.5], [1, 0])
    assert found.error == 0
    assert found.error_by_chance == pytest.approx(0.25, abs=0.08)
    assert calibrated([1.0, 1.0], [1, 1]).error_by_chance == 0
