"""The two streams: results go to standard output, everything on the way to standard error."""

import json
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.text import Text

from descenso.markup import visible

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
    Console(highlight=False, markup=False).print(visible(line), style=style, soft_wrap=True)


def show_lines(lines: Callable[[int], Iterable[Sequence[tuple[str, str]]]]) -> None:
    """Lines in pieces of text and style, on standard output.

    Args:
        lines: what to show on so many cells.
    """
    console = Console(highlight=False, markup=False)
    for line in lines(width()):
        console.print(Text.assemble(*line), soft_wrap=True)


def show_json(value: Mapping[str, Any]) -> None:
    """The one JSON object of a command. Its numbers are finite: what is not one is null by now."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, allow_nan=False, indent=2) + "\n")
