"""Many recipes at once: which is best, which differences are luck, and the best one kept."""

import time
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from descenso.api.run import Run, diagnosed, load
from descenso.engine.device import differences, environment, set_up
from descenso.engine.progress import Progress, no_progress
from descenso.fields import SEEDS, PathArgument, check_functions, checked
from descenso.i18n import gettext as _
from descenso.i18n import ngettext
from descenso.recipe import Recipe, check_trains, to_text
from descenso.runs.fit import reporting
from descenso.runs.lifecycle import train_prepared
from descenso.runs.preparation import Preparation, prepare
from descenso.runs.request import Request
from descenso.runs.search.grid import check_not_named, make_grid, points
from descenso.runs.search.plan import Plan, asked_of, groups, losses_of, train_group
from descenso.runs.search.ranking import Rank, rank
from descenso.runs.search.sweep_file import (
    VERSION,
    SweepFile,
    as_json,
    read_sweep,
    write_sweep,
)
from descenso.runs.seeds import spread_of
from descenso.runs.store.atomic import as_run_error
from descenso.runs.store.disk_space import check_writable
from descenso.runs.store.folder import new_folder
from descenso.runs.store.lock import writing
from descenso.runs.store.run_file import RUN, SeedSpread
from descenso.views.sweep import Sweep, sweep_of

RANK_COLUMNS = dict.fromkeys(("mean", "sd", "times", "low", "high"), pl.Float64) | {
    "diverged": pl.Int64,
    "verdict": pl.String,
}


class Stopped(KeyboardInterrupt):
    """A sweep was interrupted by Ctrl-C.

    Attributes:
        folder: from which it can be continued; None in memory, where all is lost.
        done: networks trained.
        networks: how many there are in all.
    """

    def __init__(self, folder: Path | None, done: int, networks: int) -> None:
        super().__init__(folder, done, networks)
        self.folder, self.done, self.networks = folder, done, networks


