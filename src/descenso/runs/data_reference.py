"""A run's data, kept by reference and opened again as it was: same rows, same encoding."""

import hashlib
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np

from descenso.data.io.options import ReadOptions
from descenso.data.io.read import read_table, reopen
from descenso.data.splits import Split
from descenso.data.table import Source, Table
from descenso.engine.network import Model
from descenso.errors import RunError
from descenso.i18n import gettext as _
from descenso.runs.examples import RunData, encode_parts, make_experiment
from descenso.runs.store.atomic import as_run_error, sha256
from descenso.runs.store.run_file import (
    DATA,
    VALIDATION,
    DataReference,
    FileReference,
    Preprocessing,
    RunFile,
    SplitRows,
)


def reference_of(data: RunData, path: Path) -> DataReference:
    """Where the data of a run is. Tables from memory are written into the run's folder.

    Raises:
        RunError: they cannot be written.
    """
    split, validation = data.split, data.validation_table
    return DataReference(
        **_file_reference(data.table, path, DATA).model_dump(),
        split=SplitRows(
            validation=split.validation.tolist(),
            test=split.test.tolist(),
            left_out=split.left_out.tolist(),
        ),
        validation=None if validation is None else _file_reference(validation, path, VALIDATION),
    )


def open_data(
    record: RunFile,
    path: Path,
    preprocessing: Preprocessing,
    network: Model | None = None,
    data: Any = None,
) -> RunData:
    """The data of a run on disk, encoded as it was.

    Args:
        network: the user's own module, untrained, where the run trained one.
        data: where the data is now, if not where it was; its content must be the same.

    Raises:
        InputError: the data is missing or has changed.
    """
    if record.data is None:
        raise RunError(
            _(
                "{path}: this run was saved without its training rows. Name a table to "
                "evaluate on; for everything else that needs its rows, train again."
            ).format(path=path)
        )
    recipe, encoder, target = record.recipe, preprocessing.encoder, preprocessing.target
    table = _open(record.data, path, data)
    reference = record.data.validation
    other = None if reference is None else _open(reference, path, None)
    split = _split_of(record.data.split, table.height)
    parts = encode_parts(table, other, split, encoder, target, recipe, record.request.weights)
    experiment = make_experiment(recipe, encoder, target, parts, network)
    return RunData(experiment, parts.test, table, other, split)


def _split_of(rows: SplitRows, height: int) -> Split:
    validation, test, left_out = (
        np.array(part, int) for part in (rows.validation, rows.test, rows.left_out)
    )
    train = np.setdiff1d(np.arange(height), np.concatenate([validation, test, left_out]))
    return Split(train, validation, test, left_out)


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
    with as_run_error(path / name):
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
