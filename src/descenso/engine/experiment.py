"""A resolved recipe with its encoded data: everything that a training needs to begin.

From here on nothing is read or inferred. A run is trained from an experiment, and so are the
members of a population, the lessons' variations and the doctor's trials.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import Any, NamedTuple

import equinox as eqx
import jax
import numpy as np
from jaxtyping import Array, Float, Float32, Int, Integer, Key, PRNGKeyArray, PyTree

from descenso.engine import loop
from descenso.engine.cycle import STARTING_WEIGHTS, Batch
from descenso.engine.metrics import best_constant, constant_losses, loss_unit, truth_of
from descenso.engine.network import (
    Model,
    Network,
    UserNetwork,
    create,
    parameters,
    with_constant_output,
)
from descenso.engine.optimizer import Optimizer
from descenso.engine.task import Task
from descenso.layout import Layout, row_bucket, zeros
from descenso.recipe import Recipe

NEVER = np.iinfo(np.int32).max  # a patience that no training outlasts
PROBE_ROWS = 256  # rows that telemetry is taken on


@dataclass(frozen=True)
class Examples:
    """Encoded rows.

    Attributes:
        x: the encoded columns. May have more rows than `y`: padding, which is never looked at.
        y: the target: numbers, 0/1, or the codes of classes.
        weight: how much each row counts in training or validation: `sample_weight` times the
            weight of its class; 1 on average.
        sample_weight: how much each row counts in the metrics: as the person weighed it, 1 on
            average.
        rows: their numbers in the table, from 0.
    """

    x: Float32[np.ndarray, "padded columns"]
    y: Float[np.ndarray, " rows"] | Int[np.ndarray, " rows"]
    weight: Float32[np.ndarray, " rows"]
    sample_weight: Float32[np.ndarray, " rows"]
    rows: Integer[np.ndarray, " rows"]

    def __len__(self) -> int:
        return len(self.y)

    def at(self, index: Integer[np.ndarray, " chosen"]) -> "Examples":
        """Some of them, by position."""
        return Examples(
            x=self.x[index],
            y=self.y[index],
            weight=self.weight[index],
            sample_weight=self.sample_weight[index],
            rows=self.rows[index],
        )


@dataclass(frozen=True)
class WarmStart:
    """What an earlier training left, to go on from.

    Attributes:
        network: with its weights.
        memory: what the optimiser remembered; None to let it begin anew.
    """

    network: Model
    memory: PyTree | None = None


@dataclass(frozen=True)
class Experiment:
    """Data and a recipe without anything left to infer.

    Attributes:
        recipe: every field answered.
        layout: how the columns of the examples lie.
        task: problem, output activation and loss.
        training: the rows to learn from.
        validation: the validation rows; None without.
        network: the user's own Equinox module, untrained; None for descenso's.
        start: what to go on from; None for new weights.
        target_scale: one unit of y in units of the target.
    """

    recipe: Recipe
    layout: Layout
    task: Task
    training: Examples
    validation: Examples | None
    network: Model | None = None
    start: WarmStart | None = None
    target_scale: float = 1.0

    @cached_property
    def baseline(self) -> Float[np.ndarray, " outputs"]:
        """The best constant prediction on the training rows, which skill is measured against."""
        rows = self.training
        return best_constant(self.task, rows.y, rows.sample_weight.astype(float))

    @property
    def loss_unit(self) -> float:
        """One unit of the loss, as the network sees it, in the target's units."""
        return loss_unit(self.task.loss, self.target_scale)


class LoopArguments(NamedTuple):
    """Everything that `loop.train` needs before the first iteration, in its order."""

    setup: loop.Setup
    optimizer: Optimizer
    key: PRNGKeyArray | None
    loop_state: loop.LoopState
    plan: loop.BatchPlan


def loop_arguments(
    experiment: Experiment, *, every_epoch: bool = False, until: int | None = None
) -> LoopArguments:
    """Everything ready for the first iteration of one network (see `loop.BatchPlan`)."""
    recipe = experiment.recipe
    schedule = replace(plan(experiment, recipe.seed), every_epoch=every_epoch, until=until)
    optimizer = make_optimizer(recipe, schedule.iterations)
    key = jax.random.key(recipe.seed)
    network = starting_network(experiment, recipe, key)
    loop_state = loop.initial_state(optimizer, network)
    if experiment.start is not None:
        loop_state = with_optimizer_memory(loop_state, experiment.start.memory)
    return LoopArguments(
        setup=make_setup(experiment),
        optimizer=optimizer,
        key=dropout_key(network, key),
        loop_state=loop_state,
        plan=schedule,
    )


