"""`descenso sweep`: many recipes trained at once and ranked, with the spread of their seeds."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from descenso.cli.exit import FAILED, Interrupted, reference_of
from descenso.cli.options import data
from descenso.cli.options.parsing import check_page, check_tables, checked, compute_on
from descenso.cli.options.reading import takes_reading
from descenso.cli.options.recipe import read_recipe, takes_recipe, validation_table
from descenso.cli.options.shared import DEFAULT_RUNS, Device, Json, Page, Quiet, RecipeFile, Runs
from descenso.cli.terminal.result import next_commands
from descenso.cli.terminal.streams import say, show
from descenso.cli.terminal.study import deliver, measuring
from descenso.data.io.options import ReadOptions
from descenso.fields import SEEDS
from descenso.i18n import N_
from descenso.i18n import gettext as _
from descenso.runs.search.grid import check_not_named, read_grid

if TYPE_CHECKING:
    # They bring JAX along, which must not delay --help.
    from descenso.api.run import Run
    from descenso.api.sweep import Stopped, Sweep

HELP = N_(
    "Train all combinations of some values at once, rank them, and keep the best as a run.\n\n"
    "Each is trained from several seeds, to separate better recipes from lucky ones. To continue "
    "an interrupted sweep, repeat its command with its --sweep-dir.\n\n"
    "Example: descenso sweep houses.csv --target price --vary learning_rate=log:1e-4:1"
)


@takes_reading
@takes_recipe
def sweep(
    table: data.Table,
    target: Annotated[str, data.TARGET],
    vary: Annotated[
        list[str],
        typer.Option(
            metavar=N_("FIELD=VALUES"),
            help=N_(
                "A field of the recipe and its values: A|B|C, log:LOW:HIGH:N or lin:LOW:HIGH:N. "
                "Can be repeated: all combinations are tried."
            ),
            rich_help_panel="Training",
        ),
    ],
    seeds: Annotated[
        str,
        typer.Option(
            metavar="N",
            help=N_("Seeds per recipe; with 1, differences cannot be distinguished from chance."),
            rich_help_panel="Training",
        ),
    ] = "3",
    test: data.Test = "0",
    column: data.Column = None,
    drop: data.Drop = None,
    split_by: data.SplitBy = None,
    split_time: data.SplitTime = None,
    weights: data.Weights = None,
    recipe: RecipeFile = None,
    runs: Runs = DEFAULT_RUNS,
    sweep_dir: Annotated[
        Path | None,
        typer.Option(
            metavar=N_("FOLDER"),
            help=N_(
                "Folder of this sweep: new, empty, or that of a sweep to continue; by default a "
                "new one in --runs."
            ),
            rich_help_panel="Run",
        ),
    ] = None,
    out: Page = None,
    device: Device = None,
    as_json: Json = False,
    quiet: Quiet = False,
    reading: ReadOptions = ReadOptions(),  # noqa: B008  (immutable)
    **texts: str | None,
) -> None:
    """Parse, train, rank, print."""
    grid = read_grid(vary)
    settings = read_recipe(recipe, texts)
    check_not_named(grid, settings)
    keywords = data.requested(
        column, drop, test, weights=weights, split_by=split_by, split_time=split_time
    )
    number_of_seeds = checked("seeds", SEEDS, seeds)
    check_tables(table, validation_table(settings))
    check_page(out)

    # JAX takes most of a second to import: --help and mistakes in the arguments do not wait for it.
    from descenso.api.sweep import Stopped
    from descenso.api.sweep import sweep as train_all
    from descenso.data.io.read import read_table

    compute_on(device)
    try:
        with measuring(quiet) as on_progress:
            found = train_all(
                read_table(table, reading),
                target,
                vary=grid,
                seeds=number_of_seeds,
                recipe=settings,
                **keywords,
                sweep_dir=sweep_dir,
                runs=runs,
                on_progress=on_progress,
            )
    except Stopped as stopped:
        raise _interrupted(stopped) from None
    if quiet:
        for warning in found.warnings:
            say(warning)
    deliver(found, out, as_json=as_json, quiet=quiet)
    if found.run is None:
        raise typer.Exit(FAILED)
    if not (as_json or quiet):
        _show_next(found, found.run, runs)


def _interrupted(stopped: "Stopped") -> Interrupted:
    return Interrupted(
        _(
            "interrupted; {done} of {networks} networks are trained and saved. To go on, repeat "
            "the command with --sweep-dir {folder}"
        ).format(done=stopped.done, networks=stopped.networks, folder=stopped.folder)
    )


def _show_next(found: "Sweep", run: "Run", runs: Path) -> None:
    """Print the folders of a sweep and of its best run, and what to try next."""
    show()
    show(_("The sweep is in {path}").format(path=found.path))
    show(_("The run is in {path}").format(path=run.path))
    show(_("To try next:"))
    for command in next_commands(reference_of(run.path, runs), run.recipe.epochs):
        show(f"  {command}")
