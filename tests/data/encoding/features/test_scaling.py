import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import iqr
from sklearn.preprocessing import RobustScaler

from descenso.data.encoding.features.scaling import Scaling

numbers = st.lists(st.floats(-1e12, 1e12), min_size=1, max_size=50).map(np.array)


def test_robust_scaling_is_that_of_scikit_learn_before_the_bend():
    values = np.random.default_rng(0).standard_cauchy(200)
    scaling = Scaling.fit(values, "robust")
    assert scaling.scale == pytest.approx(iqr(values))
    reference = RobustScaler().fit_transform(values[:, None])[:, 0]
    bent = 3 * np.log(reference / 3 + np.sqrt((reference / 3) ** 2 + 1))
    np.testing.assert_allclose(scaling.apply(values), bent, atol=1e-12)


@given(numbers, st.floats(allow_nan=False, allow_infinity=False))
def test_no_outlier_dominates_however_far_it_lies(values, outlier):
    scaling = Scaling.fit(values, "robust")
    assert (abs(scaling.apply(np.array([outlier, *values]))) <= 3 * np.arcsinh(1.2e38)).all()


def test_of_two_outliers_the_larger_one_looks_larger():
    scaled = Scaling.fit(np.arange(-5.0, 6.0), "robust").apply(np.array([1e2, 1e3, 1e4, 1e9]))
    assert (np.diff(scaled) > 3).all()


@given(numbers, st.sampled_from(["robust", "standard", None]))
def test_scaling_keeps_the_order_of_numbers_and_is_finite_in_float32(values, method):
    scaled = Scaling.fit(values, method).apply(np.sort(values))
    # Up to rounding, which is all that is left between numbers far out on the bend.
    assert (np.diff(scaled) >= -1e-12 * abs(scaled).max()).all()
    assert np.isfinite(scaled.astype(np.float32)).all()


def test_a_column_that_hardly_varies_falls_back_to_its_deviation_and_then_to_one():
    mostly_zero = np.array([0.0] * 99 + [1.0])
    assert Scaling.fit(mostly_zero, "robust").scale == pytest.approx(mostly_zero.std())
    for method in ("robust", "standard"):
        assert Scaling.fit(np.full(10, 0.1), method).scale == 1.0
    assert Scaling.fit(np.array([]), "robust") == Scaling()
