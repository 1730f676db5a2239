"""scikit-learn's MLPClassifier. Of two classes it makes one output, where the others have two."""

import time
import warnings
from dataclasses import replace
from functools import cache

from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier
from threadpoolctl import threadpool_limits

from benchmarks.speed.workloads import LEARNING_RATE, Workload, data


def train(workload: Workload) -> float:
    """Seconds to train all epochs of a workload."""
    with threadpool_limits(_best_threads(workload)):
        return _train(workload)


def _train(workload: Workload) -> float:
    network = MLPClassifier(
        hidden_layer_sizes=workload.widths[1:-1],
        solver="adam",
        learning_rate_init=LEARNING_RATE,
        alpha=0.0,
        batch_size=workload.batch_size,
        max_iter=workload.epochs,
        # So that it never stops before its last epoch.
        tol=0.0,
        n_iter_no_change=workload.epochs,
        random_state=0,
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        began = time.perf_counter()
        network.fit(*data(workload))
        return time.perf_counter() - began


@cache
def _best_threads(workload: Workload) -> int | None:
    """One thread, or one for each core (None) where that saves a fifth; see pytorch.py."""
    once = replace(workload, epochs=1)
    seconds: dict[int | None, float] = {}
    for threads in (1, None):
        with threadpool_limits(threads):
            seconds[threads] = min(_train(once) for _ in range(2))
    return None if seconds[None] < 0.8 * seconds[1] else 1
