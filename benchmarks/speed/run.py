"""descenso's speed beside PyTorch, scikit-learn and Keras, on this machine.

    python -m benchmarks.speed.run                            all of it: about half an hour
    python -m benchmarks.speed.run --rounds 1 --only memory   a part of it
    python -m benchmarks.speed.run --write                    all of it, into docs/benchmarks.md
    python -m benchmarks.speed.run --only showing --write     lessons and reports, likewise

`pip install -e ".[bench]"` brings the peers, `make bench` all that is needed. The machine should
have nothing else to do. What is trained stands in workloads.py, how in peers/, and how the
contenders take turns in side_by_side.py.
"""

import argparse
from collections.abc import Callable, Sequence

from benchmarks.shared.figures import Figure
from benchmarks.shared.report import circumstances, figures_table, write_section
from benchmarks.speed.measures import (
    command_line,
    diagnosis_cost,
    memory,
    million_rows,
    progress_cost,
    showing,
    training_speed,
)
from benchmarks.speed.measures.training_speed import RACES, Outcome, times_table

PACKAGES = ("descenso", "jax", "torch", "scikit-learn", "keras", "numpy")
SHOWING = "showing"  # has a part of the document to itself
MEASURES: dict[str, Callable[[int], list[Figure]]] = {
    "progress": progress_cost.run,
    "diagnosis": diagnosis_cost.run,
    "command-line": command_line.run,
    "memory": memory.run,
    "million-rows": million_rows.run,
    SHOWING: showing.run,
}


def main() -> None:
    """Measure, print, and write where that was asked for."""
    races = {race.workload.name: race for race in RACES}
    parser = argparse.ArgumentParser(description="descenso's speed beside its peers")
    parser.add_argument("--rounds", type=int, default=5, help="of which the median counts")
    parser.add_argument("--only", choices=[*races, *MEASURES], metavar="NAME", help="%(choices)s")
    parser.add_argument("--write", action="store_true", help="bring docs/benchmarks.md up to date")
    chosen = parser.parse_args()
    if chosen.rounds < 1:
        parser.error("--rounds: allowed is a whole number from 1 on")
    if chosen.write and chosen.only not in (None, SHOWING):
        parser.error(f"--write needs all the numbers: leave out --only, or take --only {SHOWING}")

    outcomes: list[Outcome] = []
    figures: dict[str, list[Figure]] = {}
    for name in [chosen.only] if chosen.only else [*races, *MEASURES]:
        print(f"{name} …", flush=True)
        if name in races:
            outcome, figures[name] = training_speed.run(races[name], chosen.rounds)
            outcomes.append(outcome)
            print(times_table([outcome]))
        else:
            figures[name] = MEASURES[name](chosen.rounds)
        print(figures_table(figures[name]), flush=True)
    if chosen.write:
        write(outcomes, figures, chosen.rounds)


def write(outcomes: Sequence[Outcome], figures: dict[str, list[Figure]], rounds: int) -> None:
    """Bring the document up to date with what was measured."""
    medians = f"medians of {rounds} rounds"
    write_section(
        f"speed/run.py --only {SHOWING}",
        f"{circumstances(('descenso', 'jax'))}, {medians}.",
        figures_table(figures.pop(SHOWING)),
    )
    others = [each for found in figures.values() for each in found]
    if not others:
        return
    missed = sum(not each.reached for each in others)
    write_section(
        "speed/run.py",
        f"{circumstances(PACKAGES)}, {medians}.",
        "Microseconds per iteration (of one network, where many are trained):",
        times_table(outcomes),
        f"Against the targets, of which {missed} of {len(others)} are missed:",
        figures_table(others),
    )


if __name__ == "__main__":
    main()
