"""Each optimiser against its published formula, step by step, and each schedule against its own."""

from collections.abc import Callable, Iterator
from functools import partial

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from descenso import recipe
from descenso.engine.cycle import State, update
from descenso.engine.network import Dense, Model, Network
from descenso.engine.optimizer import Optimizer, rate_factor

from ..support.compilation_counter import compilations

RATE, ITERATIONS = 0.05, 40
random = np.random.default_rng(0)
# One parameter with weight decay, W, and one without, b; and the gradients of five iterations.
START = {"W": random.normal(size=(3, 2)), "b": random.normal(size=3)}
GRADIENTS = [{"W": random.normal(size=(3, 2)), "b": random.normal(size=3)} for _ in range(5)]

Parameters = dict[str, np.ndarray]


@pytest.fixture
def float64() -> Iterator[None]:
    with jax.enable_x64(True):
        yield


# ── the formulas, as their papers print them ─────────────────────────────────────────────────────


def sgd(w: np.ndarray, g: np.ndarray, memory: dict, t: int, rate: float, mu: float) -> np.ndarray:
    return w - rate * g


def momentum(
    w: np.ndarray, g: np.ndarray, memory: dict, t: int, rate: float, mu: float
) -> np.ndarray:
    memory["v"] = mu * memory.get("v", 0) + g
    return w - rate * memory["v"]


def nesterov(
    w: np.ndarray, g: np.ndarray, memory: dict, t: int, rate: float, mu: float
) -> np.ndarray:
    memory["v"] = mu * memory.get("v", 0) + g
    return w - rate * (g + mu * memory["v"])


def rmsprop(
    w: np.ndarray, g: np.ndarray, memory: dict, t: int, rate: float, mu: float
) -> np.ndarray:
    memory["s"] = 0.9 * memory.get("s", 0) + 0.1 * g**2
    return w - rate * g / (np.sqrt(memory["s"]) + 1e-8)


def adam(w: np.ndarray, g: np.ndarray, memory: dict, t: int, rate: float, mu: float) -> np.ndarray:
    memory["m"] = 0.9 * memory.get("m", 0) + 0.1 * g
    memory["s"] = 0.999 * memory.get("s", 0) + 0.001 * g**2
    m, s = memory["m"] / (1 - 0.9**t), memory["s"] / (1 - 0.999**t)
    return w - rate * m / (np.sqrt(s) + 1e-8)


FORMULAS: dict[str, Callable[..., np.ndarray]] = {
    "sgd": sgd,
    "momentum": momentum,
    "nesterov": nesterov,
    "rmsprop": rmsprop,
    "adam": adam,
    "adamw": adam,  # its decay does not pass through the formula
}


def by_formula(algorithm: str, steps: int, decay: float, clip_norm: float, mu: float) -> Parameters:
    """The parameters after some steps."""
    parameters = {name: start.copy() for name, start in START.items()}
    memories: dict[str, dict] = {"W": {}, "b": {}}
    for t, gradients in enumerate(GRADIENTS[:steps], start=1):
        norm = np.sqrt(sum(np.sum(g**2) for g in gradients.values()))
        for name, w in parameters.items():
            g = gradients[name] * min(1, clip_norm / norm)
            pull = decay * w if name == "W" else 0
            if algorithm == "adamw":
                moved = adam(w, g, memories[name], t, RATE, mu) - RATE * pull
            else:
                moved = FORMULAS[algorithm](w, g + pull, memories[name], t, RATE, mu)
            parameters[name] = moved
    return parameters


def by_descenso(optimizer: Optimizer, steps: int) -> Parameters:
    state = start(optimizer)
    for gradients in GRADIENTS[:steps]:
        state = update(optimizer, state, network(gradients))
    return parameters_of(state.network)


# ── optimisers ───────────────────────────────────────────────────────────────────────────────────


def test_every_optimiser_that_a_recipe_may_name_has_its_formula_here():
    assert tuple(FORMULAS) == recipe.OPTIMIZERS


@pytest.mark.parametrize("steps", [1, 5])
@pytest.mark.parametrize("clip_norm", [None, 0.5, 1e6], ids="clip={}".format)
@pytest.mark.parametrize("decay", [None, 0.1], ids="decay={}".format)
@pytest.mark.parametrize("algorithm", FORMULAS)
@pytest.mark.usefixtures("float64")
def test_an_optimiser_follows_its_formula(
    algorithm: str, decay: float | None, clip_norm: float | None, steps: int
):
    optimizer = make(algorithm, decay=decay, clip_norm=clip_norm)
    expected = by_formula(algorithm, steps, decay or 0, clip_norm or np.inf, 0.9)
    found = by_descenso(optimizer, steps)
    for name in START:
        assert_allclose(found[name], expected[name], rtol=1e-10)


@pytest.mark.parametrize("mu", [0.0, 0.5, 0.99])
@pytest.mark.parametrize("algorithm", ["momentum", "nesterov"])
@pytest.mark.usefixtures("float64")
def test_any_momentum_follows_the_formula(algorithm: str, mu: float):
    expected = by_formula(algorithm, 5, 0, np.inf, mu)
    found = by_descenso(make(algorithm, momentum=mu), 5)
    for name in START:
        assert_allclose(found[name], expected[name], rtol=1e-10)


@pytest.mark.parametrize("algorithm", FORMULAS)
@pytest.mark.usefixtures("float64")
def test_an_optimiser_that_knows_only_zeros_stands_still(algorithm: str):
    optimizer = make(algorithm)
    zeros = {name: np.zeros_like(start) for name, start in START.items()}
    moved = update(optimizer, start(optimizer), network(zeros))
    assert_array_equal(parameters_of(moved.network)["W"], START["W"])


