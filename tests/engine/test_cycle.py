"""The five steps of training, held to finite differences and to backpropagation by hand.

All in float64, so that agreement can be asked for to many digits.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import cache, partial
from itertools import count, product

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from jax.flatten_util import ravel_pytree
from numpy.testing import assert_allclose, assert_array_equal

from descenso.engine import cycle
from descenso.engine.batches import order
from descenso.engine.cycle import Batch, State
from descenso.engine.network import Model, Network, create
from descenso.engine.optimizer import Optimizer
from descenso.engine.task import Task
from descenso.layout import Layout, bucket

from ..support import reference_numpy

ACTIVATIONS = tuple(reference_numpy.ACTIVATIONS)
# From none to three hidden layers, with every activation (which without a hidden layer plays no
# part). All widths are alike, so that the networks share what JAX compiles for a shape.
INSIDES = [("linear", ()), *product(ACTIVATIONS, ((3,), (3, 3, 3)))]
each_inside = pytest.mark.parametrize(
    ("activation", "hidden"), INSIDES, ids=[f"{name}-{len(hidden)}" for name, hidden in INSIDES]
)
ALL_PAIRS = tuple(product(("linear", "sigmoid", "softmax"), ("mse", "mae", "bce", "cce")))
NATURAL = {
    ("linear", "mse"): "regression",
    ("linear", "mae"): "regression",
    ("sigmoid", "bce"): "binary",
    ("softmax", "cce"): "multiclass",
}

ROWS = 5
X = np.random.default_rng(0).normal(size=(ROWS, 3))
CLASSES = np.array([0, 2, 1, 2, 0])
THREE_NUMBERS = Layout(3)
TARGETS = {
    "regression": np.array([0.3, -1.2, 2.4, 0.6, -0.1]),
    "binary": np.array([0.0, 1.0, 1.0, 0.0, 1.0]),
    "multiclass": CLASSES,
}


@pytest.fixture(autouse=True)
def float64() -> Iterator[None]:
    with jax.enable_x64(True):
        yield


# ── ① forward ────────────────────────────────────────────────────────────────────────────────────


def test_forward_is_the_last_layers_z_of_each_row():
    network = reference_numpy.dense_network((3, 4, 5, 2), "tanh", seed=0)
    _, zs = reference_numpy.forward(reference_numpy.Stack.of(network), "tanh", X)
    assert_allclose(cycle.forward(network, jnp.asarray(X)), zs[-1], rtol=1e-12)


def test_a_network_that_answers_with_a_plain_number_has_one_output():
    assert cycle.forward(lambda row: row[0], jnp.asarray(X)).shape == (ROWS, 1)


def test_each_row_draws_a_dropout_mask_of_its_own():
    network = with_dropout(reference_numpy.dense_network((3, 64, 2), "tanh", seed=0), 0.5)
    same = jnp.ones((2, 3))
    first, second = cycle.forward(network, same, jax.random.split(jax.random.key(0)))
    assert not jnp.allclose(first, second)


# ── ② loss ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("pair", NATURAL)
def test_the_loss_of_a_batch_is_the_mean_of_its_rows_losses(pair: tuple[str, str]):
    task = make_task(NATURAL[pair], pair)
    network = reference_numpy.dense_network((3, 4, task.outputs), "tanh", seed=0)
    value, _ = backpropagation(task, network, TARGETS[task.problem])
    assert_allclose(cycle.loss(task, network, make_batch(task)), value, rtol=1e-12)


@given(st.lists(st.integers(0, 4), min_size=ROWS, max_size=ROWS).filter(any))
def test_a_row_of_weight_k_counts_like_k_copies_of_it(copies: list[int]):
    # Weights are brought to a mean of 1, as class weights are.
    task, network = make_task("multiclass"), small_network()
    weight = np.array(copies) * ROWS / np.sum(copies)
    value, gradients = compiled_gradient(task, network, make_batch(task, weight))
    repeated = np.repeat(np.arange(ROWS), copies)
    expected, slopes = backpropagation(task, network, CLASSES[repeated], X[repeated])
    assert_allclose(value, expected, rtol=1e-10)
    assert_layers(gradients, slopes)


@given(
    rows=st.integers(1, ROWS),
    padding=st.floats(-1e6, 1e6),
    pad_class=st.integers(0, 2),
)
def test_a_padded_batch_has_the_loss_and_gradient_of_its_rows(
    rows: int, padding: float, pad_class: int
):
    task, network = make_task("multiclass"), small_network()
    x, y, weight = X.copy(), CLASSES.copy(), np.ones(ROWS)
    x[rows:], y[rows:], weight[rows:] = padding, pad_class, 0
    padded = Batch(jnp.asarray(x), jnp.asarray(y), jnp.asarray(weight), jnp.array(rows))
    value, gradients = compiled_gradient(task, network, padded)
    expected, slopes = backpropagation(task, network, CLASSES[:rows], X[:rows])
    assert_allclose(value, expected, rtol=1e-10)
    assert_layers(gradients, slopes)


# ── ③ gradient ───────────────────────────────────────────────────────────────────────────────────


@each_inside
@pytest.mark.parametrize("pair", ALL_PAIRS, ids="-".join)
def test_the_gradient_agrees_with_finite_differences(
    pair: tuple[str, str], activation: str, hidden: tuple[int, ...]
):
    network = network_away_from_kinks(activation, hidden)
    assert_agrees_with_finite_differences(make_task("multiclass", pair), network)


@pytest.mark.parametrize("problem", ["regression", "binary"])
@pytest.mark.parametrize("pair", ALL_PAIRS, ids="-".join)
def test_the_gradient_of_a_single_output_agrees_with_finite_differences(
    pair: tuple[str, str], problem: str
):
    network = network_away_from_kinks("swish", (3,), outputs=1)
    assert_agrees_with_finite_differences(make_task(problem, pair), network)


@pytest.mark.parametrize("activation", ["tanh", "swish"])
def test_the_gradient_through_layer_norm_agrees_with_finite_differences(activation: str):
    network = create_network(activation=activation, normalization="layer")
    assert len(network.norms) == 2
    assert_agrees_with_finite_differences(make_task("multiclass"), network)


def test_the_gradient_of_embeddings_agrees_with_finite_differences():
    task, network = make_task("multiclass"), create_network(Layout(1, (3, 2)))
    x = np.column_stack([X[:, 0], [0, 2, 2, 1, 0], [1, 0, 1, 1, 1]])
    assert_agrees_with_finite_differences(task, network, reference_numpy.batch(x, CLASSES))


def test_the_gradient_of_weighted_and_padded_rows_agrees_with_finite_differences():
    task, network = make_task("multiclass"), create_network()
    rows = reference_numpy.batch(X, CLASSES, np.array([0.5, 2.0, 1.0, 0.25, 1.25]), width=8)
    assert_agrees_with_finite_differences(task, network, rows)


def test_the_gradient_under_dropout_agrees_with_finite_differences_for_the_same_keys():
    task, network = make_task("multiclass"), create_network(dropout=0.5)
    keys = jax.random.split(jax.random.key(7), ROWS)
    assert not jnp.allclose(
        cycle.loss(task, network, make_batch(task), keys),
        cycle.loss(task, network, make_batch(task)),
    )
    assert_agrees_with_finite_differences(task, network, keys=keys)


def test_the_gradient_of_a_users_own_module_agrees_with_finite_differences():
    network = eqx.nn.MLP(3, 3, 4, 1, activation=jnp.tanh, key=jax.random.key(0))
    assert_agrees_with_finite_differences(make_task("multiclass"), network)


@each_inside
@pytest.mark.parametrize("pair", NATURAL, ids="-".join)
def test_the_gradient_agrees_with_backpropagation_by_hand(
    pair: tuple[str, str], activation: str, hidden: tuple[int, ...]
):
    task = make_task(NATURAL[pair], pair)
    network = reference_numpy.dense_network((3, *hidden, task.outputs), activation, seed=1)
    value, gradients = cycle.gradient(task, network, make_batch(task))
    expected, slopes = backpropagation(task, network, TARGETS[task.problem])
    assert_allclose(value, expected, rtol=1e-12)
    assert_layers(gradients, slopes)


# ── ④ update ─────────────────────────────────────────────────────────────────────────────────────


def test_an_update_goes_downhill_by_the_learning_rate_and_counts_itself():
    task, optimizer, network = make_task("multiclass"), sgd(0.1), small_network()
    state = start(optimizer, network)
    _, gradients = cycle.gradient(task, network, make_batch(task))
    moved = cycle.update(optimizer, state, gradients)
    expected = jax.tree.map(lambda before, slope: before - 0.1 * slope, network, gradients)
    assert_layers(moved.network, reference_numpy.Stack.of(expected))
    assert moved.iteration == 1


# ── ⑤ epoch ──────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("batch_size", [1, 2, 3, ROWS], ids="batch_size={}".format)
def test_an_epoch_is_a_loop_of_updates_whatever_the_batch_size(batch_size: int):
    task, network = make_task("multiclass"), small_network()
    batches = order(0, 0, ROWS, True, batch_size, bucket(batch_size))
    state, observed = run_epoch(task, network, batches)
    stack, total = reference_numpy.Stack.of(network), 0.0
    for chosen in batches:
        chosen = chosen[chosen >= 0]
        value, slopes = reference_numpy.backpropagation(
            stack, "tanh", ("softmax", "cce"), X[chosen], np.eye(3)[CLASSES[chosen]]
        )
        stack = reference_numpy.Stack(
            [W - 0.1 * slope for W, slope in zip(stack.weights, slopes.weights, strict=True)],
            [b - 0.1 * slope for b, slope in zip(stack.biases, slopes.biases, strict=True)],
        )
        total += value * len(chosen)
    assert_layers(state.network, stack)
    assert_allclose(observed, total, rtol=1e-10)
    assert state.iteration == len(batches)


@given(st.integers(0, ROWS))
def test_an_epoch_cut_in_two_is_the_same_epoch_bit_for_bit(cut: int):
    task, network = make_task("multiclass"), with_dropout(small_network(), 0.3)
    batches, key = order(0, 0, ROWS, True, 1, 1), jax.random.key(0)
    whole = run_epoch(task, network, batches, key=key)
    state, observed = run_epoch(task, network, batches, last=cut, key=key)
    pieces = run_epoch(task, state, batches, observed, first=cut, key=key)
    for one, other in zip(
        reference_numpy.leaves(whole), reference_numpy.leaves(pieces), strict=True
    ):
        assert_array_equal(one, other)


def test_rows_that_an_epoch_does_not_name_are_never_looked_at():
    task, network = make_task("multiclass"), small_network()
    x = X.copy()
    x[3:] = np.nan
    state, observed = run_epoch(task, network, np.array([[0, 2], [1, -1]], np.int32), x=x)
    assert all(
        np.all(np.isfinite(leaf)) for leaf in reference_numpy.leaves((state.network, observed))
    )


def test_each_iteration_draws_another_dropout_mask():
    # A learning rate of 0 leaves the network alone, so that only the mask can change the loss.
    task, network = make_task("multiclass"), with_dropout(small_network(), 0.5)
    rate_0 = partial(run_epoch, task, network, rate=0.0, key=jax.random.key(0))
    losses = {float(rate_0(np.array([[0]] * n, np.int32))[1]) / n for n in range(1, 5)}
    assert len(losses) == 4


def test_a_batch_of_chosen_rows_gives_padding_no_weight_and_does_not_count_it():
    rows = reference_numpy.batch(X, CLASSES, np.array([1.0, 2.0, 3.0, 4.0, 5.0]))
    batch = cycle.take(rows, jnp.array([4, 1, -1]))
    assert_array_equal(batch.x[:2], X[[4, 1]])
    assert_array_equal(batch.y[:2], CLASSES[[4, 1]])
    assert_array_equal(batch.weight, [5, 2, 0])
    assert batch.size == 2


# ── the evidence ─────────────────────────────────────────────────────────────────────────────────


def assert_agrees_with_finite_differences(
    task: Task, network: Model, batch: Batch | None = None, keys: jax.Array | None = None
) -> None:
    """Each parameter's slope, against the loss a little above and a little below it.

    A central difference over ±h errs by h² f‴/6 (truncation) and by about ε |f| / h (rounding,
    with ε = 1e-16 in float64). Both are near 1e-10 or less at h = 1e-5; f‴ is larger where a
    logarithm comes close to 0, which the networks here stay away from.
    """
    h = 1e-5
    batch = make_batch(task) if batch is None else batch
    _, gradients = cycle.gradient(task, network, batch, keys)
    parameters, static = eqx.partition(network, eqx.is_inexact_array)
    point, rebuild = ravel_pytree(parameters)

    def loss(point: jax.Array) -> jax.Array:
        return cycle.loss(task, eqx.combine(rebuild(point), static), batch, keys)

    # As many steps for each network (those past its parameters lead nowhere): see INSIDES.
    steps = h * np.eye(max(len(point), 48), len(point))
    above, below = jnp.split(jax.vmap(loss)(point[None] + np.vstack([steps, -steps])), 2)
    slopes = (above - below)[: len(point)] / (2 * h)
    assert_allclose(ravel_pytree(gradients)[0], slopes, rtol=1e-6, atol=1e-8)


@cache
def network_away_from_kinks(activation: str, hidden: tuple[int, ...], outputs: int = 3) -> Network:
    """The first network, seed by seed, where no step of a finite difference can cross a kink.

    relu and its kin have theirs at z = 0; the errors of linear outputs have theirs where an output
    meets a target, and clipping has at 0 and 1.
    """
    targets = np.array([0, 1, *TARGETS["regression"]])
    for seed in count():
        network = reference_numpy.dense_network(
            (3, *hidden, outputs), activation, seed, last_bias=0.5
        )
        *zs, last = reference_numpy.forward(reference_numpy.Stack.of(network), activation, X)[1]
        clear = np.abs(np.subtract.outer(last, targets)).min() > 0.01
        if clear and all(np.abs(z).min() > 1e-3 for z in zs):
            return network
    raise AssertionError


def assert_layers(found: Model, expected: reference_numpy.Stack) -> None:
    layers = reference_numpy.Stack.of(found)
    for found_W, W in zip(layers.weights, expected.weights, strict=True):
        assert_allclose(found_W, W, rtol=1e-9, atol=1e-12)
    for found_b, b in zip(layers.biases, expected.biases, strict=True):
        assert_allclose(found_b, b, rtol=1e-9, atol=1e-12)


def backpropagation(
    task: Task, network: Network, y: np.ndarray, x: np.ndarray = X
) -> tuple[float, reference_numpy.Stack]:
    truth = np.eye(task.outputs)[y] if task.problem == "multiclass" else y[:, None]
    pair = task.output_activation, task.loss
    return reference_numpy.backpropagation(
        reference_numpy.Stack.of(network), network.activation, pair, x, truth
    )


def make_task(problem: str, pair: tuple[str, str] = ("softmax", "cce")) -> Task:
    return Task(problem, *pair, 3 if problem == "multiclass" else 1)


def make_batch(task: Task, weight: np.ndarray | None = None) -> Batch:
    return reference_numpy.batch(X, TARGETS[task.problem], weight)


def small_network(outputs: int = 3) -> Network:
    return reference_numpy.dense_network((3, 4, outputs), "tanh", seed=0)


def create_network(
    layout: Layout = THREE_NUMBERS,
    activation: str = "swish",
    normalization: str | None = None,
    dropout: float | None = None,
) -> Network:
    return create(
        layout,
        (3, 3),
        3,
        activation=activation,
        init="xavier",
        init_scale=1.0,
        normalization=normalization,
        dropout=dropout,
        key=jax.random.key(0),
    )


def with_dropout(network: Network, rate: float) -> Network:
    chance = jnp.array(int(rate * 2**32), jnp.uint32)
    return eqx.tree_at(lambda n: n.dropout, network, chance, is_leaf=lambda leaf: leaf is None)


def sgd(learning_rate: float) -> Optimizer:
    return Optimizer("sgd", "constant", jnp.array(learning_rate), jnp.array(0.0), jnp.array(1.0))


def start(optimizer: Optimizer, network: Network) -> State:
    return State(network, optimizer.initial_memory(network), jnp.array(0))


compiled_gradient = eqx.filter_jit(cycle.gradient)
compiled_epoch: Callable[..., tuple[State, jax.Array]] = eqx.filter_jit(cycle.epoch)


def run_epoch(
    task: Task,
    begin: Network | State,
    batches: np.ndarray | Sequence[Sequence[int]],
    observed: jax.Array | float = 0.0,
    *,
    x: np.ndarray = X,
    rate: float = 0.1,
    first: int = 0,
    last: int | None = None,
    key: jax.Array | None = None,
) -> tuple[State, jax.Array]:
    """An epoch of plain descent over X and CLASSES, or the part of it from `first` to `last`."""
    optimizer = sgd(rate)
    return compiled_epoch(
        task,
        optimizer,
        start(optimizer, begin) if isinstance(begin, Network) else begin,
        jnp.asarray(observed),
        reference_numpy.batch(x, CLASSES),
        jnp.asarray(batches),
        jnp.array(first),
        jnp.array(len(batches) if last is None else last),
        key,
    )
