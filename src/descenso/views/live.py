"""A training in a notebook while it goes on: one display, drawn anew in its place.

IPython is no dependency of descenso: where a notebook runs it is there, and elsewhere nothing is
shown.
"""

import sys
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from typing import Any

from descenso import html
from descenso.html import escaped, paragraph
from descenso.i18n import gettext as _
from descenso.runs.events import (
    Advanced,
    Ended,
    EpochEnded,
    EpochRecord,
    Event,
    Prepared,
    Preparing,
    Warned,
)
from descenso.views import curves
from descenso.views.numbers import duration, number, whole
from descenso.views.sentences import course, headlines, learning, parts_of
from descenso.views.words import record_titles

REDRAW_SECONDS = 0.4
MOST_REMARKS = 10

Listen = Callable[[Event], None]


@contextmanager
def training_display(
    listen: Listen | None, progress: bool, records: Sequence[EpochRecord] = ()
) -> Generator[Listen | None]:
    """The receiver of a training's events: `listen`, or in a notebook a display.

    Args:
        listen: who listens already.
        progress: whether a display is to be shown.
        records: of the epochs before, where a training goes on.
    """
    if listen is not None or not progress or not in_notebook():
        yield listen
        return
    live = Live(records)
    try:
        yield live.receive
    finally:
        live.close()


def in_notebook() -> bool:
    """Whether a kernel runs this, such as Jupyter's, rather than a terminal or a script."""
    # What was not imported cannot be running; importing it here would cost everybody else a second.
    ipython: Any = sys.modules.get("IPython")
    shell = None if ipython is None else ipython.get_ipython()
    return getattr(shell, "kernel", None) is not None


class Live:
    """What is known of a training by now, and the display that shows it."""

    def __init__(self, records: Sequence[EpochRecord] = ()) -> None:
        self._records = list(records)
        self._remarks: list[str] = []
        self._title = ""
        self._preparing: Preparing | None = None
        self._advanced: Advanced | None = None
        self._ended: Ended | None = None
        self._handle: Any = None
        self._due = 0.0

    def receive(self, event: Event) -> None:
        """Take in an event, and draw where it is time to."""
        match event:
            case EpochEnded():
                # What a killed training did after its last checkpoint happens again.
                while self._records and self._records[-1]["epoch"] >= event.record["epoch"]:
                    self._records.pop()
                self._records.append(event.record)
            case Advanced():
                self._advanced = event
                if time.monotonic() > self._due:
                    self._draw()
            case Preparing():
                self._preparing = event
                if time.monotonic() > self._due:
                    self._draw()
            case Prepared():
                self._preparing = None
                self._title = learning(event)
                self._remarks += event.notes
                self._draw()
            case Warned():
                self._remarks.append(event.message)
            case Ended():
                self._ended = event
                self._draw()
            case _:
                pass

    def close(self) -> None:
        """Leave no display that promises to go on."""
        if self._ended is None and self._handle is not None:
            self._advanced = None
            self._remarks.append(_("The training did not finish."))
            self._draw()

    def __repr__(self) -> str:
        return self._outcome() or self._title

    def _repr_html_(self) -> str:
        kept = self._ended.summary["kept_epoch"] if self._ended else 0
        epochs = self._advanced.epochs if self._advanced and not self._ended else 0
        return html.fragment(
            html.heading(self._title) if self._title else "",
            paragraph(self._outcome()) if self._ended else self._bar(),
            *map(paragraph, headlines(parts_of(self._ended.summary)) if self._ended else ()),
            curves.losses(self._records, epochs=epochs, kept=kept),
            *map(paragraph, self._remarks[-MOST_REMARKS:]),
        )

    def _outcome(self) -> str:
        if self._ended is None:
            return ""
        return course(self._ended.summary)

    def _bar(self) -> str:
        """How far it is, and the latest epoch in numbers."""
        if self._preparing is not None:
            return _progress(self._preparing.done or 0.0, 1.0, self._preparing.what)
        if self._advanced is None:
            return "" if self._records else paragraph(_("Compiling …"))
        now = self._advanced
        far = _("epoch {epoch} of {epochs}").format(
            epoch=whole(int(now.epoch)), epochs=whole(now.epochs)
        )
        parts = [far]
        if now.remaining_seconds:
            parts.append(_("{time} left").format(time=duration(now.remaining_seconds)))
        if self._records:
            latest = self._records[-1]
            titles = record_titles(latest)
            parts += [
                f"{titles[name]} {number(latest[name])}"
                for name in titles
                if "loss" in name or name.startswith("validation")
            ]
        return _progress(now.epoch, max(now.epochs, 1), " · ".join(parts))

    def _draw(self) -> None:
        # Only where there is a kernel, and with it IPython.
        from IPython.display import display

        began = time.monotonic()
        if self._handle is None:
            self._handle = display(self, display_id=True)
        else:
            self._handle.update(self)
        now = time.monotonic()
        # A long course takes longer to draw, which must not hold up the training.
        self._due = now + max(REDRAW_SECONDS, 20 * (now - began))


def _progress(done: float, whole_of_it: float | int, words: str) -> str:
    """A bar, and how far that is in words."""
    return f'<p><progress max="{whole_of_it}" value="{done:.2f}"></progress> {escaped(words)}</p>'
