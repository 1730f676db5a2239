"""`descenso evaluate`: how well a trained network predicts some rows."""

from typing import Annotated

import typer

from descenso.cli.options.parsing import check_tables, checked, load_run
from descenso.cli.options.reading import takes_reading
from descenso.cli.options.shared import (
    DEFAULT_RUNS,
    Confidence,
    Data,
    Device,
    Json,
    Quiet,
    Resamples,
    RunReference,
    Runs,
)
from descenso.cli.terminal.evaluation import show_evaluation
from descenso.cli.terminal.result import show_metrics
from descenso.cli.terminal.streams import say, show_json
from descenso.data.io.options import ReadOptions
from descenso.errors import InputError
from descenso.fields import CONFIDENCE, Integer
from descenso.i18n import N_
from descenso.i18n import gettext as _
from descenso.views.words import part_name

HELP = N_(
    "Measure a run on a table that has the target.\n\n"
    "Without a table: on held-out rows of the run, those of --test if there are any, else those of "
    "--validation. The table is read like the run's own, unless its format or an option below says "
    "otherwise.\n\n"
    "Example: descenso evaluate latest test.csv"
)


@takes_reading
def evaluate(
    run: RunReference,
    table: Annotated[
        str | None,
        typer.Argument(
            metavar=N_("TABLE"), help=N_("A table with the target."), rich_help_panel="Data"
        ),
    ] = None,
    data: Data = None,
    resamples: Resamples = None,
    confidence: Confidence = "0.95",
    runs: Runs = DEFAULT_RUNS,
    device: Device = None,
    as_json: Json = False,
    quiet: Quiet = False,
    reading: ReadOptions = ReadOptions(),  # noqa: B008  (immutable)
) -> None:
    """Parse, evaluate, print."""
    drawn = None if resamples is None else checked("resamples", Integer(), resamples)
    level = checked("confidence", CONFIDENCE, confidence)
    if table is not None and data is not None:
        raise InputError(
            _(
                "--data (the moved training table) cannot be combined with a table to evaluate on. "
                "Give one of them."
            )
        )
    check_tables(table, data)
    loaded = load_run(run, runs, device)
    rows = None if table is None else loaded.read(table, **reading.named())
    measured = loaded.evaluate(rows, training_data=data, resamples=drawn, confidence=level)
    for warning in measured["warnings"]:
        say(warning)
    if as_json:
        show_json(measured)
    elif quiet:
        show_metrics(measured["metrics"])
    else:
        show_evaluation(measured, table or part_name(measured["part"]))
