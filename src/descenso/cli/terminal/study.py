"""A study in a terminal: the findings, then each part with its numbers."""

import textwrap
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from rich.cells import cell_len

from descenso.cli.terminal.streams import notes, say, show, show_json, width
from descenso.cli.terminal.table import aligned
from descenso.i18n import gettext as _

if TYPE_CHECKING:
    # They bring Polars along, which must not delay --help.
    import polars as pl

    from descenso.views.study import Study

MAX_ROWS = 12  # of a table; the page and JSON have all


@contextmanager
def measuring(quiet: bool) -> Generator[Callable[[str, float | None], None]]:
    """A function that shows on standard error what is being measured."""
    console = notes()
    if quiet:
        yield lambda _what, _done=None: None
    elif console.file.isatty() and not console.is_dumb_terminal:
        # Slow to import, which must not delay --help.
        from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

        columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
        with Progress(*columns, console=console, transient=True) as bar:
            task = bar.add_task(_("Preparing …"), total=None)

            def draw(what: str, done: float | None = None) -> None:
                bar.update(task, description=what, total=None if done is None else 1.0)
                if done is not None:
                    bar.update(task, completed=done)

            yield draw
    else:
        sentences: list[str] = []

        def write(what: str, _done: float | None = None) -> None:
            if sentences[-1:] != [what]:
                sentences.append(what)
                say(f"{what} …")

        yield write


def deliver(
    study: "Study",
    out: Path | None,
    *,
    as_json: bool,
    quiet: bool,
    more: Mapping[str, Any] = MappingProxyType({}),
) -> None:
    """Write the page of a study if --out is given, and print the study.

    Args:
        more: what JSON holds beside the study.
    """
    # It brings pydantic along, which must not delay --help.
    from descenso.runs.store.atomic import replace

    if out is not None:
        replace(out, study.page().encode())
    if as_json:
        show_json(study.to_dict() | {"out": None if out is None else str(out)} | dict(more))
        return
    show_study(study)
    if out is not None and not quiet:
        say(_("The page is {out}; open it in a browser.").format(out=out))


def show_study(study: "Study") -> None:
    """Print a lesson, a comparison, a diagnosis or a sweep."""
    show(study.title, style="bold")
    _paragraph(study.subject, style="dim")
    show()
    for sentence in study.essence:
        _paragraph(sentence, style="green")
    for section in study.sections:
        show()
        show(section.title, style="bold")
        # What the essence says already is not repeated.
        for sentence in section.sentences:
            if sentence not in study.essence:
                _paragraph(sentence)
        for line in section.sketch:
            show(f"  {line}", style="cyan")
        shown = section.shown_table()
        if shown is not None and not section.sketch:
            _table(shown)


def _paragraph(sentence: str, style: str | None = None) -> None:
    for line in textwrap.wrap(sentence, width()):
        show(line, style=style)


def _table(table: "pl.DataFrame") -> None:
    from descenso.views.document import cell

    rows = [[cell(value) for value in row] for row in table.head(MAX_ROWS).iter_rows()]
    lines = aligned([table.columns, *rows], [dtype.is_numeric() for dtype in table.dtypes])
    if max(map(cell_len, lines)) > width():
        # Too wide a table with few rows is shown with its rows as columns.
        turned = zip(table.columns, *rows, strict=True)
        upright = aligned(list(turned), [False, *(True for _row in rows)])
        lines = upright if max(map(cell_len, upright)) <= width() else lines
    show(lines[0], style="dim")
    for line in lines[1:]:
        show(line)
    if table.height > len(rows):
        more = _("… {n} more rows: see --json, or the page of --out")
        show("  " + more.format(n=table.height - len(rows)), style="dim")
