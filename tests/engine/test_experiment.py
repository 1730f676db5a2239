"""An experiment begins the same each time, and only what the recipe asks for is in its program."""

from dataclasses import replace
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from descenso.engine import experiment as ex
from descenso.engine import inference, loop, population
from descenso.engine.experiment import Examples, Experiment
from descenso.engine.network import Dense, Network, UserNetwork
from descenso.engine.task import Task
from descenso.layout import Layout
from descenso.presets import Facts, resolve, resolve_split
from descenso.recipe import Recipe

from ..support import small_tables


def experiment(rows: int = 20, network: Any = None, **fields: Any) -> Experiment:
    recipe, _ = resolve_split(Recipe(**small_tables.plain(**fields)))
    recipe, _ = resolve(recipe, Facts("regression", "", rows, False))
    X, y = small_tables.numbers(rows)
    return Experiment(
        recipe=recipe,
        layout=Layout(3),
        task=Task("regression", "linear", "mse", 1),
        training=Examples(
            X.astype(np.float32),
            y.astype(np.float32),
            np.linspace(0.5, 1.5, rows, dtype="f4"),
            np.ones(rows, "f4"),
            np.arange(rows),
        ),
        validation=None,
        network=network,
    )


def judged(problem: str, **fields: Any) -> Experiment:
    """As without options, with the columns of `experiment`."""
    recipe, _ = resolve_split(Recipe(**fields))
    recipe, _ = resolve(recipe, Facts(problem, "", 20, False))
    made = experiment()
    classes = np.arange(20) * 7 % 3
    outputs = 3 if problem == "multiclass" else 1
    y = {
        "regression": made.training.y + np.float32(5),
        "binary": (classes == 0).astype(np.float32),
        "multiclass": classes.astype(np.int32),
    }[problem]
    return replace(
        made,
        recipe=recipe,
        task=Task(problem, recipe.output_activation, recipe.loss, outputs),
        training=replace(made.training, y=y),
    )


def test_padding_weighs_nothing_and_changes_no_row():
    examples = experiment(rows=21).training
    batch = ex.padded(examples)
    assert len(batch.x) > 21
    assert batch.size == 21
    assert_array_equal(batch.x[:21], examples.x)
    assert_array_equal(batch.y[:21], examples.y)
    assert_array_equal(batch.weight[:21], examples.weight)
    assert not np.any(batch.weight[21:])


def test_equal_seeds_begin_with_equal_weights_and_other_seeds_with_others():
    first, again, other = (ex.loop_arguments(experiment(seed=seed)) for seed in (1, 1, 2))
    assert eqx.tree_equal(first.loop_state.kept, again.loop_state.kept)
    assert not eqx.tree_equal(first.loop_state.kept, other.loop_state.kept)


@pytest.mark.parametrize("problem", ["regression", "binary", "multiclass"])
def test_tabular_begins_with_the_best_constant_prediction(problem: str):
    made = judged(problem)
    y, weight = made.training.y, made.training.weight
    if problem == "regression":
        expected = np.average(y, weights=weight)
    elif problem == "binary":
        expected = weight[y == 1].sum() / weight.sum()
    else:
        expected = np.array([weight[y == code].sum() for code in range(3)]) / weight.sum()
    network = ex.loop_arguments(made).loop_state.kept
    predictions = inference.predict(made.task, network, made.training.x)
    assert_allclose(predictions, np.tile(expected, (len(y), 1)), rtol=1e-5)


def test_members_of_a_population_begin_there_too():
    made = judged("multiclass")
    (member,) = population.train(made, [made.recipe.replace(epochs=0)])
    assert isinstance(member.network, Network)
    assert eqx.tree_equal(member.network.layers[-1], kept(ex.loop_arguments(made)).layers[-1])


@pytest.mark.parametrize("fields", [{"preset": "lecture"}, {"allow_mismatch": True}])
def test_the_plain_theory_and_what_does_not_belong_together_begin_as_they_were_drawn(
    fields: dict[str, Any],
):
    output = kept(ex.loop_arguments(judged("regression", **fields))).layers[-1]
    assert np.all(output.weight != 0)
    assert_array_equal(output.bias, 0)


def test_a_users_own_network_begins_as_it_is():
    own = eqx.nn.Linear(3, "scalar", key=jax.random.key(5))
    assert eqx.tree_equal(ex.loop_arguments(experiment(network=own)).loop_state.kept, own)


