"""What the formats of files have in common."""

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

import polars as pl

from descenso.data.columns.numerals import Numerals
from descenso.data.io.files import File
from descenso.data.io.options import ReadOptions
from descenso.errors import TableError
from descenso.hints import listed
from descenso.i18n import ngettext


@dataclass(frozen=True)
class FormatOptions:
    """How a file is read.

    Attributes:
        options: all that the format may be told, answered.
        notes: what a person should know of the answers, a sentence each.
    """

    options: ReadOptions
    notes: tuple[str, ...] = ()

    @property
    def numerals(self) -> Numerals:
        """How numbers are written in the file."""
        return Numerals.of(self.options.decimal, self.options.thousands)


class Format(ABC):
    """A format of files: how one is to be read, and its rows.

    Attributes:
        name: in run.json.
        title: for people.
        takes: the options that it may be told.
        textual: whether columns of text may hold numbers and the like, which other formats tell
            apart themselves.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    takes: ClassVar[tuple[str, ...]]
    textual: ClassVar[bool]

    @abstractmethod
    def settle(self, file: File, asked: ReadOptions, like: ReadOptions, /) -> FormatOptions:
        """Answer what is not asked for, from the file, or as it was `like` this before.

        Raises:
            TableError: the file is not of this format, or cannot be read.
        """

    def names(self, file: File, options: ReadOptions, /) -> list[str]:
        """The names of the file's columns; where its lines name them, those of its beginning.

        Raises:
            TableError: the file is damaged.
        """
        return next(
            (frame.columns for frame in self.frames(file, options, None, None)), list[str]()
        )

    @abstractmethod
    def frames(
        self, file: File, options: ReadOptions, columns: Sequence[str] | None, rows: int | None, /
    ) -> Iterator[pl.DataFrame]:
        """The file's rows, a part at a time, with the same columns in each.

        Args:
            options: settled.
            columns: those that are needed, at least; None for all.
            rows: how many at a time, about; None for as many as suits.

        Raises:
            TableError: the file is damaged, or a row does not fit.
        """


def refuse_twice(names: Sequence[str], table: str) -> None:
    """Raise TableError where several columns have one name."""
    twice = sorted(name for name, count in Counter(names).items() if count > 1)
    if twice:
        raise TableError(
            ngettext(
                "{table}: the column name {names} stands more than once in the header. Rename one.",
                "{table}: the column names {names} stand more than once in the header. Rename "
                "them.",
                len(twice),
            ).format(table=table, names=listed(twice))
        )
