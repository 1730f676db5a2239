import datetime as dt
import json

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.preprocessing import LabelEncoder, StandardScaler

from descenso.data.encoding.target import Target, fit_target, infer_task, present_rows
from descenso.errors import TableError


def column(values, dtype=None):
    return pl.Series("churn", values, dtype=dtype, strict=False)


def fit(values, task, scale=True):
    series = column(values)
    return fit_target(series, task, np.arange(len(series)), scale)


@pytest.mark.parametrize(
    ("values", "task", "why"),
    [
        (["yes", "no", "yes"], "binary", "`churn` has 2 values"),
        (["a", "b", "c", "a"], "multiclass", "`churn` has 3 values"),
        ([True, False, None], "binary", "`churn` has 2 values"),
        ([0, 1], "binary", "`churn` has 2 values"),
        ([0.0, 1.0, float("nan")], "binary", "`churn` has 2 values"),
        ([0.5, 1.0], "regression", "`churn` is a number (2 different values)"),
        ([3, 7, 9] * 5, "multiclass", "only 3 different whole numbers, and they repeat"),
        ([3, 7, 9] * 4, "regression", "`churn` is a number (3 different values)"),
        (list(range(21)) * 9, "regression", "`churn` is a number (21 different values)"),
        ([3.0, 7.0, 9.0] * 9, "regression", "`churn` is a number (3 different values)"),
        ([5], "regression", "`churn` is a number (1 value)"),
    ],
)
def test_the_task_follows_from_the_values_with_a_reason(values, task, why):
    found, reason = infer_task(column(values), "churn")
    assert found == task
    assert reason == f"inferred {task} because {reason.split(' because ')[1]}"
    assert why in reason
    assert reason.endswith("; override with --task")


def test_dates_are_classes_only_where_they_repeat_and_that_is_reported():
    days = [f"2024-01-{1 + i % 28:02}" for i in range(60)]
    task, reason = infer_task(column(days), "churn")
    assert task == "multiclass"
    assert "`churn` has 28 values, each a class, though they are dates (to predict a num" in reason
    with pytest.raises(TableError, match=r"holds dates .*, 28 in 50 rows\. Make a number of them"):
        infer_task(column(days[:50]), "churn")


def test_numbers_that_came_as_categories_are_classes_that_keep_their_values():
    codes = column(list(range(30)) * 2)
    assert infer_task(codes, "churn", categories=True)[0] == "multiclass"
    assert fit_target(codes, "multiclass", np.arange(60), True).classes == tuple(range(30))


def test_text_that_is_another_in_every_row_names_no_classes():
    with pytest.raises(TableError, match=r"'churn' is different in every row \('a', 'b', 'c'\)"):
        infer_task(column(["a", "b", "c", None]), "churn")


@pytest.mark.parametrize(
    ("values", "task", "classes"),
    [
        (["b", "a", "b"], "binary", ("a", "b")),
        ([True, False], "binary", (False, True)),
        ([9, 3, 7], "multiclass", (3, 7, 9)),
        ([1.0, 0.0], "binary", (0.0, 1.0)),
        (["a", "b"], "multiclass", ("a", "b")),
        (pl.Series(["v", "u"], dtype=pl.Categorical), "binary", ("u", "v")),
    ],
)
def test_classes_are_kept_as_the_user_wrote_them_and_sorted(values, task, classes):
    target = fit(values, task)
    assert target.classes == classes
    assert [type(value) for value in target.classes or ()] == [type(value) for value in classes]


@given(
    st.lists(st.text("abñ1.", min_size=1, max_size=3), min_size=2, max_size=20).filter(
        lambda values: len(set(values)) > 1
    )
)
def test_codes_are_those_of_scikit_learn_and_decode_to_what_was_written(values):
    target = fit(values, "multiclass")
    codes = target.encode(column(values), np.arange(len(values)))
    assert codes.dtype == np.int32
    assert (codes == LabelEncoder().fit_transform(values)).all()
    assert target.decode(codes).to_list() == values


@pytest.mark.parametrize("values", [["no", "yes", "no"], [False, True, False], [3, 9, 3]])
def test_a_binary_target_is_zero_and_one_in_the_order_of_its_classes(values):
    target = fit(values, "binary")
    codes = target.encode(column(values), np.arange(3))
    assert (codes.dtype, codes.tolist()) == (np.float32, [0, 1, 0])
    assert target.decode(codes.astype(int)).to_list() == values


