"""The contenders side by side: each in a process of its own, taking turns round by round.

In one process their thread pools would wait for each other, and Keras and descenso would share one
JAX. Turns follow each other closely, so that whatever else the machine does meets all of them.
"""

import statistics
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from importlib import import_module

from benchmarks.shared.processes import fresh_process
from benchmarks.speed.workloads import Workload


@dataclass(frozen=True)
class Contender:
    """Who trains.

    Attributes:
        module: one of `peers`, imported in the contender's own process only.
        function: of that module; takes a workload and returns the seconds that it took.
    """

    name: str
    module: str
    function: str = "train"


DESCENSO = Contender("descenso", "benchmarks.speed.peers.descenso_itself")
PYTORCH = Contender("PyTorch", "benchmarks.speed.peers.pytorch")
FUSED = Contender("PyTorch, fused Adam", "benchmarks.speed.peers.pytorch", "train_fused")
SCIKIT_LEARN = Contender("scikit-learn", "benchmarks.speed.peers.scikit_learn")
KERAS = Contender("Keras on JAX", "benchmarks.speed.peers.keras_on_jax")

TOGETHER = Contender("descenso", "benchmarks.speed.peers.descenso_itself", "train_together")


def microseconds(
    contenders: Sequence[Contender], workload: Workload, rounds: int
) -> dict[str, float]:
    """What an iteration of one network takes each contender: the median of the rounds.

    A first round, not counted, compiles and warms up.
    """
    per_iteration = 1e6 / (workload.iterations * workload.networks)
    with ExitStack() as stack:
        processes = {each: stack.enter_context(fresh_process()) for each in contenders}
        seconds: dict[Contender, list[float]] = {each: [] for each in contenders}
        for _round in range(rounds + 1):
            for each in contenders:
                turn = processes[each].submit(_train, each.module, each.function, workload)
                seconds[each].append(turn.result())
    return {each.name: statistics.median(seconds[each][1:]) * per_iteration for each in contenders}


def _train(module: str, function: str, workload: Workload) -> float:
    return getattr(import_module(module), function)(workload)
