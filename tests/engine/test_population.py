"""Many networks at once are the networks that each recipe trains alone."""

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from typing import Any

import equinox as eqx
import jax
import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from descenso.engine import experiment as ex
from descenso.engine import inference, population
from descenso.engine.experiment import Experiment
from descenso.engine.population import Member, program_shape
from descenso.recipe import Recipe
from descenso.runs.fit import fit_network
from descenso.runs.preparation import prepare
from descenso.runs.request import Request
from descenso.runs.state import TrainingState

from ..support import small_tables
from ..support.compilation_counter import compilations


@cache
def experiment() -> Experiment:
    recipe = Recipe(**small_tables.PLAIN, learning_rate=0.05, optimizer="momentum")
    prepared = prepare(small_tables.numbers(), None, Request(recipe, {}, [], 0.0)).experiment
    return replace(prepared, target_scale=1.0)  # losses as the networks see them


def recipes(*changes: dict[str, Any]) -> list[Recipe]:
    return [experiment().recipe.replace(**fields) for fields in changes]


def alone(recipe: Recipe) -> TrainingState:
    return fit_network(replace(experiment(), recipe=recipe))


def arrays(network: Any) -> list[np.ndarray]:
    return [np.asarray(leaf) for leaf in jax.tree.leaves(eqx.filter(network, eqx.is_inexact_array))]


def assert_trained_as_alone(members: Sequence[Member], tolerance: float = 1e-4) -> None:
    for member in members:
        state = alone(member.recipe)
        kept = state.loop_state.kept
        for found, expected in zip(arrays(member.network), arrays(kept), strict=True):
            assert_allclose(found, expected, rtol=tolerance, atol=tolerance)
        assert member.epochs == int(state.loop_state.epoch)
        assert member.kept_epoch == int(state.loop_state.kept_epoch)
        assert member.diverged == (state.stopped == "diverged")
        assert member.validation_loss is not None
        for found, name in ((member.loss, "loss"), (member.validation_loss, "validation_loss")):
            expected = [record[name] for record in state.history]
            assert_allclose(found, expected, rtol=tolerance)


def test_members_of_other_seeds_and_numbers_agree_with_their_training_alone():
    members = population.train(
        experiment(),
        recipes(
            {"seed": 1, "epochs": 4},
            {"seed": 2, "epochs": 4},
            {"seed": 1, "epochs": 4, "learning_rate": 0.01, "momentum": 0.5},
            {"seed": 1, "epochs": 4, "init_scale": 0.3},
        ),
    )
    assert_trained_as_alone(members)
    assert not np.allclose(members[0].loss, members[1].loss)


def test_members_with_dropout_decay_and_clipping_agree_with_their_training_alone():
    together = {"epochs": 3, "dropout": 0.2, "weight_decay": 0.01, "clip_norm": 1.0}
    assert_trained_as_alone(
        population.train(
            experiment(),
            recipes(
                together, together | {"dropout": 0.5, "seed": 3}, together | {"clip_norm": 0.1}
            ),
        )
    )


def test_a_member_that_diverges_leaves_the_others_alone():
    members = population.train(
        experiment(), recipes({"epochs": 4}, {"epochs": 4, "learning_rate": 1e8}, {"epochs": 4})
    )
    assert [member.diverged for member in members] == [False, True, False]
    assert members[1].epochs < 4
    assert_trained_as_alone(members)
    assert_array_equal(members[0].loss, members[2].loss)


def test_a_member_that_stops_early_leaves_the_others_alone():
    waiting = {"epochs": 12, "patience": 1}
    members = population.train(
        experiment(),
        recipes(waiting | {"learning_rate": 0.5}, waiting | {"learning_rate": 0.002}),
    )
    assert members[0].epochs < members[1].epochs == 12
    assert_trained_as_alone(members)


def test_a_member_that_diverges_at_once_keeps_its_starting_weights_and_says_so():
    (member,) = population.train(experiment(), recipes({"learning_rate": 1e30}))
    assert member.diverged
    assert member.kept_epoch == member.epochs == len(member.loss) == 0
    start = ex.loop_arguments(replace(experiment(), recipe=member.recipe)).loop_state.kept
    for found, expected in zip(arrays(member.network), arrays(start), strict=True):
        assert_array_equal(found, expected)


