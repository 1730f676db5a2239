"""Lessons and reports: how long a person waits for them, and how large their pages are."""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import descenso
from benchmarks.shared.figures import Figure, at_most
from benchmarks.shared.processes import alone
from descenso.lessons import TOPICS

LESSON, RATES, REPORT = 120, 8, 3  # seconds
STATIC, INTERACTIVE = 500, 2000  # kB


def run(rounds: int) -> list[Figure]:
    """Every lesson with nothing compiled, then the one of the learning rate again; and reports."""
    with tempfile.TemporaryDirectory() as folder:
        seconds = {topic: _seconds(folder, topic) for topic in TOPICS}
        again = [_seconds(folder, "learning-rate") for _round in range(rounds)]
    slowest = max(seconds, key=lambda topic: seconds[topic])
    _, kilobytes, interactive = alone(report)
    waited = [alone(report)[0] for _round in range(rounds)]
    return [
        at_most(
            f"the slowest lesson, `descenso explain {slowest}`, nothing compiled",
            seconds[slowest],
            LESSON,
            " s",
        ),
        at_most(
            "`descenso explain learning-rate`, 29 rates from 3 seeds, the second time",
            statistics.median(again),
            RATES,
            " s",
        ),
        at_most("a report on penguins, after training", statistics.median(waited), REPORT, " s"),
        at_most("its page", kilobytes, STATIC, " kB"),
        at_most("its interactive page", interactive, INTERACTIVE, " kB"),
    ]


def report() -> tuple[float, float, float]:
    """The seconds that a report takes in the process of its training, and its pages' kilobytes."""
    trained = descenso.train("penguins", "species", test=0.2, seed=0)
    with tempfile.TemporaryDirectory() as folder:
        static, interactive = Path(folder, "static.html"), Path(folder, "interactive.html")
        began = time.perf_counter()
        trained.report(static)
        seconds = time.perf_counter() - began
        trained.report(interactive, interactive=True)
        return seconds, static.stat().st_size / 1000, interactive.stat().st_size / 1000


def _seconds(folder: str, topic: str) -> float:
    environment = os.environ | {"XDG_CACHE_HOME": f"{folder}/cache"}
    command = [sys.executable, "-m", "descenso", "explain", topic, "--out", f"{folder}/page.html"]
    began = time.perf_counter()
    subprocess.run(command, env=environment, check=True, capture_output=True)
    return time.perf_counter() - began
