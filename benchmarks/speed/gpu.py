"""descenso's speed on a GPU, beside PyTorch's there and beside descenso on the same machine's CPU.

    python -m benchmarks.speed.gpu            some minutes
    python -m benchmarks.speed.gpu --write    into docs/benchmarks.md

It needs a GPU that JAX and PyTorch both find. The networks are those of measures/training_speed.py.
"""

import argparse
import subprocess

from benchmarks.shared.report import circumstances, table, write_section
from benchmarks.speed.measures.training_speed import RACES, times_row
from benchmarks.speed.side_by_side import DESCENSO, TOGETHER, Contender, microseconds

ON_CPU = Contender("descenso on the CPU", "benchmarks.speed.peers.descenso_itself", "train_on_cpu")
EAGER = Contender("PyTorch, fused Adam", "benchmarks.speed.peers.pytorch", "train_on_gpu")
GRAPH = Contender("PyTorch, CUDA graph", "benchmarks.speed.peers.pytorch", "train_as_graph")


def main() -> None:
    """Measure, print, and write where that was asked for."""
    parser = argparse.ArgumentParser(description="descenso's speed on a GPU")
    parser.add_argument("--rounds", type=int, default=5, help="of which the median counts")
    parser.add_argument("--write", action="store_true", help="bring docs/benchmarks.md up to date")
    chosen = parser.parse_args()
    found = times(chosen.rounds)
    print(found)
    if chosen.write:
        write_section(
            "speed/gpu.py",
            f"{gpu()}; {circumstances(('descenso', 'jax', 'torch'))}, "
            f"medians of {chosen.rounds} rounds.",
            "Microseconds per iteration (of one network, where many are trained):",
            found,
        )


def times(rounds: int) -> str:
    """The table of all networks."""
    names = [each.name for each in (DESCENSO, ON_CPU, EAGER, GRAPH)]
    rows: list[list[str]] = []
    for race in RACES:
        # JAX takes the GPU by itself.
        own = (TOGETHER,) if race.workload.networks > 1 else (DESCENSO, ON_CPU)
        found = microseconds((*own, EAGER, GRAPH), race.workload, rounds)
        rows.append(times_row(race.workload, names, found))
        print(" | ".join(rows[-1]), flush=True)
    return table(["network", "batch", *names], rows)


def gpu() -> str:
    """The GPU and its driver's version."""
    asked = ["nvidia-smi", "--query-gpu=name,driver_version", "--format=csv,noheader"]
    found = subprocess.run(asked, capture_output=True, text=True, check=True).stdout
    return found.splitlines()[0].replace(", ", ", driver ")


if __name__ == "__main__":
    main()
