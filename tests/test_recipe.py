"""What a recipe may hold, what it refuses and in which words, and that it can be repeated."""

import json
from pathlib import Path
from typing import Any, get_args, get_type_hints

import numpy as np
import pytest
from beartype.door import is_bearable
from hypothesis import given
from hypothesis import strategies as st

from descenso.components import ACTIVATIONS
from descenso.errors import RecipeError
from descenso.hints import nearest
from descenso.recipe import (
    FIELD_NAMES,
    FIELD_TYPES,
    INITS,
    OPTIMIZERS,
    PRESETS,
    SCHEDULES,
    Recipe,
    about,
    parse,
    to_text,
)

# ── the vocabulary, which the public interface fixes ─────────────────────────────────────────────

WORDS: dict[str, tuple[str, ...]] = {
    "preset": ("tabular", "lecture"),
    "task": ("regression", "binary", "multiclass"),
    "activation": (
        "sigmoid",
        "tanh",
        "relu",
        "leaky_relu",
        "gelu",
        "elu",
        "swish",
        "linear",
    ),
    "output_activation": ("linear", "sigmoid", "softmax"),
    "loss": ("mse", "mae", "bce", "cce"),
    "optimizer": ("sgd", "momentum", "nesterov", "rmsprop", "adam", "adamw"),
    "schedule": ("constant", "cosine", "step", "warmup_cosine"),
    "init": ("lecun", "he", "xavier", "normal", "constant", "zeros"),
    "normalization": ("layer",),
}
# What each field takes, and the form it is kept in where that is another one.
ALLOWED: dict[str, list[Any]] = {
    "hidden_layers": [(64, 32), (1,)],
    "allow_mismatch": [True, False],
    "learning_rate": [1e-6, 0.1, 10.0],
    "momentum": [0.0, 0.5, 0.99],
    "batch_size": [1, 32, "full"],
    "epochs": [0, 1, 10_000],
    "shuffle": [True, False],
    "init_scale": [0.0, 0.05, 3.0],
    "scale_features": [True, False],
    "scale_target": [True, False],
    "dropout": [0.0, 0.5, 0.999],
    "weight_decay": [0.0, 0.01, 2.0],
    "clip_norm": [0.1, 5.0],
    "class_weight": ["balanced", {"yes": 3.0, "no": 1.0}],
    "patience": [1, 50],
    "validation": [0.0, 0.2, 0.99, "validation.csv"],
    "seed": [0, 1, 2**32 - 1],
} | {name: list(words) for name, words in WORDS.items()}
REFUSED: dict[str, list[Any]] = {
    "hidden_layers": ["big", 0, (8, 0), (8, -1), (8, 1.5), (True,), {"a": 1}],
    "allow_mismatch": ["maybe", 1, 0.0],
    "learning_rate": [0, -0.1, np.inf, np.nan, "fast", True, (0.1,)],
    "momentum": [-0.1, 1.0, np.nan, "much"],
    "batch_size": [0, -1, 2.5, "half", True],
    "epochs": [-1, 1.5, "many", np.inf],
    "shuffle": ["maybe", 2],
    "init_scale": [-1.0, np.inf, "small"],
    "scale_features": ["maybe", 1],
    "scale_target": ["maybe", 1],
    "dropout": [1.0, -0.1, "half"],
    "weight_decay": [-0.1, np.inf, "some"],
    "clip_norm": [0.0, -1.0, np.inf, "short"],
    "class_weight": ["unbalanced", {}, {"a": 0}, {"a": -1.0}, {"a": "b"}, 3, ("a", "b")],
    "patience": [0, -1, 1.5, "long"],
    "validation": [1.0, -0.1, np.nan, True, ""],
    "seed": [-1, 2**32, 0.5, "lucky"],
} | {name: ["nonsense", 1, ("linear",)] for name in WORDS}
NO_NONE = set(FIELD_NAMES) - {
    "hidden_layers",
    "dropout",
    "weight_decay",
    "clip_norm",
    "class_weight",
    "normalization",
    "patience",
    "validation",
}


def cases(table: dict[str, list[Any]]) -> pytest.MarkDecorator:
    pairs = [(name, value) for name, values in table.items() for value in values]
    return pytest.mark.parametrize(
        ("name", "value"), pairs, ids=[f"{name}={value}" for name, value in pairs]
    )