@given(st.lists(st.floats(-1e6, 1e6).map(lambda value: round(value, 3)), min_size=2, max_size=50))
def test_a_scaled_target_is_scikit_learn_s_standardised_one(values):
    target = fit(values, "regression")
    encoded = target.encode(column(values, pl.Float64), np.arange(len(values)))
    expected = StandardScaler().fit_transform(np.array(values)[:, None])[:, 0]
    assert encoded.dtype == np.float32
    np.testing.assert_allclose(encoded, expected, rtol=1e-4, atol=1e-4)


def test_an_unscaled_or_a_constant_target_keeps_its_units():
    assert fit([1.0, 3.0], "regression", scale=False).encode(
        column([1.0, 3.0]), np.arange(2)
    ).tolist() == [1.0, 3.0]
    constant = fit([0.1] * 10, "regression")
    assert (constant.center, constant.scale) == (pytest.approx(0.1), 1.0)


def test_only_the_given_rows_are_learned_from():
    series = column([1.0, 3.0, 1000.0])
    target = fit_target(series, "regression", np.array([0, 1]), True)
    assert (target.center, target.scale) == (2.0, 1.0)
    assert target.encode(series, np.array([2, 0])).tolist() == [998.0, -1.0]


@pytest.mark.parametrize(
    "target",
    [
        Target(name="y", task="binary", classes=(False, True)),
        Target(name="y", task="multiclass", classes=(3, 7, 9)),
        Target(name="y", task="multiclass", classes=(0.0, 1.0)),
        Target(name="y", task="multiclass", classes=("1", "2")),
        Target(name="y", task="regression", center=0.1, scale=1 / 3),
    ],
)
def test_a_target_survives_json_with_its_types(target):
    again = Target.from_dict(json.loads(json.dumps(target.to_dict())))
    assert again == target
    assert [type(value) for value in again.classes or ()] == [
        type(value) for value in target.classes or ()
    ]


def test_damaged_json_is_refused():
    with pytest.raises(ValueError, match="task"):
        Target.from_dict({"name": "y", "task": "guess"})


def test_rows_without_a_target_are_not_present():
    assert present_rows(column([1.0, None, float("nan"), 2.0])).tolist() == [0, 3]
    assert present_rows(column(["a", None])).tolist() == [0]


@pytest.mark.parametrize(
    ("values", "task", "message"),
    [
        (["a", "b", "c"], "binary", r"3 values \('a', 'b', 'c'\), but binary .*--task multiclass"),
        ([1.5, 2.5, 3.5], "binary", r"3 values .* but binary .*--task regression"),
        (["a", "a"], "binary", r"is 'a' in all training rows"),
        (["a", "a"], "multiclass", r"is 'a' in all training rows"),
        (["a", "b"], "regression", r"holds 'a', 'b', but regression .*--task binary"),
        (["a", "b", "c"], "regression", r"--task multiclass"),
        ([True, False], "regression", r"holds True, False, but regression"),
        (
            [1.0, float("inf")],
            "regression",
            r"row 2: inf is infinite or too large for a 32-bit number\. Correct",
        ),
        ([1.0, float("inf")], "binary", r"row 2: inf is infinite"),
        ([1.0, None], "regression", r"row 2: the value is missing"),
        ([dt.date(2024, 1, 1), dt.date(2024, 1, 2)], "regression", r"is of type Date"),
    ],
)
def test_a_target_that_does_not_suit_the_task_is_refused(values, task, message):
    with pytest.raises(TableError, match=message):
        fit(values, task)


@pytest.mark.parametrize("values", [[None, None], [float("nan")], []])
def test_a_target_without_any_value_has_no_task(values):
    with pytest.raises(TableError, match="missing in every row"):
        infer_task(column(values), "churn")


def test_a_target_of_lists_has_no_task():
    with pytest.raises(TableError, match=r"is of type List\(Int64\)"):
        infer_task(column([[1], [2]]), "churn")


def test_a_class_that_training_never_saw_is_named():
    target = fit(["a", "b"], "binary")
    with pytest.raises(TableError, match=r"row 3: the class 'c' is new.* 'a', 'b'"):
        target.encode(column(["a", "b", "c"]), np.array([1, 2]))


def test_numbers_are_recognised_as_classes_whatever_their_type():
    target = fit([3, 7, 9], "multiclass")
    assert target.encode(column([9.0, 3.0]), np.arange(2)).tolist() == [2, 0]


def test_text_where_a_number_was_is_refused_at_its_row():
    target = fit([1.0, 2.0], "regression")
    with pytest.raises(TableError, match=r"row 2: 'x' is not a number\. Correct it"):
        target.encode(column(["1", "x"]), np.arange(2))
