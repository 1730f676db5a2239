"""Penguins from the command line, from pressing return to the last line."""

import os
import statistics
import subprocess
import sys
import tempfile
import time

from benchmarks.shared.figures import Figure, at_most

COMMAND = ("train", "penguins", "--target", "species")
COLD, WARM = 7, 4  # seconds


def run(rounds: int) -> list[Figure]:
    """Each round has a compilation cache of its own, first empty, then filled."""
    cold, warm = [], []
    for _round in range(rounds):
        with tempfile.TemporaryDirectory() as folder:
            cold.append(_seconds(folder))
            warm.append(_seconds(folder))
    command = " ".join(("descenso", *COMMAND))
    return [
        at_most(f"`{command}`, nothing compiled", statistics.median(cold), COLD, " s"),
        at_most(f"`{command}`, the second time", statistics.median(warm), WARM, " s"),
    ]


def _seconds(folder: str) -> float:
    environment = os.environ | {"XDG_CACHE_HOME": f"{folder}/cache"}
    command = [sys.executable, "-m", "descenso", *COMMAND, "--runs", f"{folder}/runs"]
    began = time.perf_counter()
    subprocess.run(command, env=environment, check=True, capture_output=True)
    return time.perf_counter() - began
