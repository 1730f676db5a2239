"""PyTorch, eager: the usual loop, on tensors in memory (a DataLoader would only slow it down)."""

import time
from dataclasses import replace
from functools import cache, partial
from itertools import pairwise

import torch

from workloads import LEARNING_RATE, Workload, data

CORES = torch.get_num_threads()  # before anybody has set them


def train(workload: Workload, fused: bool = False) -> float:
    """Seconds to train the networks of a workload, one after the other, with Adam as it comes."""
    torch.set_num_threads(_best_threads(workload, fused))
    return _train(workload, fused)


# All of Adam's update in one kernel.
train_fused = partial(train, fused=True)


def _train(workload: Workload, fused: bool) -> float:
    x, y = _tensors(workload)
    began = time.perf_counter()
    for seed in range(workload.networks):
        torch.manual_seed(seed)
        network = _network(workload.widths)
        optimizer = torch.optim.Adam(network.parameters(), LEARNING_RATE, fused=fused)
        loss = torch.nn.CrossEntropyLoss()
        for _epoch in range(workload.epochs):
            for rows in torch.randperm(workload.rows).split(workload.batch_size):
                optimizer.zero_grad()
                loss(network(x[rows]), y[rows]).backward()
                optimizer.step()
    return time.perf_counter() - began


@cache
def _best_threads(workload: Workload, fused: bool) -> int:
    """One thread, or one for each core where that saves a fifth: it depends on the network's size.

    Threads that save less cost much as soon as the machine has something else to do.
    """
    once = replace(workload, epochs=1, networks=1)
    seconds: dict[int, float] = {}
    for threads in (1, CORES):
        torch.set_num_threads(threads)
        seconds[threads] = min(_train(once, fused) for _ in range(2))
    return CORES if seconds[CORES] < 0.8 * seconds[1] else 1


def _network(widths: tuple[int, ...]) -> torch.nn.Sequential:
    layers: list[torch.nn.Module] = []
    for inputs, outputs in pairwise(widths):
        layers += [torch.nn.Linear(inputs, outputs), torch.nn.ReLU()]
    return torch.nn.Sequential(*layers[:-1])


@cache
def _tensors(workload: Workload) -> tuple[torch.Tensor, torch.Tensor]:
    x, y = data(workload)
    return torch.from_numpy(x), torch.from_numpy(y).long()
