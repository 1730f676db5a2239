"""What README.md shows is what comes out: each command, each line of output, each Python block.

In the README a line that holds only "…" stands for lines left out. Times, ids and dates differ from
run to run, and from machine to machine the last digits of a training; all else has to be equal.
"""

import contextlib
import io
import math
import re
import shlex
import subprocess
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import pytest

from descenso.cli import main

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
LEFT_OUT = "…"

# What a second training, or one on another machine, may tell otherwise.
VARIES = {
    r"runs/\S+": "RUN",
    # Also when it stops early, which hangs on the last digits; an epoch's line ends with seconds.
    r"after \d+ epochs in [\d.]+ s": "after EPOCHS in TIME",
    r"^ +\d+( +[\d.e+-]+){4,}$": "EPOCH",
    r"The weights of epoch \d+": "The weights of EPOCH",
    r"the run kept is that of seed \d": "the run kept is that of SEED",
    r"^ +± .*": "DEVIATIONS",
    # A penguin more or less that is taken for another.
    r"^  (Adelie|Chinstrap|Gentoo)( +\d+)+$": "COUNTS",
}
DECIMAL = r"-?\d+\.\d+(?:e[+-]?\d+)?"


class Shown(NamedTuple):
    """A command of the README, and the lines that it shows below it."""

    command: str
    lines: list[str]


def blocks(language: str) -> list[str]:
    """The README's blocks in a language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


CONSOLE = [
    Shown(command, lines)
    for block in blocks("console")
    for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]
    for command, *lines in [part.splitlines()]
]
PYTHON = [block for block in blocks("python") if "import descenso" in block]
[CYCLE] = [block for block in blocks("python") if "import" not in block]


@pytest.fixture(scope="module")
def followed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[list[str]]]:
    """The folder of someone who types the README's commands one after the other, and what comes."""
    folder = tmp_path_factory.mktemp("reader")
    with contextlib.chdir(folder):
        return folder, [printed_by(shown.command) for shown in CONSOLE]


@pytest.mark.parametrize("index", range(len(CONSOLE)), ids=[each.command for each in CONSOLE])
def test_a_command_prints_what_is_shown(index: int, followed: tuple[Path, list[list[str]]]):
    _folder, came = followed
    check(CONSOLE[index].lines, came[index])


@pytest.mark.parametrize("block", PYTHON)
def test_python_prints_what_its_comments_say(block: str, tmp_path: Path):
    with contextlib.chdir(tmp_path):
        came = printed(lambda: exec(block, {"__name__": "__main__"}))
    check([line.removeprefix("# ") for line in block.splitlines() if line.startswith("# ")], came)


def test_a_run_s_folder_holds_what_is_listed(followed: tuple[Path, list[list[str]]]):
    folder, _came = followed
    [listed] = blocks("text")
    names = {line.split()[0].rstrip("/") for line in listed.splitlines()}
    for run in (folder / "runs").iterdir():
        assert {file.name for file in run.iterdir()} == names


def test_the_cycle_is_quoted_from_the_code():
    code = [line.strip() for line in (ROOT / "src/descenso/cycle.py").read_text().splitlines()]
    quoted = [line for line in CYCLE.splitlines() if not line.startswith("#")]
    positions = [code.index(line) for line in quoted]
    assert len(quoted) == 5
    assert all(earlier < later for earlier, later in pairwise(positions))


def test_every_link_leads_to_a_file():
    links = re.findall(r"\]\(([^)]+)\)", README)
    assert len(links) > 5
    for link in links:
        assert (ROOT / link).is_file(), link


def test_every_command_of_make_is_there():
    targets = re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
    named = re.findall(r"(?:^|`)make (\w+)", README, re.MULTILINE)
    assert {"demo", "test"} <= set(named) <= set(targets)


def printed_by(command: str) -> list[str]:
    """What a command line prints, descenso's own in this process."""
    program, *words = shlex.split(command)
    if program == "descenso":
        return printed(lambda: main(words))
    return subprocess.check_output([program, *words], text=True).splitlines()


def printed(act: Callable[[], object]) -> list[str]:
    """The lines that come to both streams, in the order in which they come."""
    both = io.StringIO()
    with contextlib.redirect_stdout(both), contextlib.redirect_stderr(both):
        act()
    return both.getvalue().splitlines()


def check(shown: list[str], came: list[str]) -> None:
    """Fail where the lines shown are not those that came, but for those left out."""
    position = 0
    for number, part in enumerate(parts(shown)):
        last = position if number == 0 else len(came) - len(part)
        starts = range(position, last + 1)
        position = next((start for start in starts if alike(part, came[start:])), -1) + len(part)
        assert position >= len(part), "\n".join(["not found:", *part, "what came:", *came])
    assert shown[-1:] == [LEFT_OUT] or position == len(came), came[position:]


def parts(shown: list[str]) -> list[list[str]]:
    """The stretches of lines between those left out."""
    found: list[list[str]] = [[]]
    for line in shown:
        if line == LEFT_OUT:
            found.append([])
        else:
            found[-1].append(line)
    return found


def alike(shown: list[str], came: list[str]) -> bool:
    """Whether `came` begins with the lines shown: words and whole numbers equal, decimals close."""
    if len(came) < len(shown):
        return False
    for expected, found in zip(map(settled, shown), map(settled, came), strict=False):
        if re.split(DECIMAL, expected) != re.split(DECIMAL, found):
            return False
        decimals = zip(re.findall(DECIMAL, expected), re.findall(DECIMAL, found), strict=True)
        if not all(
            math.isclose(float(a), float(b), rel_tol=0.1, abs_tol=0.03) for a, b in decimals
        ):
            return False
    return True


def settled(line: str) -> str:
    """A line without what varies and without the widths of its columns."""
    for pattern, name in VARIES.items():
        line = re.sub(pattern, name, line)
    return " ".join(line.split())
