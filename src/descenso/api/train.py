"""`train`: a table is prepared, a network trained, and the run kept."""

from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from descenso.api.run import Run, diagnosed
from descenso.engine import experiment as ex
from descenso.engine.device import set_up
from descenso.engine.network import Model, UserNetwork
from descenso.engine.progress import Progress, no_progress
from descenso.fields import SEEDS, PathArgument, check_functions, checked
from descenso.i18n import gettext as _
from descenso.recipe import Recipe
from descenso.runs.events import Listen, OnEpoch, Prepared, Preparing
from descenso.runs.lifecycle import needed_bytes, train_prepared
from descenso.runs.preparation import Preparation, prepare
from descenso.runs.request import Request
from descenso.runs.seeds import spread_over_seeds
from descenso.runs.store.disk_space import check_space, check_writable
from descenso.runs.store.folder import check_fresh, make_folder, new_folder
from descenso.views.live import training_display


def train(
    data: Any,
    target: Any = None,
    *,
    recipe: Recipe | Mapping[str, Any] | None = None,
    columns: Mapping[str, str] | None = None,
    drop: Sequence[str] | str = (),
    test: float = 0.0,
    weights: Any = None,
    split_by: str | None = None,
    split_time: str | None = None,
    seeds: int = 1,
    run_dir: str | Path | None = None,
    runs: str | Path | None = None,
    network: Model | None = None,
    parent: str | None = None,
    on_epoch: OnEpoch | None = None,
    listen: Listen | None = None,
    progress: bool = True,
    **fields: Any,
) -> Run:
    """Train a network to predict a column of a table.

    Args:
        data: a file's path, or what else `descenso.read` takes; a Polars or pandas data frame, an
            Arrow table, columns by name (a dict, a structured array), rows as dicts, an array of
            rows × columns; or a pair (X, y).
        target: the column to predict, or its values, one for each row; a pair does without.
        recipe: how to train, as a `Recipe` or a dict of its fields; the fields below override it.
        columns: kinds of columns, where they should not be inferred: number, category, boolean or
            date, by name.
        drop: columns to leave out.
        test: the share of rows kept for a test, in [0, 1).
        weights: how much each row counts: the name of a column, which is then no feature, or for
            data from memory an array of one number for each row, >= 0. Only their proportions
            matter. They count in the training loss, in the validation loss, which early stopping
            uses, and in all metrics, as `sample_weight` does in scikit-learn: a row of weight 2
            is worth two such rows. A row of weight 0 is left out.
        split_by: a column whose equal values stay together when validation and test rows are set
            apart, such as the patient of a visit. It is no feature unless `columns` names it.
        split_time: a column of dates or numbers that orders the rows: training learns from the
            earliest, validation takes the next, the test the latest; rows of the same time stay
            together. It is no feature unless `columns` names it, since all that is to be predicted
            is later than what was learned from.
        seeds: how many seeds to train at once; the one with the median loss is kept.
        run_dir: the folder to keep the run in, new or empty.
        runs: a folder in which to make one, named after the time and the target. Without either,
            the run stays in memory.
        network: an Equinox module of your own, which maps one row of numbers to the outputs (before
            their activation), instead of descenso's; no field may describe another then.
        parent: the run that this one repairs, for the record.
        on_epoch: called with each epoch's record (a dict, a row of `Run.history`); training stops
            where it returns True or raises StopIteration.
        listen: called with each of `descenso.events`.
        progress: whether a notebook shows how it goes, in one display that is drawn anew in its
            place; not where somebody listens. Elsewhere nothing is shown.
        **fields: fields of the recipe, such as `learning_rate=0.01`; see `Recipe`.

    Returns:
        The run. A training that diverged returns too: see its `stopped` and `warnings`.

    Raises:
        InputError: the data or the recipe cannot be used; the message says what to change.

    >>> run = train("penguins", "species", epochs=3)
    >>> run.history["epoch"].to_list()
    [1, 2, 3]
    """
    request = Request.of(
        recipe,
        fields,
        columns,
        drop,
        test=test,
        weights=weights,
        split_by=split_by,
        split_time=split_time,
        # Several seeds are compared on rows that none is trained on, and a callback that stops the
        # training needs validation rows.
        cross_validated=seeds == 1 and on_epoch is None,
    )
    return train_request(
        data,
        target,
        request,
        seeds=seeds,
        run_dir=run_dir,
        runs=runs,
        network=network,
        parent=parent,
        on_epoch=on_epoch,
        listen=listen,
        progress=progress,
    )


def train_request(
    data: Any,
    target: Any,
    request: Request,
    *,
    seeds: int = 1,
    run_dir: str | Path | None = None,
    runs: str | Path | None = None,
    network: Model | None = None,
    parent: str | None = None,
    on_epoch: OnEpoch | None = None,
    listen: Listen | None = None,
    progress: bool = True,
) -> Run:
    """Train as requested; the arguments are those of `train`."""
    check_functions(on_epoch=on_epoch, listen=listen)
    seeds = checked("seeds", SEEDS, seeds)
    path: Path | None = checked("run_dir", PathArgument(none=True), run_dir)
    folder: Path | None = checked("runs", PathArgument(none=True), runs)
    set_up()
    if path is not None:
        check_fresh(path)
    where = path or folder
    if where is not None:
        check_writable(where)
    user_network = None if network is None else UserNetwork.of(network)
    with training_display(listen, progress) as listen:
        preparation = prepare(data, target, request, user_network, on_progress=_telling(listen))
        if where is not None:
            check_space(where, needed_bytes(preparation))
        if path is not None:
            make_folder(path)
        elif folder is not None:
            path = new_folder(folder, preparation.target.name, datetime.now(UTC))
        if listen is not None:
            listen(_prepared(preparation, path))
        spread = None
        if seeds > 1:
            with _removed_if_empty(path):
                spread = spread_over_seeds(preparation, seeds, listen)
            why = _("the median of {n} seeds by the validation loss").format(n=seeds)
            recipe = preparation.experiment.recipe.replace(seed=spread.kept)
            preparation = preparation.with_recipe(recipe, {"seed": why})
        trained = train_prepared(
            preparation,
            path=path,
            spread=spread,
            user_network=user_network,
            parent=parent,
            on_epoch=on_epoch,
            listen=listen,
            examine=diagnosed,
        )
    return Run.of(trained)


def _telling(listen: Listen | None) -> Progress:
    """A progress callback that sends events to a listener, before the training."""
    return no_progress if listen is None else lambda what, done: listen(Preparing(what, done))


def _prepared(preparation: Preparation, path: Path | None) -> Prepared:
    return Prepared(
        target=preparation.target.name,
        recipe=preparation.experiment.recipe,
        reasons=preparation.reasons,
        columns=preparation.encoding.columns,
        rows=preparation.rows,
        parameters=ex.parameter_count(preparation.experiment),
        notes=[*preparation.notes, *preparation.warnings],
        path=path,
    )


@contextmanager
def _removed_if_empty(path: Path | None) -> Generator[None]:
    """Remove an empty folder where something stops descenso before there is a run in it."""
    try:
        yield
    except BaseException:
        if path is not None:
            path.rmdir()
        raise
