"""`descenso resume`: continue a training where it stopped."""

from typing import Annotated

import typer

from descenso.cli.exit import finish, resumable
from descenso.cli.options.parsing import check_tables, checked, load_run
from descenso.cli.options.shared import DEFAULT_RUNS, Data, Device, Json, Quiet, RunReference, Runs
from descenso.cli.terminal.streams import say
from descenso.i18n import N_
from descenso.i18n import gettext as _
from descenso.recipe import FIELD_TYPES

HELP = N_(
    "Continue an interrupted training, or train a finished one for longer.\n\n"
    "The weights are the same, bit for bit, as those of a training that was never stopped.\n\n"
    "Example: descenso resume latest --epochs 200"
)


def resume(
    run: RunReference,
    epochs: Annotated[
        str | None,
        typer.Option(
            metavar="N",
            help=N_("Total number of epochs; by default as many as the run was meant to have."),
            rich_help_panel="Training",
        ),
    ] = None,
    data: Data = None,
    runs: Runs = DEFAULT_RUNS,
    device: Device = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Parse, go on, print."""
    # It brings rich along, which must not delay --help.
    from descenso.cli.terminal.progress import progress

    in_all = None if epochs is None else checked("epochs", FIELD_TYPES["epochs"], epochs)
    check_tables(data)
    loaded = load_run(run, runs, device)
    if in_all is None and loaded.record.status == "finished" and not quiet:
        say(_("This training has already ended; --epochs N trains on to N epochs in total."))
    reference = run if runs == DEFAULT_RUNS else str(loaded.path)
    with resumable(lambda: reference), progress(quiet) as listen:
        resumed = loaded.resume(epochs=in_all, listen=listen, data=data)
    finish(resumed, reference, as_json, quiet)
