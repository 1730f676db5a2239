"""What lies behind the metrics, beside scikit-learn and cases worked by hand."""

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import sklearn.metrics
from numpy.testing import assert_allclose, assert_array_equal

from descenso.data.encoding.target import Target
from descenso.engine import metrics
from descenso.engine.metrics import Judged
from descenso.engine.task import Task
from descenso.errors import InputError
from descenso.runs.evaluation import evaluate
from descenso.runs.evaluation.evaluate import assess

from ...support.judged_rows import BINARY, MULTICLASS, REGRESSION, judged, some

NAMES = Target(name="town", task="multiclass", classes=("Bogotá", "Lima", "Quito", "La Paz"))
ANSWERS = Target(name="paid", task="binary", classes=(False, True))
PRICE = Target(name="price", task="regression", center=100.0, scale=10.0)


def assessed(rows: Judged, target: Target, **options: Any) -> dict[str, Any]:
    return assess(rows, target, np.arange(len(rows)), **options)


def predicted(rows: Judged) -> np.ndarray:
    return metrics.labels(rows.task, rows.predictions)


# What is reported.


@pytest.mark.parametrize(
    ("task", "target"), [(REGRESSION, PRICE), (BINARY, ANSWERS), (MULTICLASS, NAMES)]
)
def test_every_task_has_the_same_keys_in_jsons_own_types(task: Task, target: Target):
    found = assessed(some(task), target)
    assert set(found) == {
        "rows",
        "metrics",
        "further_metrics",
        "intervals",
        "bootstrap",
        "confusion",
        "per_class",
        "calibration",
        "residuals",
        "worst_rows",
    }
    assert json.loads(json.dumps(found, allow_nan=False)) == found
    for name in ("confusion", "per_class", "calibration"):
        assert (found[name] is None) == (task is REGRESSION)
    assert (found["residuals"] is None) == (task is not REGRESSION)
    named = set(found["metrics"] | found["further_metrics"]) - {"baseline_accuracy"}
    assert set(found["intervals"]) == named


@pytest.mark.parametrize(("task", "target"), [(REGRESSION, PRICE), (BINARY, ANSWERS)])
def test_infinite_predictions_are_reported_as_null(task: Task, target: Target):
    rows = some(task)
    broken = replace(
        rows, predictions=np.full_like(rows.predictions, np.nan), losses=rows.losses * np.nan
    )
    found = assessed(broken, target)
    json.dumps(found, allow_nan=False)
    assert found["metrics"]["loss"] is found["intervals"]["loss"] is None
    assert found["residuals"] is None


def test_metrics_that_are_not_defined_have_no_interval():
    rows = judged(REGRESSION, np.arange(5, dtype="f4")[:, None], np.full(5, 0.5, "f4"))
    found = assessed(rows, PRICE)
    assert found["metrics"]["skill"] is found["intervals"]["skill"] is None
    assert found["intervals"]["rmse"] is not None


# What may be asked for.


def test_intervals_may_be_wider_and_drawn_more_often():
    rows = some(MULTICLASS)
    usual, wide = assessed(rows, NAMES), assessed(rows, NAMES, confidence=0.99, resamples=2000)
    assert usual["bootstrap"] == {"resamples": 1000, "confidence": 0.95, "seed": 0}
    assert wide["bootstrap"] == {"resamples": 2000, "confidence": 0.99, "seed": 0}
    low, high = usual["intervals"]["accuracy"]
    lower, higher = wide["intervals"]["accuracy"]
    assert lower < low < usual["metrics"]["accuracy"] < high < higher


def test_no_resamples_give_no_intervals():
    found = assessed(some(BINARY), ANSWERS, resamples=0)
    assert found["intervals"] is found["bootstrap"] is None
    assert found["metrics"]["accuracy"] > 0


@pytest.mark.parametrize(
    ("option", "message"),
    [
        ({"resamples": -1}, "resamples is -1; allowed: a whole number from 0 on."),
        ({"resamples": True}, "resamples is True; allowed: a whole number from 0 on."),
        ({"confidence": 95.0}, "confidence is 95.0; allowed: a number from 0.5 to below 1."),
        ({"seed": -1}, "seed is -1; allowed: a whole number from 0 to 4294967295."),
    ],
)
def test_what_cannot_be_is_refused(option: dict[str, Any], message: str):
    with pytest.raises(InputError) as refused:
        assessed(some(REGRESSION), PRICE, **option)
    assert str(refused.value) == message


# Classes.


def test_the_confusion_matrix_is_scikit_learns_with_the_classes_as_they_were_written():
    rows = some(MULTICLASS)
    confusion = assessed(rows, NAMES)["confusion"]
    assert confusion["classes"] == ["Bogotá", "Lima", "Quito", "La Paz"]
    expected = sklearn.metrics.confusion_matrix(rows.y, predicted(rows), labels=range(4))
    assert_array_equal(confusion["counts"], expected)
    assert assessed(some(BINARY), ANSWERS)["confusion"]["classes"] == [False, True]


def test_the_most_confused_pairs_come_first():
    y = np.array([0, 0, 0, 1, 1, 2, 3])
    taken = np.array([1, 1, 0, 2, 1, 2, 0])
    rows = judged(MULTICLASS, np.eye(4)[taken] * 0.7 + 0.1 * (1 - np.eye(4)[taken]), y)
    assert assessed(rows, NAMES)["confusion"]["most_confused"] == [
        {"truth": "Bogotá", "prediction": "Lima", "rows": 2},
        {"truth": "Lima", "prediction": "Quito", "rows": 1},
        {"truth": "La Paz", "prediction": "Bogotá", "rows": 1},
    ]


