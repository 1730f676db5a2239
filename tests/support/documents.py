"""Documents whose examples are run: what one shows is what comes to somebody who types it.

A document's blocks are followed from top to bottom, in one folder: `console` blocks are commands
and what they print, `python` blocks that import something are programs whose comments say what they
print, and a block with a title, such as ```csv title="prices.csv"```, is a file. Commands in blocks
without a language, which show no output, have to succeed.

A line that holds only "…" stands for lines left out. Times, ids and dates differ from run to run,
and from machine to machine the last digits of a training; all else has to be equal.
"""

import contextlib
import io
import math
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Callable, Generator, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from descenso.cli import main
from descenso.i18n import language, use_language

ROOT = Path(__file__).parents[2]
LEFT_OUT = "…"

# What a second training, or one on another machine, may report differently.
VARIES = {
    r"runs/\S+": "RUN",
    # A run's id, and when it was created.
    r"(?<![\w.])[0-9a-f]{8}\b": "ID",
    r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d(:[\d.+:]+)?": "TIME",
    # Also when it stops early, which hangs on the last digits; an epoch's line ends with seconds.
    r"\d+ (epochs|épocas)( (in|en) [\d.,]+ m?s| \([\d.,]+ m?s\))?": "EPOCHS",
    r"(of epoch|de la época) \d+": "of EPOCH",
    r"^ +\d+( +[\d.,e+-]+){4,}$": "EPOCH",
    # Without validation rows, an epoch has its loss and its learning rate alone.
    r"^( +\d+( +\d[.,]\d+(e-\d+)?){2}) +\d+[.,]\d+$": r"\1 SECONDS",
    r"(the run kept is that of seed|la ejecución de la semilla) \d": "the run kept is that of SEED",
    r"^ +± .*": "DEVIATIONS",
    # A penguin more or less that is taken for another.
    r"^  (Adelie|Chinstrap|Gentoo)( +\d+)+$": "COUNTS",
    r'"(seconds|elapsed_seconds)": [\d.]+': "SECONDS",
}
DECIMAL = r"-?\d+\.\d+(?:e[+-]?\d+)?"
FENCE = re.compile(r"^```(\w*)(?: title=\"([^\"]+)\")?\n(.*?)^```$", re.MULTILINE | re.DOTALL)


# Files that documents take for granted: a table, and a recipe that does badly.
HOUSES = "area,rooms,price\n" + "".join(
    f"{40 + 7 * i % 90},{1 + i % 5},{900 * (40 + 7 * i % 90) + 5000 * (i % 5)}\n" for i in range(60)
)
GRANTED = {"houses.csv": HOUSES, "recipe.json": '{"preset": "lecture", "learning_rate": 1e-6}'}


class Block(NamedTuple):
    """A fenced block: its language, the name of the file that it is, and what stands in it."""

    language: str
    title: str
    text: str


class Shown(NamedTuple):
    """A command, and the lines that are shown below it."""

    command: str
    lines: list[str]


def blocks(document: Path) -> list[Block]:
    """The fenced blocks of a document, from top to bottom."""
    text = document.read_text(encoding="utf-8")
    return [Block(*(part or "" for part in found.groups())) for found in FENCE.finditer(text)]


def commands(block: Block) -> list[Shown]:
    """The commands of a console block; one that ends in a backslash goes on in the next line."""
    parts = re.split(r"^\$ ", block.text.replace("\\\n", ""), flags=re.MULTILINE)[1:]
    return [Shown(command, lines) for part in parts for command, *lines in [part.splitlines()]]


def bare_commands(block: Block) -> list[str]:
    """The commands of a block without a language: a line each, perhaps with a remark."""
    if block.language:
        return []
    return [line.partition("  #")[0].strip() for line in block.text.splitlines()]


def is_program(block: Block) -> bool:
    """Whether it can be run, rather than being quoted from somewhere."""
    return block.language == "python" and "import " in block.text and not block.title