def plan(experiment: Experiment, seeds: int | tuple[int, ...]) -> loop.BatchPlan:
    """How the recipe visits the rows."""
    recipe, rows = experiment.recipe, len(experiment.training)
    return loop.BatchPlan(
        seeds=seeds,
        rows=rows,
        batch_size=rows if recipe.batch_size == "full" else min(recipe.batch_size, rows),
        epochs=recipe.epochs,
        shuffle=recipe.shuffle,
    )


def make_setup(experiment: Experiment) -> loop.Setup:
    """What all members of a population share: the data, and when to stop."""
    validation = experiment.validation
    return loop.Setup(
        task=experiment.task,
        training=padded(experiment.training),
        validation=None if validation is None else padded(validation),
        patience=jax.device_put(np.int32(min(experiment.recipe.patience or 0, NEVER))),
    )


def make_optimizer(recipe: Recipe, iterations: int) -> Optimizer:
    """The recipe's optimiser, its schedule stretched over so many iterations."""
    return Optimizer(
        name=recipe.optimizer,
        schedule=recipe.schedule,
        learning_rate=_fraction(recipe.learning_rate),
        momentum=_fraction(recipe.momentum),
        iterations=_fraction(iterations),
        weight_decay=_fraction(recipe.weight_decay) if recipe.weight_decay else None,
        clip_norm=None if recipe.clip_norm is None else _fraction(recipe.clip_norm),
    )


def starting_network(experiment: Experiment, recipe: Recipe, key: PRNGKeyArray) -> Model:
    """The network before training: the user's own, or one that `key` draws or training left."""
    if experiment.network is not None:
        return experiment.network
    network = make_network(recipe, experiment.layout, experiment.task, key)
    if experiment.start is None:
        return starting_at_best_constant(network, experiment)
    # All that training changes; the rest, such as the rate of dropout, is the recipe's.
    return eqx.combine(eqx.filter(experiment.start.network, eqx.is_inexact_array), network)


def starting_at_best_constant(network: Network, experiment: Experiment) -> Network:
    """Under the preset tabular: a network that begins with the best constant prediction.

    With the shares of the classes, for instance: a network then need not find them first, and where
    the data teach nothing it stays there. Members of a population have a leading axis.
    """
    recipe, task, training = experiment.recipe, experiment.task, experiment.training
    # A pair that does not belong together may have no z for that prediction.
    if recipe.preset != "tabular" or recipe.allow_mismatch:
        return network
    constant = best_constant(task, training.y, training.weight.astype(float))
    if task.problem != "regression":
        # As if half a row were of a class that has none: no z gives the probability 0.
        least = 0.5 / len(training)
        constant = constant.clip(least, 1 - least)
    return with_constant_output(network, task.deactivate(constant))


def with_optimizer_memory(loop_state: loop.LoopState, memory: PyTree | None) -> loop.LoopState:
    """A training whose optimiser remembers what another's did, where both have the same to."""
    fresh = loop_state.state.memory
    if jax.tree.structure(memory) != jax.tree.structure(fresh):
        return loop_state
    return eqx.tree_at(lambda loop_state: loop_state.state.memory, loop_state, memory)


def make_network(recipe: Recipe, layout: Layout, task: Task, key: PRNGKeyArray) -> Network:
    """The recipe's network with its starting weights."""
    dropout = _fraction(recipe.dropout) if recipe.dropout else None
    return _draw(_shape(recipe, layout, task), _fraction(recipe.init_scale), dropout, key)


def make_networks(
    recipes: Sequence[Recipe], layout: Layout, task: Task, keys: Key[Array, " members"]
) -> Network:
    """The networks of several recipes of one shape, as one with a leading axis of members."""
    scales, dropouts = (
        jax.device_put(np.array([getattr(recipe, name) for recipe in recipes], np.float32))
        for name in ("init_scale", "dropout")
    )
    shape = _shape(recipes[0], layout, task)
    return _draw_many(shape, scales, dropouts if recipes[0].dropout else None, keys)


