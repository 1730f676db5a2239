"""What a report is about: a run's record, its network, and its rows where they are there."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from descenso.data.table import Table
from descenso.events import Record
from descenso.experiment import Examples
from descenso.network import Model
from descenso.preparation import Preparation, make_task
from descenso.recipe import Recipe
from descenso.reopening import Opened
from descenso.store.format import DataReference, Preprocessing, RunFile
from descenso.task import Task


@dataclass(frozen=True)
class Asked:
    """What a training was asked for, beside its recipe.

    Attributes:
        paths: of the table, absolute or of a bundled one; empty for data from memory.
        options: how it was read.
        validation: the path of the table that watched the training, where it is another.
        test: the share of rows kept for a test.
        columns: kinds given to columns by name.
        drop: columns left out.
        roles: the columns that weigh or split the rows, by the name of the option.
    """

    paths: list[str]
    options: Mapping[str, Any]
    validation: str | None
    test: float
    columns: Mapping[str, str]
    drop: list[str]
    roles: Mapping[str, str]


@dataclass(frozen=True)
class Subject:
    """A run, as a report looks at it.

    Attributes:
        record: all that run.json says.
        preprocessing: how a table becomes what the network sees, and back.
        records: a dict for each epoch.
        network: with the weights that were kept; None without.
        path: the run's folder; None in memory.
        opened: the rows; None where they are not there.
        absent: why they are not; "" where they are.
        asked: what the training was asked for; None where nobody knows any more.
        diagnosis: what the doctor found, as a run's folder keeps it; None before the end.
    """

    record: RunFile
    preprocessing: Preprocessing
    records: list[Record] = field(repr=False)
    network: Model | None
    path: Path | None
    opened: Opened | None
    absent: str
    asked: Asked | None
    diagnosis: dict[str, Any] | None

    @property
    def task(self) -> Task:
        """The problem, output activation and loss."""
        return make_task(Recipe.from_dict(self.record.recipe), self.preprocessing.target)

    @property
    def judged_by(self) -> tuple[str, Examples] | None:
        """The rows to judge by, with their part's name: those that were kept, else the training's.

        None where the rows are not there.
        """
        if self.opened is None:
            return None
        return self.opened.held_out or ("train", self.opened.experiment.training)

    def table_of(self, part: str) -> Table | None:
        """The table that a part's rows are numbered in; None where it is not there."""
        if self.opened is None:
            return None
        if part == "validation" and self.opened.validation_table is not None:
            return self.opened.validation_table
        return self.opened.table


def asked_on_disk(reference: DataReference, path: Path) -> Asked:
    """What the training of a run on disk was asked for."""
    other = reference.validation
    return Asked(
        paths=[_found(each, path, reference.bundled) for each in reference.paths],
        options=reference.options,
        validation=None if other is None else _found(other.paths[0], path, other.bundled),
        test=reference.test,
        columns=reference.overrides,
        drop=reference.drop,
        roles=_roles(reference),
    )


def asked_in_memory(preparation: Preparation) -> Asked:
    """What the training of a run in memory was asked for."""
    request, source = preparation.request, preparation.table.source
    other = preparation.validation_table
    return Asked(
        paths=[] if source is None else list(source.paths),
        options={} if source is None else source.options,
        validation=None if other is None or other.source is None else other.source.paths[0],
        test=request.test,
        columns=dict(request.columns),
        drop=list(request.drop),
        roles=_roles(request),
    )


def _roles(asked: Any) -> dict[str, str]:
    named = {name: getattr(asked, name) for name in ("weights", "split_by", "split_time")}
    return {name: value for name, value in named.items() if isinstance(value, str)}


def _found(written: str, path: Path, bundled: bool) -> str:
    # A table from memory lies in the run's own folder, under a relative path.
    return written if bundled else str(path / written)
