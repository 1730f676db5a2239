"""Recipes by their losses: the best first, and which of the others may be as good."""

from typing import Any

import numpy as np
import pytest
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from descenso.runs.search.ranking import rank

LOSSES = np.array([[0.50, 0.61, 0.54], [0.30, 0.28, 0.35], [0.31, 0.27, 0.37]])


def test_the_least_mean_comes_first_with_the_spread_of_its_seeds():
    ranks = rank(LOSSES)
    assert [each.index for each in ranks] == [1, 2, 0]
    for each in ranks:
        assert each.mean == pytest.approx(LOSSES[each.index].mean())
        assert each.sd == pytest.approx(np.std(LOSSES[each.index], ddof=1))


def test_what_holds_1_is_within_the_noise_and_what_does_not_is_worse():
    best, alike, worse = rank(LOSSES)
    assert (best.verdict, alike.verdict, worse.verdict) == ("best", "noise", "worse")
    assert (best.times, best.low, best.high) == (None, None, None)


def test_the_interval_is_students_of_the_logarithms_seed_by_seed():
    for each in rank(LOSSES)[1:]:
        logs = np.log(LOSSES[each.index] / LOSSES[1])
        test: Any = scipy.stats.ttest_1samp(logs, 0.0)
        expected = test.confidence_interval(0.95)
        assert each.times == pytest.approx(np.exp(logs.mean()))
        assert (each.low, each.high) == pytest.approx((np.exp(expected.low), np.exp(expected.high)))
        # A ratio below 1 in truth can only be luck: the best was chosen.
        assert (each.verdict == "worse") == (test.pvalue < 0.05 and logs.mean() > 0)


def test_one_seed_shows_nothing_of_the_noise():
    best, other = rank(np.array([[0.2], [0.1]]))
    assert (best.index, best.sd, best.verdict) == (1, None, "best")
    assert other.times == pytest.approx(2)
    assert (other.low, other.verdict) == (None, "unknown")


def test_a_recipe_that_diverged_from_a_seed_is_last_however_good_the_others_are():
    ranks = rank(np.array([[0.1, np.inf, 0.1], [np.inf] * 3, [0.9, 0.8, 0.9], [0.2, np.inf, 0.1]]))
    assert [each.index for each in ranks] == [2, 0, 3, 1]
    assert [each.diverged for each in ranks] == [0, 1, 1, 3]
    assert [each.verdict for each in ranks] == ["best", *["diverged"] * 3]
    assert (ranks[1].mean, ranks[3].mean) == (pytest.approx(0.1), None)


def test_where_all_diverged_none_is_the_best():
    assert {each.verdict for each in rank(np.full((2, 2), np.inf))} == {"diverged"}


def test_a_loss_of_0_has_no_logarithm_and_is_ranked_nevertheless():
    best, other = rank(np.array([[0.0, 0.0], [0.1, 0.2]]))
    assert (best.index, other.verdict) == (0, "worse")


@given(arrays(float, (4, 3), elements=st.floats(1e-6, 1e6)))
def test_every_recipe_is_ranked_once_and_means_never_fall(losses: np.ndarray):
    ranks = rank(losses)
    assert sorted(each.index for each in ranks) == [0, 1, 2, 3]
    means = [each.mean or 0.0 for each in ranks]
    assert means == sorted(means)
