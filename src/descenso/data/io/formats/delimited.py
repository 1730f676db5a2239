"""Text tables: CSV and its relatives. A column is text here, whatever it holds."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain, islice
from typing import ClassVar

import polars as pl

from descenso.data.columns.numerals import Numerals, infer_numerals
from descenso.data.columns.values import clean_text
from descenso.data.io.blocks import Block, blocks, count_outside_quotes
from descenso.data.io.files import File
from descenso.data.io.formats.base import Format, FormatOptions, refuse_twice
from descenso.data.io.options import NO_THOUSANDS, ReadOptions
from descenso.data.io.text import guess_encoding, is_text, lines, utf8
from descenso.errors import TableError
from descenso.i18n import N_, ngettext
from descenso.i18n import gettext as _

SEPARATORS = ",;\t|"
SAMPLE_BYTES = 1 << 18
SAMPLE_ROWS = 200

# What Excel may put above a table: the character between two fields.
_SEPARATOR_LINE = re.compile(rb"(?i)sep=([^\w\r\n\"\x80-\xff])\r?\n")

# Rows that Python reads one by one become a frame so many fields at a time.
FIELDS_OF_A_FRAME = 1 << 20
# A longer field is a quote that was never closed.
LONGEST_FIELD = 1 << 24


class Delimited(Format):
    """CSV, TSV and text with any other separator; the first line names the columns."""

    name: ClassVar[str] = "delimited"
    title: ClassVar[str] = N_("text")
    suffixes: ClassVar[tuple[str, ...]] = (".csv", ".tsv", ".tab", ".psv", ".txt")
    takes: ClassVar[tuple[str, ...]] = ("separator", "encoding", "decimal", "thousands")
    textual: ClassVar[bool] = True
    is_text: ClassVar[bool] = True
    is_fallback: ClassVar[bool] = True

    def recognises(self, _file: File, beginning: bytes, /) -> bool:
        """Any text that no other format recognises."""
        return is_text(beginning)

    def settle(self, file: File, asked: ReadOptions, like: ReadOptions, /) -> FormatOptions:
        """Find the encoding, the separator, and how numbers are written."""
        encoding, notes = asked.encoding, list[str]()
        if encoding is None:
            encoding, notes = guess_encoding(file, like.encoding)
        sample = _sample(file, encoding)
        usual = like.separator or ("\t" if file.suffix in (".tsv", ".tab") else None)
        separator = asked.separator
        if stated := _SEPARATOR_LINE.match(sample):
            sample = sample[stated.end() :]
            separator = separator or stated[1].decode()
        separator = separator or guess_separator(sample, usual)
        rows = [row for row in islice(_rows(sample, separator), SAMPLE_ROWS) if row]
        decimal, thousands = asked.decimal, asked.thousands
        if separator == like.separator:
            decimal, thousands = decimal or like.decimal, thousands or like.thousands
        if decimal is None or thousands is None:
            numerals, proof = infer_numerals(_columns(rows))
            # Between commas, 1,3 in quotes may as well be the answers 1 and 3.
            usual = numerals.decimal == "." or separator != ","
            suits = decimal in (None, numerals.decimal) and thousands in (None, numerals.thousands)
            if proof and usual and suits:
                decimal, thousands = numerals.decimal, numerals.thousands
                notes.append(_numerals_note(file, numerals, proof))
        if _is_number_row(rows):
            notes.append(
                _(
                    "{file}: the first line is read as column names, but it contains numbers "
                    "({names}). If it is a row of data, add a line of names above it."
                ).format(file=file.name, names=", ".join(rows[0][:3]))
            )
        options = ReadOptions(
            separator=separator,
            encoding=encoding,
            decimal=decimal or ".",
            thousands=thousands or NO_THOUSANDS,
        )
        return FormatOptions(options, tuple(notes))

    def frames(
        self,
        file: File,
        options: ReadOptions,
        _columns: Sequence[str] | None,
        _rows: int | None,
        /,
    ) -> Iterator[pl.DataFrame]:
        """All columns, as text: a frame for each block of lines."""
        separator = options.separator or ","
        pieces = blocks(utf8(file, options.encoding or "utf-8"), separator, file.name)
        first = next(pieces, None)
        if first is None:
            raise TableError(_("{file}: the file is empty.").format(file=file.name))
        names, first, lines_above = _header(first, separator, file.name)
        reader = _Reader(names, separator, file.name, lines_above)
        for frame in reader.read(chain([first] if first.content else [], pieces)):
            _refuse_second_header(frame, reader.rows - frame.height, file.name)
            yield frame
        if reader.rows == 0:
            raise TableError(
                _("{file}: there is a header, but no row of data below it.").format(file=file.name)
            )


def guess_separator(sample: bytes, usual: str | None = None) -> str:
    """The separator by which the most rows have as many fields as the first.

    Args:
        sample: the beginning of a table, in UTF-8.
        usual: the one that a table of this kind has; it is preferred where the first line has it.
    """
    rows = {
        each: [row for row in islice(_rows(sample, each), SAMPLE_ROWS) if row]
        for each in SEPARATORS
    }
    if usual and next((len(row) for row in _rows(sample, usual) if row), 0) > 1:
        return usual

    def consistency(separator: str) -> tuple[float, int]:
        widths = [len(row) for row in rows[separator]]
        if not widths or widths[0] == 1:
            return 0.0, 0
        return sum(width == widths[0] for width in widths) / len(widths), widths[0]

    return max(SEPARATORS, key=consistency)


class _Reader:
    """Blocks of text as frames, with the numbers of rows and lines so far, for errors."""

    def __init__(self, names: list[str], separator: str, file: str, lines: int) -> None:
        self._names = names
        self._separator = separator
        self._file = file
        self._lines = lines
        self.rows = 0

    def read(self, pieces: Iterator[Block]) -> Iterator[pl.DataFrame]:
        """A frame or several for each block."""
        for piece in pieces:
            if piece.proper:
                frame = self._at_once(piece.content)
                yield from self._one_by_one([piece]) if frame is None else [frame]
                self._lines += piece.content.count(b"\n")
            else:
                # Where quotes are stray, only Python's reader knows where a row ends.
                yield from self._one_by_one(chain([piece], pieces))

    def _at_once(self, content: bytes) -> pl.DataFrame | None:
        """All rows of a block by Polars; None where it refuses, or a row may be short."""
        if not self._separator.isascii():
            return None
        # Without this line, Polars would take the first row's width for that of all.
        heading = self._separator.join(f"c{j}" for j in range(len(self._names)))
        # Without a line feed at the end, it would overlook a separator there.
        text = b"".join([heading.encode(), b"\n", content, b"" if content[-1:] == b"\n" else b"\n"])
        try:
            frame = pl.read_csv(text, separator=self._separator, infer_schema=False)
        except pl.exceptions.PolarsError:
            return None
        if frame.width != len(self._names) or _may_have_short_rows(frame, content, self._separator):
            return None
        frame.columns = self._names
        self.rows += frame.height
        return frame

    def _one_by_one(self, pieces: Iterable[Block]) -> Iterator[pl.DataFrame]:
        """Rows by Python's reader: slower, but errors name the row, and any quote is accepted."""
        width = len(self._names)
        columns: list[list[str]] = [[] for _name in self._names]
        blank = 0
        for fields, line in self._fields(pieces):
            if not fields:
                # Only those above another row are rows.
                blank += 1
                continue
            for each in (*[[""] * width] * blank, fields):
                self.rows += 1
                if len(each) != width:
                    raise self._ragged(each, line)
                for column, value in zip(columns, each, strict=True):
                    column.append(value)
            blank = 0
            if len(columns[0]) * width >= FIELDS_OF_A_FRAME:
                yield self._frame(columns)
                columns = [[] for _name in self._names]
        if columns[0]:
            yield self._frame(columns)

    def _fields(self, pieces: Iterable[Block]) -> Iterator[tuple[list[str], int]]:
        """The fields of each row, and the line where it ends."""
        text = lines(piece.content for piece in pieces)
        reader = csv.reader(text, delimiter=self._separator)
        usual = csv.field_size_limit(LONGEST_FIELD)
        try:
            for fields in reader:
                yield fields, self._lines + reader.line_num
        except csv.Error as error:
            raise _unreadable(self._file, error) from None
        finally:
            csv.field_size_limit(usual)

    def _frame(self, columns: list[list[str]]) -> pl.DataFrame:
        return pl.DataFrame(columns, schema=dict.fromkeys(self._names, pl.String), orient="col")

    def _ragged(self, fields: list[str], line: int) -> TableError:
        if len(self._names) == 1:
            return TableError(
                _(
                    "{file}: row {row} (line {line}) has {found} fields, but the header, the "
                    "first line, has one. Delete the lines above the header."
                ).format(file=self._file, row=self.rows, line=line, found=len(fields))
            )
        open_quote = any("\n" in field for field in fields)
        return TableError(
            ngettext(
                "{file}: row {row} (line {line}) has {found} field, but the header names "
                "{expected} columns. {remedy}",
                "{file}: row {row} (line {line}) has {found} fields, but the header names "
                "{expected} columns. {remedy}",
                len(fields),
            ).format(
                file=self._file,
                row=self.rows,
                line=line,
                found=len(fields),
                expected=len(self._names),
                remedy=_("It holds a line break: a double quote may not be closed.")
                if open_quote
                else _(
                    "Correct it; a field with the separator {separator!r} or a line break needs "
                    "double quotes."
                ).format(separator=self._separator),
            )
        )


