"""Reading a table: a file, the name of a bundled table, a data frame, or arrays."""

import gzip
import hashlib
import io
import zlib
from pathlib import Path
from typing import Any, cast

import polars as pl

from descenso import datasets
from descenso.data.delimited import guess_separator, parse_delimited
from descenso.data.hints import hint, listed
from descenso.data.memory import table_of, table_of_pair
from descenso.data.table import Source, Table
from descenso.errors import TableError
from descenso.messages import gettext as _

__all__ = ["Source", "Table", "read", "read_table", "reopen"]

SUFFIXES = (".csv", ".tsv", ".txt", ".parquet")


def read(data: Any, *, target: str | None = None) -> tuple[Table, str]:
    """A table with the column to predict.

    Args:
        data: what `read_table` takes, or a pair (X, y) of features and target: X a data frame or an
            array of rows × columns, y one value for each row.
        target: the name of the column to predict; a pair may do without.

    Returns:
        The table, and the target's name.

    Raises:
        TableError: the table cannot be read, or it has no column `target`.
    """
    if isinstance(data, tuple):
        pair = cast("tuple[Any, ...]", data)
        if len(pair) != 2:
            raise TableError(
                _("A tuple must be a pair (X, y), but this one has {found} elements.").format(
                    found=len(pair)
                )
            )
        return table_of_pair(*pair, target)
    table = read_table(data)
    if target is None:
        raise TableError(
            _("{table}: name the column to predict with --target. The columns are {names}.").format(
                table=table.title, names=listed(table.names)
            )
        )
    if target not in table.names:
        raise TableError(
            _("{table}: there is no column {target!r}. {hint}").format(
                table=table.title, target=target, hint=hint(target, table.names)
            )
        )
    return table, target


def read_table(data: Any) -> Table:
    """A table, whatever its columns are for.

    Args:
        data: a path to CSV, TSV or TXT (also .gz) or Parquet; the name of a bundled table, where no
            such file exists; a Polars, pandas or Arrow table; an array of rows × columns, which is
            not copied.

    Raises:
        TableError: it cannot be read, with the reason.
    """
    if isinstance(data, str | Path):
        return _read_path(Path(data).expanduser())
    return table_of(data)


def reopen(source: Source) -> Table:
    """The table that `source` describes, read again.

    Raises:
        TableError: the file is missing, or has changed since.
    """
    path = datasets.path(source.paths[0]) if source.bundled else Path(source.paths[0])
    if not path.exists():
        raise TableError(
            _(
                "{path}: there is no such file any more, but the run was trained on it. Put it "
                "back, or name where it lies now with --data FILE."
            ).format(path=path)
        )
    table = _read_path(path)
    if table.source is None or table.source.sha256 != source.sha256:
        raise TableError(
            _(
                "{path}: the file has changed since it was used for training. Put it back as it "
                "was, or name such a copy with --data FILE."
            ).format(path=path)
        )
    return Table(table.columns, source)


def _read_path(path: Path) -> Table:
    bundled = not path.exists() and str(path) in datasets.names()
    file = datasets.path(str(path)) if bundled else path
    content = _content(file)
    frame, options = _parse(content, file)
    source = Source(
        paths=(str(path),) if bundled else (str(path.resolve()),),
        options=options,
        sha256=hashlib.sha256(content).hexdigest(),
        bundled=bundled,
    )
    return Table(frame, source)


def _content(path: Path) -> bytes:
    if not path.exists():
        near = [*datasets.names(), *(file.name for file in path.parent.glob("*.*"))]
        raise TableError(
            _("{path}: there is no such file or bundled table. {hint}").format(
                path=path, hint=hint(path.name, near)
            )
        )
    if path.is_dir():
        raise TableError(
            _("{path}: this is a folder. Name one of the files in it.").format(path=path)
        )
    try:
        content = path.read_bytes()
    except OSError as error:
        raise TableError(
            _("{path}: the file cannot be read ({reason}).").format(
                path=path, reason=error.strerror
            )
        ) from None
    if not content:
        raise TableError(_("{file}: the file is empty.").format(file=path.name))
    return content


def _parse(content: bytes, path: Path) -> tuple[pl.DataFrame, dict[str, Any]]:
    suffixes = [suffix.lower() for suffix in path.suffixes]
    if suffixes[-1:] == [".gz"]:
        content = _decompress(content, path.name)
        suffixes.pop()
    suffix = suffixes[-1] if suffixes else ""
    if suffix == ".parquet":
        return _parse_parquet(content, path.name), {"format": "parquet"}
    if suffix in SUFFIXES:
        separator = "\t" if suffix == ".tsv" else guess_separator(content)
        frame = parse_delimited(content, separator, path.name)
        return frame, {"format": "delimited", "separator": separator}
    raise TableError(
        _("{file}: cannot tell the format from the name. It must end in {suffixes} or .gz.").format(
            file=path.name, suffixes=", ".join(SUFFIXES)
        )
    )


def _decompress(content: bytes, file: str) -> bytes:
    try:
        return gzip.decompress(content)
    except (EOFError, OSError, zlib.error) as error:
        raise TableError(
            _(
                "{file}: this is not a whole gzip file ({reason}). Copy or compress it again."
            ).format(file=file, reason=error)
        ) from None


def _parse_parquet(content: bytes, file: str) -> pl.DataFrame:
    try:
        frame = pl.read_parquet(io.BytesIO(content))
    except pl.exceptions.PolarsError as error:
        raise TableError(
            _("{file}: this is not a Parquet file, or it is damaged ({reason}).").format(
                file=file, reason=str(error).splitlines()[0]
            )
        ) from None
    if frame.is_empty():
        raise TableError(_("{file}: the table has no rows.").format(file=file))
    return frame