@pytest.mark.usefixtures("float64")
def test_clipping_shortens_the_whole_gradient_and_keeps_its_direction():
    optimizer = make("sgd", clip_norm=0.5)
    steps, _ = optimizer.step(network(GRADIENTS[0]), start(optimizer).memory, network(START))
    step, whole = (
        np.concatenate([np.ravel(each["W"]), each["b"]])
        for each in (parameters_of(steps), GRADIENTS[0])
    )
    assert_allclose(np.linalg.norm(step), 0.5 * RATE)
    assert_allclose(step, -RATE * 0.5 * whole / np.linalg.norm(whole))


# ── schedules ────────────────────────────────────────────────────────────────────────────────────

POINTS = np.linspace(0, 0.99, 100, dtype=np.float32)
COURSES: dict[str, Callable[[float], float]] = {
    "constant": lambda p: 1.0,
    "cosine": lambda p: (1 + np.cos(np.pi * p)) / 2,
    "step": lambda p: 1.0 if p < 0.5 else 0.1 if p < 0.75 else 0.01,
    "warmup_cosine": lambda p: (
        max(p / 0.05, 0.01) if p < 0.05 else (1 + np.cos(np.pi * (p - 0.05) / 0.95)) / 2
    ),
}


def test_every_schedule_that_a_recipe_may_name_has_its_course_here():
    assert tuple(COURSES) == recipe.SCHEDULES


@pytest.mark.parametrize("schedule", COURSES)
@pytest.mark.usefixtures("float64")
def test_the_learning_rate_follows_its_course_over_the_whole_training(schedule: str):
    optimizer = make("sgd", schedule=schedule)
    for iteration in range(ITERATIONS):
        expected = RATE * COURSES[schedule](iteration / ITERATIONS)
        assert_allclose(optimizer.learning_rate_at(iteration), expected, rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("schedule", COURSES)
@pytest.mark.parametrize("algorithm", FORMULAS)
@pytest.mark.usefixtures("float64")
def test_each_update_takes_the_learning_rate_of_its_iteration(algorithm: str, schedule: str):
    # Equal gradients and no memory of others: only the learning rate changes the step's length.
    optimizer = make(algorithm, schedule=schedule, momentum=0.0, iterations=5)
    constant = make(algorithm, momentum=0.0)
    shares = np.array(step_lengths(optimizer)) / step_lengths(constant)
    expected = [COURSES[schedule](iteration / 5) for iteration in range(5)]
    assert_allclose(shares, expected, rtol=1e-6)


@pytest.mark.parametrize("schedule", ["cosine", "step", "warmup_cosine"])
def test_a_schedule_lies_between_0_and_1_all_along(schedule: str):
    factors = course(schedule)
    assert ((factors >= 0) & (factors <= 1)).all()


def test_a_cosine_falls_all_the_way():
    assert (np.diff(course("cosine")) < 0).all()


def test_a_warmup_rises_over_the_first_twentieth_and_wastes_no_iteration():
    factors = course("warmup_cosine")
    assert POINTS[np.argmax(factors)] == np.float32(0.05)
    assert factors[0] > 0


# ── what is dynamic ──────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("algorithm", FORMULAS)
def test_other_numbers_compile_nothing_new(algorithm: str):
    program = eqx.filter_jit(update)
    one = make(algorithm, schedule="cosine", decay=0.1, clip_norm=1.0)
    other = make(
        algorithm,
        schedule="cosine",
        rate=0.2,
        momentum=0.3,
        iterations=90,
        decay=0.4,
        clip_norm=0.5,
    )
    state, gradients = start(one), network(GRADIENTS[0])
    first = program(one, state, gradients)
    with compilations() as compiled:
        second = program(other, state, gradients)
    assert compiled == []
    assert not np.allclose(parameters_of(first.network)["W"], parameters_of(second.network)["W"])


def course(schedule: str) -> np.ndarray:
    return np.asarray(jax.vmap(partial(rate_factor, schedule))(jnp.asarray(POINTS)))


def make(
    algorithm: str,
    *,
    schedule: str = "constant",
    rate: float = RATE,
    momentum: float = 0.9,
    iterations: float = ITERATIONS,
    decay: float | None = None,
    clip_norm: float | None = None,
) -> Optimizer:
    return Optimizer(
        algorithm,
        schedule,
        jnp.asarray(float(rate)),
        jnp.asarray(float(momentum)),
        jnp.asarray(float(iterations)),
        None if decay is None else jnp.asarray(float(decay)),
        None if clip_norm is None else jnp.asarray(float(clip_norm)),
    )


def network(parameters: Parameters) -> Network:
    """Anything of the shape of a network: parameters, or a gradient."""
    layer = Dense(jnp.asarray(parameters["W"], float), jnp.asarray(parameters["b"], float))
    return Network((), (layer,), (), None, 2, "linear")


def parameters_of(network: Model) -> Parameters:
    assert isinstance(network, Network)
    (layer,) = network.layers
    return {"W": np.asarray(layer.weight), "b": np.asarray(layer.bias)}


def start(optimizer: Optimizer) -> State:
    return State(network(START), optimizer.initial_memory(network(START)), jnp.array(0))


def step_lengths(optimizer: Optimizer) -> list[float]:
    """How far each of five updates with the same gradient moves the weights."""
    state, lengths = start(optimizer), []
    for _ in range(5):
        moved = update(optimizer, state, network(GRADIENTS[0]))
        after, before = (parameters_of(each.network)["W"] for each in (moved, state))
        lengths.append(float(np.linalg.norm(after - before)))
        state = moved
    return lengths
