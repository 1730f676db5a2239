"""Recipes in the words of other libraries."""

from typing import Any

import pytest

from descenso.errors import RecipeError
from descenso.interop.vocabulary import FIELDS, WORDS, in_our_words
from descenso.recipe import Recipe


@pytest.mark.parametrize(
    "theirs",
    [
        # Keras
        {
            "units": [8, 4],
            "activation": "LeakyReLU",
            "kernel_initializer": "he_normal",
            "loss": "SparseCategoricalCrossentropy",
            "optimizer": "Adam",
            "learning_rate": 0.01,
            "validation_split": 0.2,
        },
        # PyTorch
        {
            "hidden_layers": [8, 4],
            "activation": "LeakyReLU",
            "init": "kaiming_uniform",
            "criterion": "CrossEntropyLoss",
            "optimizer": "Adam",
            "lr": 0.01,
            "validation": 0.2,
        },
        # scikit-learn
        {
            "hidden_layer_sizes": [8, 4],
            "activation": "leaky_relu",
            "init": "he",
            "loss": "cce",
            "solver": "adam",
            "learning_rate_init": 0.01,
            "validation_fraction": 0.2,
        },
    ],
)
def test_one_recipe_is_the_same_in_every_library_s_words(theirs: dict[str, Any]):
    assert Recipe.from_dict(in_our_words(theirs)) == Recipe(
        hidden_layers=(8, 4),
        activation="leaky_relu",
        init="he",
        loss="cce",
        optimizer="adam",
        learning_rate=0.01,
        validation=0.2,
    )


def test_every_word_stands_for_one_that_a_recipe_takes():
    assert set(FIELDS.values()) | set(WORDS) <= set(Recipe().to_dict())
    for field, words in WORDS.items():
        # Of what a hidden layer may do, the last one takes but a part.
        for word in set(words.values()) - ({"leaky_relu", "swish"} if "output" in field else set()):
            assert Recipe(**{field: word}).named() == {"preset": "tabular", field: word}


@pytest.mark.parametrize(
    ("theirs", "optimizer"),
    [
        ({"optimizer": "SGD", "momentum": 0.9}, "momentum"),
        ({"optimizer": "sgd", "momentum": 0.9, "nesterov": True}, "nesterov"),
        ({"optimizer": "SGD", "momentum": 0.0}, "sgd"),
        ({"optimizer": "RMSprop", "momentum": 0.9}, "rmsprop"),
        # descenso's own, such as that of a run.json
        ({"optimizer": "sgd", "momentum": 0.9}, "sgd"),
    ],
)
def test_momentum_is_an_optimizer_here(theirs: dict[str, Any], optimizer: str):
    assert in_our_words(theirs)["optimizer"] == optimizer


def test_a_recipe_of_descenso_s_own_stays_as_it_is():
    whole = Recipe(optimizer="sgd", loss="mse", class_weight={"a": 2.0}).to_dict()
    assert in_our_words(whole) == whole


def test_two_names_of_one_field_are_refused():
    with pytest.raises(RecipeError, match="lr and another name both stand for learning_rate"):
        in_our_words({"learning_rate": 0.1, "lr": 0.2})


def test_what_no_recipe_has_is_refused_by_its_own_name():
    with pytest.raises(RecipeError, match="no field 'amsgrad'"):
        Recipe.from_dict(in_our_words({"optimizer": "Adam", "amsgrad": True}))