def test_a_matrix_of_very_many_classes_is_left_out_but_not_its_pairs(monkeypatch):
    monkeypatch.setattr(evaluate, "MOST_IN_MATRIX", 3)
    confusion = assessed(some(MULTICLASS), NAMES)["confusion"]
    assert confusion["counts"] is None
    assert confusion["most_confused"]


@pytest.mark.parametrize("weighed", [False, True])
def test_each_class_fares_as_scikit_learn_says(weighed: bool):
    rows = some(MULTICLASS)
    if weighed:
        rows = replace(rows, weight=np.random.default_rng(0).uniform(0.1, 3, len(rows)))
    found = assessed(rows, NAMES)["per_class"]
    precision, recall, f1, _support = sklearn.metrics.precision_recall_fscore_support(
        rows.y, predicted(rows), sample_weight=rows.weight
    )
    for name, expected in (("precision", precision), ("recall", recall), ("f1", f1)):
        assert_allclose([each[name] for each in found], expected, err_msg=name)
    assert [each["class"] for each in found] == list(NAMES.classes or ())
    assert_array_equal([each["support"] for each in found], np.bincount(rows.y))
    assert_array_equal([each["predicted"] for each in found], np.bincount(predicted(rows)))


def test_a_class_that_is_never_there_nor_predicted_has_no_scores():
    rows = judged(MULTICLASS, np.full((3, 4), [0.7, 0.1, 0.1, 0.1]), np.array([0, 0, 1]))
    quito = assessed(rows, NAMES)["per_class"][2]
    assert quito["precision"] is quito["recall"] is quito["f1"] is None
    assert (quito["support"], quito["predicted"]) == (0, 0)


def test_of_two_classes_the_second_ones_probability_is_calibrated():
    rows = judged(BINARY, np.array([[0.1], [0.2], [0.6]], "f4"), np.array([0, 1, 1], "f4"))
    [single] = assessed(rows, ANSWERS)["calibration"]["bins"]
    assert single == pytest.approx({"rows": 3, "predicted": 0.3, "happened": 2 / 3})


def test_of_more_classes_the_predicted_ones_probability_is_calibrated():
    rows = judged(MULTICLASS, np.full((4, 4), [0.7, 0.1, 0.1, 0.1]), np.array([0, 0, 0, 1]))
    [single] = assessed(rows, NAMES)["calibration"]["bins"]
    assert single == pytest.approx({"rows": 4, "predicted": 0.7, "happened": 0.75})


def test_the_worst_rows_are_wrong_ones_whose_truth_was_held_for_least_likely():
    likely = np.array([[0.6], [0.9], [0.2], [0.7]], "f4")
    rows = judged(BINARY, likely, np.array([0, 0, 0, 1], "f4"))
    found = assess(rows, ANSWERS, np.array([4, 8, 15, 16]))["worst_rows"]
    # Rows are counted from 1; that of 0.2 and that of 0.7 are right.
    assert [each["row"] for each in found] == [9, 5]
    assert found[0] == pytest.approx(
        {
            "row": 9,
            "truth": False,
            "prediction": True,
            "probability_of_truth": 0.1,
            "probability_of_prediction": 0.9,
        }
    )


# Numbers.


def test_residuals_are_in_the_targets_units():
    # As the network sees it, the truth is 1 to 5; it predicts 0 for all: residuals of 10 to 50.
    truth = np.arange(1, 6, dtype="f4")
    rows = judged(REGRESSION, np.zeros((5, 1), "f4"), truth, unit=10.0)
    found = assessed(rows, PRICE)
    quantiles = {"5": 12.0, "25": 20.0, "50": 30.0, "75": 40.0, "95": 48.0}
    assert found["residuals"]["quantiles"] == pytest.approx(quantiles)
    absolute = {"50": 30.0, "90": 46.0, "95": 48.0}
    assert found["residuals"]["absolute_quantiles"] == pytest.approx(absolute)
    assert found["further_metrics"]["bias"] == pytest.approx(-30)


def test_the_worst_rows_are_furthest_off_in_either_direction():
    rows = judged(REGRESSION, np.array([[0], [9], [0]], "f4"), np.array([3, 0, 1], "f4"))
    assert assess(rows, PRICE, np.array([10, 20, 30]))["worst_rows"] == [
        {"row": 21, "truth": 100.0, "prediction": 190.0, "residual": -90.0},
        {"row": 11, "truth": 130.0, "prediction": 100.0, "residual": 30.0},
        {"row": 31, "truth": 110.0, "prediction": 100.0, "residual": 10.0},
    ]


def test_a_network_that_is_never_right_is_assessed_too():
    y = np.array([0, 0, 1, 1], np.float32)
    wrong = judged(BINARY, np.array([[0.9], [0.8], [0.1], [0.2]], np.float32), y)
    found = assessed(wrong, ANSWERS)
    assert found["metrics"]["accuracy"] == 0
    assert [each["precision"] for each in found["per_class"]] == [0, 0]
    assert found["confusion"]["counts"] == [[0, 2], [2, 0]]
