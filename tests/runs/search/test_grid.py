"""What a sweep tries: fields, their values, and all combinations; everything else is refused."""

import numpy as np
import pytest

from descenso.errors import RecipeError
from descenso.recipe import FIELD_NAMES, Recipe
from descenso.runs.search.grid import TUNABLE, USUAL, make_grid, points, read_grid


def test_values_stand_between_bars_as_the_command_line_writes_them():
    assert read_grid(["hidden_layers=32|64,64|none", "optimizer=sgd|adam", "dropout=none|0.5"]) == {
        "hidden_layers": ((32,), (64, 64), None),
        "optimizer": ("sgd", "adam"),
        "dropout": (0.0, 0.5),
    }


def test_a_range_is_evenly_spaced_on_its_scale():
    grid = read_grid(["learning_rate=log:1e-4:1:9", "momentum=lin:0:0.8"])
    assert grid["learning_rate"] == pytest.approx(np.geomspace(1e-4, 1, 9), rel=1e-5)
    assert grid["learning_rate"][2] == 0.001
    assert grid["momentum"] == pytest.approx(np.linspace(0, 0.8, USUAL))


def test_a_range_of_whole_numbers_is_rounded_and_each_is_tried_once():
    assert read_grid(["batch_size=log:8:128:5"])["batch_size"] == (8, 16, 32, 64, 128)
    assert read_grid(["epochs=lin:1:3:9"])["epochs"] == (1, 2, 3)


def test_python_names_values_themselves():
    assert make_grid({"hidden_layers": [(4,), [8, 8]], "patience": [None, 3]}) == {
        "hidden_layers": ((4,), (8, 8)),
        "patience": (None, 3),
    }
    assert make_grid({"learning_rate": np.array([0.1, 0.2])}) == {"learning_rate": (0.1, 0.2)}
    assert make_grid({"learning_rate": 0.1}) == {"learning_rate": (0.1,)}


def test_all_combinations_are_tried():
    tried = points(make_grid({"learning_rate": [0.1, 0.2], "activation": ["relu", "tanh", "elu"]}))
    assert len(tried) == 6
    assert tried[1] == {"learning_rate": 0.1, "activation": "tanh"}


def test_each_field_can_be_varied_or_is_refused_with_a_reason():
    for name in set(FIELD_NAMES) - set(TUNABLE):
        with pytest.raises(
            RecipeError, match=f"^{name} cannot be varied: .+ may vary: {TUNABLE[0]}"
        ):
            make_grid({name: ["x"]})


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        ([], "nothing to vary"),
        (["learning_rate"], "--vary is 'learning_rate'; write FIELD=A|B|C"),
        (["lerning_rate=1|2"], "no field 'lerning_rate' .did you mean 'learning_rate'"),
        (["learning_rate=1|-2"], "learning_rate is -2.0; allowed: a number above 0"),
        (["learning_rate=1|big"], "learning_rate is 'big'; allowed"),
        (["learning_rate="], "learning_rate is ''; allowed"),
        (["learning_rate=1|1.0"], "learning_rate has a value twice"),
        (["learning_rate=1", "learning-rate=2"], "learning_rate is varied twice"),
        (["learning_rate=log:0:1"], "'log:0:1'; a range is log:LOW:HIGH:N"),
        (["learning_rate=log:1:0.1"], "LOW below HIGH"),
        (["learning_rate=log:1"], "a range is"),
        (["learning_rate=log:a:b"], "a range is"),
        (["learning_rate=lin:1:2:1"], "N from 2 on"),
        (["learning_rate=lin:1:2:3:4"], "a range is"),
        (["learning_rate=lin:1:nan"], "a range is"),
        (["momentum=lin:0:2"], "momentum is 1.0; allowed: a number from 0 to below 1"),
        (["optimizer=log:1:2"], "optimizer holds no numbers, so it has no range"),
        (["optimizer=sgd|adma"], "did you mean 'adam'"),
        (["seed=1|2"], "--seeds tries several"),
    ],
)
def test_what_cannot_be_tried_is_refused_in_one_line(texts: list[str], message: str):
    with pytest.raises(RecipeError, match=message) as raised:
        read_grid(texts)
    assert "\n" not in str(raised.value)


def test_no_values_are_refused_in_python():
    with pytest.raises(RecipeError, match="learning_rate has no values to try"):
        make_grid({"learning_rate": []})


def test_every_field_that_may_be_varied_is_one_of_the_recipes():
    assert {*TUNABLE} <= {*Recipe().to_dict()}
