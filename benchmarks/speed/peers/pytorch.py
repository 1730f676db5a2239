"""PyTorch: the usual eager loop, on tensors in memory (a DataLoader would only slow it down).

On a GPU also the loop that PyTorch recommends where kernels are small: an iteration captured once
as a CUDA graph, and replayed.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache, partial
from itertools import pairwise

import torch

from benchmarks.speed.workloads import LEARNING_RATE, Workload, data

CORES = torch.get_num_threads()  # before anybody has set them
GPU = "cuda"
WARM_UP = 3  # iterations before a capture, as PyTorch's manual has it


def train(workload: Workload, fused: bool = False) -> float:
    """Seconds to train the networks of a workload, one after the other, with Adam as it comes."""
    torch.set_num_threads(_best_threads(workload, fused))
    return _train(workload, fused, "cpu")


# All of Adam's update in one kernel.
train_fused = partial(train, fused=True)


def train_on_gpu(workload: Workload) -> float:
    """The same loop on the GPU, with the fused Adam."""
    return _train(workload, fused=True, device=GPU)


def train_as_graph(workload: Workload) -> float:
    """Likewise, replaying one captured iteration; capturing it is not counted."""
    x, y = _tensors(workload, GPU)
    inputs, answers = x[: workload.batch_size].clone(), y[: workload.batch_size].clone()
    step = _step(workload, fused=True, device=GPU, capturable=True)
    side = torch.cuda.Stream()
    with torch.cuda.stream(side):
        for _iteration in range(WARM_UP):
            step(inputs, answers)
    torch.cuda.synchronize()
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        step(inputs, answers)
    torch.cuda.synchronize()
    began = time.perf_counter()
    for _network in range(workload.networks):
        for rows in _batches(workload, GPU):
            torch.index_select(x, 0, rows, out=inputs)
            torch.index_select(y, 0, rows, out=answers)
            graph.replay()
    torch.cuda.synchronize()
    return time.perf_counter() - began


def _train(workload: Workload, fused: bool, device: str) -> float:
    x, y = _tensors(workload, device)
    began = time.perf_counter()
    for seed in range(workload.networks):
        torch.manual_seed(seed)
        step = _step(workload, fused, device)
        for rows in _batches(workload, device):
            step(x[rows], y[rows])
    if device == GPU:
        torch.cuda.synchronize()
    return time.perf_counter() - began


def _step(
    workload: Workload, fused: bool, device: str, capturable: bool = False
) -> Callable[[torch.Tensor, torch.Tensor], None]:
    """One iteration of a new network."""
    network = _network(workload.widths).to(device)
    optimizer = torch.optim.Adam(
        network.parameters(), LEARNING_RATE, fused=fused, capturable=capturable
    )
    loss = torch.nn.CrossEntropyLoss()

    def step(inputs: torch.Tensor, answers: torch.Tensor) -> None:
        optimizer.zero_grad()
        loss(network(inputs), answers).backward()
        optimizer.step()

    return step


def _batches(workload: Workload, device: str) -> Iterator[torch.Tensor]:
    """The rows of each iteration."""
    for _epoch in range(workload.epochs):
        yield from torch.randperm(workload.rows, device=device).split(workload.batch_size)


@cache
def _best_threads(workload: Workload, fused: bool) -> int:
    """One thread, or one for each core where that saves a fifth: it depends on the network's size.

    Threads that save less cost much as soon as the machine has something else to do.
    """
    once = replace(workload, epochs=1, networks=1)
    seconds: dict[int, float] = {}
    for threads in (1, CORES):
        torch.set_num_threads(threads)
        seconds[threads] = min(_train(once, fused, "cpu") for _ in range(2))
    return CORES if seconds[CORES] < 0.8 * seconds[1] else 1


def _network(widths: tuple[int, ...]) -> torch.nn.Sequential:
    layers: list[torch.nn.Module] = []
    for inputs, outputs in pairwise(widths):
        layers += [torch.nn.Linear(inputs, outputs), torch.nn.ReLU()]
    return torch.nn.Sequential(*layers[:-1])


@cache
def _tensors(workload: Workload, device: str) -> tuple[torch.Tensor, torch.Tensor]:
    x, y = data(workload)
    return torch.from_numpy(x).to(device), torch.from_numpy(y).long().to(device)
