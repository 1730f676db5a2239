"""How often the doctor is right: `run.diagnose()` on patients with a known fault, or none.

    python -m benchmarks.doctor.run                       all patients, on new tables
    python -m benchmarks.doctor.run --half tuning         the half that the doctor may be tuned on
    python -m benchmarks.doctor.run --only moons_rate_10  some patients, or all of a cause
    python -m benchmarks.doctor.run --write               all, into docs/doctor.md
    python -m benchmarks.doctor.run --verify              whether faults are faults

The patients stand in patients/, a file for each family of causes. All seeds draw other tables and
other starting weights of the same kind.
"""

import argparse
import json
import multiprocessing
import os
import secrets
import statistics
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any, TypeVar

from benchmarks.doctor import patients
from benchmarks.doctor.patient import Patient
from benchmarks.doctor.scoring import Examination, examined
from benchmarks.doctor.verification import Finding, verified
from benchmarks.shared.report import circumstances, table, write_section

DOCUMENT = Path(__file__).parents[2] / "docs" / "doctor.md"
PACKAGES = ("descenso", "jax", "scikit-learn")
HALVES: dict[str, Callable[[], tuple[Patient, ...]]] = {
    "tuning": patients.tuning,
    "held-out": patients.held_out,
    "all": lambda: patients.ALL,
}
# Seeds of a verification, which is to say the same thing each time.
USUAL_SEEDS = (0, 1, 2)
RECOVERED = 0.8

Result = TypeVar("Result")


def main() -> int:
    """Examine or verify, print, and write where that was asked for."""
    parser = argparse.ArgumentParser(description="how often descenso's doctor is right")
    parser.add_argument("--half", choices=HALVES, default="all", help="default: %(default)s")
    parser.add_argument("--only", nargs="+", metavar="NAME", help="patients or causes, or healthy")
    parser.add_argument(
        "--seeds",
        nargs="+",
        type=int,
        help="of the tables and of the training; default: a new one, or 0 1 2 to verify",
    )
    parser.add_argument(
        "--verify", action="store_true", help="examine the patients, not the doctor"
    )
    parser.add_argument("--workers", type=int, default=2, help="processes; default: %(default)s")
    parser.add_argument("--out", type=Path, help="a file for a line of JSON for each patient")
    parser.add_argument("--write", action="store_true", help="bring docs/doctor.md up to date")
    asked = parser.parse_args()
    if asked.write and (asked.verify or asked.only or asked.half != "all"):
        parser.error("--write needs all the patients: leave out --verify, --only and --half")
    chosen = chosen_patients(asked.half, asked.only)
    if not chosen:
        parser.error("--only names no patient")
    if asked.verify:
        return verify(chosen, asked.seeds or USUAL_SEEDS, asked.workers, asked.out)
    # The doctor was never tuned on these tables.
    seeds = asked.seeds or [secrets.randbelow(2**31)]
    found = examine(chosen, seeds, asked.workers, asked.out)
    paragraph = scores_table(found)
    print(paragraph)
    if asked.write:
        when = f"{circumstances(PACKAGES)}, seeds {', '.join(map(str, seeds))}."
        write_section("doctor/run.py", when, paragraph, document=DOCUMENT)
    return 0


def chosen_patients(half: str, names: Sequence[str] | None) -> list[Patient]:
    """The patients of a half; of these, where names are given, those of a name or a cause."""
    return [
        each
        for each in HALVES[half]()
        if names is None or each.name in names or (each.cause or "healthy") in names
    ]


def verify(chosen: Sequence[Patient], seeds: Sequence[int], workers: int, out: Path | None) -> int:
    """Print of each patient whether it is what it is said to be; 1 where one is not."""
    failures = 0
    calls = [(each.name, tuple(seeds)) for each in chosen]
    with lines_of(out) as write:
        for found in in_processes(_verified, calls, workers):
            print(found, flush=True)
            write(asdict(found))
            failures += not found.holds
    print(f"{len(chosen) - failures} of {len(chosen)} patients are what they are said to be.")
    return int(failures > 0)


