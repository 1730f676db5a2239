"""What telemetry, the run's folder and a live table cost, as a share of the training's time."""

import os
import statistics
import tempfile
import time
from pathlib import Path

from rich.console import Console

from benchmarks.shared.figures import Figure, at_most
from benchmarks.shared.processes import alone
from benchmarks.speed.peers.descenso_itself import prepared
from benchmarks.speed.workloads import Workload
from descenso.cli.terminal.progress import LiveTable
from descenso.engine import experiment as ex
from descenso.engine import loop
from descenso.engine.experiment import Experiment
from descenso.runs import checkpoint
from descenso.runs.fit import fit_network
from descenso.runs.store.run_file import SNAPSHOTS

WORKLOADS = (
    Workload((2, 16, 16, 2), 32, rows=4096, epochs=400),
    Workload((64, 128, 128, 10), 32, rows=4096, epochs=200),
)
TARGET = 5  # per cent


def run(rounds: int) -> list[Figure]:
    """The cost for two small networks, which have the least time to hide it in."""
    return [
        at_most(
            f"telemetry and progress, {workload.name}, {workload.iterations} iterations",
            alone(cost, workload, rounds),
            TARGET,
            " %",
        )
        for workload in WORKLOADS
    ]


def cost(workload: Workload, rounds: int) -> float:
    """How much longer a training takes that is shown and kept than one that is not, in per cent.

    Both go through the same chunks of iterations: those of `loop.train`.
    """
    experiment = prepared(workload)
    silent, shown = [], []
    for _round in range(rounds + 1):
        silent.append(_train_silently(experiment))
        shown.append(_train_and_show(experiment))
    return 100 * (statistics.median(shown[1:]) / statistics.median(silent[1:]) - 1)


def _train_silently(experiment: Experiment) -> float:
    beginning = ex.loop_arguments(experiment)
    began = time.perf_counter()
    for _chunk in loop.train(*beginning):
        pass
    return time.perf_counter() - began


def _train_and_show(experiment: Experiment) -> float:
    beginning = ex.loop_arguments(experiment)
    with tempfile.TemporaryDirectory() as folder, Path(os.devnull).open("w") as nowhere:
        (Path(folder) / SNAPSHOTS).mkdir()
        # As in a terminal: the table is drawn, and what is drawn goes nowhere.
        table = LiveTable(Console(file=nowhere, force_terminal=True))
        with table.live:
            began = time.perf_counter()
            fit_network(
                experiment,
                beginning=beginning,
                recorder=checkpoint.Recorder(Path(folder)),
                listen=table.show,
            )
            return time.perf_counter() - began
