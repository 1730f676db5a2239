"""Many iterations: the cycle in chunks, with validation and early stopping at epoch ends.

One compiled program (`advance`) runs any number of iterations, across the ends of epochs. The host
hands it the order of the rows, chunk by chunk, and receives what happened; how the
iterations are cut into chunks changes no number.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeVar

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jax.flatten_util import ravel_pytree
from jaxtyping import Array, Bool, Float, Int, Int32, Key, PRNGKeyArray

from descenso.engine import cycle, inference, telemetry
from descenso.engine.batches import order
from descenso.engine.device import forget_surplus_programs
from descenso.engine.network import Model
from descenso.engine.optimizer import Optimizer
from descenso.engine.task import Task
from descenso.engine.telemetry import Readings, Telemetry
from descenso.layout import bucket

CHUNK_SECONDS = 0.1  # about ten progress updates a second
FIRST_ITERATIONS = 8  # in a chunk at the least, but for its end at an epoch's end
CAPACITY = 2**18  # row numbers in a chunk's order at the most: 1 MiB, of all members together
MOST_ITERATIONS = 8192  # in a chunk
SCHEDULED = 16  # every epoch is scheduled up to here, then ever fewer

# For programs that run a few times only: XLA's plain kernels compile in half the time of its new
# ones, and run in twice as much (measured).
SELDOM_RUN = {"xla_cpu_use_fusion_emitters": False}
# A GPU adds in the order in which its threads come to it, each time another one, unless set not
# to; a repeated training would then end with other bits wherever a table of embeddings is trained.
REPEATABLE = {"xla_gpu_deterministic_ops": True}

Tree = TypeVar("Tree")


class Setup(eqx.Module):
    """What a training reads and never changes; the members of a population share it.

    Attributes:
        training: the training rows, padded to a bucket.
        validation: the validation rows, likewise; None without.
        patience: epochs without a better loss before it stops; 0 never stops.
    """

    task: Task
    training: cycle.Batch
    validation: cycle.Batch | None
    patience: Int[Array, ""]


class LoopState(eqx.Module):
    """All that changes while a training goes on; saved and restored, it goes on bit for bit.

    Attributes:
        state: network, optimiser's memory and iteration.
        observed: the sum of losses in the epoch under way.
        epoch: epochs completed.
        kept: the weights to keep: those of the lowest loss on validation rows, else on training
            rows; or without patience the latest good ones.
        kept_epoch: the epoch that they come from; 0 for the starting weights.
        best: that loss of `kept`, where patience compares; infinite before the first epoch.
        waited: epochs since then, or since the training was resumed for more epochs.
        stopped: patience has run out.
        diverged: the loss or a weight is no longer finite.
    """

    state: cycle.State
    observed: Float[Array, ""]
    epoch: Int[Array, ""]
    kept: Model
    kept_epoch: Int[Array, ""]
    best: Float[Array, ""]
    waited: Int[Array, ""]
    stopped: Bool[Array, ""]
    diverged: Bool[Array, ""]


class Records(eqx.Module):
    """What happened at an epoch's end, or at the ends of a chunk's epochs: later entries unused."""

    loss: Float[Array, "*ends"]
    learning_rate: Float[Array, "*ends"]
    score: inference.Score | None


@dataclass(frozen=True)
class BatchPlan:
    """How the rows are visited.

    Attributes:
        seeds: one, or one for each member of a population.
        rows: training rows.
        batch_size: rows per update.
        epochs: full passes.
        shuffle: whether each pass has an order of its own.
        until: iterations after which to pause, for a replay; None goes on to the last epoch.
        every_epoch: end a chunk at each epoch's end, so that a listener may stop the training
            exactly there.
        scheduled: end a chunk where telemetry and a snapshot are due; not where none is taken.
        every: end a chunk after each so many iterations too, so that a listener may measure there.
    """

    seeds: int | tuple[int, ...]
    rows: int
    batch_size: int
    epochs: int
    shuffle: bool = True
    every_epoch: bool = False
    scheduled: bool = True
    until: int | None = None
    every: int | None = None

    @property
    def width(self) -> int:
        """Rows of a padded batch."""
        return bucket(self.batch_size)

    @property
    def iterations_per_epoch(self) -> int:
        return -(-self.rows // self.batch_size)

    @property
    def iterations(self) -> int:
        """Updates until the last epoch's end."""
        return self.epochs * self.iterations_per_epoch

    @property
    def end(self) -> int:
        """Updates until this training's end or pause."""
        return self.iterations if self.until is None else min(self.until, self.iterations)

    @property
    def capacity(self) -> int:
        """Iterations that a chunk may hold."""
        members = 1 if isinstance(self.seeds, int) else len(self.seeds)
        return min(MOST_ITERATIONS, max(1, CAPACITY // (self.width * members)))


@dataclass(frozen=True)
class Chunk:
    """Some iterations of a training.

    Attributes:
        loop_state: how the training stands after them.
        records: the ends of epochs on the way.
        epochs: how many epochs ended (in any member).
        count: iterations of this chunk.
        iteration: iterations of the whole training so far.
        readings: of `loop_state` on the probe, where there is one and the chunk ends with an epoch
            for which telemetry is due.
    """

    loop_state: LoopState
    records: Records
    epochs: int
    count: int
    iteration: int
    readings: Readings | None = None

    @property
    def telemetry(self) -> Telemetry | None:
        """Measurements of `loop_state`, where there are readings."""
        return None if self.readings is None else self.readings.telemetry


# Iterations done of this chunk, passed of this epoch; epochs ended; and what they brought.
_Carry = tuple[Int[Array, ""], Int[Array, ""], Int[Array, ""], LoopState, Records]


def initial_state(optimizer: Optimizer, network: Model) -> LoopState:
    """A training before its first iteration."""
    # By NumPy and device_put, which compile nothing, where jnp.zeros would.
    none, no = jax.device_put(np.int32(0)), jax.device_put(np.bool(False))
    state = cycle.State(network, optimizer.initial_memory(network), none)
    return LoopState(
        state=state,
        observed=jax.device_put(np.float32(0)),
        epoch=none,
        kept=network,
        kept_epoch=none,
        best=jax.device_put(np.float32(np.inf)),
        waited=none,
        stopped=no,
        diverged=no,
    )


def advance(
    setup: Setup,
    optimizer: Optimizer,
    key: PRNGKeyArray | None,
    loop_state: LoopState,
    order: Int32[Array, "capacity batch"],
    count: Int[Array, ""],
    passed: Int[Array, ""],
    iterations_per_epoch: Int[Array, ""],
) -> tuple[LoopState, Records]:
    """Run the first `count` batches of `order`, across the ends of epochs.

    Args:
        passed: iterations that the epoch under way has behind it.
        iterations_per_epoch: with `count` and `passed` shared by all members of a population, so
            that under vmap the end of an epoch stays a branch that is either taken or not.
    """
    unused = jnp.full(len(order), jnp.nan)
    score = None if setup.validation is None else inference.Score(unused, unused)

    def segment(carry: _Carry) -> _Carry:
        done, passed, ended, loop_state, records = carry
        last = jnp.minimum(count, done + iterations_per_epoch - passed)
        # A member that has stopped stays as it was while the others go on.
        running = ~(loop_state.stopped | loop_state.diverged)
        state, observed = jax.lax.cond(
            running,
            lambda state, observed: cycle.epoch(
                setup.task, optimizer, state, observed, setup.training, order, done, last, key
            ),
            lambda *same: same,
            loop_state.state,
            loop_state.observed,
        )
        loop_state = eqx.tree_at(lambda p: (p.state, p.observed), loop_state, (state, observed))
        passed = passed + last - done
        at_end = passed == iterations_per_epoch
        loop_state, records = jax.lax.cond(
            at_end,
            partial(_close_epoch, setup, optimizer, running, ended),
            lambda *same: same,
            loop_state,
            records,
        )
        return last, jnp.where(at_end, 0, passed), ended + at_end, loop_state, records

    *_, loop_state, records = jax.lax.while_loop(
        lambda carry: carry[0] < count,
        segment,
        (jnp.array(0), passed, jnp.array(0), loop_state, Records(unused, unused, score)),
    )
    return loop_state, records


def _close_epoch(
    setup: Setup,
    optimizer: Optimizer,
    running: Bool[Array, ""],
    ended: Int[Array, ""],
    loop_state: LoopState,
    records: Records,
) -> tuple[LoopState, Records]:
    """Score the network, keep its weights if they are to be kept, and see whether to stop."""
    network = loop_state.state.network
    loss = loop_state.observed / setup.training.size
    score = None
    if setup.validation is not None:
        score = inference.score(setup.task, network, setup.validation)
    record = Records(loss, optimizer.learning_rate_at(loop_state.state.iteration - 1), score)
    records = jax.tree.map(lambda ends, end: ends.at[ended].set(end), records, record)
    decisive = loss if score is None else score.loss
    good = jnp.isfinite(loss) & jnp.isfinite(decisive) & _is_finite(network)
    better = good & (decisive < loop_state.best)
    keeps = good & (better | (setup.patience == 0))
    epoch = loop_state.epoch + good
    waited = jnp.where(better, 0, loop_state.waited + 1)
    closed = LoopState(
        state=loop_state.state,
        observed=jnp.zeros(()),
        epoch=epoch,
        kept=_choose(keeps, network, loop_state.kept),
        kept_epoch=jnp.where(keeps, epoch, loop_state.kept_epoch),
        best=jnp.where(keeps, decisive, loop_state.best),
        waited=waited,
        stopped=(setup.patience > 0) & (waited >= setup.patience),
        diverged=~good,
    )
    return _choose(running, closed, loop_state), records


# jax.jit, and not eqx.filter_jit, which waits for the result: the host works meanwhile.
_compiled = partial(jax.jit, compiler_options=REPEATABLE)
_one = _compiled(advance)
# What members share: the setup, and the counts that say where epochs end.
_many = _compiled(jax.vmap(advance, in_axes=(None, 0, 0, 0, 0, None, None, None)))
# Each on rows of its own.
_apart = _compiled(jax.vmap(advance, in_axes=(0, 0, 0, 0, 0, None, None, None)))


def train(
    setup: Setup,
    optimizer: Optimizer,
    key: Key[Array, "*members"] | None,
    loop_state: LoopState,
    plan: BatchPlan,
    iteration: int = 0,
    probe: cycle.Batch | None = None,
) -> Iterator[Chunk]:
    """Train from `iteration` to the end of the plan, yielding after each chunk.

    With several seeds in the plan, `optimizer`, `key` and `loop_state` have a leading axis of
    members, which all train at once; `setup` may have one too, and then each has rows of its own.
    The caller may stop between chunks, and go on later from a chunk's state and iterations.

    Args:
        key: what dropout draws from; None where the network draws nothing.
        probe: the rows that telemetry of one network is taken on at the ends of scheduled epochs;
            None takes none.
    """
    forget_surplus_programs()
    program = _one
    if not isinstance(plan.seeds, int):
        program = _apart if setup.patience.ndim else _many
    orders = _Orders(plan)

    def launch(loop_state: LoopState, iteration: int, aim: int) -> Chunk | None:
        """Start the next chunk, which then runs in the background; None at the plan's end."""
        if iteration >= plan.end:
            return None
        passed = iteration % plan.iterations_per_epoch
        order = orders.take(iteration, _chunk_end(plan, iteration, aim))
        count = order.shape[-2]
        loop_state, records = program(
            setup,
            optimizer,
            key,
            loop_state,
            _padded(order, plan.capacity),
            np.int32(count),
            np.int32(passed),
            np.int32(plan.iterations_per_epoch),
        )
        epochs = (passed + count) // plan.iterations_per_epoch
        ended, passed = divmod(iteration + count, plan.iterations_per_epoch)
        # Asked for before the next chunk, which it would otherwise have to wait for.
        seen = (
            _read(setup.task, optimizer, loop_state.state, probe)
            if probe is not None and passed == 0 and is_scheduled(ended)
            else None
        )
        return Chunk(loop_state, records, epochs, count, iteration + count, seen)

    # The first chunks are short: the time of one iteration is not known yet.
    aim = FIRST_ITERATIONS
    ended = time.perf_counter()
    chunk = None if has_ended(loop_state) else launch(loop_state, iteration, aim)
    while chunk is not None:
        # The next chunk runs while the caller makes use of this one. If this one turns out to be
        # the last, the next has changed nothing that is kept.
        following = launch(chunk.loop_state, chunk.iteration, aim)
        chunk = replace(chunk, records=jax.tree.map(np.asarray, chunk.records))
        began, ended = ended, time.perf_counter()
        yield chunk
        if has_ended(chunk.loop_state):
            return
        # At most eight times as long as the last: the first chunk's time is mostly compilation.
        wanted = chunk.count * CHUNK_SECONDS / (ended - began)
        aim = int(np.clip(wanted, FIRST_ITERATIONS, 8 * max(chunk.count, aim)))
        chunk = following


def has_ended(loop_state: LoopState) -> bool:
    """Whether all members have run out of patience or diverged."""
    return bool(np.all(np.asarray(loop_state.stopped) | has_diverged(loop_state)))


def has_diverged(loop_state: LoopState) -> Bool[np.ndarray, "*members"]:
    """Whether a loss or a weight is no longer finite, at an epoch's end or in the one under way."""
    # By NumPy: on the device the question would stand in line behind the chunk that runs now.
    return np.asarray(np.asarray(loop_state.diverged) | ~np.isfinite(loop_state.observed))


def measure(
    task: Task, optimizer: Optimizer, loop_state: LoopState, probe: cycle.Batch
) -> Telemetry:
    """Telemetry of a training as it stands, on rows that stay the same throughout."""
    return _read(task, optimizer, loop_state.state, probe).telemetry


@partial(jax.jit, compiler_options=SELDOM_RUN)
def _read(task: Task, optimizer: Optimizer, state: cycle.State, probe: cycle.Batch) -> Readings:
    _, gradients = cycle.gradient(task, state.network, probe)
    steps, _ = optimizer.step(gradients, state.memory, state.network)
    return telemetry.read(
        telemetry.layers(state.network),
        telemetry.layers(gradients),
        telemetry.layers(steps),
        telemetry.activation_derivatives(state.network, probe.x),
    )


def is_scheduled(epoch: int) -> bool:
    """Whether telemetry and a snapshot are taken at the end of this epoch.

    Every epoch at first; then every second, every fourth, and so on, so that those kept (the
    multiples of the latest stride) are spread evenly and never number more than 2 * SCHEDULED.

    >>> [epoch for epoch in range(100) if not is_scheduled(epoch)][:3]
    [17, 19, 21]
    """
    return epoch % stride(epoch) == 0


def stride(epoch: int) -> int:
    """The distance between scheduled epochs once `epoch` is reached: a power of two."""
    return 1 << max(0, (max(epoch, 1) - 1) // SCHEDULED).bit_length()


class _Orders:
    """The order of the rows, iteration by iteration; an epoch is drawn once, even across chunks."""

    def __init__(self, plan: BatchPlan) -> None:
        self.plan = plan
        self.epoch = -1
        self.current = np.zeros((0, 0), np.int32)

    def take(self, first: int, last: int) -> Int32[np.ndarray, "*members iterations batch"]:
        pieces = []
        per_epoch = self.plan.iterations_per_epoch
        while first < last:
            epoch, passed = divmod(first, per_epoch)
            piece = self._of(epoch)[..., passed : passed + last - first, :]
            pieces.append(piece)
            first += piece.shape[-2]
        return np.concatenate(pieces, axis=-2) if pieces else self.current[..., :0, :]

    def _of(self, epoch: int) -> Int32[np.ndarray, "*members iterations batch"]:
        if epoch != self.epoch:
            plan = self.plan
            draw = partial(
                order,
                epoch=epoch,
                rows=plan.rows,
                shuffle=plan.shuffle,
                batch_size=plan.batch_size,
                width=plan.width,
            )
            if isinstance(plan.seeds, int):
                self.current = draw(plan.seeds)
            else:
                self.current = np.stack([draw(seed) for seed in plan.seeds])
            self.epoch = epoch
        return self.current


def _chunk_end(plan: BatchPlan, iteration: int, aim: int) -> int:
    """Where a chunk from `iteration` ends: after `aim` iterations, or earlier by the plan."""
    end = min(iteration + min(aim, plan.capacity), plan.end)
    if plan.every is not None:
        end = min(end, (iteration // plan.every + 1) * plan.every)
    for epoch in range(
        iteration // plan.iterations_per_epoch + 1, end // plan.iterations_per_epoch + 1
    ):
        if plan.every_epoch or (plan.scheduled and is_scheduled(epoch)):
            return epoch * plan.iterations_per_epoch
    return end


def _padded(order: np.ndarray, capacity: int) -> np.ndarray:
    padded = np.zeros((*order.shape[:-2], capacity, order.shape[-1]), np.int32)
    padded[..., : order.shape[-2], :] = order
    return padded


def _choose(condition: Bool[Array, ""], yes: Tree, no: Tree) -> Tree:
    """`yes` where the condition holds, else `no`.

    By a branch, which compiles nothing: a choice within each array is a program for each.
    """
    return jax.lax.cond(condition, lambda yes, _no: yes, lambda _yes, no: no, yes, no)


def _is_finite(network: Model) -> Bool[Array, ""]:
    parameters, _ = ravel_pytree(eqx.filter(network, eqx.is_inexact_array))
    return jnp.all(jnp.isfinite(parameters))