def examine(
    chosen: Sequence[Patient], seeds: Sequence[int], workers: int, out: Path | None
) -> list[Examination]:
    """Examine each patient on each seed's tables."""
    print(f"{len(chosen)} patients, seeds {', '.join(map(str, seeds))}", file=sys.stderr)
    found: list[Examination] = []
    calls = [(each.name, seed) for seed in seeds for each in chosen]
    with lines_of(out) as write:
        for each in in_processes(_examined, calls, workers):
            print(each, file=sys.stderr, flush=True)
            write({**asdict(each), "recovery": each.recovery})
            found.append(each)
    return found


@contextmanager
def lines_of(out: Path | None) -> Iterator[Callable[[dict[str, Any]], None]]:
    """What writes a line of JSON at once, where a file is named for that."""
    if out is None:
        yield lambda _line: None
        return
    with out.open("w") as file:
        yield lambda line: print(json.dumps(line), file=file, flush=True)


def in_processes(
    function: Callable[..., Result], calls: Sequence[tuple[Any, ...]], workers: int
) -> Iterator[Result]:
    """The results of calls, as they come.

    All processes find what another has compiled in descenso's own cache folder.
    """
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, context, initializer=_settle) as processes:
        for done in as_completed([processes.submit(function, *each) for each in calls]):
            yield done.result()


def _settle() -> None:
    """One thread for each process: the workers share the cores."""
    os.environ["OMP_NUM_THREADS"] = "1"
    os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false"


def _verified(name: str, seeds: tuple[int, ...]) -> Finding:
    return verified(patients.BY_NAME[name], seeds)


def _examined(name: str, seed: int) -> Examination:
    return examined(patients.BY_NAME[name], seed)


def scores_table(found: Sequence[Examination]) -> str:
    """How often the doctor is right in each half, and in both."""
    names = {half: {each.name for each in HALVES[half]()} for half in HALVES}
    parts = {
        half: [each for each in found if each.name in names[half]]
        for half in HALVES
        if any(each.name in names[half] for each in found)
    }
    columns = [scores(part) for part in parts.values()]
    rows = [[what, *(column[what] for column in columns)] for what in columns[0]]
    return table(["", *parts], rows)


def scores(found: Sequence[Examination]) -> dict[str, str]:
    """The figures of some examinations, by what they say."""
    faults = [each for each in found if each.cause is not None]
    healthy = [each for each in found if each.cause is None]
    recoveries = [each.recovery for each in faults if each.recovery is not None]
    ratios = [
        each.diagnosis_seconds / each.training_seconds
        for each in found
        if each.diagnosis_seconds is not None and each.training_seconds
    ]
    seconds = [each.diagnosis_seconds for each in found if each.diagnosis_seconds is not None]
    return {
        "faults": str(len(faults)),
        "healthy trainings": str(len(healthy)),
        "faults found": _share([each.flagged for each in faults]),
        "the right cause first": _share([each.is_among(1) for each in faults]),
        "  where the fault is obvious": _share(
            [each.is_among(1) for each in faults if each.regime == "obvious"]
        ),
        "  where it is subtle": _share(
            [each.is_among(1) for each in faults if each.regime == "subtle"]
        ),
        "the right cause among the first three": _share([each.is_among(3) for each in faults]),
        "healthy trainings with a finding": _share([each.flagged for each in healthy]),
        f"first advice brings {RECOVERED:.0%} of the best repair": _share(
            [each >= RECOVERED for each in recoveries]
        ),
        "quick look: faults found": _share(
            [each.suspected for each in faults if each.suspected is not None]
        ),
        "quick look: healthy trainings with a finding": _share(
            [each.suspected for each in healthy if each.suspected is not None]
        ),
        "seconds of a diagnosis, median": _median(seconds),
        "diagnosis / training, median": _median(ratios, "×"),
        "diagnosis / training, worst": f"{max(ratios):.1f}×" if ratios else "–",
        "doctor failed": str(sum(each.failure is not None for each in found)),
    }


def _median(values: Sequence[float], unit: str = "") -> str:
    return f"{statistics.median(values):.1f}{unit}" if values else "–"


def _share(which: Sequence[bool]) -> str:
    return f"{sum(which) / len(which):.0%} ({sum(which)} of {len(which)})" if which else "–"


if __name__ == "__main__":
    sys.exit(main())
