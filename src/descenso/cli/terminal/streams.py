"""The two streams: results go to standard output, everything on the way to standard error."""

import io
import json
import os
import sys
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, TextIO

from rich.console import Console
from rich.text import Text

from descenso.errors import DiskError
from descenso.html import visible
from descenso.i18n import gettext as _

MOST_COLUMNS = 100  # longer lines are hard to read


def width() -> int:
    """How many columns a line of the result may take."""
    return min(Console().width, MOST_COLUMNS)


def notes() -> Console:
    """Standard error, where progress and remarks go."""
    console = Console(stderr=True, highlight=False, markup=False)
    console.width = min(console.width, MOST_COLUMNS)
    return console


def say(sentence: str) -> None:
    """A line to standard error, never broken, so that a path in it can be copied."""
    Console(stderr=True, highlight=False, markup=False).print(visible(sentence), soft_wrap=True)


def show(line: str = "", style: str | None = None) -> None:
    """A line of the result, on standard output."""
    with output() as out:
        console = Console(file=out, highlight=False, markup=False)
        console.print(visible(line), style=style, soft_wrap=True)


def show_lines(lines: Callable[[int], Iterable[Sequence[tuple[str, str]]]]) -> None:
    """Lines in pieces of text and style, on standard output.

    Args:
        lines: what to show on so many cells.
    """
    with output() as out:
        console = Console(file=out, highlight=False, markup=False)
        for line in lines(width()):
            console.print(Text.assemble(*line), soft_wrap=True)


def show_json(value: Mapping[str, Any]) -> None:
    """The one JSON object of a command. Its numbers are finite: what is not one is null by now."""
    # What another encoding lacks JSON spells in ASCII: a replaced sign would be another value.
    foreign = (sys.stdout.encoding or "utf-8").lower() != "utf-8"
    with output() as out:
        out.write(json.dumps(value, ensure_ascii=foreign, allow_nan=False, indent=2) + "\n")


def take_any_sign() -> None:
    """From now on standard output replaces signs that its encoding lacks, and does not fail."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")


def write_as_a_file() -> None:
    """From now on standard output takes the bytes of a text file as descenso writes one."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8", newline="\n")


@contextmanager
def output() -> Generator[TextIO]:
    """Standard output, to write to.

    Raises:
        DiskError: it takes no more: the disk is full that it goes to.
    """
    try:
        yield sys.stdout
    except BrokenPipeError:
        # Its reader has gone, which is no trouble.
        raise
    except OSError as error:
        give_up_output()
        raise DiskError(
            _("standard output cannot be written to ({reason}).").format(reason=error.strerror)
        ) from None


def give_up_output() -> None:
    """Let what standard output still holds back, and all that follows, go nowhere."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