def sweep(
    data: Any,
    target: Any = None,
    *,
    vary: Mapping[str, Any],
    seeds: int = 3,
    recipe: Recipe | Mapping[str, Any] | None = None,
    columns: Mapping[str, str] | None = None,
    drop: Sequence[str] | str = (),
    test: float = 0.0,
    weights: Any = None,
    split_by: str | None = None,
    split_time: str | None = None,
    sweep_dir: str | Path | None = None,
    runs: str | Path | None = None,
    on_progress: Progress = no_progress,
    **fields: Any,
) -> Sweep:
    """Train all combinations of some values from several seeds each, rank them, and keep the best.

    All learn from the same rows, and are ranked by their mean loss on the same validation rows;
    without those, on the training rows. Test rows are only shown to the run that is kept: that of
    the best recipe's median seed, which is trained by itself. Networks that share a program train
    at once (see `descenso.engine.population`).

    Args:
        data: as in `train`, like all that is not named here.
        vary: by field of the recipe its values, such as `{"learning_rate": [0.01, 0.1]}`; or as
            text what `--vary` takes behind the equals sign, such as `"log:1e-4:1"`.
        seeds: how many each recipe is trained from; from 2 on, the noise of the seeds is known.
        sweep_dir: the folder that keeps what was trained. A killed sweep continues where the
            same is asked again with the same folder, and ends the same.
        runs: a folder in which to keep the best run, and, where `sweep_dir` is not named, to make
            one for the sweep. Without both, all stays in memory.
        on_progress: called with what is being trained and the fraction that is done.
        **fields: fields of the recipe that all share.

    Raises:
        InputError: the data, the recipe or what varies cannot be used; nothing was trained then.

    >>> rates = {"learning_rate": [1e-4, 0.1]}
    >>> found = sweep("penguins", "species", vary=rates, seeds=1, preset="lecture", epochs=3)
    >>> found.best, found.ranking["verdict"].to_list()
    ({'learning_rate': 0.1}, ['best', 'unknown'])
    """
    check_functions(on_progress=on_progress)
    grid = make_grid(vary)
    seeds = checked("seeds", SEEDS, seeds)
    folder: Path | None = checked("sweep_dir", PathArgument(none=True), sweep_dir)
    runs = checked("runs", PathArgument(none=True), runs)
    set_up()
    request = Request.of(
        recipe,
        fields,
        columns,
        drop,
        test=test,
        weights=weights,
        split_by=split_by,
        split_time=split_time,
    )
    check_not_named(grid, request.recipe)
    for place in (folder, runs):
        if place is not None:
            check_writable(Path(place))
    preparation = prepare(data, target, request, on_progress=on_progress)
    plan = Plan(
        preparation,
        grid,
        [preparation.resolved(**point)[0] for point in points(grid)],
        [(preparation.experiment.recipe.seed + index) % 2**32 for index in range(seeds)],
    )
    for each in plan.recipes:
        check_trains(each)
    requested = asked_of(plan)
    known = None if folder is None else read_sweep(folder, requested)
    if folder is None and runs is not None:
        folder = new_folder(Path(runs), f"sweep_{preparation.target.name}", datetime.now(UTC))
    if folder is not None:
        with as_run_error(folder):
            folder.mkdir(parents=True, exist_ok=True)
        on_progress(_("Preparing in {folder}").format(folder=folder), None)
    with nullcontext() if folder is None else writing(folder):
        file = known or SweepFile(
            version=VERSION,
            asked=as_json(requested),
            environment=environment(),
            members={},
            kept=None,
        )
        warnings = [*preparation.warnings]
        if changed := differences(file.environment, environment()):
            warnings.append(
                _(
                    "Part of this sweep was trained elsewhere ({changes}): numbers may differ in "
                    "their last digits."
                ).format(changes=", ".join(changed))
            )
        began = time.perf_counter()
        with _resumable(folder, plan) as trained:
            file = _train_all(plan, file, folder, on_progress, trained)
            ranks = rank(losses_of(plan, file.members))
            run = _keep(plan, file, ranks, folder, runs, on_progress)
    if run is not None and run.stopped == "interrupted":
        raise Stopped(folder, len(plan), len(plan))
    return _result(plan, file, ranks, run, folder, warnings, time.perf_counter() - began)


@contextmanager
def _resumable(folder: Path | None, plan: Plan) -> Generator[set[int]]:
    """Turn a Ctrl-C into an error that says how to continue; the block fills in what is trained."""
    trained: set[int] = set()
    try:
        yield trained
    except KeyboardInterrupt:
        raise Stopped(folder, len(trained), len(plan)) from None


def _train_all(
    plan: Plan, file: SweepFile, folder: Path | None, on_progress: Progress, trained: set[int]
) -> SweepFile:
    """Train all groups that are not trained yet, and write down each result at once."""
    trained |= set(file.members)
    if folder is not None:
        write_sweep(folder, file)
    together = groups(plan)
    for number, group in enumerate(together, start=1):
        if set(group) <= trained:
            continue
        what = ngettext(
            "Training {n} network (group {group} of {groups})",
            "Training {n} networks at once (group {group} of {groups})",
            len(group),
        ).format(n=len(group), group=number, groups=len(together))
        found = train_group(plan, group, on_progress, what)
        file = file.model_copy(update={"members": file.members | found})
        if folder is not None:
            write_sweep(folder, file)
        trained |= set(group)
    return file


