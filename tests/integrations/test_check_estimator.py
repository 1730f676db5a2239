"""scikit-learn's own suite for estimators, whole, on both as they come."""

from typing import Any

from sklearn.utils.estimator_checks import parametrize_with_checks

from descenso import Classifier, Regressor

# scikit-learn tests its own MLP there with special settings. tests/data/test_weights.py and
# tests/test_preparation.py hold what weights do mean here.
OUT_OF_REACH = {
    "check_sample_weight_equivalence_on_dense_data": (
        "a row of weight 2 equals the row twice to 1e-7, which mini-batches of float32 cannot"
    )
}


def exceptions(_estimator: Any) -> dict[str, str]:
    return OUT_OF_REACH


@parametrize_with_checks([Classifier(), Regressor()], expected_failed_checks=exceptions)
def test_scikit_learn_accepts_the_estimator(estimator: Any, check: Any):
    check(estimator)
