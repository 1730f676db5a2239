"""The training cycle: ① forward, ② loss, ③ gradient, ④ update, ⑤ epoch. This is all of training.

Command line, estimators, populations, lessons and the doctor's trials all call these five
functions. They are pure: what changes goes in as an argument and comes out as a result. A key for
each row travels along where the network draws at random while it trains (dropout).
"""

from functools import partial

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, Int, Key, PRNGKeyArray, PyTree

from descenso.engine.network import Model, Network
from descenso.engine.optimizer import Optimizer
from descenso.engine.task import Task

# What is folded into a training's key for its starting weights; from the next number on, each row
# of each iteration has one.
STARTING_WEIGHTS = 0


class Batch(eqx.Module):
    """Some rows, padded to a fixed number.

    Attributes:
        x: the encoded columns.
        y: the targets: numbers, 0/1, or the codes of classes.
        weight: how much each row counts; 0 for padding. 1 on average over the training rows.
        size: how many rows are real.
    """

    x: Float[Array, "rows columns"]
    y: Float[Array, " rows"] | Int[Array, " rows"]
    weight: Float[Array, " rows"]
    size: Int[Array, ""] | Float[Array, ""]


class State(eqx.Module):
    """All that an update changes."""

    network: Model
    memory: PyTree  # what the optimiser remembers: momenta, counts
    iteration: Int[Array, ""]  # updates so far


def forward(
    network: Model, x: Float[Array, "rows columns"], keys: Key[Array, " rows"] | None = None
) -> Float[Array, "rows outputs"]:
    """① The network's answer for each row: the last layer's z, before the output activation."""
    if isinstance(network, Network):
        z = network(x, key=keys)
    elif keys is None:
        z = jax.vmap(network)(x)
    else:
        z = jax.vmap(lambda row, key: network(row, key=key))(x, keys)
    return z.reshape(len(x), -1)


def loss(
    task: Task, network: Model, batch: Batch, keys: Key[Array, " rows"] | None = None
) -> Float[Array, ""]:
    """② How wrong the network is on a batch: the weighted mean of its rows' losses."""
    row_losses = task.row_losses(forward(network, batch.x, keys), batch.y)
    return jnp.sum(batch.weight * row_losses) / batch.size


def gradient(
    task: Task, network: Model, batch: Batch, keys: Key[Array, " rows"] | None = None
) -> tuple[Float[Array, ""], PyTree]:
    """③ The loss of a batch, and how it would change with each parameter."""
    return eqx.filter_value_and_grad(lambda network: loss(task, network, batch, keys))(network)


def update(optimizer: Optimizer, state: State, gradients: PyTree) -> State:
    """④ One step downhill."""
    steps, memory = optimizer.step(gradients, state.memory, state.network)
    return State(eqx.apply_updates(state.network, steps), memory, state.iteration + 1)


def epoch(
    task: Task,
    optimizer: Optimizer,
    state: State,
    observed: Float[Array, ""],
    rows: Batch,
    order: Int[Array, "iterations batch"],
    first: Int[Array, ""],
    last: Int[Array, ""],
    key: PRNGKeyArray | None = None,
) -> tuple[State, Float[Array, ""]]:
    """⑤ The loop of ① to ④ over one shuffled pass: an update for each batch of `order`.

    Args:
        observed: the sum, over the rows that this pass has seen, of the loss each had when its
            batch came. A pass starts at 0; one that is cut into pieces hands its sum on, so that
            cutting changes no number.
        rows: the whole training data.
        order: which rows make up each batch; -1 is padding. A full pass holds each row once.
        first: the first batch to take.
        last: the batch to stop before. Both are traced, so that pieces of any length share one
            program.
        key: drawn from anew in each iteration; None where nothing is random.
    """

    def iteration(
        index: Int[Array, ""], carry: tuple[State, Float[Array, ""]]
    ) -> tuple[State, Float[Array, ""]]:
        state, observed = carry
        batch = take(rows, order[index])
        keys = None if key is None else row_keys(key, state.iteration, order.shape[1])
        value, gradients = gradient(task, state.network, batch, keys)
        return update(optimizer, state, gradients), observed + value * batch.size

    return jax.lax.fori_loop(first, last, iteration, (state, observed))


def row_keys(key: PRNGKeyArray, iteration: Int[Array, ""], rows: int) -> Key[Array, " rows"]:
    """A key for each row of an iteration's batch, which no other iteration has."""
    first = STARTING_WEIGHTS + 1 + iteration * rows
    return jax.vmap(partial(jax.random.fold_in, key))(first + jnp.arange(rows))


def take(rows: Batch, chosen: Int[Array, " batch"]) -> Batch:
    """The chosen rows as a batch; -1 is padding, which weighs nothing."""
    real = chosen >= 0
    index = jnp.maximum(chosen, 0)
    return Batch(rows.x[index], rows.y[index], jnp.where(real, rows.weight[index], 0), real.sum())
