"""`descenso train`: a network from a table."""

from pathlib import Path
from typing import Annotated

import typer

from descenso.cli.exit import finish, full, interrupted, reference_of
from descenso.cli.options.data import TARGET, Column, Drop, SplitBy, SplitTime, Table, Test, Weights
from descenso.cli.options.parsing import check_table, checked, compute_on, names, pairs
from descenso.cli.options.reading import takes_reading
from descenso.cli.options.recipe import read_recipe, takes_recipe
from descenso.cli.options.shared import DEFAULT_RUNS, Device, Json, Quiet, RecipeFile, Runs
from descenso.cli.terminal.progress import progress
from descenso.data.io.options import ReadOptions
from descenso.data.roles import check_one_split
from descenso.errors import DiskError
from descenso.fields import Integer, Number
from descenso.i18n import N_

HELP = N_(
    "Train a network to predict a column of a table.\n\n"
    "What you do not name is chosen from the data, and said with its reason.\n\n"
    "Example: descenso train houses.csv --target price --test 0.2"
)


@takes_reading
@takes_recipe
def train(
    table: Table,
    target: Annotated[str, TARGET],
    test: Test = "0",
    column: Column = None,
    drop: Drop = None,
    split_by: SplitBy = None,
    split_time: SplitTime = None,
    weights: Weights = None,
    recipe: RecipeFile = None,
    seeds: Annotated[
        str,
        typer.Option(
            metavar="N",
            help=N_("Train from N seeds at once, show the spread, and keep the median run."),
            rich_help_panel="Training",
        ),
    ] = "1",
    runs: Runs = DEFAULT_RUNS,
    run_dir: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER",
            help=N_("The folder for this run, new or empty; else one is made in --runs."),
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
    wanted = read_recipe(recipe, texts)
    share = checked("test", Number(below=1.0), test)
    number_of_seeds = checked("seeds", Integer(low=1), seeds)
    kinds = pairs("column", column or [])
    check_one_split(split_by, split_time)
    check_table(table)
    if isinstance(wanted.validation, str) and not wanted.is_auto("validation"):
        check_table(wanted.validation)

    # JAX takes most of a second to import: --help and mistakes in the arguments do not wait for it.
    from descenso.api.train import train as train_network
    from descenso.data.io.read import read_table
    from descenso.runs.events import Event, Prepared
    from descenso.runs.store.disk_space import check_writable
    from descenso.runs.store.run_file import RUN

    check_writable(run_dir or runs)
    compute_on(device)
    begun: list[Path | None] = []

    def hear(event: Event) -> None:
        if isinstance(event, Prepared):
            begun.append(event.path)
        listen(event)

    try:
        with progress(quiet) as listen:
            run = train_network(
                read_table(table, reading),
                target,
                recipe=wanted,
                columns=kinds,
                drop=names(drop or []),
                test=share,
                weights=weights,
                split_by=split_by,
                split_time=split_time,
                seeds=number_of_seeds,
                run_dir=run_dir,
                runs=runs,
                listen=hear,
            )
    except KeyboardInterrupt:
        # Before the first iteration; later a Ctrl-C ends the training in good order.
        if begun and begun[0] is not None and (begun[0] / RUN).exists():
            raise interrupted(reference_of(begun[0], runs)) from None
        raise
    except DiskError as error:
        if begun and begun[0] is not None and (begun[0] / RUN).exists():
            raise full(error, reference_of(begun[0], runs)) from None
        raise
    finish(run, reference_of(run.path, runs), as_json, quiet)
