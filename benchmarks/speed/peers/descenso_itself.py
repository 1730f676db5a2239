"""descenso, as `descenso.train(X, y)` trains: prepared data, then the whole of `fit_network`."""

import time
from functools import cache

from benchmarks.speed.workloads import LEARNING_RATE, Workload, data
from descenso.engine import population
from descenso.engine.device import use_compilation_cache, use_device
from descenso.engine.experiment import Experiment
from descenso.recipe import Recipe
from descenso.runs.fit import fit_network
from descenso.runs.preparation import prepare
from descenso.runs.request import Request


def train(workload: Workload) -> float:
    """Seconds from the starting weights to the trained network, with history and telemetry."""
    experiment = prepared(workload)
    began = time.perf_counter()
    fit_network(experiment)
    return time.perf_counter() - began


def train_on_cpu(workload: Workload) -> float:
    """The same on the processor, where JAX would take a GPU."""
    use_device("cpu")
    return train(workload)


def train_together(workload: Workload) -> float:
    """Seconds to train all networks of a workload at once."""
    experiment = prepared(workload)
    recipes = [experiment.recipe.replace(seed=seed) for seed in range(workload.networks)]
    began = time.perf_counter()
    population.train(experiment, recipes)
    return time.perf_counter() - began


@cache
def prepared(workload: Workload) -> Experiment:
    """The workload as descenso sees it once its data are read and encoded."""
    use_compilation_cache()
    recipe = Recipe(
        preset="lecture",
        # With two classes too, so that the network has two outputs.
        task="multiclass",
        hidden_layers=workload.widths[1:-1],
        optimizer="adam",
        learning_rate=LEARNING_RATE,
        batch_size=workload.batch_size,
        epochs=workload.epochs,
        scale_features=False,
        validation=0,
    )
    return prepare(data(workload), None, Request(recipe, {}, [], 0.0)).experiment
