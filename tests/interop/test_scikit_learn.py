"""scikit-learn's networks as recipes."""

from typing import Any, cast

import numpy as np
import pytest
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import descenso
from descenso.errors import RecipeError
from descenso.interop.scikit_learn import recipe_of

from ..support.small_tables import numbers


def test_each_parameter_has_its_field():
    model = MLPClassifier(
        hidden_layer_sizes=(8, 4),
        activation="logistic",
        solver="adam",
        alpha=0.32,
        batch_size=cast(Any, 16),
        learning_rate_init=0.01,
        max_iter=7,
        shuffle=False,
        random_state=3,
        early_stopping=True,
        validation_fraction=0.25,
        n_iter_no_change=4,
    )
    recipe = recipe_of(model)
    assert recipe.hidden_layers == (8, 4) and recipe.activation == "sigmoid"
    assert recipe.optimizer == "adam" and recipe.learning_rate == 0.01
    assert recipe.weight_decay == 0.02 and recipe.batch_size == 16
    assert (recipe.epochs, recipe.shuffle, recipe.seed) == (7, False, 3)
    assert (recipe.patience, recipe.validation) == (4, 0.25)
    assert recipe.scale_features is False


def test_a_scaler_in_a_pipeline_scales_the_columns():
    assert recipe_of(make_pipeline(StandardScaler(), MLPClassifier())).scale_features


def test_the_same_training_ends_with_the_same_predictions():
    # Without hidden layers there is one minimum, which the penalty moves.
    X, y = numbers(200)
    y = (y - y.mean()) / y.std()
    settings: dict[str, Any] = {"alpha": 10.0, "batch_size": 20, "learning_rate_init": 0.01}
    theirs = MLPRegressor(
        hidden_layer_sizes=(), solver="sgd", momentum=0.0, tol=0, max_iter=200, **settings
    )
    theirs.set_params(n_iter_no_change=1000, random_state=0)
    with pytest.warns(Warning, match="Maximum iterations"):
        theirs.fit(X, y)
    ours = descenso.train((X, y), recipe=recipe_of(theirs), progress=False)
    np.testing.assert_allclose(ours.predict(X), np.asarray(theirs.predict(X)), atol=0.05)
    free = descenso.train((X, y), recipe=recipe_of(theirs), weight_decay=0, progress=False)
    assert np.abs(free.predict(X) - theirs.predict(X)).max() > 0.2


def test_it_is_examined_like_any_other():
    X, y = numbers(200)
    model = MLPRegressor(
        hidden_layer_sizes=(8,), solver="sgd", learning_rate_init=50.0, max_iter=10
    )
    found = descenso.diagnose((X, (y - y.mean()) / y.std()), recipe=model, quick=True)
    assert found.diagnoses[0].cause == "learning_rate_too_large"


@pytest.mark.parametrize("model", [MLPClassifier(solver="lbfgs"), np.zeros(3)])
def test_what_is_no_such_network_is_refused(model: object):
    with pytest.raises(RecipeError, match="allowed"):
        recipe_of(model)
