"""`descenso diagnose`: whether a training is healthy; if not, why, proved by training again."""

from typing import Annotated

import typer

from descenso.cli.options.data import TARGET, Column, Drop
from descenso.cli.options.parsing import check_page, check_table, compute_on, names, pairs
from descenso.cli.options.reading import takes_reading
from descenso.cli.options.recipe import read_recipe, takes_recipe
from descenso.cli.options.shared import DEFAULT_RUNS, Device, Json, Page, Quiet, RecipeFile, Runs
from descenso.cli.terminal.streams import say, show
from descenso.cli.terminal.study import deliver, measuring
from descenso.data.io.options import ReadOptions
from descenso.errors import InputError
from descenso.i18n import N_
from descenso.i18n import gettext as _

HELP = N_(
    "Find out whether a training is healthy; if not, why, and what one change repairs it.\n\n"
    "Each suspected cause is tried: the training is repeated with only that change, and judged on "
    "rows held out. Without a run, a recipe is trained on --data and examined.\n\n"
    "Example: descenso diagnose latest"
)


@takes_reading
@takes_recipe
def diagnose(
    run: Annotated[
        str | None,
        typer.Argument(
            metavar="RUN",
            help=N_("A run: its folder, the beginning of its id, or latest."),
            rich_help_panel="Run",
        ),
    ] = None,
    data: Annotated[
        str | None,
        typer.Option(
            "--data",
            metavar="TABLE",
            help=N_("A table to train on and examine; or that of the run, where it has moved."),
            rich_help_panel="Data",
        ),
    ] = None,
    target: Annotated[str | None, TARGET] = None,
    column: Column = None,
    drop: Drop = None,
    recipe: RecipeFile = None,
    quick: Annotated[
        bool,
        typer.Option(
            "--quick",
            help=N_("Look at the symptoms alone: nothing is trained again, nor proved."),
            rich_help_panel="Training",
        ),
    ] = False,
    apply: Annotated[
        bool,
        typer.Option(
            "--apply",
            help=N_("Train the repaired recipe as a new run, which names the one it repairs."),
            rich_help_panel="Run",
        ),
    ] = False,
    out: Page = None,
    runs: Runs = DEFAULT_RUNS,
    device: Device = None,
    as_json: Json = False,
    quiet: Quiet = False,
    reading: ReadOptions = ReadOptions(),  # noqa: B008  (immutable)
    **texts: str | None,
) -> None:
    """Parse, examine, print."""
    given = read_recipe(recipe, texts)
    if run is None and (data is None or target is None):
        raise InputError(
            _("Name a run, such as latest; or a table and its column, with --data and --target.")
        )
    named = [text for text in texts.values() if text is not None]
    if run is not None and (target is not None or recipe is not None or column or drop or named):
        raise InputError(
            _("A run has its target, columns and recipe already; name only a run, or only --data.")
        )
    if run is None and apply:
        raise InputError(_("--apply repairs a run: train it first, with descenso train."))
    if data is not None:
        check_table(data)
    check_page(out)
    kinds, dropped = pairs("column", column or []), names(drop or [])

    # JAX takes most of a second to import: --help and mistakes in the arguments do not wait for it.
    from descenso.api.diagnose import diagnose as consult
    from descenso.api.diagnose import repair
    from descenso.api.run import load
    from descenso.data.io.read import read_table

    compute_on(device)
    with measuring(quiet) as on_progress:
        if run is None:
            assert data is not None
            loaded = None
            found = consult(
                read_table(data, reading),
                target,
                recipe=given,
                quick=quick,
                on_progress=on_progress,
                columns=kinds,
                drop=dropped,
            )
        else:
            loaded = load(run, runs=runs)
            found = loaded.diagnose(quick=quick, data=data, on_progress=on_progress)
    deliver(found, out, as_json=as_json, quiet=quiet)
    if loaded is None:
        return
    if apply and found.verdict == "ill":
        with measuring(quiet) as on_progress:
            on_progress(_("Training the repaired recipe"), None)
            repaired = repair(loaded, found, runs=runs, data=data)
        say(_("The repaired run lies in {path}").format(path=repaired.path))
    elif apply:
        say(_("There is nothing to repair."))
    elif not (as_json or quiet) and found.diagnoses and found.diagnoses[0].change is not None:
        show()
        show(_("To try next:"))
        show(f"  descenso diagnose {run} --apply")
