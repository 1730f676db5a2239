"""descenso's speed beside PyTorch, scikit-learn and Keras, on this machine.

    python benchmarks/speed.py                            all of it: about half an hour
    python benchmarks/speed.py --rounds 1 --only memory   a part of it
    python benchmarks/speed.py --write                    all of it, into docs/benchmarks.md

`pip install -e ".[bench]"` brings the peers, `make bench` all that is needed. The machine should
have nothing else to do. What is trained stands in workloads.py, how in peers/, and how the
contenders take turns in side_by_side.py.
"""

import argparse
from collections.abc import Callable
from pathlib import Path

from figures import Figure
from measures import (
    command_line,
    memory,
    million_rows,
    progress_cost,
    showing,
    training_speed,
)
from measures.training_speed import RACES, Outcome
from report import document, figures_table, times_table

DOCUMENT = Path(__file__).parents[1] / "docs" / "benchmarks.md"
MEASURES: dict[str, Callable[[int], list[Figure]]] = {
    "progress": progress_cost.run,
    "command-line": command_line.run,
    "memory": memory.run,
    "million-rows": million_rows.run,
    "showing": showing.run,
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
    if chosen.write and chosen.only:
        parser.error("--write needs all the numbers: leave out --only")

    outcomes: list[Outcome] = []
    figures: list[Figure] = []
    for name in [chosen.only] if chosen.only else [*races, *MEASURES]:
        print(f"{name} …", flush=True)
        if name in races:
            outcome, found = training_speed.run(races[name], chosen.rounds)
            outcomes.append(outcome)
            print(times_table([outcome]))
        else:
            found = MEASURES[name](chosen.rounds)
        figures += found
        print(figures_table(found), flush=True)
    if chosen.write:
        DOCUMENT.write_text(document(DOCUMENT.read_text(), outcomes, figures, chosen.rounds))
        print("Written: docs/benchmarks.md")


if __name__ == "__main__":
    main()
