"""`descenso report`: a page that tells what was learnt, how, and what matters."""

from pathlib import Path
from typing import Annotated

import typer

from descenso.cli.options.parsing import check_page, check_table, compute_on
from descenso.cli.options.shared import DEFAULT_RUNS, Data, Device, Json, Quiet, RunReference, Runs
from descenso.cli.terminal.streams import say, show, show_json
from descenso.i18n import N_
from descenso.i18n import gettext as _

HELP = N_(
    "Write a page about a run: how good it is, how it learnt, which columns matter, and how "
    "to repeat it.\n\n"
    "The page is one file that needs no network. It shows some rows of the data, unless --no-rows "
    "leaves them out.\n\n"
    "Example: descenso report latest --out report.html"
)


def report(
    run: RunReference,
    data: Data = None,
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE.html",
            help=N_("Where to write the page; else report.html in the run's folder."),
            rich_help_panel="Output",
        ),
    ] = None,
    no_rows: Annotated[
        bool,
        typer.Option(
            "--no-rows",
            help=N_("Leave rows of the data out of the page."),
            rich_help_panel="Output",
        ),
    ] = False,
    interactive: Annotated[
        bool,
        typer.Option(
            "--interactive",
            help=N_("Have charts answer to the pointer: a script of 0.9 MB in the page."),
            rich_help_panel="Output",
        ),
    ] = False,
    runs: Runs = DEFAULT_RUNS,
    device: Device = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Parse, write, print."""
    if data is not None:
        check_table(data)
    check_page(out)

    # JAX takes most of a second to import: --help and mistakes in the arguments do not wait for it.
    from descenso.api.run import load
    from descenso.views.report.highlights import findings

    compute_on(device)
    loaded = load(run, runs=runs)
    told = loaded.report(out, data=data, rows=not no_rows, interactive=interactive)
    if as_json:
        show_json(told)
        return
    for sentence in findings(told):
        show(sentence)
    if not quiet:
        say(_("The page is {out}; open it in a browser.").format(out=told["out"]))