def test_members_that_differ_in_numbers_share_one_program():
    with compilations() as compiled:
        population.train(
            experiment(),
            recipes(*({"activation": "swish", "learning_rate": 0.01 * n} for n in range(1, 6))),
        )
        assert len(advances(compiled)) == 1
        # Other numbers, another time: nothing new.
        population.train(
            experiment(),
            recipes(*({"activation": "swish", "momentum": 0.1 * n, "seed": n} for n in range(5))),
        )
        assert len(advances(compiled)) == 1


def test_what_shapes_the_program_groups_the_members_and_their_order_stays():
    mixed = recipes(
        {"hidden_layers": (3,), "seed": 5},
        {"hidden_layers": None},
        {"hidden_layers": (3,), "seed": 6},
    )
    with compilations() as compiled:
        members = population.train(experiment(), mixed)
    assert len(advances(compiled)) == 2
    assert [member.recipe for member in members] == mixed
    assert [len(arrays(member.network)) for member in members] == [4, 2, 4]


@pytest.mark.parametrize(
    "numbers",
    [
        {"seed": 9},
        {"learning_rate": 0.5},
        {"momentum": 0.1},
        {"init_scale": 3.0},
    ],
)
def test_seeds_and_numbers_shape_no_program(numbers: dict):
    one, other = recipes({}, numbers)
    assert program_shape(one) == program_shape(other)


@pytest.mark.parametrize("name", ["dropout", "weight_decay", "clip_norm"])
def test_that_a_number_is_there_at_all_shapes_the_program_but_not_how_large_it_is(name: str):
    without, little, much = recipes({}, {name: 0.125}, {name: 0.5})
    assert program_shape(little) == program_shape(much)
    assert program_shape(without) != program_shape(little)


@pytest.mark.parametrize(
    "static",
    [
        {"hidden_layers": (5,)},
        {"activation": "elu"},
        {"optimizer": "sgd"},
        {"schedule": "cosine"},
        {"batch_size": 7},
        {"epochs": 9},
        {"normalization": "layer"},
        {"init": "zeros"},
        {"shuffle": False},
    ],
)
def test_words_and_sizes_shape_the_program(static: dict):
    one, other = recipes({}, static)
    assert program_shape(one) != program_shape(other)


def test_another_loss_is_another_training():
    squared, absolute = population.train(experiment(), recipes({"loss": "mse"}, {"loss": "mae"}))
    losses: Any = [line["loss"] for line in alone(squared.recipe).history]
    assert_allclose(squared.loss, losses, 1e-4)
    assert not np.allclose(absolute.loss, squared.loss)


def test_a_listener_receives_each_chunk():
    chunks = []
    population.train(experiment(), recipes({"epochs": 3}), chunks.append)
    assert chunks[-1].iteration == 3 * ex.plan(experiment(), 0).iterations_per_epoch
    assert sum(chunk.epochs for chunk in chunks) == 3


def test_no_epochs_leave_the_starting_weights():
    (member,) = population.train(experiment(), recipes({"epochs": 0}))
    assert len(member.loss) == member.epochs == 0
    assert not member.diverged


def advances(compiled: list[str]) -> list[str]:
    return [name for name in compiled if "advance" in name]


def test_losses_are_followed_within_epochs_and_without_dropout():
    rows = experiment().training
    followed = recipes(*({"seed": seed, "dropout": 0.5, "batch_size": 8} for seed in (0, 1)))
    # Two epochs of six iterations: the second measurement lies within an epoch.
    members, course = population.follow(experiment(), followed, rows, 4)
    assert course.iterations.tolist() == [4, 8, 12]
    for member, losses in zip(members, course.losses, strict=True):
        x = rows.x[: len(rows)]
        _predictions, alone = inference.judge(experiment().task, member.network, x, rows.y)
        assert losses[-1] == pytest.approx(alone.mean(), rel=1e-4)
