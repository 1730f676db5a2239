"""Many iterations: held to a plain loop, to scikit-learn, and to themselves in pieces."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jaxtyping import Array, Float
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.neural_network import MLPClassifier, MLPRegressor

from descenso.engine import cycle, loop
from descenso.engine.batches import order
from descenso.engine.cycle import Batch
from descenso.engine.loop import BatchPlan, Chunk, LoopState, Records, Setup
from descenso.engine.network import Model, Network
from descenso.engine.optimizer import Optimizer
from descenso.engine.task import Task
from descenso.engine.telemetry import Telemetry
from descenso.layout import bucket

from ..support import reference_numpy
from ..support.compilation_counter import compilations

ROWS, VALIDATION = 11, 6
random = np.random.default_rng(0)
X = random.normal(size=(ROWS, 3)).astype(np.float32)
Y = random.integers(0, 3, ROWS)  # nothing to learn: the validation loss soon grows
X_VALIDATION = random.normal(size=(VALIDATION, 3)).astype(np.float32)
Y_VALIDATION = random.integers(0, 3, VALIDATION)

TASK = Task("multiclass", "softmax", "cce", 3)
NETWORK = reference_numpy.dense_network((3, 5, 3), "tanh", seed=0)
KEY = jax.random.key(0)
CUT = BatchPlan(seeds=0, rows=ROWS, batch_size=4, epochs=7)  # 21 iterations


# ── the same numbers however it is cut ───────────────────────────────────────────────────────────


@settings(max_examples=25)
@given(st.sets(st.integers(1, CUT.iterations - 1)))
def test_cutting_a_training_into_chunks_changes_no_number(cuts: set[int]):
    whole, all_records = advance_in_pieces([0, CUT.iterations])
    cut, records = advance_in_pieces([0, *sorted(cuts), CUT.iterations])
    assert_equal_bits(cut, whole)
    assert_equal_bits(records, all_records)


def test_a_training_resumed_from_any_chunk_ends_with_the_same_bits(
    monkeypatch: pytest.MonkeyPatch,
):
    # As on a machine so slow that two iterations take longer than a chunk should.
    monkeypatch.setattr(loop, "CHUNK_SECONDS", 0)
    monkeypatch.setattr(loop, "FIRST_ITERATIONS", 2)
    whole = list(run(plan=CUT))
    assert len(whole) > CUT.epochs  # some chunks end within an epoch
    for index, chunk in enumerate(whole):
        rest = list(run(plan=CUT, loop_state=chunk.loop_state, iteration=chunk.iteration))
        assert_equal_bits((rest or [chunk])[-1].loop_state, whole[-1].loop_state)
        assert_equal_bits(history(rest), history(whole[index + 1 :]))


def test_a_chunk_for_each_epoch_ends_with_the_same_bits():
    each = list(run(plan=replace(CUT, every_epoch=True)))
    whole = list(run(plan=CUT))
    assert all(chunk.iteration % CUT.iterations_per_epoch == 0 for chunk in each)
    assert_equal_bits(each[-1].loop_state, whole[-1].loop_state)
    assert_equal_bits(history(each), history(whole))


def test_a_training_that_pauses_goes_on_to_the_same_bits():
    first = list(run(plan=replace(CUT, until=8)))[-1]
    assert first.iteration == 8
    rest = list(run(plan=CUT, loop_state=first.loop_state, iteration=8))
    assert_equal_bits(rest[-1].loop_state, list(run(plan=CUT))[-1].loop_state)


def test_chunks_add_up_to_the_whole_training():
    chunks = list(run(plan=CUT))
    assert sum(chunk.count for chunk in chunks) == chunks[-1].iteration == CUT.iterations
    assert sum(chunk.epochs for chunk in chunks) == chunks[-1].loop_state.epoch == CUT.epochs


def test_no_epochs_are_no_chunks():
    assert list(run(plan=replace(CUT, epochs=0))) == []


# ── the same numbers as a plain loop ─────────────────────────────────────────────────────────────


@dataclass
class Course:
    """What a plain loop over the cycle saw."""

    network: Model
    kept: Model
    kept_epoch: int
    losses: list[float]
    validation_losses: list[float]


def plain_loop(plan: BatchPlan, optimizer: Optimizer, patience: int) -> Course:
    """Early stopping as a person would write it, with the functions of the cycle."""
    state = cycle.State(NETWORK, optimizer.initial_memory(NETWORK), jnp.array(0))
    course = Course(NETWORK, NETWORK, 0, [], [])
    best = np.inf
    for epoch in range(plan.epochs):
        losses = []
        for chosen in order(0, epoch, ROWS, plan.shuffle, plan.batch_size, plan.width):
            chosen = chosen[chosen >= 0]
            batch = reference_numpy.batch(X[chosen], Y[chosen], width=plan.width)
            value, gradients = compiled_gradient(TASK, state.network, batch)
            losses += [float(value)] * len(chosen)
            state = compiled_update(optimizer, state, gradients)
        validation_loss, _ = reference_numpy.backpropagation(
            reference_numpy.Stack.of(state.network),
            "tanh",
            ("softmax", "cce"),
            X_VALIDATION,
            np.eye(3)[Y_VALIDATION],
        )
        course.losses.append(float(np.mean(losses)))
        course.validation_losses.append(validation_loss)
        if validation_loss < best:
            best, course.kept, course.kept_epoch = validation_loss, state.network, epoch + 1
        course.network = state.network
        if epoch + 1 - course.kept_epoch >= patience:
            break
    return course


@pytest.mark.parametrize(
    ("algorithm", "rate", "batch_size"),
    [("sgd", 0.03, 1), ("sgd", 0.1, 4), ("sgd", 0.3, ROWS), ("adamw", 0.02, 4)],
)
def test_early_stopping_keeps_the_weights_that_a_plain_loop_keeps(
    algorithm: str, rate: float, batch_size: int
):
    plan = BatchPlan(seeds=0, rows=ROWS, batch_size=batch_size, epochs=60)
    optimizer = make_optimizer(algorithm, rate=rate)
    course = plain_loop(plan, optimizer, patience=4)
    assert 1 < course.kept_epoch < len(course.losses) < plan.epochs
    chunks = list(run(plan=plan, optimizer=optimizer, network=NETWORK, patience=4))
    end = chunks[-1].loop_state
    assert bool(end.stopped)
    assert (int(end.kept_epoch), int(end.epoch)) == (course.kept_epoch, len(course.losses))
    assert_allclose(end.best, min(course.validation_losses), rtol=1e-4)
    assert_close(end.kept, course.kept)
    assert_close(end.state.network, course.network)
    ends = history(chunks)
    assert ends.score is not None
    assert_allclose(ends.loss[: end.epoch], course.losses, rtol=1e-4)
    assert_allclose(ends.score.loss[: end.epoch], course.validation_losses, rtol=1e-4)


def test_without_patience_the_last_epoch_is_kept():
    end = list(run(plan=CUT, patience=0))[-1].loop_state
    assert not bool(end.stopped)
    assert int(end.kept_epoch) == int(end.epoch) == CUT.epochs
    assert_equal_bits(end.kept, end.state.network)


def test_without_validation_rows_the_training_loss_decides():
    # A step of 0 never betters the loss of the first epoch.
    still = make_optimizer("sgd", rate=0.0)
    setup = replace_validation(make_setup(patience=2), None)
    chunks = list(loop.train(setup, still, None, loop.initial_state(still, NETWORK), CUT))
    end = chunks[-1].loop_state
    assert (int(end.kept_epoch), int(end.epoch)) == (1, 3)
    assert_allclose(end.best, history(chunks).loss[0])
    assert history(chunks).score is None


def test_the_learning_rate_of_each_epochs_last_iteration_is_recorded():
    optimizer = make_optimizer("sgd", schedule="cosine")
    ends = history(run(plan=CUT, optimizer=optimizer, network=NETWORK, patience=0))
    last = np.arange(3, CUT.iterations + 1, 3) - 1
    expected = 0.1 * (1 + np.cos(np.pi * last / CUT.iterations)) / 2
    assert_allclose(ends.learning_rate, expected, rtol=1e-5)


# ── every row, and no other ──────────────────────────────────────────────────────────────────────


class Visits(eqx.Module):
    """A user's own network that counts how often each row is trained on.

    Its prediction for row i is its parameter i, always below the target, so that under mae each
    visit adds learning rate / rows in the batch to the parameter.
    """

    counts: Float[Array, " rows"]

    def __call__(self, x: Float[Array, "1"]) -> Float[Array, ""]:
        return self.counts[x[0].astype(int)]


@pytest.mark.parametrize(("batch_size", "share"), [(1, 1), (4, 1 / 4), (ROWS, 1 / ROWS)])
def test_each_epoch_visits_every_row_once_and_padding_never(batch_size: int, share: float):
    padded_rows = bucket(ROWS)
    assert padded_rows > ROWS
    rows = reference_numpy.batch(
        np.arange(ROWS)[:, None] / 1, np.full(ROWS, 1e6), width=padded_rows
    )
    rows = eqx.tree_at(lambda r: r.x, rows, jnp.arange(padded_rows)[:, None] * 1.0)
    setup = Setup(Task("regression", "linear", "mae", 1), rows, None, jnp.array(0))
    optimizer = make_optimizer("sgd", rate=1.0)
    plan = BatchPlan(seeds=0, rows=ROWS, batch_size=batch_size, epochs=1)
    network = Visits(jnp.zeros(padded_rows))
    end = list(loop.train(setup, optimizer, None, loop.initial_state(optimizer, network), plan))[-1]
    assert isinstance(end.loop_state.kept, Visits)
    counts = end.loop_state.kept.counts
    last = 1 / (ROWS % batch_size or batch_size)  # what a visit in the last, short batch adds
    n_last = ROWS % batch_size
    expected = sorted([share] * (ROWS - n_last) + [last] * n_last)
    assert_allclose(np.sort(counts[:ROWS]), expected, rtol=1e-6)
    assert_array_equal(counts[ROWS:], 0)


def test_padded_rows_are_never_looked_at():
    clean = make_setup(patience=3)
    assert clean.validation is not None
    spoilt = Setup(
        TASK,
        eqx.tree_at(lambda r: r.x, clean.training, clean.training.x.at[ROWS:].set(jnp.nan)),
        eqx.tree_at(
            lambda r: r.x, clean.validation, clean.validation.x.at[VALIDATION:].set(jnp.nan)
        ),
        clean.patience,
    )
    ends = [list(run(plan=CUT, setup=setup))[-1].loop_state for setup in (clean, spoilt)]
    assert_equal_bits(*ends)


# ── when it goes wrong ───────────────────────────────────────────────────────────────────────────


def test_a_training_that_diverges_at_once_keeps_its_starting_weights():
    chunks = list(run(plan=CUT, optimizer=make_optimizer("sgd", rate=np.inf), network=NETWORK))
    end = chunks[-1].loop_state
    assert bool(loop.has_diverged(end))
    assert chunks[-1].iteration < CUT.iterations
    assert (int(end.epoch), int(end.kept_epoch)) == (0, 0)
    assert_equal_bits(end.kept, NETWORK)


@pytest.mark.parametrize("patience", [0, 50])
def test_a_training_that_diverges_keeps_the_last_good_weights(patience: int):
    gentle, wild = make_optimizer("sgd", rate=0.01), make_optimizer("sgd", rate=np.inf)
    plan = replace(CUT, every_epoch=True)
    good = next(run(plan=plan, optimizer=gentle, network=NETWORK, patience=patience))
    rest = run(
        plan=plan,
        optimizer=wild,
        patience=patience,
        loop_state=good.loop_state,
        iteration=good.iteration,
    )
    end = list(rest)[-1].loop_state
    assert bool(loop.has_diverged(end))
    assert (int(end.epoch), int(end.kept_epoch)) == (1, 1)
    assert_equal_bits(end.kept, good.loop_state.kept)


def test_what_is_kept_of_a_diverged_training_does_not_depend_on_where_it_was_cut(
    monkeypatch: pytest.MonkeyPatch,
):
    plan, wild = replace(CUT, batch_size=1), make_optimizer("sgd", rate=np.inf)
    whole = list(run(plan=plan, optimizer=wild, network=NETWORK))[-1].loop_state
    monkeypatch.setattr(loop, "FIRST_ITERATIONS", 1)
    cut = list(run(plan=plan, optimizer=wild, network=NETWORK))[-1].loop_state
    for end in (whole, cut):
        assert bool(loop.has_diverged(end))
    kept = [(end.kept, end.epoch, end.kept_epoch, end.best) for end in (whole, cut)]
    assert_equal_bits(*kept)


def test_a_training_that_has_ended_does_not_go_on():
    end = list(run(plan=CUT, optimizer=make_optimizer("sgd", rate=np.inf), network=NETWORK))[-1]
    again = run(plan=CUT, loop_state=end.loop_state, iteration=end.iteration)
    assert list(again) == []


# ── scikit-learn ─────────────────────────────────────────────────────────────────────────────────

N_SKLEARN = 50
X_SKLEARN = random.normal(size=(N_SKLEARN, 4))
SCORE = X_SKLEARN @ [1.0, -2.0, 0.5, 0.0] + 0.3 * random.normal(size=N_SKLEARN)


@pytest.mark.parametrize(
    ("problem", "activation"), [("regression", "relu"), ("binary", "tanh"), ("multiclass", "relu")]
)
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_three_epochs_of_plain_descent_agree_with_scikit_learn(problem: str, activation: str):
    y = {
        "regression": SCORE,
        "binary": (SCORE > 0).astype(float),
        "multiclass": np.digitize(SCORE, [-1, 1]),
    }[problem]
    task = {
        "regression": Task("regression", "linear", "mse", 1),
        "binary": Task("binary", "sigmoid", "bce", 1),
        "multiclass": TASK,
    }[problem]
    network = reference_numpy.dense_network((4, 8, 6, task.outputs), activation, seed=3)
    rate = 0.05
    # scikit-learn halves the squared error, so its steps are half as long.
    doubled = 2 if problem == "regression" else 1
    peer = (MLPRegressor if problem == "regression" else MLPClassifier)().set_params(
        hidden_layer_sizes=(8, 6),
        activation=activation,
        solver="sgd",
        alpha=0,
        batch_size=16,
        learning_rate_init=doubled * rate,
        max_iter=3,
        shuffle=False,
        momentum=0,
        warm_start=True,
    )
    start_from(peer, network, X_SKLEARN, y)
    peer.fit(X_SKLEARN, y)

    rows = reference_numpy.batch(X_SKLEARN, y, width=bucket(N_SKLEARN))
    optimizer = make_optimizer("sgd", rate=rate)
    plan = BatchPlan(seeds=0, rows=N_SKLEARN, batch_size=16, epochs=3, shuffle=False)
    setup = Setup(task, rows, None, jnp.array(0))
    chunks = list(loop.train(setup, optimizer, None, loop.initial_state(optimizer, network), plan))

    stack = reference_numpy.Stack.of(chunks[-1].loop_state.kept)
    for W, coefficients in zip(stack.weights, peer.coefs_, strict=True):
        assert_allclose(W.T, coefficients, rtol=1e-4, atol=1e-6)
    for b, intercepts in zip(stack.biases, peer.intercepts_, strict=True):
        assert_allclose(b, intercepts, rtol=1e-4, atol=1e-6)
    # (The curve's first epochs are those of the fit that made the weights which were replaced.)
    assert_allclose(history(chunks).loss / doubled, peer.loss_curve_[-3:], rtol=1e-4)


def start_from(
    peer: MLPClassifier | MLPRegressor, network: Network, x: np.ndarray, y: np.ndarray
) -> None:
    """Let scikit-learn start from our weights: a first fit makes its own, which are replaced."""
    peer.fit(x, y)
    peer.coefs_ = [np.asarray(layer.weight, float).T for layer in network.layers]
    peer.intercepts_ = [np.asarray(layer.bias, float) for layer in network.layers]


# ── what is dynamic ──────────────────────────────────────────────────────────────────────────────


def test_other_numbers_and_other_rows_of_the_same_bucket_compile_nothing_new():
    network = with_dropout(NETWORK, 0.2)
    plan = BatchPlan(seeds=0, rows=17, batch_size=4, epochs=2)
    first = make_optimizer("adamw", rate=0.1, decay=0.1, clip_norm=1.0)
    list(loop.train(*random_rows(17, first, network, patience=2), plan))
    second = make_optimizer("adamw", rate=0.2, decay=0.3, clip_norm=0.5)
    arguments = random_rows(19, second, with_dropout(NETWORK, 0.6), patience=9)
    with compilations() as compiled:
        list(loop.train(*arguments, replace(plan, seeds=1, rows=19, epochs=5)))
    assert "jit(advance)" not in compiled
    # What is compiled is seen: batches of 3 rows shape another program than batches of 4.
    with compilations() as compiled:
        list(loop.train(*arguments, replace(plan, rows=19, batch_size=3)))
    assert "jit(advance)" in compiled


# ── telemetry, and its epochs ────────────────────────────────────────────────────────────────────


def test_telemetry_sees_the_whole_network_without_dropout():
    optimizer = make_optimizer("adamw")
    plain = measure(optimizer, loop.initial_state(optimizer, NETWORK))
    network = with_dropout(NETWORK, 0.9)
    found = measure(optimizer, loop.initial_state(optimizer, network))
    assert_equal_bits(vars(found), vars(plain))
    _, slopes = reference_numpy.backpropagation(
        reference_numpy.Stack.of(NETWORK), "tanh", ("softmax", "cce"), X, np.eye(3)[Y]
    )
    norms = [
        np.sqrt(np.sum(W**2) + np.sum(b**2))
        for W, b in zip(slopes.weights, slopes.biases, strict=True)
    ]
    assert_allclose(found.gradient_norm, norms, rtol=1e-4)


def test_telemetry_changes_nothing():
    optimizer = make_optimizer("adamw")
    loop_state = loop.initial_state(optimizer, NETWORK)
    before = reference_numpy.leaves(loop_state)
    measure(optimizer, loop_state)
    assert_equal_bits(reference_numpy.leaves(loop_state), before)


def test_every_early_epoch_is_scheduled_and_later_ones_ever_more_thinly():
    scheduled = [epoch for epoch in range(1, 10_000) if loop.is_scheduled(epoch)]
    assert scheduled[: loop.SCHEDULED] == list(range(1, loop.SCHEDULED + 1))
    gaps = [after - before for before, after in pairwise(scheduled)]
    assert gaps == sorted(gaps)


@given(st.integers(1, 10**6))
def test_what_is_kept_of_a_long_training_is_spread_evenly_and_never_more_than_64(epochs: int):
    # Kept are the multiples of the latest stride; all of them were scheduled in their time.
    stride = loop.stride(epochs)
    kept = range(stride, epochs + 1, stride)
    assert epochs <= loop.SCHEDULED or len(kept) >= loop.SCHEDULED // 2
    assert len(kept) <= 2 * loop.SCHEDULED
    assert all(loop.is_scheduled(epoch) for epoch in kept)


# ── what the tests share ─────────────────────────────────────────────────────────────────────────


def make_optimizer(
    algorithm: str,
    *,
    rate: float = 0.1,
    schedule: str = "constant",
    decay: float | None = None,
    clip_norm: float | None = None,
) -> Optimizer:
    return Optimizer(
        algorithm,
        schedule,
        jnp.float32(rate),
        jnp.float32(0.9),
        jnp.float32(CUT.iterations),
        None if decay is None else jnp.float32(decay),
        None if clip_norm is None else jnp.float32(clip_norm),
    )


def make_setup(patience: int) -> Setup:
    return Setup(
        TASK,
        reference_numpy.batch(X, Y, width=bucket(ROWS)),
        reference_numpy.batch(X_VALIDATION, Y_VALIDATION, width=bucket(VALIDATION) + 2),
        jnp.array(patience),
    )


def replace_validation(setup: Setup, validation: Batch | None) -> Setup:
    return Setup(setup.task, setup.training, validation, setup.patience)


def with_dropout(network: Network, rate: float) -> Network:
    chance = jnp.array(int(rate * 2**32), jnp.uint32)
    return eqx.tree_at(lambda n: n.dropout, network, chance, is_leaf=lambda leaf: leaf is None)


def random_rows(
    rows: int, optimizer: Optimizer, network: Network, patience: int
) -> tuple[Setup, Optimizer, Array, LoopState]:
    """The arguments of a training on some rows of noise."""
    x, y = random.normal(size=(rows, 3)), random.integers(0, 3, rows)
    setup = Setup(
        TASK,
        reference_numpy.batch(x, y, width=bucket(rows)),
        reference_numpy.batch(X_VALIDATION, Y_VALIDATION),
        jnp.array(patience),
    )
    return setup, optimizer, KEY, loop.initial_state(optimizer, network)


# Everything that a training may hold on to: momenta, a schedule, dropout, clipping, decay.
BUSY = make_optimizer("adamw", schedule="cosine", decay=0.1, clip_norm=1.0)
BUSY_NETWORK = with_dropout(NETWORK, 0.2)

compiled_gradient = eqx.filter_jit(cycle.gradient)
compiled_update = eqx.filter_jit(cycle.update)
compiled_advance = eqx.filter_jit(loop.advance)


def run(
    *,
    plan: BatchPlan,
    setup: Setup | None = None,
    optimizer: Optimizer = BUSY,
    network: Network = BUSY_NETWORK,
    patience: int = 50,
    loop_state: LoopState | None = None,
    iteration: int = 0,
) -> Iterator[Chunk]:
    """The training of X and Y, or the rest of it from `loop_state`."""
    setup = make_setup(patience) if setup is None else setup
    loop_state = loop.initial_state(optimizer, network) if loop_state is None else loop_state
    key = None if network.dropout is None else KEY
    return loop.train(setup, optimizer, key, loop_state, plan, iteration)


def advance_in_pieces(cuts: list[int]) -> tuple[LoopState, Records]:
    """The training of `CUT`, from one cut to the next, and the ends of its epochs."""
    loop_state, pieces = loop.initial_state(BUSY, BUSY_NETWORK), []
    per_epoch = CUT.iterations_per_epoch
    batches = np.concatenate(
        [order(0, epoch, ROWS, True, CUT.batch_size, CUT.width) for epoch in range(CUT.epochs)]
    )
    for first, last in pairwise(cuts):
        padded = np.zeros_like(batches)
        padded[: last - first] = batches[first:last]
        loop_state, records = compiled_advance(
            make_setup(patience=5),
            BUSY,
            KEY,
            loop_state,
            jnp.asarray(padded),
            jnp.array(last - first),
            jnp.array(first % per_epoch),
            jnp.array(per_epoch),
        )
        ended = last // per_epoch - first // per_epoch
        pieces.append(jax.tree.map(lambda ends, n=ended: ends[:n], records))
    return loop_state, jax.tree.map(lambda *ends: np.concatenate(ends), *pieces)


def measure(optimizer: Optimizer, loop_state: LoopState) -> Telemetry:
    return loop.measure(TASK, optimizer, loop_state, reference_numpy.batch(X, Y))


def history(chunks: Iterator[Chunk] | list[Chunk]) -> Records:
    """The ends of epochs of all chunks, one after the other."""
    pieces = [
        jax.tree.map(lambda ends, n=chunk.epochs: ends[:n], chunk.records) for chunk in chunks
    ]
    if not pieces:
        return Records(jnp.zeros(0), jnp.zeros(0), None)
    return jax.tree.map(lambda *ends: np.concatenate(ends), *pieces)


def assert_equal_bits(one: object, other: object) -> None:
    for a, b in zip(reference_numpy.leaves(one), reference_numpy.leaves(other), strict=True):
        assert a.tobytes() == b.tobytes()


def assert_close(found: Model, expected: Model) -> None:
    for a, b in zip(reference_numpy.leaves(found), reference_numpy.leaves(expected), strict=True):
        assert_allclose(a, b, rtol=1e-3, atol=1e-5)
