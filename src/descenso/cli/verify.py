"""`descenso verify`: whether a run can be repeated."""

import typer

from descenso.cli.options.parsing import check_tables, load_run
from descenso.cli.options.shared import DEFAULT_RUNS, Data, Device, Json, Quiet, RunReference, Runs
from descenso.cli.terminal.streams import show, show_json
from descenso.i18n import N_
from descenso.i18n import gettext as _
from descenso.views.numbers import number

HELP = N_(
    "Train a run again from its recipe and its data, and compare the weights bit for bit.\n\n"
    "Example: descenso verify latest"
)
DIFFERENT = 1


def verify(
    run: RunReference,
    data: Data = None,
    runs: Runs = DEFAULT_RUNS,
    device: Device = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Parse, repeat, print."""
    # It brings rich along, which must not delay --help.
    from descenso.cli.terminal.progress import progress

    check_tables(data)
    loaded = load_run(run, runs, device)
    with progress(quiet) as listen:
        report = loaded.verify(data=data, listen=listen)
    if as_json:
        show_json(report)
    elif report["verified"]:
        show(_("Verified: the repeated training gives the same weights, bit for bit."))
    else:
        show(
            _(
                "Not verified: weights of the repeated training differ by up to {difference}."
            ).format(difference=number(report["difference"]))
        )
        for change in report["environment"]:
            show(_("Changed since then: {change}").format(change=change))
    if not report["verified"]:
        raise typer.Exit(DIFFERENT)
