"""A table of results in a file, written part by part: whole in the end, or not there at all."""

import os
import queue
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from io import FileIO
from pathlib import Path

import polars as pl
from polars.io.plugins import register_io_source

from descenso.errors import RunError
from descenso.i18n import gettext as _
from descenso.runs.store.atomic import as_run_error
from descenso.runs.store.lock import try_lock

Write = Callable[[pl.DataFrame], None]

SEPARATORS = {".csv": ",", ".tsv": "\t"}
LINES = (".jsonl", ".ndjson")
SINKS: dict[str, Callable[[pl.LazyFrame, FileIO], None]] = {
    ".parquet": lambda table, file: table.sink_parquet(file),
    **dict.fromkeys((".arrow", ".feather"), lambda table, file: table.sink_ipc(file)),
}


@contextmanager
def writing_table(path: Path) -> Generator[Write]:
    """A function that writes parts of a table into the file `path`, in the format of its ending.

    They go into a file beside it, `.<name>.unfinished`, which takes its place when the context ends
    well, and vanishes otherwise; what a killed process left of it is overwritten.

    Raises:
        RunError: the file cannot be written, or another process is writing it.
        DiskError: there is no space left.
    """
    path = path.resolve()
    unfinished = path.with_name(f".{path.name}.unfinished")
    try:
        file = unfinished.open("ab", buffering=0)
    except OSError as error:
        raise RunError(
            _("{path}: the file cannot be written ({reason}).").format(
                path=path, reason=error.strerror
            )
        ) from None
    with file:
        if not try_lock(file):
            raise RunError(_("{path}: another process is writing this file.").format(path=path))
        try:
            with as_run_error(path):
                file.truncate(0)
                with _writer(path.suffix.lower(), file) as write:
                    yield write
                os.fsync(file.fileno())
                unfinished.replace(path)
        except BaseException:
            unfinished.unlink(missing_ok=True)
            raise


@contextmanager
def _writer(suffix: str, file: FileIO) -> Generator[Write]:
    if suffix in SINKS:
        with _sinking(SINKS[suffix], file) as write:
            yield write
    elif suffix in LINES:
        yield lambda part: _write_text(part.write_ndjson(), file)
    else:
        first = True

        def write(part: pl.DataFrame, /) -> None:
            nonlocal first
            text = part.write_csv(separator=SEPARATORS[suffix], include_header=first)
            _write_text(text, file)
            first = False

        yield write


def _write_text(text: str, file: FileIO) -> None:
    left = memoryview(text.encode())
    while left:
        left = left[file.write(left) :]


@contextmanager
def _sinking(sink: Callable[[pl.LazyFrame, FileIO], None], file: FileIO) -> Generator[Write]:
    """A function that hands parts to Polars' sink, which pulls them in a thread of its own."""
    parts: queue.Queue[pl.DataFrame | None] = queue.Queue(maxsize=1)
    abandoned = False

    def pulled(*_wishes: object) -> Iterator[pl.DataFrame]:
        while (part := parts.get()) is not None:
            yield part
        if abandoned:
            raise InterruptedError

    with ThreadPoolExecutor(1) as threads:
        done: Future[None] | None = None

        def write(part: pl.DataFrame, /) -> None:
            nonlocal done
            if done is None:
                table = register_io_source(pulled, schema=part.schema)
                done = threads.submit(_as_os_error, sink, table, file)
            _put(parts, part, done)

        try:
            yield write
            if done is not None:
                _put(parts, None, done)
                done.result()
        except BaseException:
            if done is not None:
                abandoned = True
                with suppress(Exception):
                    _put(parts, None, done)
            raise


def _as_os_error(
    sink: Callable[[pl.LazyFrame, FileIO], None], table: pl.LazyFrame, file: FileIO
) -> None:
    try:
        sink(table, file)
    except pl.exceptions.ComputeError as error:
        # So Polars calls a full disk under Parquet.
        raise OSError(str(error)) from None


def _put(
    parts: "queue.Queue[pl.DataFrame | None]", part: pl.DataFrame | None, done: "Future[None]"
) -> None:
    """Hand over a part, unless the sink has failed."""
    while True:
        if done.done():
            done.result()
        with suppress(queue.Full):
            parts.put(part, timeout=0.1)
            return
