"""`descenso evaluate`: how good a trained network is on some rows."""

from typing import Annotated

import typer

from descenso.cli.options import (
    DEFAULT_RUNS,
    Device,
    Json,
    Quiet,
    RunReference,
    Runs,
    check_table,
    compute_on,
)
from descenso.cli.terminal.result import show_metrics
from descenso.cli.terminal.streams import say, show, show_json
from descenso.messages import N_, ngettext
from descenso.views.words import part_name

HELP = N_(
    "Measure a run on a table that has the target.\n\n"
    "Without a table: on the rows that training did not learn from, those of --test if there are "
    "any, else those of --validation.\n\n"
    "Example: descenso evaluate latest test.csv"
)


def evaluate(
    run: RunReference,
    table: Annotated[
        str | None,
        typer.Argument(
            metavar="TABLE", help=N_("A table with the target."), rich_help_panel="Data"
        ),
    ] = None,
    runs: Runs = DEFAULT_RUNS,
    device: Device = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Parse, evaluate, print."""
    if table is not None:
        check_table(table)

    # JAX takes most of a second to import: --help and mistakes in the arguments do not wait for it.
    from descenso.run import load

    compute_on(device)
    loaded = load(run, runs=runs)
    measured = loaded.evaluate(table)
    for warning in measured["warnings"]:
        say(warning)
    if as_json:
        show_json(measured)
        return
    if not quiet:
        part = table or (part_name("test" if loaded.record.rows.test else "validation"))
        rows = ngettext("{n} row", "{n} rows", measured["rows"]).format(n=measured["rows"])
        show(f"{part}: {rows}")
    show_metrics(measured["metrics"])