def blank_network(recipe: Recipe, layout: Layout, task: Task) -> Network:
    """A network of the recipe's shape with weights of 0, to be filled with stored ones."""
    blank = _outline(recipe, layout, task)
    return jax.tree.map(lambda leaf: jax.device_put(np.zeros(leaf.shape, leaf.dtype)), blank)


def constant_loss(experiment: Experiment) -> float:
    """The training loss of the best constant prediction, on the scale that y has here."""
    truth = truth_of(experiment.task, experiment.training.y)
    return float(constant_losses(experiment.task.loss, truth, experiment.baseline).mean())


def parameter_count(experiment: Experiment) -> int:
    """How many numbers training may change."""
    if experiment.network is not None:
        return parameters(experiment.network)
    # Nothing is drawn nor kept for it: it may be larger than memory.
    outline = _outline(experiment.recipe, experiment.layout, experiment.task)
    return sum(leaf.size for leaf in jax.tree.leaves(outline))


def dropout_key(network: Model, key: PRNGKeyArray) -> PRNGKeyArray | None:
    """The key that training draws from, or None where the network never draws.

    A user's own network draws if it has `equinox.nn.Dropout` layers.
    """
    if isinstance(network, UserNetwork):
        parts = jax.tree.leaves(network.module, is_leaf=_is_dropout)
        draws = any(_is_dropout(part) for part in parts)
    else:
        draws = isinstance(network, Network) and network.dropout is not None
    return key if draws else None


def padded(examples: Examples) -> Batch:
    """The rows as arrays of the device, padded to a bucket's size with rows that weigh nothing."""
    rows = row_bucket(len(examples))
    # On the processor, device_put shares NumPy's memory, where jnp.asarray would copy the data.
    return Batch(
        x=jax.device_put(_grown(examples.x, rows)),
        y=jax.device_put(_grown(examples.y, rows)),
        weight=jax.device_put(_grown(examples.weight, rows)),
        size=jax.device_put(np.int32(len(examples))),
    )


def probe(rows: Batch) -> Batch:
    """The rows that telemetry is taken on: the first few, always the same."""
    # Cut by NumPy, which compiles nothing.
    first = (np.asarray(part)[:PROBE_ROWS] for part in (rows.x, rows.y, rows.weight))
    size = np.int32(min(int(rows.size), PROBE_ROWS))
    return Batch(*map(jax.device_put, (*first, size)))


class _Shape(NamedTuple):
    """What shapes a network, in the words of `create`."""

    layout: Layout
    hidden_layers: tuple[int, ...]
    outputs: int
    activation: str
    init: str
    normalization: str | None


def _shape(recipe: Recipe, layout: Layout, task: Task) -> _Shape:
    hidden = recipe.hidden_layers or ()
    return _Shape(
        layout, hidden, task.outputs, recipe.activation, recipe.init, recipe.normalization
    )


def _outline(recipe: Recipe, layout: Layout, task: Task) -> PyTree:
    """The recipe's network without its weights: only their shapes, and what training changes."""
    shape = _shape(recipe, layout, task)
    return eqx.filter_eval_shape(lambda: _drawn(shape, 1.0, None, jax.random.key(0)))


def _drawn(
    shape: _Shape,
    init_scale: Float[Array, ""] | float,
    dropout: Float[Array, ""] | None,
    key: PRNGKeyArray,
) -> Network:
    key = jax.random.fold_in(key, STARTING_WEIGHTS)
    return create(**shape._asdict(), init_scale=init_scale, dropout=dropout, key=key)


def _drawn_many(
    shape: _Shape,
    init_scales: Float[Array, " members"],
    dropouts: Float[Array, " members"] | None,
    keys: Key[Array, " members"],
) -> Network:
    return jax.vmap(partial(_drawn, shape))(init_scales, dropouts, keys)


# Under jit the draws of all layers are one program instead of one for each shape.
_draw, _draw_many = (
    jax.jit(draw, static_argnums=0, compiler_options=loop.SELDOM_RUN)
    for draw in (_drawn, _drawn_many)
)


def _fraction(number: float | int) -> Float[Array, ""]:
    return jax.device_put(np.float32(number))


def _is_dropout(part: Any) -> bool:
    return isinstance(part, eqx.nn.Dropout)


def _grown(values: np.ndarray, rows: int) -> np.ndarray:
    if len(values) == rows:
        return values
    grown = zeros((rows, *values.shape[1:]), values.dtype)
    grown[: len(values)] = values
    return grown
