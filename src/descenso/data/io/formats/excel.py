"""Excel's files, and other spreadsheets that fastexcel reads: one sheet of one."""

from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from typing import Any, ClassVar

import polars as pl

from descenso.data.io.files import File, as_table_error
from descenso.data.io.formats.base import Format, FormatOptions, refuse_twice, zip_members
from descenso.data.io.options import ReadOptions
from descenso.errors import TableError
from descenso.hints import hint, listed
from descenso.i18n import gettext as _

# Excel's older files begin so, and all others of Microsoft's of that time.
_OLDER = b"\xd0\xcf\x11\xe0"


class Excel(Format):
    """The first sheet, or the one that is named; its first row names the columns."""

    name: ClassVar[str] = "excel"
    title: ClassVar[str] = "Excel"
    suffixes: ClassVar[tuple[str, ...]] = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")
    takes: ClassVar[tuple[str, ...]] = ("sheet",)
    # A cell in a column of numbers may hold a word, which makes all of it text.
    textual: ClassVar[bool] = True

    def recognises(self, file: File, beginning: bytes, /) -> bool:
        """By its first bytes; newer files are zip archives with certain members."""
        if beginning.startswith(_OLDER):
            return True
        members = zip_members(file) if beginning.startswith(b"PK") else []
        return any(name.startswith("xl/") or name == "content.xml" for name in members)

    def settle(self, file: File, asked: ReadOptions, like: ReadOptions, /) -> FormatOptions:
        """Choose the sheet."""
        sheets: list[str] = _opened(file).sheet_names
        wanted = asked.sheet
        if wanted is None and like.sheet in sheets:
            wanted = like.sheet
        if wanted is None:
            notes = []
            if len(sheets) > 1:
                notes = [
                    _(
                        "{file}: the sheet {sheet!r} is read, the first of {sheets}; choose "
                        "another with --sheet."
                    ).format(file=file.name, sheet=sheets[0], sheets=listed(sheets))
                ]
            return FormatOptions(ReadOptions(sheet=sheets[0]), tuple(notes))
        if wanted not in sheets and wanted.isdecimal() and 1 <= int(wanted) <= len(sheets):
            wanted = sheets[int(wanted) - 1]
        if wanted not in sheets:
            raise TableError(
                _("{file}: there is no sheet {sheet!r}. {hint}").format(
                    file=file.name, sheet=wanted, hint=hint(wanted, sheets)
                )
            )
        return FormatOptions(ReadOptions(sheet=wanted))

    def frames(
        self,
        file: File,
        options: ReadOptions,
        _columns: Sequence[str] | None,
        _rows: int | None,
        /,
    ) -> Iterator[pl.DataFrame]:
        """The whole sheet: it has a million rows at most."""
        book = _opened(file)
        with _as_table_error(file):
            names = _names(book, options.sheet, file.name)
            sheet = book.load_sheet(options.sheet, schema_sample_rows=None)
            frame = pl.DataFrame(sheet)
        if frame.width != len(names):
            raise TableError(
                _("{file}: the first row of the sheet does not name all columns.").format(
                    file=file.name
                )
            )
        frame.columns = names
        rows = _last_row(frame)
        if not rows and len(book.sheet_names) > 1:
            raise TableError(
                _(
                    "{file}: the sheet {sheet!r} has no rows. The file has {sheets}: choose "
                    "another with --sheet."
                ).format(file=file.name, sheet=options.sheet, sheets=listed(book.sheet_names))
            )
        yield frame.select(map(_whole, frame)).head(rows)


def _opened(file: File) -> Any:
    """The workbook, which fastexcel gives without types."""
    if find_spec("fastexcel") is None:
        raise TableError(
            _(
                "{file}: an Excel file needs one more package: pip install "
                '"descenso[excel]". Or save the sheet as CSV.'
            ).format(file=file.name)
        )
    # Optional, and of use here alone.
    import fastexcel

    with as_table_error(file), file.raw() as raw:
        content = raw.read()
    with _as_table_error(file):
        return fastexcel.read_excel(content)


@contextmanager
def _as_table_error(file: File) -> Generator[None]:
    """Raise a TableError for a file that is no workbook, or is damaged."""
    import fastexcel

    try:
        yield
    except fastexcel.FastExcelError as error:
        raise TableError(
            _("{file}: this is not an Excel file, or it is damaged ({reason}).").format(
                file=file.name, reason=str(error).splitlines()[0]
            )
        ) from None


def _names(book: Any, sheet: str | None, file: str) -> list[str]:
    """The names in the first row; fastexcel itself would rename what stands there twice."""
    first = pl.DataFrame(book.load_sheet(sheet, header_row=None, n_rows=1, dtypes="string"))
    cells: tuple[str | None, ...] = first.row(0) if first.height else ()
    names = [(name or "").strip() or f"column{i}" for i, name in enumerate(cells, start=1)]
    refuse_twice(names, file)
    return names


def _whole(column: pl.Series) -> pl.Series:
    """Whole numbers as such: a spreadsheet has no others than decimals."""
    if not column.dtype.is_float():
        return column
    whole = column.cast(pl.Int64, strict=False)
    same = (whole.cast(column.dtype) == column) | column.is_null()
    return whole if same.fill_null(False).all() else column


def _last_row(frame: pl.DataFrame) -> int:
    """How many rows there are above the empty ones at the end."""
    there = frame.select(pl.any_horizontal(pl.all().is_not_null())).to_series()
    return int(there.arg_true()[-1]) + 1 if there.any() else 0
