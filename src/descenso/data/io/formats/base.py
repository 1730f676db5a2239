"""What the formats of files have in common."""

import zipfile
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

import polars as pl

from descenso.data.columns.numerals import Numerals
from descenso.data.io.files import File
from descenso.data.io.options import ReadOptions
from descenso.data.table import Table
from descenso.errors import TableError
from descenso.hints import listed
from descenso.i18n import ngettext


@dataclass(frozen=True)
class FormatOptions:
    """How a file is read.

    Attributes:
        options: every option that applies to the format, with a value.
        notes: what a person should know of the answers, a sentence each.
    """

    options: ReadOptions
    notes: tuple[str, ...] = ()

    @property
    def numerals(self) -> Numerals:
        """How numbers are written in the file."""
        return Numerals.of(self.options.decimal, self.options.thousands)


class Format(ABC):
    """A file format: how a file is recognised and read.

    Attributes:
        name: its name in run.json.
        title: its name for people, in English.
        suffixes: the endings of file names, in small letters.
        takes: the options of reading that apply to it.
        textual: whether columns of text may hold numbers, dates and the like.
        is_text: whether its files are plain text, where a name says more than the content.
        is_fallback: whether it is tried after all others.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    suffixes: ClassVar[tuple[str, ...]]
    takes: ClassVar[tuple[str, ...]] = ()
    textual: ClassVar[bool] = False
    is_text: ClassVar[bool] = False
    is_fallback: ClassVar[bool] = False

    @abstractmethod
    def recognises(self, file: File, beginning: bytes, /) -> bool:
        """Whether the file is of this format, as far as its content shows.

        Args:
            file: the file.
            beginning: its first bytes, decompressed.
        """

    def settle(self, file: File, asked: ReadOptions, like: ReadOptions, /) -> FormatOptions:
        """Complete the options: from the file, or as in a table `like` this one.

        Raises:
            TableError: the file is not of this format, or cannot be read.
        """
        del file, asked, like
        return FormatOptions(ReadOptions())

    def arrays(self, file: File, /) -> Table | None:
        """The file as a table, where it holds arrays; None in formats of columns.

        Raises:
            TableError: the file is damaged, or its arrays are not a table.
        """
        del file
        return None

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


def zip_members(file: File) -> list[str]:
    """The names in a zip archive; empty where the file is none."""
    with file.raw() as raw:
        try:
            return zipfile.ZipFile(raw).namelist()
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
            return []


def refuse_twice(names: Sequence[str], table: str) -> None:
    """Raise TableError where several columns have one name."""
    twice = sorted(name for name, count in Counter(names).items() if count > 1)
    if twice:
        raise TableError(
            ngettext(
                "{table}: the column name {names} appears more than once in the header. "
                "Rename one.",
                "{table}: the column names {names} appear more than once in the header. "
                "Rename them.",
                len(twice),
            ).format(table=table, names=listed(twice))
        )
