"""ROC and precision-recall curves, beside scikit-learn's."""

import numpy as np
import pytest
from sklearn import metrics as theirs

from descenso.engine.metrics import average_precision, roc_auc
from descenso.runs.evaluation.curves import MOST_POINTS, precision_recall_curve, roc_curve, thinned

random = np.random.default_rng(0)
TRUTH = random.integers(0, 2, 60)
SCORES = np.round(random.random(60) * 0.6 + TRUTH * 0.2, 1)  # with ties
WEIGHT = random.random(60)


def test_the_roc_curve_is_scikit_learn_s():
    expected = theirs.roc_curve(TRUTH, SCORES, sample_weight=WEIGHT, drop_intermediate=False)[:2]
    found = roc_curve(TRUTH, SCORES, WEIGHT)
    assert found is not None
    np.testing.assert_allclose(found, expected)


def test_the_precision_recall_curve_is_scikit_learn_s():
    precision, recall, _thresholds = theirs.precision_recall_curve(
        TRUTH, SCORES, sample_weight=WEIGHT
    )
    found = precision_recall_curve(TRUTH, SCORES, WEIGHT)
    assert found is not None
    # Theirs goes the other way, and ends in a point (0, 1) that no threshold has.
    np.testing.assert_allclose(found[0], recall[::-1][1:])
    np.testing.assert_allclose(found[1], precision[::-1][1:])


def test_the_areas_under_them_are_those_of_the_metrics():
    roc, precision_recall = (f(TRUTH, SCORES, WEIGHT) for f in (roc_curve, precision_recall_curve))
    assert roc is not None and precision_recall is not None
    assert np.trapezoid(roc[1], roc[0]) == pytest.approx(roc_auc(TRUTH, SCORES, WEIGHT))
    steps = np.diff(precision_recall[0], prepend=0) * precision_recall[1]
    assert steps.sum() == pytest.approx(average_precision(TRUTH, SCORES, WEIGHT))


def test_where_all_rows_are_of_one_kind_there_is_no_curve():
    none, every = np.zeros(60, int), np.ones(60, int)
    assert roc_curve(none, SCORES, WEIGHT) is None and roc_curve(every, SCORES, WEIGHT) is None
    assert precision_recall_curve(none, SCORES, WEIGHT) is None


def test_a_long_curve_is_thinned_between_its_ends():
    x = np.linspace(0, 1, 1000)
    points = thinned((x, x**2))
    assert len(points) == MOST_POINTS
    assert points[0] == [0, 0] and points[-1] == [1, 1]
