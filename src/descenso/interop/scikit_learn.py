"""A scikit-learn network as a recipe: the same training, in descenso's words."""

from collections.abc import Mapping
from typing import Any

from descenso.errors import RecipeError
from descenso.i18n import gettext as _
from descenso.interop.vocabulary import WORDS
from descenso.recipe import Recipe

NETWORKS = ("MLPClassifier", "MLPRegressor")
AUTO_BATCH = 200  # scikit-learn's, or all rows where they are fewer


def recipe_of(model: Any) -> Recipe:
    """The recipe that a scikit-learn `MLPClassifier` or `MLPRegressor` stands for, fitted or not.

    A pipeline that ends with one is taken too: columns are then scaled where a scaler stands in it,
    and otherwise left as they are, as scikit-learn leaves them. Its penalty alpha is divided by the
    rows of a batch, so weight decay is too; its squared error is halved, so that here the decay of
    a regression counts twice and the learning rate half.

    Raises:
        RecipeError: it is no such network, or is trained by lbfgs, which visits no batches.

    >>> from sklearn.neural_network import MLPClassifier
    >>> recipe = recipe_of(MLPClassifier((16,), solver="sgd", learning_rate_init=0.1))
    >>> recipe.hidden_layers, recipe.optimizer, recipe.learning_rate, recipe.scale_features
    ((16,), 'nesterov', 0.1, False)
    """
    steps = [step for _name, step in getattr(model, "steps", [("", model)])]
    network, before = steps[-1], steps[:-1]
    name = type(network).__name__
    if name not in NETWORKS:
        raise RecipeError(
            _(
                "recipe is a {found}; allowed: a Recipe, names and values, or scikit-learn's "
                "{allowed}."
            ).format(found=name, allowed=", ".join(NETWORKS))
        )
    given: Mapping[str, Any] = network.get_params()
    batch = AUTO_BATCH if given["batch_size"] == "auto" else int(given["batch_size"])
    regression = name == "MLPRegressor"
    scaled = any("Scaler" in type(step).__name__ for step in before)
    stops = bool(given["early_stopping"])
    seed = given["random_state"]
    rate = float(given["learning_rate_init"])
    optimizer = _optimizer(given)
    return Recipe(
        preset="lecture",
        task="regression" if regression else "auto",
        hidden_layers=given["hidden_layer_sizes"],
        activation=WORDS["activation"].get(given["activation"], given["activation"]),
        init="xavier",
        optimizer=optimizer,
        # Adam divides the gradient by its own size, so that half of the loss is no other step.
        learning_rate=rate / 2 if regression and optimizer != "adam" else rate,
        momentum=float(given["momentum"]),
        batch_size=batch,
        epochs=int(given["max_iter"]),
        shuffle=bool(given["shuffle"]),
        scale_features=scaled,
        scale_target=False,
        weight_decay=float(given["alpha"]) * (2 if regression else 1) / batch,
        patience=int(given["n_iter_no_change"]) if stops else None,
        validation=float(given["validation_fraction"]) if stops else 0.0,
        seed=int(seed) if isinstance(seed, int) else "auto",
    )


def _optimizer(given: Mapping[str, Any]) -> str:
    solver = given["solver"]
    if solver == "adam":
        return "adam"
    if solver == "sgd":
        if not given["momentum"]:
            return "sgd"
        return "nesterov" if given["nesterovs_momentum"] else "momentum"
    raise RecipeError(
        _("solver is {found!r}, which visits no batches; allowed: sgd, adam.").format(found=solver)
    )
