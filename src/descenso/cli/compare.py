"""`descenso compare`: runs side by side, and which differences are beyond chance."""

from typing import Annotated

import typer

from descenso.cli import completion
from descenso.cli.options.parsing import check_page, check_tables, checked, compute_on
from descenso.cli.options.reading import takes_reading
from descenso.cli.options.shared import (
    DEFAULT_RUNS,
    Confidence,
    Device,
    Json,
    Page,
    Quiet,
    Resamples,
    Runs,
)
from descenso.cli.terminal.study import deliver
from descenso.data.io.options import ReadOptions
from descenso.errors import InputError
from descenso.fields import CONFIDENCE, Integer
from descenso.i18n import N_
from descenso.i18n import gettext as _

HELP = N_(
    "Compare runs: how their recipes differ, their loss curves, and which is better beyond "
    "chance.\n\n"
    "Each is compared with the first: on the test rows that all have in common, else on their "
    "common validation rows, or on a table of yours.\n\n"
    "Example: descenso compare latest 3f2a --out comparison.html"
)


@takes_reading
def compare(
    references: Annotated[
        list[str],
        typer.Argument(
            metavar=N_("RUN"),
            help=N_("Two runs or more: folders, starts of ids, or latest."),
            autocompletion=completion.runs,
            rich_help_panel="Run",
        ),
    ],
    data: Annotated[
        str | None,
        typer.Option(
            "--data",
            metavar=N_("FILE"),
            help=N_("A table with the target, to compare the runs on."),
            rich_help_panel="Data",
        ),
    ] = None,
    resamples: Resamples = None,
    confidence: Confidence = "0.95",
    out: Page = None,
    runs: Runs = DEFAULT_RUNS,
    device: Device = None,
    as_json: Json = False,
    quiet: Quiet = False,
    reading: ReadOptions = ReadOptions(),  # noqa: B008  (immutable)
) -> None:
    """Parse, compare, print."""
    drawn = None if resamples is None else checked("resamples", Integer(), resamples)
    level = checked("confidence", CONFIDENCE, confidence)
    if len(references) < 2:
        raise InputError(_("A single run cannot be compared; name two or more."))
    check_page(out)
    check_tables(data)

    # JAX takes most of a second to import: --help and mistakes in the arguments do not wait for it.
    from descenso.api.compare import compare as put_side_by_side
    from descenso.api.run import load

    compute_on(device)
    loaded = [load(reference, runs=runs) for reference in references]
    rows = None if data is None else loaded[0].read(data, **reading.named())
    found = put_side_by_side(loaded, rows, resamples=drawn, confidence=level)
    deliver(found, out, as_json=as_json, quiet=quiet)
