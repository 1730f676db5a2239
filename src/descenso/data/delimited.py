"""Text tables: CSV and its relatives, each column typed from all of its values."""

import csv
import io
from collections.abc import Iterator

import polars as pl

from descenso.data.values import typed
from descenso.errors import TableError
from descenso.messages import gettext as _
from descenso.messages import ngettext

SEPARATORS = ",;\t|"


def guess_separator(content: bytes) -> str:
    """The separator that stands most often in the header, outside quotes; a comma if none does."""
    header = next((line for line in io.BytesIO(content) if line.strip()), b"")
    unquoted = header.decode(errors="replace").split('"')[::2]
    return max(SEPARATORS, key="".join(unquoted).count)


def parse_delimited(content: bytes, separator: str, file: str) -> pl.DataFrame:
    """The table that a text file holds.

    Args:
        content: the file's bytes, decompressed: UTF-8 text whose first line names the columns.
        separator: the character between two fields.
        file: the file's name, for errors.

    Raises:
        TableError: empty, only a header, not UTF-8, NUL bytes, a column's name given twice, or a
            row with more or fewer fields than the header.
    """
    content = _plain_lines(content, file)
    names = _column_names(content, separator, file)
    try:
        # All as text first: Polars' own inference sees the first rows only, or is six times slower.
        text = pl.read_csv(content, separator=separator, infer_schema=False)
        suspicious = text.width != len(names) or _may_have_short_rows(text, content, separator)
    except pl.exceptions.PolarsError:
        text, suspicious = None, True
    if text is None or suspicious:
        # Slower, but it can tell which row is wrong, and reads quotes that Polars refuses.
        text = _parse_row_by_row(content, separator, names, file)
    if text.is_empty():
        raise TableError(
            _("{file}: there is a header, but no row of data below it.").format(file=file)
        )
    text.columns = names
    return text.select(typed(column) for column in text)


def _plain_lines(content: bytes, file: str) -> bytes:
    """`content` without byte order mark, with line feeds, and without empty lines at the end."""
    content = content.removeprefix(b"\xef\xbb\xbf")
    if not content or content.isspace():
        raise TableError(_("{file}: the file is empty.").format(file=file))
    if b"\0" in content:
        raise TableError(
            _(
                "{file}: line {line} holds a NUL byte, so this is not a text table in UTF-8 (it "
                "may be UTF-16, or damaged). Save it again as CSV in UTF-8."
            ).format(file=file, line=_line(content, content.index(b"\0")))
        )
    if b"\r" in content and b"\n" not in content:
        content = content.replace(b"\r", b"\n")
    # Not always: stripping copies the whole file.
    return content.rstrip(b"\r\n") if content.endswith((b"\n\n", b"\n\r\n")) else content


def _column_names(content: bytes, separator: str, file: str) -> list[str]:
    header = next(row for row in _rows(content, separator, file) if row)
    names = [name.strip() or f"column{i}" for i, name in enumerate(header, start=1)]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise TableError(
            ngettext(
                "{file}: the column name {names} stands more than once in the header. Rename one.",
                "{file}: the column names {names} stand more than once in the header. Rename them.",
                len(twice),
            ).format(file=file, names=", ".join(map(repr, twice)))
        )
    return names


def _may_have_short_rows(text: pl.DataFrame, content: bytes, separator: str) -> bool:
    # Polars fills short rows with nulls, so a row can be short only where the last column is null.
    if text.width == 1 or text.to_series(-1).null_count() == 0:
        return False
    expected = (text.width - 1) * (text.height + 1)
    return b'"' in content or content.count(separator.encode()) != expected


def _parse_row_by_row(content: bytes, separator: str, names: list[str], file: str) -> pl.DataFrame:
    rows = _rows(content, separator, file)
    next(row for row in rows if row)
    columns: list[list[str]] = [[] for _name in names]
    for number, fields in enumerate(rows, start=1):
        if len(fields) not in (0, len(names)):
            raise TableError(
                _(
                    "{file}: row {row} has {found} fields, but the header names {expected} "
                    "columns. Correct that row; a field that holds the separator {separator!r} "
                    "or a line break must stand in double quotes."
                ).format(
                    file=file,
                    row=number,
                    found=len(fields),
                    expected=len(names),
                    separator=separator,
                )
            )
        for column, value in zip(columns, fields or [""] * len(names), strict=True):
            column.append(value)
    return pl.DataFrame(columns, schema=dict.fromkeys(names, pl.String))


def _rows(content: bytes, separator: str, file: str) -> Iterator[list[str]]:
    lines = io.TextIOWrapper(io.BytesIO(content), encoding="utf-8", newline="")
    try:
        yield from csv.reader(lines, delimiter=separator)
    except UnicodeDecodeError:
        raise TableError(
            _("{file}: line {line} is not UTF-8 text. Save the table again in UTF-8.").format(
                file=file, line=_line(content, _first_undecodable(content))
            )
        ) from None
    except csv.Error as error:
        raise TableError(
            _("{file}: this cannot be read as a table of text ({error}).").format(
                file=file, error=error
            )
        ) from None


def _first_undecodable(content: bytes) -> int:
    try:
        content.decode()
    except UnicodeDecodeError as error:
        return error.start
    return 0


def _line(content: bytes, position: int) -> int:
    return content.count(b"\n", 0, position) + 1
