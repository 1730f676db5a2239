"""A run's data, kept by reference and opened again as it was: same rows, same encoding."""

import hashlib
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np

from descenso.data.encoding.encoder import Encoder
from descenso.data.encoding.row_weights import without_zero_weights
from descenso.data.encoding.target import Target, rows_with_target
from descenso.data.io.options import ReadOptions
from descenso.data.io.read import read_table, reopen
from descenso.data.table import Source, Table
from descenso.engine.experiment import Examples, Experiment
from descenso.engine.network import Model
from descenso.errors import RunError
from descenso.i18n import gettext as _
from descenso.recipe import Recipe
from descenso.runs.examples import encode, make_task, weighted
from descenso.runs.preparation import Preparation
from descenso.runs.store.atomic import sha256, told_as_run_error
from descenso.runs.store.run_file import (
    DATA,
    VALIDATION,
    DataReference,
    FileReference,
    RunFile,
    SplitRows,
)


@dataclass(frozen=True)
class Opened:
    """A run's data, ready to train on again.

    Attributes:
        experiment: as it was.
        test: the rows kept for a test; None without.
        table: the data as it was read, where somebody may look at it.
        validation_table: that of the validation, where it is another.
    """

    experiment: Experiment
    test: Examples | None
    table: Table | None = None
    validation_table: Table | None = None

    @property
    def held_out(self) -> tuple[str, Examples] | None:
        """The rows to judge by, test before validation, with their part's name; None without."""
        validation = self.experiment.validation
        if self.test is not None:
            return "test", self.test
        return None if validation is None else ("validation", validation)


def reference_of(preparation: Preparation, path: Path) -> DataReference:
    """Where the data of a run is. Tables from memory are written into the run's folder.

    Raises:
        RunError: they cannot be written.
    """
    split, request = preparation.split, preparation.request
    validation = preparation.validation_table
    return DataReference(
        **_file_reference(preparation.table, path, DATA).model_dump(),
        target=preparation.target.name,
        drop=list(request.drop),
        weights=preparation.weights,
        split_by=request.split_by,
        split_time=request.split_time,
        test=request.test,
        overrides=dict(request.columns),
        split=SplitRows(
            validation=split.validation.tolist(),
            test=split.test.tolist(),
            left_out=split.left_out.tolist(),
        ),
        validation=None if validation is None else _file_reference(validation, path, VALIDATION),
    )


def open_experiment(
    record: RunFile,
    path: Path,
    encoder: Encoder,
    target: Target,
    network: Model | None = None,
    data: Any = None,
) -> Opened:
    """The experiment of a run on disk.

    Args:
        network: the user's own module, untrained, where the run trained one.
        data: where the data lies now, if not where it was; its content must be the same.

    Raises:
        InputError: the data is missing or has changed.
    """
    if record.data is None:
        raise RunError(
            _(
                "{path}: this run was kept without the rows that it was trained on. Name a table "
                "to evaluate on; for all else that needs its rows train again."
            ).format(path=path)
        )
    recipe = Recipe.from_dict(record.recipe)
    table = _open(record.data, path, data)
    rows = record.data.split
    elsewhere = np.array([*rows.validation, *rows.test, *rows.left_out], int)
    train = np.setdiff1d(np.arange(table.height), elsewhere)
    weights = record.data.weights
    validation = test = other = None
    if record.data.validation is not None:
        other = _open(record.data.validation, path, None)
        judged = without_zero_weights(other, weights, rows_with_target(other, target.name))
        validation = weighted(encoder, target, other, judged, recipe, weights)[0]
    elif rows.validation:
        watching = np.array(rows.validation)
        validation = weighted(encoder, target, table, watching, recipe, weights)[0]
    if rows.test:
        test = encode(encoder, target, table, np.array(rows.test), weights)[0]
    experiment = Experiment(
        recipe=recipe,
        layout=encoder.layout,
        task=make_task(recipe, target),
        training=weighted(encoder, target, table, train, recipe, weights)[0],
        validation=validation,
        network=network,
    )
    return Opened(experiment, test, table, other)


def fingerprint(table: Table) -> str:
    """The SHA-256 by which a table is known: of its file, or of the one that would keep it."""
    if table.source is not None:
        return table.source.sha256
    written = BytesIO()
    table.frame.write_parquet(written)
    return hashlib.sha256(written.getbuffer()).hexdigest()


def _file_reference(table: Table, path: Path, name: str) -> FileReference:
    source = table.source
    if source is not None:
        return FileReference(
            paths=list(source.paths),
            bundled=source.bundled,
            options=source.options,
            sha256=source.sha256,
        )
    with told_as_run_error(path / name):
        table.frame.write_parquet(path / name)
    return FileReference(paths=[name], bundled=False, options={}, sha256=sha256(path / name))


def _open(reference: FileReference, path: Path, data: Any) -> Table:
    if data is not None:
        table = read_table(data, ReadOptions.from_dict(reference.options))
        if table.source is None or table.source.sha256 != reference.sha256:
            raise RunError(
                _("{table}: this is not the data that the run was trained on; it differs.").format(
                    table=table.title
                )
            )
        return table
    # A relative path lies in the run's own folder, so that the folder may be moved.
    paths = tuple(
        each if reference.bundled else str((path / each).resolve()) for each in reference.paths
    )
    return reopen(Source(paths, reference.options, reference.sha256, reference.bundled))
