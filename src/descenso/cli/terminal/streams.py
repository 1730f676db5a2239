"""The two streams: results go to standard output, everything on the way to standard error."""

import json
import re
import sys
from collections.abc import Mapping
from typing import Any

from rich.console import Console

MOST_COLUMNS = 100  # longer lines are hard to read


# Line breaks, the escape that begins a terminal's commands, and marks that turn the direction of
# reading around.
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


def visible(text: str) -> str:
    r"""Text that a table may have brought along, its control characters spelled out.

    A name with a line break in it would break a message, and one with an escape in it could make
    the terminal do as it says.

    >>> visible("a\nb")
    'a\\nb'
    """
    return _CONTROL.sub(lambda found: repr(found[0])[1:-1], text)


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


def show_json(value: Mapping[str, Any]) -> None:
    """The one JSON object of a command. Its numbers are finite: what is not one is null by now."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, allow_nan=False, indent=2) + "\n")
