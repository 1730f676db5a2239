"""Keras on its JAX backend, whose training step is compiled as well."""

import os
import time
from functools import cache
from typing import Any

os.environ["KERAS_BACKEND"] = "jax"

import keras

from benchmarks.speed.workloads import LEARNING_RATE, Workload, data


def train(workload: Workload) -> float:
    """Seconds of `fit`. The model is kept, so that only the first training compiles."""
    x, y = data(workload)
    model = _model(workload.widths)
    began = time.perf_counter()
    model.fit(x, y, batch_size=workload.batch_size, epochs=workload.epochs, shuffle=True, verbose=0)
    return time.perf_counter() - began


@cache
def _model(widths: tuple[int, ...]) -> Any:
    model = keras.Sequential(
        [
            keras.layers.Input((widths[0],)),
            *(keras.layers.Dense(width, activation="relu") for width in widths[1:-1]),
            keras.layers.Dense(widths[-1]),
        ]
    )
    model.compile(
        optimizer=keras.optimizers.Adam(LEARNING_RATE, epsilon=1e-8),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    )
    return model