def test_the_words_are_those_of_the_design():
    assert set(ALLOWED) == set(REFUSED) == set(FIELD_NAMES)
    named = {
        "preset": PRESETS,
        "activation": tuple(ACTIVATIONS),
        "optimizer": OPTIMIZERS,
        "schedule": SCHEDULES,
        "init": INITS,
    }
    assert named == {name: WORDS[name] for name in named}


def test_without_a_word_from_the_user_all_is_automatic_but_the_preset():
    recipe = Recipe()
    assert recipe.preset == "tabular"
    assert all(recipe.is_auto(name) for name in FIELD_NAMES if name != "preset")


# ── what is allowed ──────────────────────────────────────────────────────────────────────────────


@cases(ALLOWED)
def test_a_field_takes_what_it_allows(name: str, value: Any):
    recipe = Recipe(**{name: value})
    assert getattr(recipe, name) == value
    assert not recipe.is_auto(name)


@pytest.mark.parametrize("name", sorted(set(FIELD_NAMES) - {"preset"}))
def test_a_field_takes_auto(name: str):
    assert Recipe(**{name: "auto"}).is_auto(name)


@pytest.mark.parametrize("name", sorted(set(FIELD_NAMES) - NO_NONE))
def test_none_is_pythons_none_jsons_null_and_the_word_none(name: str):
    same = [
        Recipe.from_dict({name: None}),
        Recipe(**{name: "none"}),
        Recipe.from_dict(json.loads(f'{{"{name}": null}}')),
        Recipe.from_text({name: "none"}),
        Recipe.from_text({name: "None"}),
    ]
    assert all(each == same[0] for each in same)
    expected = 0.0 if name in ("dropout", "weight_decay", "validation") else None
    assert getattr(same[0], name) == expected


@pytest.mark.parametrize(
    ("name", "value", "kept"),
    [
        ("hidden_layers", 64, (64,)),
        ("hidden_layers", [64, 32], (64, 32)),
        ("hidden_layers", np.array([64, 32]), (64, 32)),
        ("hidden_layers", (), None),
        ("hidden_layers", [], None),
        ("learning_rate", 1, 1.0),
        ("learning_rate", np.float32(0.5), 0.5),
        ("epochs", 10.0, 10),
        ("epochs", np.int64(10), 10),
        ("shuffle", np.True_, True),
        ("class_weight", {0: 1, 1: 2}, {"0": 1.0, "1": 2.0}),
        ("validation", Path("rows.csv"), "rows.csv"),
        ("validation", 0, 0.0),
    ],
)
def test_a_value_is_kept_in_one_form(name: str, value: Any, kept: Any):
    found = getattr(Recipe(**{name: value}), name)
    assert found == kept
    assert type(found) is type(kept)


def test_data_given_for_the_validation_is_kept_as_it_is_and_shown_as_data():
    data = (np.zeros((2, 3)), np.zeros(2))
    recipe = Recipe(validation=data)
    assert recipe.validation is data
    assert recipe.to_dict()["validation"] == "data"


@pytest.mark.parametrize("name", FIELD_NAMES)
def test_a_field_is_annotated_with_what_it_holds(name: str):
    annotation = get_type_hints(Recipe)[name]
    if annotation is Any:
        return
    # Words that stand for a number are of the type Any, as "auto" is.
    types = [each for each in get_args(annotation) or (annotation,) if each is not Any]
    values = [getattr(Recipe(**{name: value}), name) for value in ALLOWED[name]]
    typed = [each for each in values if not isinstance(each, str) or name in WORDS]
    assert typed and all(any(is_bearable(each, held) for held in types) for each in typed)
    keeps_none = name not in NO_NONE and getattr(Recipe.from_dict({name: None}), name) is None
    assert (type(None) in types) == keeps_none


# ── what is refused, and how ─────────────────────────────────────────────────────────────────────


@cases(REFUSED)
def test_a_refusal_names_the_field_the_value_and_what_is_allowed(name: str, value: Any):
    with pytest.raises(RecipeError) as refused:
        Recipe(**{name: value})
    message = str(refused.value)
    found = str(value).lower() if isinstance(value, bool) else repr(value)
    assert message.startswith(f"{name} is {found}; allowed: {FIELD_TYPES[name].allowed()}")
    assert message.endswith(".")
    assert "\n" not in message


