"""Results go to standard output; progress, warnings and remarks go to standard error."""

import io
import json
import os
import sys
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TextIO

from descenso.errors import DiskError
from descenso.html import visible
from descenso.i18n import gettext as _

if TYPE_CHECKING:
    from rich.console import Console

MAX_COLUMNS = 100  # longer lines are hard to read


def width() -> int:
    """The maximum width of a line of the result."""
    return min(_console().width, MAX_COLUMNS)


def notes() -> "Console":
    """A console on standard error, for progress and remarks."""
    console = _console(stderr=True)
    console.width = min(console.width, MAX_COLUMNS)
    return console


def say(sentence: str) -> None:
    """Print a line on standard error, unbroken, so that a path in it can be copied."""
    _console(stderr=True).print(visible(sentence), soft_wrap=True)


def show(line: str = "", style: str | None = None) -> None:
    """Print a line of the result on standard output."""
    with output() as out:
        console = _console(file=out)
        console.print(visible(line), style=style, soft_wrap=True)


def show_lines(lines: Callable[[int], Iterable[Sequence[tuple[str, str]]]]) -> None:
    """Print lines of styled text on standard output.

    Args:
        lines: gives the lines for a width, each as pairs of text and style.
    """
    from rich.text import Text

    with output() as out:
        console = _console(file=out)
        for line in lines(width()):
            console.print(Text.assemble(*line), soft_wrap=True)


def show_json(value: Mapping[str, Any]) -> None:
    """Print the JSON object of a command. Its numbers must be finite; others are null already."""
    # Under another encoding, escape: a replaced character would be another value.
    is_utf8 = (sys.stdout.encoding or "utf-8").lower() == "utf-8"
    with output() as out:
        out.write(json.dumps(value, ensure_ascii=not is_utf8, allow_nan=False, indent=2) + "\n")


def replace_unencodable() -> None:
    """Let standard output replace characters that its encoding lacks, instead of failing."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")


def write_as_a_file() -> None:
    """Let standard output write what a text file of descenso has: UTF-8 and line feeds."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8", newline="\n")


@contextmanager
def output() -> Generator[TextIO]:
    """Standard output, to write to.

    Raises:
        DiskError: it cannot be written to, as where its disk is full.
    """
    try:
        yield sys.stdout
    except BrokenPipeError:
        # The reader has closed the pipe, which is no error.
        raise
    except OSError as error:
        give_up_output()
        raise DiskError(
            _("standard output cannot be written to ({reason}).").format(reason=error.strerror)
        ) from None


def _console(**streams: Any) -> "Console":
    # It takes a tenth of a second to import, which --help does not wait for.
    from rich.console import Console

    return Console(highlight=False, markup=False, **streams)


def give_up_output() -> None:
    """Discard the buffer of standard output and all further output."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
