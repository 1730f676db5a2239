"""The tables, and the document that they stand in."""

import os
import platform
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from figures import Figure, short
from measures.training_speed import PEERS, Outcome
from side_by_side import DESCENSO
from workloads import Workload

DOCUMENT = Path(__file__).parents[1] / "docs" / "benchmarks.md"

# Processes that were at work when the measuring began, and how many are nothing.
LOAD, IDLE = os.getloadavg()[0], 0.5


def times_table(outcomes: Sequence[Outcome]) -> str:
    """Microseconds per iteration of one network, by network and contender."""
    names = [each.name for each in (DESCENSO, *PEERS)]
    rows = [times_row(each.race.workload, names, each.microseconds) for each in outcomes]
    return table(["network", "batch", *names], rows)


def times_row(workload: Workload, names: Sequence[str], found: Mapping[str, float]) -> list[str]:
    """A network's line: a dash for a contender that did not train it."""
    cells = [short(found[name]) if name in found else "–" for name in names]
    return [workload.name, str(workload.batch_size), *cells]


def figures_table(figures: Sequence[Figure]) -> str:
    """Each figure with its target."""
    rows = [
        [each.what, each.found, each.target, "yes" if each.reached else "**no**"]
        for each in figures
    ]
    return table(["measured", "found", "target", "reached"], rows)


def write_section(command: str, *paragraphs: str, document: Path = DOCUMENT) -> None:
    """Put paragraphs into a document, in place of those that the command wrote there last."""
    text = document.read_text()
    begin, end = f"<!-- written by benchmarks/{command} -->", "<!-- end -->"
    before, found, rest = text.partition(begin)
    _old, ended, after = rest.partition(end)
    assert found and ended, f"{document} says where {command} writes"
    document.write_text("\n\n".join([before + begin, *paragraphs, end + after]))
    print(f"Written: {document.name}, the part of {command}")


def circumstances(packages: Sequence[str]) -> str:
    """The day, the machine and the versions in words, without the machine's name.

    Where the machine had other work when the measuring began, that is told.
    """
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
        + (", shared with other work" if LOAD > IDLE else "")
    )


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table in Markdown."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
