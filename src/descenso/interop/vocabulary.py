"""What Keras, PyTorch and scikit-learn call a recipe's fields and words, in descenso's own."""

from collections.abc import Mapping
from typing import Any

from descenso.components import ACTIVATIONS, LOSSES, Activation, Loss
from descenso.errors import RecipeError
from descenso.i18n import gettext as _

FIELDS = {
    "hidden_layer_sizes": "hidden_layers",
    "units": "hidden_layers",
    "hidden_activation": "activation",
    "last_activation": "output_activation",
    "criterion": "loss",
    "solver": "optimizer",
    "lr": "learning_rate",
    "learning_rate_init": "learning_rate",
    "num_epochs": "epochs",
    "max_iter": "epochs",
    "kernel_initializer": "init",
    "dropout_rate": "dropout",
    "global_clipnorm": "clip_norm",
    "max_grad_norm": "clip_norm",
    "n_iter_no_change": "patience",
    "validation_split": "validation",
    "validation_fraction": "validation",
    "random_state": "seed",
}


def _by_alias(declared: Mapping[str, Loss | Activation]) -> dict[str, str]:
    return {alias: name for name, each in declared.items() for alias in each.aliases}


# By field; each library's word in small letters, without underscores.
WORDS: dict[str, dict[str, str]] = {
    "activation": _by_alias(ACTIVATIONS),
    "output_activation": _by_alias(ACTIVATIONS),
    "loss": _by_alias(LOSSES),
    "init": {
        "glorotnormal": "xavier",
        "glorotuniform": "xavier",
        "xaviernormal": "xavier",
        "xavieruniform": "xavier",
        "henormal": "he",
        "heuniform": "he",
        "kaimingnormal": "he",
        "kaiminguniform": "he",
        "lecunnormal": "lecun",
        "lecununiform": "lecun",
        "randomnormal": "normal",
        "randomuniform": "normal",
    },
}
SPELLED_LARGE = ("activation", "output_activation", "optimizer")


def in_our_words(values: Mapping[str, Any]) -> dict[str, Any]:
    """A recipe's names and values, of whichever library, as descenso calls them.

    What has no counterpart stays as it is: `Recipe` refuses it by name.

    Args:
        values: such as a JSON object's.

    Raises:
        RecipeError: two names mean the same field.

    >>> in_our_words({"units": [16], "loss": "CrossEntropyLoss", "optimizer": "SGD", "lr": 0.1})
    {'hidden_layers': [16], 'loss': 'cce', 'optimizer': 'sgd', 'learning_rate': 0.1}
    """
    ours: dict[str, Any] = {}
    for name, value in values.items():
        field = FIELDS.get(name, name)
        if field in ours:
            raise RecipeError(
                _("{name} and another name both stand for {field}; keep one.").format(
                    name=name, field=field
                )
            )
        ours[field] = _word(field, value)
    # To others, momentum is no optimiser of its own.
    nesterov = ours.pop("nesterov", None)
    elsewhere = nesterov is not None or ours != dict(values)
    if elsewhere and ours.get("optimizer") == "sgd" and ours.get("momentum"):
        ours["optimizer"] = "nesterov" if nesterov else "momentum"
    return ours


def _word(field: str, value: Any) -> Any:
    if not isinstance(value, str):
        return value
    small = value.lower()
    otherwise = small if field in SPELLED_LARGE else value
    return WORDS.get(field, {}).get(small.replace("_", ""), otherwise)
