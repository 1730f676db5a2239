"""Microseconds per iteration, beside the peers, for networks of four sizes and for many at once."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from benchmarks.shared.figures import Figure, at_least, short
from benchmarks.shared.processes import alone
from benchmarks.shared.report import table
from benchmarks.speed.side_by_side import (
    DESCENSO,
    FUSED,
    KERAS,
    PYTORCH,
    SCIKIT_LEARN,
    TOGETHER,
    Contender,
    microseconds,
)
from benchmarks.speed.workloads import Workload

PEERS = (PYTORCH, FUSED, SCIKIT_LEARN, KERAS)


@dataclass(frozen=True)
class Race:
    """A workload, who trains it, and how many times as long PyTorch should take."""

    workload: Workload
    contenders: tuple[Contender, ...]
    target: float


RACES = (
    Race(Workload((2, 16, 16, 2), 32, rows=4096, epochs=64), (DESCENSO, *PEERS), 15),
    Race(Workload((64, 128, 128, 10), 32, rows=4096, epochs=32), (DESCENSO, *PEERS), 4),
    Race(Workload((784, 256, 128, 10), 128, rows=8192, epochs=16), (DESCENSO, *PEERS), 1.3),
    Race(Workload((784, 1024, 1024, 10), 512, rows=8192, epochs=4), (DESCENSO, *PEERS), 1.0),
    Race(Workload((2, 16, 16, 2), 32, rows=4096, epochs=16, networks=32), (TOGETHER, PYTORCH), 60),
)
MATRIX_SHARE = 90  # per cent of the machine's rate, reached by the largest network


@dataclass(frozen=True)
class Outcome:
    """A race that was run: microseconds per iteration of one network, by contender."""

    race: Race
    microseconds: dict[str, float]

    def ratio(self, peer: Contender) -> float:
        """How many times as long a peer takes."""
        return self.microseconds[peer.name] / self.microseconds[DESCENSO.name]


def run(race: Race, rounds: int) -> tuple[Outcome, list[Figure]]:
    """Run a race; of the largest network, measure the share of the machine's rate too."""
    outcome = Outcome(race, microseconds(race.contenders, race.workload, rounds))
    name = f"{race.workload.name}, PyTorch / descenso"
    figures = [at_least(name, outcome.ratio(PYTORCH), race.target, " ×")]
    if FUSED in race.contenders:
        fused = f"{figures[0].found} (fused Adam: {outcome.ratio(FUSED):.3g} ×)"
        figures = [replace(figures[0], found=fused)]
    if race.workload.batch_size == 512:
        rate = alone(matrix_rate, race.workload, rounds)
        own = race.workload.operations_per_iteration / outcome.microseconds[DESCENSO.name] / 1e3
        what = f"{race.workload.name}, share of the {rate:.0f} GFLOP/s of its matrix products"
        figures.append(at_least(what, 100 * own / rate, MATRIX_SHARE, " %"))
    return outcome, figures


def matrix_rate(workload: Workload, rounds: int) -> float:
    """The most that this machine multiplies for a workload, in GFLOP/s.

    Each product of an iteration counts with the best of what NumPy, PyTorch and XLA make of it.
    """
    import jax  # XLA's and PyTorch's threads are started in this one process only
    import torch

    multiply = jax.jit(lambda left, right: left @ right)
    rng = np.random.default_rng(0)
    least = 0.0
    for rows, inner, columns in workload.products:
        left = rng.standard_normal((rows, inner), np.float32)
        right = rng.standard_normal((inner, columns), np.float32)
        tensors, arrays = [
            [convert(each) for each in (left, right)]
            for convert in (torch.from_numpy, jax.device_put)
        ]
        products: tuple[Callable[[], object], ...] = (
            lambda pair=(left, right): pair[0] @ pair[1],
            lambda pair=tensors: pair[0] @ pair[1],
            lambda pair=arrays: multiply(*pair).block_until_ready(),
        )
        # A first one, not counted, compiles and starts the threads.
        turns = [[_seconds(product) for product in products] for _round in range(4 * rounds + 1)]
        least += float(np.min(turns[1:]))
    return workload.operations_per_iteration / least / 1e9


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def times_table(outcomes: Sequence[Outcome]) -> str:
    """Microseconds per iteration of one network, by network and contender."""
    names = [each.name for each in (DESCENSO, *PEERS)]
    rows = [times_row(each.race.workload, names, each.microseconds) for each in outcomes]
    return table(["network", "batch", *names], rows)


def times_row(workload: Workload, names: Sequence[str], found: Mapping[str, float]) -> list[str]:
    """A network's line: a dash for a contender that did not train it."""
    cells = [short(found[name]) if name in found else "–" for name in names]
    return [workload.name, str(workload.batch_size), *cells]
