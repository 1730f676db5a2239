"""What the doctor's look at every training costs, as a share of the training's time."""

import statistics
import time
from collections.abc import Callable
from typing import Any
from unittest.mock import patch

import numpy as np

import descenso
from benchmarks.shared.figures import Figure, at_most
from benchmarks.shared.processes import alone
from descenso.doctor import diagnose
from descenso.runs.divergence import CollapseDetector

TARGET = 5  # per cent
TABLES = {"penguins": None, "50,000 rows": 50_000}


def run(rounds: int) -> list[Figure]:
    """The share for the smallest training that people have, and for a large one."""
    return [
        at_most(
            f"the doctor's look at a training on {table}, of its time",
            alone(share, rows, rounds),
            TARGET,
            " %",
        )
        for table, rows in TABLES.items()
    ]


def share(rows: int | None, rounds: int) -> float:
    """The seconds spent on diagnosing for each 100 that a training takes otherwise.

    The first training, not counted, compiles for both.
    """
    data, target = ("penguins", "species") if rows is None else (_table(rows), "y")
    return statistics.median([_share(data, target) for _round in range(rounds + 1)][1:])


def _share(data: Any, target: str) -> float:
    diagnosing = Stopwatch()
    with (
        patch.object(diagnose, "diagnose", diagnosing.around(diagnose.diagnose)),
        patch.object(CollapseDetector, "check", diagnosing.around(CollapseDetector.check)),
    ):
        began = time.perf_counter()
        descenso.train(data, target, seed=0, progress=False)
        training = time.perf_counter() - began
    return 100 * diagnosing.seconds / (training - diagnosing.seconds)


def _table(rows: int) -> dict[str, np.ndarray]:
    """Twenty columns, and a class that depends on them."""
    rng = np.random.default_rng(0)
    x = rng.standard_normal((rows, 20))
    chance = 1 / (1 + np.exp(-3 * np.sin(x[:, 0]) - x[:, 1] * x[:, 2]))
    columns = {f"x{index}": column for index, column in enumerate(x.T)}
    return columns | {"y": np.where(rng.uniform(size=rows) < chance, "yes", "no")}


class Stopwatch:
    """Adds up the seconds spent in functions."""

    seconds = 0.0

    def around(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """The function, timed."""

        def timed(*arguments: Any, **named: Any) -> Any:
            began = time.perf_counter()
            try:
                return function(*arguments, **named)
            finally:
                self.seconds += time.perf_counter() - began

        return timed
