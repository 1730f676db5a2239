"""Many networks at once: the same cycle, mapped over members that differ in seed and numbers.

Seeds, sweeps and trials train here. Recipes are grouped by what shapes the program; within a group
all members train together under vmap. A member equals its training alone only approximately, since
the compiler adds up in another order (about 1e-5 after 5 epochs, more later): the one that is kept
is trained by itself.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int, PyTree

from descenso.engine import experiment as ex
from descenso.engine import inference, loop
from descenso.engine.cycle import Batch
from descenso.engine.experiment import Examples, Experiment
from descenso.engine.network import Model
from descenso.engine.task import Task
from descenso.recipe import Recipe


@dataclass(frozen=True)
class Member:
    """One network of a population, trained.

    Attributes:
        recipe: what it was trained by.
        network: the weights that were kept.
        kept_epoch: the epoch that they come from.
        epochs: epochs completed before it stopped.
        diverged: whether its loss or a weight became infinite.
        loss: the training loss of each epoch, on the scale that the network was trained on.
        validation_loss: likewise; None without validation rows.
    """

    recipe: Recipe
    network: Model
    kept_epoch: int
    epochs: int
    diverged: bool
    loss: Float[np.ndarray, " epochs"]
    validation_loss: Float[np.ndarray, " epochs"] | None

    @property
    def last_loss(self) -> float:
        """The training loss of the last epoch; infinite where it diverged, or had no epoch."""
        return np.inf if self.diverged or not len(self.loss) else float(self.loss[-1])


@dataclass(frozen=True)
class Course:
    """The loss of the same rows while the members of a population were trained.

    Attributes:
        iterations: updates done when it was measured.
        losses: of each member, then.
    """

    iterations: Int[np.ndarray, " times"]
    losses: Float[np.ndarray, "members times"]


def train(
    experiment: Experiment,
    recipes: Sequence[Recipe],
    on_chunk: Callable[[loop.Chunk], Any] | None = None,
    networks: Model | None = None,
) -> list[Member]:
    """Train one network for each recipe on the experiment's data, as many at once as can be.

    Args:
        recipes: resolved; they may differ from the experiment's in anything but what shapes the
            data.
        on_chunk: called with each chunk of each group.
        networks: the members before training, as one with a leading axis; the recipes then have to
            be of one group. None for those that the recipes describe.

    Returns:
        The members, in the order of the recipes.
    """
    if networks is not None:
        return _train_group(experiment, recipes, on_chunk, networks)
    groups: defaultdict[str, list[int]] = defaultdict(list)
    for index, recipe in enumerate(recipes):
        groups[program_shape(recipe)].append(index)
    members: dict[int, Member] = {}
    for indices in groups.values():
        together = _train_group(experiment, [recipes[index] for index in indices], on_chunk)
        members |= dict(zip(indices, together, strict=True))
    return [members[index] for index in range(len(recipes))]


def follow(
    experiment: Experiment,
    recipes: Sequence[Recipe],
    rows: Examples,
    every: int,
    on_chunk: Callable[[loop.Chunk], Any] | None = None,
) -> tuple[list[Member], Course]:
    """Train as `train` does, and measure the loss of some rows on the way, dropout at rest.

    Args:
        recipes: of one group (`program_shape`).
        rows: those to measure on.
        every: after how many iterations each time.
    """
    batch, measured = ex.padded(rows), list[tuple[int, np.ndarray]]()

    def listen(chunk: loop.Chunk) -> None:
        if chunk.iteration % every == 0:
            losses = _losses(experiment.task, chunk.loop_state.state.network, batch)
            measured.append((chunk.iteration, np.asarray(losses)))
        if on_chunk is not None:
            on_chunk(chunk)

    members = _train_group(experiment, recipes, listen, every=every)
    return members, Course(
        iterations=np.array([iteration for iteration, _losses in measured], int),
        losses=np.array([losses for _iteration, losses in measured]).reshape(-1, len(recipes)).T,
    )


@partial(jax.jit, compiler_options=loop.SELDOM_RUN)
def _losses(task: Task, networks: Model, rows: Batch) -> Float[Array, " members"]:
    """The mean loss of the rows, of each network of a population."""
    return jax.vmap(lambda network: inference.score(task, network, rows).loss)(networks)


def train_on_own_rows(experiments: Sequence[Experiment]) -> list[Member]:
    """Train one network for each experiment, all at once, each on rows of its own.

    Args:
        experiments: of as many rows each, and of recipes that share a program (`program_shape`).
    """
    recipes = [experiment.recipe for experiment in experiments]
    setup = _stacked([ex.make_setup(experiment) for experiment in experiments])
    return _train_group(experiments[0], recipes, setup=setup)


def program_shape(recipe: Recipe) -> str:
    """What of a recipe shapes the compiled program, as text: equal for the members of one group.

    >>> program_shape(Recipe(learning_rate=0.1)) == program_shape(Recipe(learning_rate=0.2, seed=1))
    True
    """
    numbers = {
        "seed": 0,
        "learning_rate": 1.0,
        "momentum": 0.0,
        "init_scale": 1.0,
        # Whether these are there at all does shape it.
        "dropout": 0.5 if recipe.dropout else 0.0,
        "weight_decay": 1.0 if recipe.weight_decay else 0.0,
        "clip_norm": None if recipe.clip_norm is None else 1.0,
    }
    return json.dumps(recipe.to_dict() | numbers)


def _train_group(
    experiment: Experiment,
    recipes: Sequence[Recipe],
    on_chunk: Callable[[loop.Chunk], Any] | None = None,
    networks: Model | None = None,
    setup: loop.Setup | None = None,
    every: int | None = None,
) -> list[Member]:
    first = recipes[0]
    task = replace(experiment.task, output_activation=first.output_activation, loss=first.loss)
    shared = replace(experiment, recipe=first, task=task)
    plan = replace(ex.plan(shared, tuple(recipe.seed for recipe in recipes)), every=every)
    keys = jnp.stack([jax.random.key(recipe.seed) for recipe in recipes])
    if networks is not None:
        network = networks
    elif shared.network is not None:
        network = _stacked([shared.network] * len(recipes))
    else:
        network = ex.make_networks(recipes, shared.layout, shared.task, keys)
        network = ex.starting_at_best_constant(network, shared)
    optimizer = _stacked([ex.make_optimizer(recipe, plan.iterations) for recipe in recipes])
    key = jax.vmap(lambda key: ex.dropout_key(network, key))(keys)
    loop_state = eqx.filter_vmap(loop.initial_state)(optimizer, network)
    records: list[loop.Records] = []
    setup = setup or ex.make_setup(shared)
    for chunk in loop.train(setup, optimizer, key, loop_state, plan):
        records.append(jax.tree.map(lambda ends, n=chunk.epochs: ends[:, :n], chunk.records))
        loop_state = chunk.loop_state
        if on_chunk is not None:
            on_chunk(chunk)
    epochs, kept_epochs = np.asarray(loop_state.epoch), np.asarray(loop_state.kept_epoch)
    diverged = np.asarray(loop.has_diverged(loop_state))
    history = (
        jax.tree.map(lambda *all_: np.concatenate(all_, axis=1), *records) if records else None
    )
    # On the host first: taking members apart on the device is an operation for each array of each.
    kept = jax.tree.map(np.asarray, loop_state.kept)
    return [
        Member(
            recipe=recipe,
            network=jax.tree.map(lambda leaf, index=index: jax.device_put(leaf[index]), kept),
            kept_epoch=int(kept_epochs[index]),
            epochs=int(epochs[index]),
            diverged=bool(diverged[index]),
            loss=np.zeros(0) if history is None else history.loss[index, : epochs[index]],
            validation_loss=None
            if history is None or history.score is None
            else history.score.loss[index, : epochs[index]],
        )
        for index, recipe in enumerate(recipes)
    ]


def _stacked(trees: Sequence[PyTree]) -> PyTree:
    """Trees of one shape as one tree, its arrays with a leading axis of members."""
    return jax.tree.map(
        lambda *leaves: jnp.stack(leaves) if eqx.is_array(leaves[0]) else leaves[0], *trees
    )