@pytest.mark.parametrize("normalization", ["layer", None])
@pytest.mark.parametrize("hidden_layers", [None, (4,), (4, 2)])
def test_a_blank_network_has_the_shape_of_a_trained_one(hidden_layers, normalization):
    made = experiment(hidden_layers=hidden_layers, normalization=normalization, dropout=0.5)
    drawn = ex.make_network(made.recipe, made.layout, made.task, jax.random.key(0))
    blank = ex.blank_network(made.recipe, made.layout, made.task)
    shapes = [
        [leaf.shape for leaf in jax.tree.leaves(eqx.filter(tree, eqx.is_inexact_array))]
        for tree in (drawn, blank)
    ]
    assert shapes[0] == shapes[1]
    assert not any(np.any(leaf) for leaf in jax.tree.leaves(blank))


def test_what_the_recipe_does_not_ask_for_is_not_in_the_program():
    plain = ex.loop_arguments(experiment())
    assert plain.key is None
    assert plain.optimizer.weight_decay is None
    assert plain.optimizer.clip_norm is None
    assert kept(plain).dropout is None
    full = ex.loop_arguments(experiment(dropout=0.1, weight_decay=0.2, clip_norm=3.0))
    assert full.key is not None
    assert full.optimizer.weight_decay == np.float32(0.2)
    assert full.optimizer.clip_norm == 3
    assert kept(full).dropout == pytest.approx(0.1 * 2**32)


def test_a_patience_may_be_longer_than_any_training():
    assert ex.make_setup(experiment(patience=10**12)).patience == 2**31 - 1


def test_a_users_own_network_draws_only_where_it_has_dropout():
    key = jax.random.key(0)
    linear = eqx.nn.Linear(3, 1, key=key)
    assert ex.dropout_key(UserNetwork.of(linear), key) is None
    drawing = eqx.nn.Sequential([linear, eqx.nn.Dropout(0.5)])
    assert ex.dropout_key(UserNetwork.of(drawing), key) is not None


@pytest.mark.parametrize(("batch_size", "expected"), [("full", 20), (1, 1), (6, 6), (999, 20)])
def test_a_batch_is_at_most_all_rows(batch_size: int | str, expected: int):
    plan = ex.plan(experiment(batch_size=batch_size), 0)
    assert plan.batch_size == expected
    assert plan.iterations_per_epoch == -(-20 // expected)
    assert plan.iterations == 2 * plan.iterations_per_epoch


def test_a_schedule_is_stretched_over_the_whole_training_also_in_a_replay_that_pauses():
    made = experiment(schedule="cosine", epochs=10, batch_size=20)
    whole, paused = ex.loop_arguments(made), ex.loop_arguments(made, until=4)
    assert paused.plan.end == 4
    assert paused.optimizer.iterations == whole.optimizer.iterations == 10
    longer = replace(made, recipe=made.recipe.replace(epochs=30))
    assert ex.loop_arguments(longer).optimizer.iterations == 30


def test_numbers_of_the_recipe_are_arrays_so_that_another_recompiles_nothing():
    first, second = (
        ex.loop_arguments(
            experiment(learning_rate=rate, optimizer="momentum", momentum=momentum, seed=seed)
        )
        for rate, momentum, seed in ((0.1, 0.5, 0), (0.2, 0.9, 1))
    )
    for part in ("setup", "optimizer", "key", "loop_state"):
        static = [
            jax.tree.structure(eqx.filter(getattr(each, part), eqx.is_array))
            for each in (first, second)
        ]
        assert static[0] == static[1]


def test_the_probe_is_the_first_few_rows():
    batch = ex.padded(experiment(rows=700).training)
    probe = ex.probe(batch)
    assert len(probe.x) == probe.size == ex.PROBE_ROWS
    assert_array_equal(probe.x, batch.x[: ex.PROBE_ROWS])
    assert ex.probe(ex.padded(experiment(rows=9).training)).size == 9


def test_a_progress_starts_with_nothing_done():
    beginning = ex.loop_arguments(experiment())
    loop_state = beginning.loop_state
    assert (
        loop_state.epoch == loop_state.kept_epoch == loop_state.waited == loop_state.observed == 0
    )
    assert jnp.isinf(loop_state.best)
    assert not loop_state.stopped
    assert not loop.has_ended(loop_state)
    assert isinstance(kept(beginning).layers[0], Dense)


def kept(beginning: ex.LoopArguments) -> Network:
    assert isinstance(beginning.loop_state.kept, Network)
    return beginning.loop_state.kept
