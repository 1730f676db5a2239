"""The tables, and the document that they stand in."""

import os
import platform
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from figures import Figure
from measures.training_speed import PEERS, Outcome
from side_by_side import DESCENSO

PACKAGES = ("descenso", "jax", "torch", "scikit-learn", "keras", "numpy")


def times_table(outcomes: Sequence[Outcome]) -> str:
    """Microseconds per iteration of one network, by network and contender."""
    names = [each.name for each in (DESCENSO, *PEERS)]
    rows = [
        [outcome.race.workload.name, str(outcome.race.workload.batch_size)]
        + [_cell(outcome.microseconds.get(name)) for name in names]
        for outcome in outcomes
    ]
    return table(["network", "batch", *names], rows)


def figures_table(figures: Sequence[Figure]) -> str:
    """Each figure with its target."""
    rows = [
        [each.what, each.found, each.target, "yes" if each.reached else "**no**"]
        for each in figures
    ]
    return table(["measured", "found", "target", "reached"], rows)


def document(text: str, outcomes: Sequence[Outcome], figures: Sequence[Figure], rounds: int) -> str:
    """The document with this measurement in place of the last."""
    missed = sum(not each.reached for each in figures)
    return with_section(
        text,
        "speed.py",
        f"{circumstances(PACKAGES)}, medians of {rounds} rounds.",
        "Microseconds per iteration (of one network, where many are trained):",
        times_table(outcomes),
        f"Against the targets, of which {missed} of {len(figures)} are missed:",
        figures_table(figures),
    )


def with_section(text: str, script: str, *paragraphs: str) -> str:
    """The document with these paragraphs in place of those that the script wrote last."""
    begin, end = f"<!-- written by benchmarks/{script} -->", "<!-- end -->"
    section = "\n\n".join([begin, *paragraphs, end])
    return re.sub(f"{begin}.*?{end}", lambda _found: section, text, flags=re.DOTALL)


def circumstances(packages: Sequence[str]) -> str:
    """The day, the machine and the versions in words, without the machine's name."""
    processor = platform.processor()
    information = Path("/proc/cpuinfo")
    if information.exists():
        found = re.search(r"model name\s*: (.+)", information.read_text())
        processor = found[1] if found else processor
    versions = ", ".join(f"{name} {version(name)}" for name in packages)
    return (
        f"{datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores of "
        f"{processor or platform.machine()}, {platform.system()}, "
        f"Python {platform.python_version()}, {versions}"
    )


def _cell(microseconds: float | None) -> str:
    """Three digits, as whole numbers where they are large."""
    if microseconds is None:
        return "–"
    return f"{microseconds:,.0f}" if microseconds >= 100 else f"{microseconds:.3g}"


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table in Markdown."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
