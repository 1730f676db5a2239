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
MATRIX = 2048  # rows and columns
MATRIX_SHARE = 90  # per cent of the machine's rate, of the largest network


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
        rate = alone(matrix_rate, rounds)
        own = race.workload.operations_per_iteration / outcome.microseconds[DESCENSO.name] / 1e3
        what = f"{race.workload.name}, share of the {rate:.0f} GFLOP/s of a matrix product"
        figures.append(at_least(what, 100 * own / rate, MATRIX_SHARE, " %"))
    return outcome, figures


def matrix_rate(rounds: int) -> float:
    """The most that this machine multiplies in float32, in GFLOP/s: NumPy's and PyTorch's best."""
    import torch  # a peer, which only this one process needs

    matrix = np.random.default_rng(0).standard_normal((MATRIX, MATRIX), np.float32)
    tensor = torch.from_numpy(matrix)
    products: tuple[Callable[[], object], ...] = (lambda: matrix @ matrix, lambda: tensor @ tensor)
    seconds = [_seconds(product) for _round in range(4 * rounds) for product in products]
    return 2 * MATRIX**3 / min(seconds) / 1e9


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
