"""`descenso sweep`: many recipes at once, ranked, with the noise of their seeds."""

from pathlib import Path
from typing import Annotated

import typer

from descenso.cli.exit import FAILED, Interrupted, reference_of
from descenso.cli.options.data import TARGET, Column, Drop, SplitBy, SplitTime, Table, Test, Weights
from descenso.cli.options.parsing import check_page, check_table, checked, compute_on, names, pairs
from descenso.cli.options.reading import takes_reading
from descenso.cli.options.recipe import read_recipe, takes_recipe
from descenso.cli.options.shared import DEFAULT_RUNS, Device, Json, Page, Quiet, RecipeFile, Runs
from descenso.cli.terminal.result import next_commands
from descenso.cli.terminal.streams import say, show
from descenso.cli.terminal.study import deliver, measuring
from descenso.data.io.options import ReadOptions
from descenso.data.roles import check_one_split
from descenso.fields import Integer, Number
from descenso.i18n import N_
from descenso.i18n import gettext as _
from descenso.runs.search.grid import check_not_named, read_grid

HELP = N_(
    "Train all combinations of some values at once, rank them, and keep the best as a run.\n\n"
    "Each is trained from several seeds, to distinguish a better recipe from a luckier one. "
    "Killed or interrupted, a sweep goes on where the same is asked again with its --sweep-dir.\n\n"
    "Example: descenso sweep houses.csv --target price --vary learning_rate=log:1e-4:1"
)


@takes_reading
@takes_recipe
def sweep(
    table: Table,
    target: Annotated[str, TARGET],
    vary: Annotated[
        list[str],
        typer.Option(
            metavar="FIELD=VALUES",
            help=N_(
                "A field of the recipe and its values: A|B|C, log:LOW:HIGH:N or lin:LOW:HIGH:N. "
                "May stand repeatedly: all combinations are tried."
            ),
            rich_help_panel="Training",
        ),
    ],
    seeds: Annotated[
        str,
        typer.Option(
            metavar="N",
            help=N_("How many seeds each recipe is trained from; 1 leaves the noise unknown."),
            rich_help_panel="Training",
        ),
    ] = "3",
    test: Test = "0",
    column: Column = None,
    drop: Drop = None,
    split_by: SplitBy = None,
    split_time: SplitTime = None,
    weights: Weights = None,
    recipe: RecipeFile = None,
    runs: Runs = DEFAULT_RUNS,
    sweep_dir: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER",
            help=N_(
                "The folder of this sweep: a new or an empty one, or that of one to go on with; "
                "else one is made in --runs."
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
    wanted = read_recipe(recipe, texts)
    check_not_named(grid, wanted)
    share = checked("test", Number(below=1.0), test)
    number_of_seeds = checked("seeds", Integer(low=1), seeds)
    kinds = pairs("column", column or [])
    check_one_split(split_by, split_time)
    check_table(table)
    if isinstance(wanted.validation, str) and not wanted.is_auto("validation"):
        check_table(wanted.validation)
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
                recipe=wanted,
                columns=kinds,
                drop=names(drop or []),
                test=share,
                weights=weights,
                split_by=split_by,
                split_time=split_time,
                sweep_dir=sweep_dir,
                runs=runs,
                on_progress=on_progress,
            )
    except Stopped as stopped:
        raise Interrupted(
            _(
                "interrupted; {done} of {networks} networks are trained, and kept. To go on, "
                "repeat the command with --sweep-dir {folder}"
            ).format(done=stopped.done, networks=stopped.networks, folder=stopped.folder)
        ) from None
    if quiet:
        for warning in found.warnings:
            say(warning)
    deliver(found, out, as_json=as_json, quiet=quiet)
    if found.run is None:
        raise typer.Exit(FAILED)
    if not (as_json or quiet):
        show()
        show(_("The sweep lies in {path}").format(path=found.path))
        show(_("The run lies in {path}").format(path=found.run.path))
        show(_("To try next:"))
        for command in next_commands(reference_of(found.run.path, runs), found.run.recipe.epochs):
            show(f"  {command}")
