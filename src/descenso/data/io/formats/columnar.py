"""Parquet and Arrow: files of typed columns, read by Polars."""

import io
from abc import abstractmethod
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import ClassVar

import polars as pl

from descenso.data.io.files import File, silence
from descenso.data.io.formats.base import Format
from descenso.data.io.options import ReadOptions
from descenso.errors import TableError
from descenso.i18n import gettext as _


class Columnar(Format):
    """A format whose files Polars scans."""

    @abstractmethod
    def scan(self, file: File, /) -> pl.LazyFrame:
        """The file's table, not yet read."""

    def names(self, file: File, _options: ReadOptions, /) -> list[str]:
        """The names in the schema."""
        with _as_table_error(file, self.title):
            return self.scan(file).collect_schema().names()

    def frames(
        self,
        file: File,
        _options: ReadOptions,
        columns: Sequence[str] | None,
        rows: int | None,
        /,
    ) -> Iterator[pl.DataFrame]:
        """The whole table, or `rows` rows at a time. A stream is read whole in both cases."""
        with _as_table_error(file, self.title):
            table = self.scan(file)
            if columns is not None:
                requested = set(columns)
                names = table.collect_schema().names()
                table = table.select([name for name in names if name in requested])
            if rows is None:
                batches = iter([table.collect()])
            else:
                batches = iter(table.collect_batches(chunk_size=rows, engine="streaming"))
        while True:
            with _as_table_error(file, self.title):
                frame = next(batches, None)
            if frame is None:
                return
            if frame.height:
                yield frame


class Parquet(Columnar):
    """Parquet."""

    name: ClassVar[str] = "parquet"
    title: ClassVar[str] = "Parquet"
    suffixes: ClassVar[tuple[str, ...]] = (".parquet", ".pq")

    def recognises(self, _file: File, beginning: bytes, /) -> bool:
        """By its first bytes."""
        return beginning.startswith(b"PAR1")

    def scan(self, file: File, /) -> pl.LazyFrame:
        """Without glob: a path may hold signs that would make a pattern of it."""
        return pl.scan_parquet(_place(file), glob=False)


class Arrow(Columnar):
    """Arrow's own format, also called Feather or IPC, as a file or as a stream."""

    name: ClassVar[str] = "arrow"
    title: ClassVar[str] = "Arrow"
    suffixes: ClassVar[tuple[str, ...]] = (".arrow", ".feather", ".ipc")

    def recognises(self, _file: File, beginning: bytes, /) -> bool:
        """By its first bytes."""
        return beginning.startswith((b"ARROW1", b"\xff\xff\xff\xff"))

    def scan(self, file: File, /) -> pl.LazyFrame:
        """A file lazily; a stream is read whole."""
        if file.beginning(6) == b"ARROW1":
            return pl.scan_ipc(_place(file), glob=False)
        return pl.read_ipc_stream(_place(file)).lazy()


def _place(file: File) -> Path | io.BytesIO:
    return file.path or io.BytesIO(file.content)


@contextmanager
def _as_table_error(file: File, title: str) -> Generator[None]:
    """Raise a TableError for what Polars raises on a damaged file."""
    try:
        with silence():
            yield
    except pl.exceptions.DuplicateError as error:
        raise TableError(
            _("{file}: two columns have the same name ({reason}). Rename one.").format(
                file=file.name, reason=_first_line(error)
            )
        ) from None
    except pl.exceptions.PanicException:
        # What Polars is not prepared for.
        raise TableError(
            _(
                "{file}: this {format} file is damaged, or two of its columns have the same name."
            ).format(file=file.name, format=title)
        ) from None
    except (pl.exceptions.PolarsError, OSError) as error:
        raise TableError(
            _("{file}: this is not a {format} file, or it is damaged ({reason}).").format(
                file=file.name, format=title, reason=_first_line(error)
            )
        ) from None


def _first_line(error: BaseException) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]
