"""`descenso diagnose`: whether a training is healthy; if not, why, proved by training again."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from descenso.cli.options.data import TARGET, Column, Drop, requested
from descenso.cli.options.parsing import check_page, check_tables, compute_on
from descenso.cli.options.reading import takes_reading
from descenso.cli.options.recipe import read_recipe, takes_recipe
from descenso.cli.options.shared import DEFAULT_RUNS, Device, Json, Page, Quiet, RecipeFile, Runs
from descenso.cli.terminal.streams import say, show
from descenso.cli.terminal.study import deliver, measuring
from descenso.data.io.options import ReadOptions
from descenso.errors import InputError
from descenso.i18n import N_
from descenso.i18n import gettext as _

if TYPE_CHECKING:
    # They bring JAX along, which must not delay --help.
    from descenso.api.run import Run
    from descenso.views.diagnosis import Diagnosis

HELP = N_(
    "Find out whether a training is healthy; if not, why, and which change repairs it.\n\n"
    "Each suspected cause is tried: the training is repeated with only that change and judged on "
    "held-out rows. Without a run, a recipe is trained on --data and examined.\n\n"
    "Example: descenso diagnose latest"
)


@takes_reading
@takes_recipe
def diagnose(
    run: Annotated[
        str | None,
        typer.Argument(
            metavar=N_("RUN"),
            help=N_("A run: its folder, the start of its id, or latest."),
            rich_help_panel="Run",
        ),
    ] = None,
    data: Annotated[
        str | None,
        typer.Option(
            "--data",
            metavar=N_("TABLE"),
            help=N_("A table to train on and examine; or the table of the run, if it has moved."),
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
            help=N_("Look only at the symptoms: nothing is trained again, and nothing is proved."),
            rich_help_panel="Training",
        ),
    ] = False,
    apply: Annotated[
        bool,
        typer.Option(
            "--apply",
            help=N_("Train the repaired recipe as a new run, which records the run it repairs."),
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
    settings = read_recipe(recipe, texts)
    described = target is not None or recipe is not None or column or drop or any(texts.values())
    _check_subject(run, data, target, described=bool(described), apply=apply)
    keywords = requested(column, drop)
    check_tables(data)
    check_page(out)

    # JAX takes most of a second to import: --help and mistakes in the arguments do not wait for it.
    from descenso.api.diagnose import diagnose as examine
    from descenso.api.run import load
    from descenso.data.io.read import read_table

    compute_on(device)
    loaded = None if run is None else load(run, runs=runs)
    with measuring(quiet) as on_progress:
        if loaded is not None:
            found = loaded.diagnose(quick=quick, data=data, on_progress=on_progress)
        else:
            assert data is not None
            table = read_table(data, reading)
            found = examine(
                table, target, recipe=settings, quick=quick, on_progress=on_progress, **keywords
            )
    deliver(found, out, as_json=as_json, quiet=quiet)
    if loaded is None:
        return
    if apply:
        _repair(loaded, found, runs, data, quiet)
    elif not (as_json or quiet) and found.diagnoses and found.diagnoses[0].change is not None:
        show()
        show(_("To try next:"))
        show(f"  descenso diagnose {run} --apply")


def _check_subject(
    run: str | None, data: str | None, target: str | None, *, described: bool, apply: bool
) -> None:
    """Refuse what is neither a run nor a table with its target, and what is both.

    Args:
        described: whether a target, columns or fields of the recipe are given.
    """
    if run is None and (data is None or target is None):
        raise InputError(
            _("Name a run, such as latest; or a table and its column, with --data and --target.")
        )
    if run is not None and described:
        raise InputError(
            _("A run already has its target, columns and recipe: give only the run and --data.")
        )
    if run is None and apply:
        raise InputError(_("--apply repairs a run: train it first, with descenso train."))


def _repair(run: "Run", found: "Diagnosis", runs: Path, data: str | None, quiet: bool) -> None:
    """Train the repaired recipe as a new run."""
    # It brings JAX along, which must not delay --help.
    from descenso.api.diagnose import repair

    if not found.diagnoses:
        say(_("There is nothing to repair."))
        return
    with measuring(quiet) as on_progress:
        on_progress(_("Training the repaired recipe"), None)
        repaired = repair(run, found, runs=runs, data=data)
    say(_("The repaired run is in {path}").format(path=repaired.path))
