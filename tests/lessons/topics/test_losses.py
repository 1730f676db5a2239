"""The curves are the formulas of the theory, and what is said of rows was really trained."""

import numpy as np
import polars as pl
import pytest

from descenso.lessons import losses
from descenso.lessons.lesson import Lesson


@pytest.fixture(scope="module")
def lesson() -> Lesson:
    return losses(epochs=10, seed=0)


def curve(lesson: Lesson, part: str, loss: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    frame = lesson.tables[part].filter(loss=loss)
    x = frame.select(pl.col("^(error|probability)$")).to_numpy()[:, 0].astype(float)
    return x, frame["value"].to_numpy(), frame["derivative"].to_numpy()


def test_mse_is_the_square_of_the_error_and_its_derivative_twice_the_error(lesson: Lesson):
    error, value, derivative = curve(lesson, "errors", "mse")
    np.testing.assert_allclose(value, error**2, rtol=1e-6, atol=1e-7)
    np.testing.assert_allclose(derivative, 2 * error, rtol=1e-6, atol=1e-7)


def test_mae_has_slope_one_with_the_error_s_sign_and_0_at_its_kink(lesson: Lesson):
    error, value, derivative = curve(lesson, "errors", "mae")
    np.testing.assert_allclose(value, np.abs(error), rtol=1e-6)
    np.testing.assert_array_equal(derivative, np.sign(error))
    assert 0.0 in error


@pytest.mark.parametrize(
    ("loss", "value_of", "slope_of"),
    [
        ("bce, y = 1", lambda p: -np.log(p), lambda p: -1 / p),
        ("bce, y = 0", lambda p: -np.log1p(-p), lambda p: 1 / (1 - p)),
        ("cce", lambda p: -np.log(p), lambda p: -1 / p),
    ],
)
def test_cross_entropies_are_negative_logarithms(lesson: Lesson, loss, value_of, slope_of):
    p, value, slope = curve(lesson, "probabilities", loss)
    np.testing.assert_allclose(value, value_of(p), rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(slope, slope_of(p), rtol=1e-4)


def test_the_worst_rows_cost_the_logarithm_of_what_they_gave_the_truth(lesson: Lesson):
    rows = lesson.tables["confident"]
    cost = -np.log(rows["probability_of_truth"].to_numpy().astype(float))
    np.testing.assert_allclose(rows["loss"].to_numpy(), cost, rtol=1e-3, atol=1e-6)
    assert rows["loss"].is_sorted(descending=True)


def test_an_outlier_holds_more_of_the_squares_than_of_the_distances(lesson: Lesson):
    with_it = lesson.tables["outlier"].filter(target="with the outlier")
    share = dict(with_it.select("loss", "outlier_share").iter_rows())
    assert share["mse"] > share["mae"]


def test_of_a_number_the_user_s_own_target_gets_the_outlier():
    lesson = losses(pl.DataFrame({"x": np.arange(40.0), "price": np.arange(40.0) * 3}), "price")
    assert "price" in next(each.title for each in lesson.sections if each.name == "outlier")
    assert "species" in next(each.title for each in lesson.sections if each.name == "confident")