def _keep(
    plan: Plan,
    file: SweepFile,
    ranks: Sequence[Rank],
    folder: Path | None,
    runs: str | Path | None,
    on_progress: Progress,
) -> Run | None:
    """The run of the best recipe, trained by itself; None where all diverged."""
    best = ranks[0]
    if best.diverged:
        return None
    listen = reporting(on_progress, _("Training the best network by itself"))
    if file.kept is not None and (Path(file.kept) / RUN).is_file():
        run = load(file.kept)
        under_way = run.record.status in ("training", "interrupted")
        return run.resume(listen=listen) if under_way else run
    preparation, spread = _of_the_best(plan, file, best)
    path = None if file.kept is None else Path(file.kept)
    # A folder that is known and holds no run was made just before a kill.
    if folder is not None and (path is None or not path.is_dir()):
        if runs is None:
            path = folder / "best"
            path.mkdir(exist_ok=True)
        else:
            path = new_folder(Path(runs), plan.preparation.target.name, datetime.now(UTC))
        write_sweep(folder, file.model_copy(update={"kept": str(path.resolve())}))
    trained = train_prepared(
        preparation, path=path, spread=spread, listen=listen, examine=diagnosed
    )
    return Run.of(trained)


def _of_the_best(plan: Plan, file: SweepFile, best: Rank) -> tuple[Preparation, SeedSpread | None]:
    """What the run that is kept is trained by, and how its seeds spread."""
    members = range(best.index * len(plan.seeds), (best.index + 1) * len(plan.seeds))
    scored = [file.members[member].metrics for member in members]
    spread = spread_of(scored, plan.seeds, plan.ranking_part)
    chosen = ngettext(
        "the best of {n} recipe by the validation loss",
        "the best of {n} recipes by the validation loss",
        len(plan.recipes),
    ).format(n=len(plan.recipes))
    point = points(plan.grid)[best.index]
    reasons = plan.preparation.resolved(**point)[1] | dict.fromkeys(plan.grid, chosen)
    if len(plan.seeds) == 1:
        recipe, kept_spread = plan.recipes[best.index], None
    else:
        recipe, kept_spread = plan.recipes[best.index].replace(seed=spread.kept), spread
        median = _("the median of {n} seeds by the validation loss")
        reasons["seed"] = median.format(n=len(plan.seeds))
    return plan.preparation.with_recipe(recipe, reasons), kept_spread


def _column(values: Sequence[Any]) -> list[Any]:
    """A field's values as a table holds them: numbers where all are, else as they are written."""
    numeric = all(isinstance(each, int | float) and not isinstance(each, bool) for each in values)
    if numeric and any(isinstance(each, float) for each in values):
        return list(map(float, values))
    return list(values) if numeric else list(map(to_text, values))


def _result(
    plan: Plan,
    file: SweepFile,
    ranks: Sequence[Rank],
    run: Run | None,
    folder: Path | None,
    warnings: list[str],
    seconds: float,
) -> Sweep:
    tried, losses = points(plan.grid), losses_of(plan, file.members)
    values = {name: _column([point[name] for point in tried]) for name in plan.grid}
    order = [each.index for each in ranks]
    ranking = pl.DataFrame(
        {
            "rank": range(1, len(ranks) + 1),
            **{name: [column[index] for index in order] for name, column in values.items()},
            **{
                name: pl.Series([getattr(each, name) for each in ranks], dtype=dtype)
                for name, dtype in RANK_COLUMNS.items()
            },
        }
    )
    numbers = [divmod(member, len(plan.seeds)) for member in range(len(plan))]
    found = [file.members[member] for member in range(len(plan))]
    members = pl.DataFrame(
        {
            **{name: [column[i] for i, _seed in numbers] for name, column in values.items()},
            "seed": [plan.seeds[seed] for _i, seed in numbers],
            "loss": pl.Series(
                [float(losses[at]) if np.isfinite(losses[at]) else None for at in numbers],
                dtype=pl.Float64,
            ),
            **{
                name: [getattr(each, name) for each in found]
                for name in ("epochs", "kept_epoch", "diverged")
            },
        }
    )
    return sweep_of(
        target=plan.preparation.target.name,
        task=plan.preparation.target.task,
        table=plan.preparation.data.table.title,
        watched=plan.ranking_part,
        vary=plan.grid,
        seeds=plan.seeds,
        best=None if run is None else tried[ranks[0].index],
        ranking=ranking,
        members=members,
        run=run,
        path=folder,
        warnings=warnings,
        seconds=seconds,
    )
