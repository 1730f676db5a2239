"""Progress of a training: a live table in a terminal, lines elsewhere.

A small network trains thousands of epochs a second, so an epoch only stores its numbers here; they
are drawn or written after each chunk of iterations, about ten times a second.
"""

import sys
import time
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console, Group
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from descenso.cli.terminal.choices import show_choices
from descenso.cli.terminal.streams import notes, visible
from descenso.i18n import gettext as _
from descenso.views.numbers import WIDTH, duration, number
from descenso.views.words import record_titles

if TYPE_CHECKING:
    # They bring Polars along, which must not delay --help.
    from descenso.runs.events import Advanced, EpochRecord, Event, Preparing

REDRAW_SECONDS = 0.2
MAX_EPOCHS_SHOWN = 10


@contextmanager
def progress(quiet: bool) -> Generator["Callable[[Event], None]"]:
    """A function that shows the events of a training on standard error."""
    console = notes()
    # Not console.is_terminal, which FORCE_COLOR makes true of a log, where no cursor can move.
    if quiet:
        yield _ignore
    elif console.file.isatty() and not console.is_dumb_terminal:
        table = LiveTable(console)
        try:
            with table.live:
                yield table.show
        finally:
            table.end()
    else:
        lines = Lines(console)
        try:
            yield lines.show
        finally:
            lines.end()


class LiveTable:
    """A few epochs of the training, a progress bar, and the time left."""

    def __init__(self, console: Console) -> None:
        # Slow to import, which must not delay --help.
        from rich.live import Live

        # What is drawn while it goes on vanishes at the end, and `end` prints what remains.
        self.live = Live(
            Text(_("Preparing …"), style="dim"), console=console, auto_refresh=False, transient=True
        )
        self._epochs = SampledEpochs()
        self._advanced: Advanced | None = None
        self._drawn = 0.0

    def show(self, event: "Event") -> None:
        """Store an event, and redraw if it is time to."""
        # They bring Polars along, which must not delay --help.
        from descenso.runs.events import Advanced, EpochEnded, Prepared, Preparing, Warned

        match event:
            case EpochEnded():
                self._epochs.add(event.record)
            case Preparing():
                self.live.update(_searching(event), refresh=True)
            case Advanced():
                self._advanced = event
                if time.monotonic() - self._drawn > REDRAW_SECONDS:
                    self.draw()
            case Prepared():
                show_choices(event, self.live.console)
                self.live.update(Text(_("Compiling …"), style="dim"), refresh=True)
            case Warned():
                self.live.console.print(Text(visible(event.message), style="bold yellow"))
            case _:
                pass

    def draw(self) -> None:
        """Draw the epochs so far and the progress bar."""
        if self._advanced is not None:
            left = self._advanced.remaining_seconds
            self.live.update(Group(epochs_text(self._epochs), _bar(self._advanced, left)))
            self.live.refresh()
        self._drawn = time.monotonic()

    def end(self) -> None:
        """Print the epochs, to stay."""
        if self._advanced is not None:
            self.live.console.print(epochs_text(self._epochs), _bar(self._advanced, None), sep="")


class Lines:
    """One line per epoch."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._waiting: list[str] = []
        self._columns: dict[str, str] = {}
        self._preparing = ""

    def show(self, event: "Event") -> None:
        """Store an event, and write the waiting lines after each chunk."""
        # They bring Polars along, which must not delay --help.
        from descenso.runs.events import Advanced, EpochEnded, Prepared, Preparing, Warned

        match event:
            case EpochEnded():
                self._take(event.record)
            case Advanced():
                self.write()
            case Preparing():
                if event.what != self._preparing:
                    self._console.print(f"{visible(event.what)} …", soft_wrap=True)
                self._preparing = event.what
            case Prepared():
                show_choices(event, self._console)
            case Warned():
                self.write()
                self._console.print(visible(event.message), soft_wrap=True)
            case _:
                pass

    def write(self) -> None:
        """Write the waiting lines."""
        if self._waiting:
            sys.stderr.write("".join(self._waiting))
            sys.stderr.flush()
            self._waiting.clear()

    def end(self) -> None:
        """Write the waiting lines, and an empty one before what follows."""
        self.write()
        if self._columns:
            self._console.print()

    def _take(self, record: "EpochRecord") -> None:
        if not self._columns:
            self._columns = record_titles(record)
            self._waiting.append(heading_line(self._columns))
        self._waiting.append(record_line(record, self._columns))


class SampledEpochs:
    """A few epochs of a training: evenly spaced ones, the best, and the latest.

    Their distance doubles whenever there are too many, so that they span the whole training.
    """

    def __init__(self) -> None:
        self.best: EpochRecord | None = None
        self.latest: EpochRecord | None = None
        self._spaced: list[EpochRecord] = []
        self._distance = 1

    def add(self, record: "EpochRecord") -> None:
        """Add the next epoch."""
        self.latest = record
        loss, best = record["validation_loss"], self.best and self.best["validation_loss"]
        if loss is not None and (best is None or loss < best):
            self.best = record
        if (record["epoch"] - 1) % self._distance == 0:
            self._spaced.append(record)
        if len(self._spaced) > MAX_EPOCHS_SHOWN:
            self._distance *= 2
            self._spaced = self._spaced[::2]

    def shown(self) -> "list[EpochRecord]":
        """The epochs to show, in order."""
        some = [*self._spaced, *(each for each in (self.best, self.latest) if each is not None)]
        return sorted({each["epoch"]: each for each in some}.values(), key=lambda e: e["epoch"])


def epochs_text(epochs: SampledEpochs) -> Text:
    """The epochs as text, the best one highlighted.

    Not a rich table, which takes six times as long to draw.
    """
    text = Text(no_wrap=True, overflow="crop")
    records = epochs.shown()
    if records:
        columns = record_titles(records[0])
        text.append(heading_line(columns), style="bold")
        for record in records:
            line = record_line(record, columns)
            text.append(line, style="green" if record is epochs.best else "")
    return text


def heading_line(columns: Mapping[str, str]) -> str:
    """The titles of the columns, above their numbers."""
    return "  ".join(f"{title:>{WIDTH}}" for title in columns.values()) + "\n"


def record_line(record: "EpochRecord", columns: Mapping[str, str]) -> str:
    """The numbers of an epoch, below the titles of their columns."""
    numbers = [(number(record.get(name)), title) for name, title in columns.items()]
    return "  ".join(f"{text:>{max(WIDTH, len(title))}}" for text, title in numbers) + "\n"


def _searching(preparing: "Preparing") -> Table:
    """The step before the training, and its progress bar."""
    grid = Table.grid(padding=(0, 2, 0, 0))
    bar = ProgressBar(total=1.0, completed=preparing.done or 0.0, width=40)
    grid.add_row(bar, visible(preparing.what))
    return grid


def _bar(advanced: "Advanced", left: float | None) -> Table:
    """The progress bar of the training, with the time left if it is known."""
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(width=40)
    grid.add_row(
        ProgressBar(total=max(advanced.epochs, 1), completed=advanced.epoch, width=40),
        _("epoch {epoch} of {epochs}").format(epoch=int(advanced.epoch), epochs=advanced.epochs),
        _("{time} left").format(time=duration(left)) if left else "",
    )
    return grid


def _ignore(event: "Event") -> None:
    pass
