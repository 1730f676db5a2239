"""Tables in Markdown, and the documents that they are written into."""

import os
import platform
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from benchmarks.shared.figures import Figure

DOCUMENT = Path(__file__).parents[2] / "docs" / "benchmarks.md"

# Processes that were at work when the measuring began, and how many are nothing.
LOAD, IDLE = os.getloadavg()[0], 0.5


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
    assert found and ended, f"{document} marks the part of {command}"
    document.write_text("\n\n".join([before + begin, *paragraphs, end + after]))
    print(f"Written: {document.name}, the part of {command}")


def circumstances(packages: Sequence[str]) -> str:
    """The day, the machine and the versions in words, without the machine's name.

    They say so where the machine had other work when the measuring began.
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
