"""Progress of a long prediction: how many rows are done."""

import time
from collections.abc import Callable, Generator
from contextlib import contextmanager

from descenso.cli.terminal.streams import notes
from descenso.i18n import gettext as _
from descenso.views.numbers import whole

REDRAW_SECONDS = 0.2
# Where lines stay, as in a log, there are fewer.
LINE_SECONDS = 10.0


@contextmanager
def counting(quiet: bool) -> Generator[Callable[[int], None]]:
    """A function that shows on standard error how many rows are done."""
    # Slow to import, which must not delay --help.
    from rich.live import Live
    from rich.text import Text

    console, began = notes(), time.monotonic()
    if quiet:
        yield _ignore
        return
    is_live = console.file.isatty() and not console.is_dumb_terminal
    seconds, last = (REDRAW_SECONDS if is_live else LINE_SECONDS), began
    live = Live(console=console, auto_refresh=False, transient=True)

    def show_rows(rows: int) -> None:
        nonlocal last
        now = time.monotonic()
        if now - last < seconds:
            return
        last = now
        sentence = _("{rows} rows predicted, {speed} a second").format(
            rows=whole(rows), speed=whole(round(rows / (now - began)))
        )
        if is_live:
            live.update(Text(sentence, style="dim"), refresh=True)
        else:
            console.print(sentence, soft_wrap=True)

    if is_live:
        with live:
            yield show_rows
    else:
        yield show_rows


def _ignore(_rows: int) -> None:
    pass
