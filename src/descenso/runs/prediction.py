"""A table's predictions, part by part, so that neither has to be in memory at once."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from jaxtyping import Float

from descenso.data.encoding.encoder import EncodingNotes
from descenso.data.io.stream import TableStream, as_type
from descenso.data.table import Table
from descenso.engine import inference, metrics
from descenso.engine.inference import BLOCK
from descenso.engine.network import Model
from descenso.engine.task import Task
from descenso.errors import TableError
from descenso.hints import hint
from descenso.i18n import gettext as _
from descenso.runs.preparation_notes import unseen_notes
from descenso.runs.store.run_file import Preprocessing

# A part's encoded matrix has so many numbers at most: 16 MiB.
NUMBERS_OF_A_PART = 1 << 22


@dataclass(frozen=True)
class Predictor:
    """A trained network, and how a table becomes what it takes, and back."""

    task: Task
    network: Model
    preprocessing: Preprocessing

    def outputs(self, table: TableStream) -> Iterator[Float[np.ndarray, "rows outputs"]]:
        """The activated outputs for each part of a table.

        Raises:
            TableError: the table cannot be used.
        """
        for _part, outputs, _notes in self.parts(table, ()):
            yield outputs

    def parts(
        self, table: TableStream, keep: Sequence[str]
    ) -> Iterator[tuple[Table, Float[np.ndarray, "rows outputs"], EncodingNotes]]:
        """Each part of a table, with the columns to keep; its outputs; and what it met.

        Raises:
            TableError: the table cannot be used.
        """
        encoder = self.preprocessing.encoder
        encoder.check_columns(table.title, table.names)
        needed = [*(feature.name for feature in encoder.features), *keep]
        # Whole blocks, so that a row's place in its block is the same wherever a part begins.
        rows = max(1, NUMBERS_OF_A_PART // max(1, encoder.layout.width) // BLOCK) * BLOCK
        for part in table.read(needed, rows):
            x, notes = encoder.encode(part)
            yield part, inference.predict(self.task, self.network, x), notes

    def named(self, outputs: Float[np.ndarray, "rows outputs"]) -> list[pl.Series]:
        """Outputs as columns: `prediction`, and of classes `probability_<class>`."""
        target = self.preprocessing.target
        if target.classes is None:
            numbers = outputs[:, 0].astype(float) * target.scale + target.center
            return [pl.Series("prediction", numbers)]
        labels = target.decode(metrics.labels(self.task, outputs)).alias("prediction")
        likely = metrics.probabilities(self.task, outputs)
        return [
            labels,
            *(
                pl.Series(f"probability_{each}", likely[:, index])
                for index, each in enumerate(target.classes)
            ),
        ]


class Predictions:
    """The predictions for a table, in the order of its rows, a data frame for each part of it.

    Iterate to compute them: each time anew. A frame has the kept columns, `prediction` and, for
    classes, `probability_<class>`. As long as only one is held at a time, the table and its
    predictions may be larger than memory.

    Attributes:
        rows: how many were predicted so far.
        notes: what a person should know about the data read so far, a sentence each.
    """

    def __init__(
        self, predictor: Predictor, table: TableStream, keep: Sequence[str], *, typed: bool
    ) -> None:
        _check_keep(table, keep, predictor.preprocessing.target.classes)
        self._predictor, self._table, self._keep = predictor, table, list(dict.fromkeys(keep))
        self._typed = typed
        self._met: list[EncodingNotes] = []
        self.rows = 0

    @property
    def notes(self) -> list[str]:
        return [*self._table.notes, *unseen_notes(self._met), *self._empty_notes()]

    def __iter__(self) -> Iterator[pl.DataFrame]:
        self._met, self.rows = [], 0
        table, keep = self._table, self._keep
        types = {} if table.alike or not self._typed else table.types(keep, BLOCK)
        for part, outputs, notes in self._predictor.parts(table, keep):
            kept = [part.column(name) for name in keep]
            if types:
                kept = [as_type(column, types[column.name], part) for column in kept]
            elif table.textual:
                kept = [
                    each.set(each == "", None) if each.dtype == pl.String else each for each in kept
                ]
            self._met.append(notes)
            self.rows += part.height
            yield pl.DataFrame([*kept, *self._predictor.named(outputs)])

    def _empty_notes(self) -> list[str]:
        """Sentences about columns without any value, which are seldom meant to be so."""
        missing: Counter[str] = Counter()
        for notes in self._met:
            missing.update(notes.missing)
        return [
            _("{name}: the value is missing in every row, and filled in as in training.").format(
                name=name
            )
            for name, count in missing.items()
            if count == self.rows > 1
        ]


def _check_keep(table: TableStream, keep: Sequence[str], classes: Sequence[object] | None) -> None:
    own = ["prediction", *(f"probability_{each}" for each in classes or ())]
    for name in keep:
        if name not in table.names:
            raise TableError(
                _("{table}: there is no column {name!r}. {hint}").format(
                    table=table.title, name=name, hint=hint(name, table.names)
                )
            )
        if name in own:
            raise TableError(
                _(
                    "{table}: the column {name!r} cannot be kept, since the predictions have "
                    "one of that name. Rename it first."
                ).format(table=table.title, name=name)
            )
