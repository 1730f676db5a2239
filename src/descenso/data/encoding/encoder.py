"""The encoder: from a table to the float32 matrix that a network takes.

It is fitted on the training rows only: whatever it took from other rows, the network would know.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float32, Integer
from pydantic import BaseModel, ConfigDict

from descenso.data.columns.kinds import Column
from descenso.data.columns.values import Kind, clean, convert, spelling_of
from descenso.data.encoding.features import (
    BooleanFeature,
    CategoryFeature,
    DateFeature,
    Feature,
    NumberFeature,
)
from descenso.data.encoding.features.scaling import Method
from descenso.data.table import Table
from descenso.errors import TableError
from descenso.hints import listed, nearest_names
from descenso.i18n import ngettext
from descenso.layout import Layout, bucket


@dataclass(frozen=True)
class EncodingNotes:
    """What an encoding met that training did not teach, as counts of rows by column.

    Attributes:
        unseen: categories that were not there in training, or too rare to be learned.
        missing: values that are missing.
    """

    unseen: dict[str, int]
    missing: dict[str, int]


class Encoder(BaseModel):
    """How a table becomes a matrix.

    Attributes:
        features: one for each column that is used, embedded categories last, as in `Layout`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    features: tuple[Feature, ...]

    @classmethod
    def fit(
        cls,
        table: Table,
        columns: tuple[Column, ...],
        rows: Integer[np.ndarray, " rows"],
        *,
        scale: Method | None,
        embed: bool,
    ) -> "Encoder":
        """Learn medians, scales and categories from the training rows.

        Args:
            table: the whole table.
            columns: their kinds, as `infer_columns` found them; dropped ones are not used.
            rows: the training rows.
            scale: "robust", "standard" or None, see `Scaling.fit`.
            embed: whether categories of many values become codes for an embedding.

        Raises:
            TableError: a value does not suit its column's kind, or is infinite.
        """
        features = [
            _fit_feature(table, column.name, column.kind, rows, scale, embed)
            for column in columns
            if column.kind != "dropped"
        ]
        return cls(features=tuple(sorted(features, key=_is_embedded)))

    @property
    def layout(self) -> Layout:
        """Where numbers and codes lie in the matrix.

        There is room for a few codes more than there are, so that parts of a table, in which rare
        values come or not, share one program.
        """
        embedded = [feature for feature in self.features if _is_embedded(feature)]
        return Layout(
            numbers=len(self.names) - len(embedded),
            categories=tuple(
                bucket(feature.codes)
                for feature in embedded
                if isinstance(feature, CategoryFeature)
            ),
        )

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the matrix's columns, such as "age", "island=Dream", "age is missing"."""
        return tuple(name for feature in self.features for name in feature.names)

    @property
    def blocks(self) -> list[slice]:
        """Where each feature's columns lie in the matrix."""
        ends = np.cumsum([len(feature.names) for feature in self.features]).tolist()
        return [slice(first, end) for first, end in zip([0, *ends], ends, strict=False)]

    def encode(
        self,
        table: Table,
        rows: Integer[np.ndarray, " rows"] | None = None,
        out: Float32[np.ndarray, "rows columns"] | None = None,
    ) -> tuple[Float32[np.ndarray, "rows columns"], EncodingNotes]:
        """The matrix of a table's rows.

        One column at a time is converted, so no second copy of the whole table is ever held.

        Args:
            table: a table with the columns that training used; others are ignored.
            rows: which rows, in which order (from 0); None for all.
            out: where to write: float32, a row for each of `rows`; None makes a new array.

        Returns:
            The matrix (`out`, where it was given), and notes about it.

        Raises:
            TableError: columns are missing, a value does not suit its column, or is infinite.
        """
        self.check_columns(table.title, table.names)
        if out is None:
            out = np.empty(
                (table.height if rows is None else len(rows), self.layout.width), np.float32
            )
        unseen: dict[str, int] = {}
        missing: dict[str, int] = {}
        numbered = rows
        if table.before:
            # An error names the row as it stands in the file.
            numbered = (np.arange(table.height) if rows is None else rows) + table.before
        for feature, block in zip(self.features, self.blocks, strict=True):
            spelling = feature.spelling(table.numerals)
            written = clean(table.column(feature.name, rows))
            values = convert(written, feature.kind, numbered, table.title, spelling)
            strangers = feature.encode(values, out[:, block])
            if strangers:
                unseen[feature.name] = strangers
            if values.null_count():
                missing[feature.name] = values.null_count()
        return out, EncodingNotes(unseen, missing)

    def to_dict(self) -> dict[str, object]:
        """The encoder in JSON's own types."""
        return self.model_dump(mode="json")

    @classmethod
    def from_dict(cls, values: object) -> "Encoder":
        """The encoder that `to_dict` described.

        Raises:
            pydantic.ValidationError: `values` is no such description.
        """
        return cls.model_validate(values)

    def check_columns(self, table: str, names: Sequence[str]) -> None:
        """Refuse a table without the columns that training used.

        Args:
            table: what to call it.
            names: of its columns.

        Raises:
            TableError: some are missing.
        """
        there = set(names)
        absent = [feature.name for feature in self.features if feature.name not in there]
        if absent:
            raise TableError(
                ngettext(
                    "{table}: the column {names} is missing, and the network needs it.{hint}",
                    "{table}: the columns {names} are missing, and the network needs them.{hint}",
                    len(absent),
                ).format(
                    table=table,
                    names=listed(absent),
                    hint=nearest_names(absent, names),
                )
            )


def _fit_feature(
    table: Table,
    name: str,
    kind: Kind,
    rows: Integer[np.ndarray, " rows"],
    scale: Method | None,
    embed: bool,
) -> Feature:
    written = clean(table.column(name, rows))
    spelling = spelling_of(written, kind, table.numerals)
    values = convert(written, kind, rows, table.title, spelling)
    if kind == "date":
        return DateFeature.fit(values, scale, spelling.order)
    if kind == "number":
        feature = NumberFeature.fit(values, scale)
    elif kind == "boolean":
        feature = BooleanFeature.fit(values)
    else:
        feature = CategoryFeature.fit(values, embed)
    return feature.model_copy(update={"stored": spelling.stored})


def _is_embedded(feature: Feature) -> bool:
    return isinstance(feature, CategoryFeature) and feature.embedded