def follow(document: Path, folder: Path, language: str, known: Sequence[str] = ()) -> Iterator[str]:
    """Do all that a document shows, in a folder, and say of each step what is not as shown.

    Programs that are `known` to print what they say are left out.
    """
    with contextlib.chdir(folder), speaking(language):
        program: dict[str, object] = {"__name__": "__main__"}
        for block in blocks(document):
            if block.title:
                Path(block.title).write_text(block.text, encoding="utf-8")
            elif block.language == "console":
                for command, lines in commands(block):
                    yield from complaints(command, lines, printed_by(command))
            elif not block.language and language == "en":
                # In another language they are the same, which another test holds.
                yield from failures(bare_commands(block))
            elif is_program(block) and block.text not in known:
                came = printed(lambda block=block: exec(block.text, program))
                said = [line.removeprefix("# ") for line in comments(block)]
                yield from complaints(block.text, said, came)


def failures(typed: Sequence[str]) -> Iterator[str]:
    """Those of the commands that do not succeed, or name what is not there."""
    for command in typed:
        program, *words = shlex.split(command)
        if program == "make":
            targets = re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
            problem = "" if words[0] in targets else "no such target"
        elif program == ".venv/bin/python":
            module = ROOT / words[1].replace(".", "/")
            problem = "" if module.with_suffix(".py").exists() else "no such module"
        else:
            for name, text in GRANTED.items():
                if name in words:
                    Path(name).write_text(text, encoding="utf-8")
            said = printed(lambda words=words: print("status", main(words)))
            problem = "" if said[-1] == "status 0" else "\n".join(said)
        if problem:
            yield f"{command}: {problem}"


def comments(block: Block) -> list[str]:
    """The comments of a program that say what it prints: those of a whole line."""
    return [line for line in block.text.splitlines() if line.startswith("# ")]


@contextlib.contextmanager
def speaking(language: str) -> Generator[None]:
    """Have descenso speak a language, here and in the processes begun here."""
    before = os.environ.get("DESCENSO_LANG", "")
    os.environ["DESCENSO_LANG"] = language
    try:
        yield
    finally:
        os.environ["DESCENSO_LANG"] = before


def printed_by(command: str) -> list[str]:
    """What a command line prints, descenso's own in this process."""
    if command.startswith("descenso ") and not re.search(r"[;<>]", command):
        first, _, others = command.partition(" | ")
        came = printed(lambda: main(shlex.split(first)[1:]))
        return in_a_shell(others, "\n".join([*came, ""])) if others else came
    return in_a_shell(command)


def in_a_shell(command: str, written: str = "") -> list[str]:
    """What comes to both streams of a shell that finds descenso where this Python has it."""
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    done = subprocess.run(
        ["sh", "-c", command],
        text=True,
        input=written,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env=os.environ | {"PATH": path},
    )
    return done.stdout.splitlines()


def printed(act: Callable[[], object]) -> list[str]:
    """The lines that come to both streams, in the order in which they come."""
    both = io.StringIO()
    with contextlib.redirect_stdout(both), contextlib.redirect_stderr(both):
        act()
    # What --lang chose holds for one command only.
    use_language(None)
    return both.getvalue().splitlines()


def complaints(what: str, shown: list[str], came: list[str]) -> Iterator[str]:
    """Where the lines shown are not those that came, but for those left out."""
    position = 0
    for number, part in enumerate(parts(shown)):
        last = position if number == 0 else len(came) - len(part)
        starts = range(position, last + 1)
        found = next((start for start in starts if alike(part, came[start:])), None)
        if found is None:
            yield "\n".join([what, "--- not found:", *part, "--- what came:", *came])
            return
        position = found + len(part)
    if shown[-1:] != [LEFT_OUT] and position < len(came):
        yield "\n".join([what, "--- not shown:", *came[position:]])


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
    if language() == "es":
        line = re.sub(r"(?<=\d),(?=\d)", ".", line)  # a decimal comma
    return " ".join(line.split())
