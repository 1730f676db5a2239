"""`descenso report`: a page about a run: how good it is, how it trained, what matters."""

from pathlib import Path
from typing import Annotated

import typer

from descenso.cli.options.parsing import check_page, check_tables, load_run
from descenso.cli.options.shared import DEFAULT_RUNS, Data, Device, Json, Quiet, RunReference, Runs
from descenso.cli.terminal.streams import say, show, show_json
from descenso.i18n import N_
from descenso.i18n import gettext as _
from descenso.views.report.highlights import findings

HELP = N_(
    "Write a page about a run: how good it is, how it trained, which columns matter, and how to "
    "repeat it.\n\n"
    "The page is a single file and works offline. It contains some rows of the data, unless "
    "--no-rows is given.\n\n"
    "Example: descenso report latest --out report.html"
)


def report(
    run: RunReference,
    data: Data = None,
    out: Annotated[
        Path | None,
        typer.Option(
            metavar=N_("FILE.html"),
            help=N_("File of the page; by default report.html in the folder of the run."),
            rich_help_panel="Output",
        ),
    ] = None,
    no_rows: Annotated[
        bool,
        typer.Option(
            "--no-rows", help=N_("Show no rows of the data on the page."), rich_help_panel="Output"
        ),
    ] = False,
    interactive: Annotated[
        bool,
        typer.Option(
            "--interactive",
            help=N_("Make the charts interactive, with a script of 0.9 MB in the page."),
            rich_help_panel="Output",
        ),
    ] = False,
    runs: Runs = DEFAULT_RUNS,
    device: Device = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Parse, report, print."""
    check_tables(data)
    check_page(out)
    loaded = load_run(run, runs, device)
    written = loaded.report(out, data=data, rows=not no_rows, interactive=interactive)
    if as_json:
        show_json(written)
        return
    for sentence in findings(written):
        show(sentence)
    if not quiet:
        say(_("The page is {out}; open it in a browser.").format(out=written["out"]))
