"""The contenders side by side: each in a process of its own, taking turns round by round.

In one process their thread pools would wait for each other, and Keras and descenso would share one
JAX. Turns follow each other closely, so that whatever else the machine does meets all of them.
"""

import multiprocessing
import statistics
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from workloads import Workload


@dataclass(frozen=True)
class Contender:
    """Who trains.

    Attributes:
        module: one of `peers`, imported in the contender's own process only.
        function: of that module; takes a workload, and tells how many seconds it took.
    """

    name: str
    module: str
    function: str = "train"


DESCENSO = Contender("descenso", "peers.descenso_itself")
PYTORCH = Contender("PyTorch", "peers.pytorch")
FUSED = Contender("PyTorch, fused Adam", "peers.pytorch", "train_fused")
SCIKIT_LEARN = Contender("scikit-learn", "peers.scikit_learn")
KERAS = Contender("Keras on JAX", "peers.keras_on_jax")

TOGETHER = Contender("descenso", "peers.descenso_itself", "train_together")


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


def alone(function: Callable[..., Any], *arguments: Any) -> Any:
    """The result of a function that is called in a fresh process."""
    with fresh_process() as process:
        return process.submit(function, *arguments).result()


def fresh_process() -> ProcessPoolExecutor:
    """A process that has inherited nothing."""
    return ProcessPoolExecutor(1, multiprocessing.get_context("spawn"))


def _train(module: str, function: str, workload: Workload) -> float:
    return getattr(import_module(module), function)(workload)