@pytest.mark.parametrize("name", sorted(NO_NONE))
def test_none_is_refused_where_something_has_to_stand(name: str):
    with pytest.raises(RecipeError, match=f"^{name} is none; allowed: (?!.*none)"):
        Recipe.from_dict({name: None})


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        (
            "optimizer",
            "adma",
            "optimizer is 'adma'; allowed: sgd, momentum, nesterov, rmsprop, adam, adamw "
            "(did you mean 'adam'?).",
        ),
        (
            "activation",
            "ReLU",
            "activation is 'ReLU'; allowed: sigmoid, tanh, relu, leaky_relu, gelu, elu, swish, "
            "linear (did you mean 'relu'?).",
        ),
        ("normalization", "batch", "normalization is 'batch'; allowed: layer, none."),
        ("learning_rate", 0, "learning_rate is 0; allowed: a number above 0, range_test."),
        ("init_scale", -1, "init_scale is -1; allowed: a number from 0 on."),
        ("dropout", 1.0, "dropout is 1.0; allowed: a number from 0 to below 1, none."),
        ("epochs", -1, "epochs is -1; allowed: a whole number from 0 on."),
        (
            "batch_size",
            "ful",
            "batch_size is 'ful'; allowed: a whole number from 1 on, full (did you mean 'full'?).",
        ),
        (
            "seed",
            -1,
            "seed is -1; allowed: a whole number from 0 to 4294967295.",
        ),
        (
            "hidden_layers",
            (8, 0),
            "hidden_layers is (8, 0); allowed: whole numbers from 1 to 2147483647, such as 64,64, "
            "none.",
        ),
        ("shuffle", "maybe", "shuffle is 'maybe'; allowed: true, false."),
        (
            "class_weight",
            {"a": 0},
            "class_weight is {'a': 0}; allowed: balanced, or a weight above 0 for each class, such "
            "as yes=3,no=1, none.",
        ),
        (
            "validation",
            1.0,
            "validation is 1.0; allowed: a fraction of the rows from 0 (none) to below 1, or a "
            "file, none; in Python also data, such as a pair (X, y).",
        ),
    ],
)
def test_a_refusal_reads(name: str, value: Any, message: str):
    with pytest.raises(RecipeError) as refused:
        Recipe(**{name: value})
    assert str(refused.value) == message


def test_all_that_is_wrong_is_said_at_once():
    with pytest.raises(RecipeError) as refused:
        Recipe(optimizer="adma", learning_rate=-1, epochs="many", loss="mse")
    message = str(refused.value)
    assert all(f"{name} is " in message for name in ("optimizer", "learning_rate", "epochs"))
    assert "loss is" not in message


def test_an_unknown_field_is_refused_with_the_nearest_one_and_all_there_are():
    with pytest.raises(RecipeError) as refused:
        Recipe.from_dict({"learning_rat": 0.1})
    message = str(refused.value)
    assert message.startswith(
        "A recipe has no field 'learning_rat' (did you mean 'learning_rate'?); it has: preset, "
    )
    assert all(name in message for name in FIELD_NAMES)


def test_every_unknown_field_is_named():
    with pytest.raises(RecipeError, match=r"'lr'.*'batchsize'"):
        Recipe.from_dict({"lr": 0.1, "batchsize": 3})


def test_a_word_that_is_near_no_other_gets_no_guess():
    assert nearest("xyzzy", ("adam", "sgd")) == ""


def test_a_recipe_never_changes():
    with pytest.raises(AttributeError):
        Recipe().epochs = 3  # pyright: ignore[reportAttributeAccessIssue]


