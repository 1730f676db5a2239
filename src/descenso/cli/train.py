"""`descenso train`: a network from a table."""

from pathlib import Path
from typing import Annotated

import typer

from descenso.cli.exit import finish, reference_of, resumable
from descenso.cli.options import data
from descenso.cli.options.parsing import check_tables, checked, compute_on
from descenso.cli.options.reading import takes_reading
from descenso.cli.options.recipe import read_recipe, takes_recipe, validation_table
from descenso.cli.options.shared import DEFAULT_RUNS, Device, Json, Quiet, RecipeFile, Runs
from descenso.data.io.options import ReadOptions
from descenso.fields import SEEDS
from descenso.i18n import N_

HELP = N_(
    "Train a network to predict a column of a table.\n\n"
    "Settings that you do not give are chosen from the data, and each is shown with its reason.\n\n"
    "Example: descenso train houses.csv --target price --test 0.2"
)


@takes_reading
@takes_recipe
def train(
    table: data.Table,
    target: Annotated[str, data.TARGET],
    test: data.Test = "0",
    column: data.Column = None,
    drop: data.Drop = None,
    split_by: data.SplitBy = None,
    split_time: data.SplitTime = None,
    weights: data.Weights = None,
    recipe: RecipeFile = None,
    seeds: Annotated[
        str,
        typer.Option(
            metavar="N",
            help=N_("Train N networks from different seeds, show their spread, keep the median."),
            rich_help_panel="Training",
        ),
    ] = "1",
    runs: Runs = DEFAULT_RUNS,
    run_dir: Annotated[
        Path | None,
        typer.Option(
            metavar=N_("FOLDER"),
            help=N_("Folder of this run, new or empty; by default a new one in --runs."),
            rich_help_panel="Run",
        ),
    ] = None,
    device: Device = None,
    as_json: Json = False,
    quiet: Quiet = False,
    reading: ReadOptions = ReadOptions(),  # noqa: B008  (immutable)
    **texts: str | None,
) -> None:
    """Parse, train, print."""
    settings = read_recipe(recipe, texts)
    keywords = data.requested(
        column, drop, test, weights=weights, split_by=split_by, split_time=split_time
    )
    number_of_seeds = checked("seeds", SEEDS, seeds)
    check_tables(table, validation_table(settings))

    # JAX takes most of a second to import: --help and mistakes in the arguments do not wait for it.
    from descenso.api.train import train as train_network
    from descenso.cli.terminal.progress import progress
    from descenso.data.io.read import read_table
    from descenso.runs.events import Event, Prepared
    from descenso.runs.store.disk_space import check_writable

    # Before a large table is read.
    check_writable(run_dir or runs)
    compute_on(device)
    made: list[Path] = []

    def listen(event: Event) -> None:
        if isinstance(event, Prepared) and event.path is not None:
            made.append(event.path)
        show_event(event)

    with resumable(lambda: _saved(made, runs)), progress(quiet) as show_event:
        run = train_network(
            read_table(table, reading),
            target,
            recipe=settings,
            **keywords,
            seeds=number_of_seeds,
            run_dir=run_dir,
            runs=runs,
            listen=listen,
        )
    finish(run, reference_of(run.path, runs), as_json, quiet)


def _saved(made: list[Path], runs: Path) -> str | None:
    """How to name the run that was made, if its folder says already what to train."""
    # It brings pydantic along, which must not delay --help.
    from descenso.runs.store.run_file import RUN

    if not made or not (made[0] / RUN).exists():
        return None
    return reference_of(made[0], runs)