def _sample(file: File, encoding: str) -> bytes:
    """The beginning of the text, in UTF-8, up to the end of a line."""
    sample = b""
    for chunk in utf8(file, encoding):
        sample += chunk
        if len(sample) >= SAMPLE_BYTES:
            sample = sample[:SAMPLE_BYTES]
            end = max(sample.rfind(b"\n"), sample.rfind(b"\r")) + 1
            return sample[:end] or sample
    return sample


def _columns(rows: Sequence[Sequence[str]]) -> list[pl.Series]:
    """The columns of a sample of text, below its header."""
    width = len(rows[0]) if rows else 0
    whole = [row for row in rows[1:] if len(row) == width]
    return [clean_text(pl.Series([row[j] for row in whole], dtype=pl.String)) for j in range(width)]


def _numerals_note(file: File, numerals: Numerals, proof: str) -> str:
    between = {
        ".": _("points between thousands"),
        ",": _("commas between thousands"),
        "'": _("apostrophes between thousands"),
        " ": _("blanks between thousands"),
    }.get(numerals.thousands or "", "")
    signs, option = between, "--thousands none"
    if numerals.decimal == ",":
        comma = _("a decimal comma")
        signs = _("{one} and {other}").format(one=comma, other=between) if between else comma
        option = "--decimal ."
    return _(
        "{file}: numbers are read with {signs}, because of values such as {proof!r}; use {option} "
        "to override."
    ).format(file=file.name, signs=signs, proof=proof, option=option)