# ── the command line's words ─────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("hidden_layers", "64,32", (64, 32)),
        ("hidden_layers", " 64, 32 ", (64, 32)),
        ("hidden_layers", "(64, 32)", (64, 32)),
        ("hidden_layers", "[64,32]", (64, 32)),
        ("hidden_layers", "64", (64,)),
        ("hidden_layers", "none", None),
        ("learning_rate", "1e-3", 0.001),
        ("epochs", "100", 100),
        ("epochs", "1e2", 100),
        ("batch_size", "full", "full"),
        ("batch_size", "32", 32),
        ("shuffle", "no", False),
        ("shuffle", "True", True),
        ("class_weight", "balanced", "balanced"),
        ("class_weight", "yes=3, no=1", {"yes": 3.0, "no": 1.0}),
        ("class_weight", "a=b=2", {"a=b": 2.0}),
        ("validation", "0.2", 0.2),
        ("validation", "rows.csv", "rows.csv"),
        ("optimizer", "adam", "adam"),
        ("optimizer", "auto", "auto"),
    ],
)
def test_a_words_value(name: str, text: str, value: Any):
    found = getattr(Recipe.from_text({name: text}), name)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("hidden_layers", "64,x"),
        ("hidden_layers", "64,0"),
        ("hidden_layers", "64,1.5"),
        ("learning_rate", "fast"),
        ("learning_rate", "nan"),
        ("epochs", "1.5"),
        ("shuffle", "maybe"),
        ("class_weight", "yes=3,no"),
        ("class_weight", "yes=much"),
        ("seed", ""),
    ],
)
def test_a_word_that_is_no_value_is_refused(name: str, text: str):
    with pytest.raises(RecipeError, match=f"^{name} is "):
        Recipe.from_text({name: text})


@pytest.mark.parametrize("name", FIELD_NAMES)
def test_every_field_says_what_it_means(name: str):
    assert about(name).endswith(".")


# ── round trips ──────────────────────────────────────────────────────────────────────────────────

FINITE = st.floats(0.001, 0.999)
VALUES: dict[str, st.SearchStrategy[Any]] = {
    name: st.sampled_from(allowed) for name, allowed in ALLOWED.items()
} | {
    "hidden_layers": st.none() | st.lists(st.integers(1, 1000), max_size=4).map(tuple),
    "learning_rate": FINITE,
    "momentum": FINITE,
    "init_scale": FINITE,
    "dropout": st.none() | FINITE,
    "weight_decay": st.none() | FINITE,
    "clip_norm": st.none() | FINITE,
    "class_weight": st.none()
    | st.just("balanced")
    | st.dictionaries(st.text(min_size=1), FINITE, min_size=1),
    "validation": FINITE | st.just("rows.csv"),
    "epochs": st.integers(0, 10**6),
    "seed": st.integers(0, 2**32 - 1),
}
any_fields = st.fixed_dictionaries({}, optional=VALUES)


@given(any_fields)
def test_a_recipe_comes_back_from_json_as_it_was(fields: dict[str, Any]):
    recipe = Recipe(**fields)
    assert Recipe.from_dict(json.loads(json.dumps(recipe.to_dict()))) == recipe


@given(any_fields)
def test_a_recipe_made_from_its_own_fields_is_the_same(fields: dict[str, Any]):
    recipe = Recipe(**fields)
    assert Recipe(**{name: getattr(recipe, name) for name in FIELD_NAMES}) == recipe
    assert recipe.replace() == recipe


@given(any_fields, st.integers(0, 1000))
def test_replacing_a_field_changes_that_field_alone(fields: dict[str, Any], seed: int):
    recipe = Recipe(**fields)
    changed = recipe.replace(seed=seed).to_dict()
    assert changed == recipe.to_dict() | {"seed": seed}


@given(st.sampled_from(["learning_rate", "momentum", "dropout", "init_scale"]), FINITE)
def test_a_number_typed_on_the_command_line_is_that_number(name: str, value: float):
    assert getattr(Recipe.from_text({name: repr(value)}), name) == value


@given(st.sampled_from(FIELD_NAMES), st.text())
def test_any_text_is_a_value_or_a_refusal_of_its_field(name: str, text: str):
    try:
        Recipe.from_text({name: text})
    except RecipeError as refusal:
        assert str(refusal).startswith(f"{name} is ")


@given(st.text())
def test_parsing_alone_never_fails(text: str):
    for name in FIELD_NAMES:
        parse(name, text)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("hidden_layers", (64, 32)),
        ("hidden_layers", None),
        ("shuffle", False),
        ("learning_rate", 1e-5),
        ("class_weight", {"yes": 3.0, "no": 0.5}),
        ("batch_size", "full"),
    ],
)
def test_a_value_is_spelled_as_the_command_line_reads_it(name: str, value: object):
    read = parse(name, to_text(value))
    assert (None if read is None else FIELD_TYPES[name].check(read)) == value
