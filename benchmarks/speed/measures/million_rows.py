"""A million rows of 20 columns: how fast, and how long without a sign of progress."""

import statistics
import time
from itertools import pairwise

import numpy as np

import descenso
from benchmarks.shared.figures import Figure, at_most
from benchmarks.shared.processes import alone
from descenso.runs.events import Advanced, Event

ROWS, COLUMNS = 1_000_000, 20
SILENCE = 1.0  # seconds at the most between two signs of progress


def run(rounds: int) -> list[Figure]:
    """Rows per second, and the longest silence between two signs of progress."""
    rates, silences = zip(*(alone(train) for _round in range(rounds)), strict=True)
    rows = f"{statistics.median(rates) / 1e6:.2f}"
    what = f"{ROWS:,} rows × {COLUMNS} columns, {rows} million rows/s: longest silence"
    return [at_most(what, statistics.median(silences), SILENCE, " s")]


def train() -> tuple[float, float]:
    """Rows per second once the first chunk is done; and the longest time without an event."""
    x = np.random.default_rng(0).standard_normal((ROWS, COLUMNS), np.float32)
    advances: list[tuple[float, int]] = []

    def listen(event: Event) -> None:
        if isinstance(event, Advanced):
            advances.append((time.perf_counter(), event.iterations))

    run = descenso.train((x, x.sum(axis=1)), epochs=3, patience=None, listen=listen)
    seconds, iterations = (
        last - first for first, last in zip(advances[0], advances[-1], strict=True)
    )
    moments = [moment for moment, _iterations in advances]
    silence = max(later - earlier for earlier, later in pairwise(moments))
    return iterations * run.recipe.batch_size / seconds, silence