def _is_number_row(rows: Sequence[list[str]]) -> bool:
    names = rows[0] if rows else list[str]()
    # Years may well be the names of columns.
    return len(names) > 1 and any("." in name for name in names) and all(map(_is_number, names))


def _is_number(text: str) -> bool:
    try:
        float(text.strip() or "0")
    except ValueError:
        return False
    return True


def _header(block: Block, separator: str, file: str) -> tuple[list[str], Block, int]:
    """The names in the first line, what is left of the block below it, and the lines it took."""
    content = io.BytesIO(block.content)
    lines_above = 0
    if stated := _SEPARATOR_LINE.match(block.content):
        content.seek(stated.end())
        lines_above = 1
    reader = csv.reader(map(bytes.decode, iter(content.readline, b"")), delimiter=separator)
    try:
        header = next((row for row in reader if row), list[str]())
    except csv.Error as error:
        raise _unreadable(file, error) from None
    names = [name.strip() or f"column{i}" for i, name in enumerate(header, start=1)]
    refuse_twice(names, file)
    below = replace(block, content=block.content[content.tell() :])
    return names, below, lines_above + reader.line_num


def _refuse_second_header(frame: pl.DataFrame, rows: int, file: str) -> None:
    """Refuse a row that holds the columns' names: every column would be text because of it.

    Args:
        rows: how many stand above the frame.
    """
    names = frame.columns
    # In a single column, its name may well be a value.
    if len(names) == 1 or not (frame.to_series(0).str.strip_chars() == names[0]).any():
        return
    same = pl.all_horizontal(pl.col(name).str.strip_chars() == name for name in names)
    found = frame.select(same.fill_null(False)).to_series().arg_true()
    if len(found):
        raise TableError(
            _(
                "{file}: row {row} repeats the header, as where files were joined. Delete "
                "that line; several files with the same columns can be given as a pattern, "
                'for example "data/*.csv".'
            ).format(file=file, row=rows + int(found[0]) + 1)
        )


def _may_have_short_rows(frame: pl.DataFrame, content: bytes, separator: str) -> bool:
    # Polars fills short rows with nulls, so a row can be short only where the last column is null.
    if frame.width == 1 or frame.to_series(-1).null_count() == 0:
        return False
    return count_outside_quotes(content, separator) != (frame.width - 1) * frame.height


def _rows(content: bytes, separator: str) -> Iterator[list[str]]:
    """The rows of a sample, as far as they can be read."""
    try:
        yield from csv.reader(lines([content]), delimiter=separator)
    except csv.Error:
        return


def _unreadable(file: str, error: csv.Error) -> TableError:
    return TableError(
        _("{file}: this cannot be read as a table of text ({error}).").format(
            file=file, error=error
        )
    )
