"""Arrays are stored under the names that the theory gives them, and go back to their places."""

from pathlib import Path

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from descenso.engine import loop
from descenso.engine.network import Network, create
from descenso.engine.optimizer import Optimizer
from descenso.errors import RunError
from descenso.layout import Layout
from descenso.runs.store.array_names import fill, named_arrays
from descenso.runs.store.arrays import read_arrays, write_arrays

FILE = Path("weights.safetensors")


@pytest.fixture
def network() -> Network:
    return make(seed=0)


@pytest.fixture
def loop_state(network: Network) -> loop.LoopState:
    """A training under Adam before its first iteration."""
    numbers = {"learning_rate": jnp.array(0.1), "momentum": jnp.array(0.9)}
    optimizer = Optimizer("adam", "constant", iterations=jnp.array(10.0), **numbers)
    return loop.initial_state(optimizer, network)


def test_a_networks_parameters_are_called_as_the_theory_calls_them(network: Network):
    named = named_arrays(eqx.filter(network, eqx.is_inexact_array))
    assert {name: array.shape for name, array in named.items()} == {
        "embeddings.0.vectors": (5, 4),
        "layers.0.weight": (3, 2 + 4),  # outputs × inputs
        "layers.0.bias": (3,),
        "layers.1.weight": (1, 3),
        "layers.1.bias": (1,),
        "norms.0.scale": (3,),
        "norms.0.shift": (3,),
    }
    assert {array.dtype for array in named.values()} == {np.dtype("float32")}
    np.testing.assert_array_equal(named["layers.0.weight"], network.layers[0].weight)


def test_all_that_a_training_remembers_has_a_name(loop_state: loop.LoopState):
    named = named_arrays(loop_state)
    assert len(named) == len(jax.tree.leaves(loop_state))
    assert {"state.network.layers.0.weight", "kept.layers.0.weight", "best", "epoch"} <= set(named)
    assert {"state.memory.0.count", "state.memory.0.mu.layers.0.weight"} <= set(named)
    assert named["epoch"].shape == ()
    assert named["state.network.dropout"].dtype == np.uint32  # no parameter, and yet an array


def test_what_was_stored_goes_back_bit_for_bit(tmp_path: Path, loop_state: loop.LoopState):
    write_arrays(tmp_path / "checkpoint", named_arrays(loop_state), {})
    arrays, _ = read_arrays(tmp_path / "checkpoint")
    blank = jax.tree.map(jnp.zeros_like, loop_state)
    restored = fill(blank, arrays, tmp_path / "checkpoint")
    assert jax.tree.structure(restored) == jax.tree.structure(loop_state)
    for found, expected in zip(jax.tree.leaves(restored), jax.tree.leaves(loop_state), strict=True):
        assert isinstance(found, jax.Array)
        np.testing.assert_array_equal(np.asarray(found), np.asarray(expected), strict=True)


def test_parameters_go_back_into_a_network_without_touching_the_rest(network: Network):
    params, rest = eqx.partition(make(seed=1), eqx.is_inexact_array)
    arrays = named_arrays(eqx.filter(network, eqx.is_inexact_array))
    assert eqx.tree_equal(eqx.combine(fill(params, arrays, FILE), rest), network)


def test_keys_of_random_numbers_and_what_is_no_array_stay_as_they_are():
    tree = {"key": jax.random.key(0), "weight": np.ones(2), "name": "mine", "rate": 0.5}
    assert list(named_arrays(tree)) == ["weight"]
    filled = fill(tree, {"weight": np.zeros(2)}, FILE)
    assert isinstance(filled["weight"], np.ndarray)
    assert filled["weight"].tolist() == [0, 0]
    assert {**filled, "weight": 0} == {**tree, "weight": 0}


def test_two_arrays_of_one_name_are_refused():
    with pytest.raises(RunError, match=r"Two arrays of the network are called 'a\.b'"):
        named_arrays({"a.b": np.ones(1), "a": {"b": np.ones(1)}})


def test_arrays_of_another_network_are_refused_with_the_differences(network: Network):
    params = eqx.filter(network, eqx.is_inexact_array)
    arrays = named_arrays(params)
    del arrays["layers.1.bias"]
    arrays["layers.2.bias"] = np.ones(1, np.float32)
    arrays["layers.0.bias"] = np.ones(4, np.float32)
    arrays["norms.0.scale"] = np.ones(3, np.float64)
    with pytest.raises(RunError) as caught:
        fill(params, arrays, FILE)
    assert str(caught.value) == (
        "weights.safetensors: the arrays are not those of this network: layers.1.bias is missing; "
        "layers.2.bias is unknown; layers.0.bias is float32 (4,) instead of float32 (3,); "
        "norms.0.scale is float64 (3,) instead of float32 (3,)."
    )


def test_of_many_differences_the_first_are_named():
    arrays = {f"layers.{i}.weight": np.ones(1) for i in range(100)}
    with pytest.raises(RunError) as caught:
        fill({}, arrays, FILE)
    assert str(caught.value).count("is unknown") == 8


def make(seed: int) -> Network:
    """Two numbers and a category of five codes, three hidden units, one answer."""
    return create(
        Layout(2, (5,)),
        (3,),
        1,
        activation="relu",
        init="he",
        init_scale=1.0,
        normalization="layer",
        dropout=0.5,
        key=jax.random.key(seed),
    )
