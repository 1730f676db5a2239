import io
import sys
import zipfile

import pandas as pd
import polars as pl
import pytest

import descenso
from descenso.data.io import formats
from descenso.data.io.files import File
from descenso.data.io.formats import format_of, recognise
from descenso.errors import TableError


def binary(write):
    content = io.BytesIO()
    write(content)
    return content.getvalue()


FRAME = pl.DataFrame({"x": [1]})
PARQUET = binary(FRAME.write_parquet)
ARROW = binary(FRAME.write_ipc)
STREAM = binary(FRAME.write_ipc_stream)
EXCEL = binary(lambda file: FRAME.write_excel(file))
ZIP = binary(lambda file: zipfile.ZipFile(file, "w").writestr("a.txt", "a"))
PICKLE = binary(pd.DataFrame({"x": [1, 2]}).to_pickle)


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (PARQUET, "parquet"),
        (ARROW, "arrow"),
        (STREAM, "arrow"),
        (EXCEL, "excel"),
        (b'{"x": 1}\n', "jsonl"),
        (b'\xef\xbb\xbf\n[{"x": 1}]', "jsonl"),
        (b"x,y\n1,2\n", "delimited"),
        ("x,y\n1,2\n".encode("utf-16"), "delimited"),
        (b"x,y\n1,\0\n", "delimited"),
        (ZIP, None),
        (b"PK\3\4", None),
        (b"PK,name\n1,a\n", "delimited"),
        (PICKLE, None),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 8, None),
        (bytes(range(1, 32)) * 9, None),
    ],
)
def test_a_file_s_first_bytes_show_its_format(content, name):
    found = recognise(File("a", None, content))
    assert (found and found.name) == name


@pytest.mark.parametrize("name", ["a.csv", "a"])
@pytest.mark.parametrize("encoding", ["utf-16", "utf16", "utf-16-le", "utf-16-be", "utf-32-le"])
def test_text_whose_encoding_is_named_needs_no_byte_order_mark(tmp_path, name, encoding):
    exact = "utf-16-le" if encoding in ("utf-16", "utf16") else encoding
    (tmp_path / name).write_bytes("x,y\n1,ñ\n".encode(exact))
    table = descenso.read(tmp_path / name, encoding=encoding)
    assert table.frame.rows() == [(1, "ñ")]
    with pytest.raises(TableError, match="name its encoding with --encoding, such as utf-16"):
        descenso.read(tmp_path / name)


@pytest.mark.parametrize("name", ["a.data", "a", "a.xyz"])
def test_a_name_that_says_nothing_leaves_it_to_the_content(tmp_path, name):
    for content in (PARQUET, b"x\n1\n"):
        (tmp_path / name).write_bytes(content)
        assert descenso.read(tmp_path / name).frame.equals(FRAME)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.parquet", b"x,y\n1,2\n", "the content is text, but the name is that of Parquet"),
        ("a.csv", PARQUET, "the content is Parquet, but the name is that of text"),
        ("a.csv", EXCEL, "the content is Excel"),
        ("a.xlsx", b"x,y\n1,2\n", "the content is text, but the name is that of Excel"),
        ("a.csv", PICKLE, "this is not a table that descenso can read.*Pickled files are never"),
        ("a.pkl", PICKLE, "this is not a table that descenso can read"),
        ("a", ZIP, "this is not a table"),
        ("a.png", b"\x89PNG\r\n\x1a\n" + b"\0" * 8, "this is not a table"),
    ],
)
def test_a_file_that_is_not_what_its_name_says_is_refused_in_one_line(
    tmp_path, name, content, message
):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(TableError, match=message) as refusal:
        descenso.read(tmp_path / name)
    assert "\n" not in str(refusal.value)


def test_json_lines_may_be_called_json():
    assert format_of(File("a", None, b'{"x": 1}')).name == "jsonl"


# All that a new format takes: one file.
DOTS = '''
from collections.abc import Iterator, Sequence
from typing import ClassVar

import polars as pl

from descenso.data.io.files import File
from descenso.data.io.formats.base import Format
from descenso.data.io.options import ReadOptions


class Dots(Format):
    """A row is its number in dots."""

    name: ClassVar[str] = "dots"
    title: ClassVar[str] = "dots"
    suffixes: ClassVar[tuple[str, ...]] = (".dots",)

    def recognises(self, _file: File, beginning: bytes, /) -> bool:
        return beginning.startswith(b"..")

    def frames(
        self,
        file: File,
        _options: ReadOptions,
        _columns: Sequence[str] | None,
        _rows: int | None,
        /,
    ) -> Iterator[pl.DataFrame]:
        lines = file.beginning(1000).decode().splitlines()
        yield pl.DataFrame({"x": [len(line) for line in lines]})
'''


@pytest.fixture
def dots(tmp_path, monkeypatch):
    (tmp_path / "package").mkdir()
    (tmp_path / "package/dots.py").write_text(DOTS)
    monkeypatch.setattr(formats, "__path__", [*formats.__path__, str(tmp_path / "package")])
    formats.formats.cache_clear()
    yield
    sys.modules.pop(f"{formats.__name__}.dots", None)
    formats.formats.cache_clear()


@pytest.mark.parametrize("name", ["a.dots", "a"])
def test_a_format_is_one_file_and_found_by_name_and_by_content(tmp_path, dots, name):
    (tmp_path / name).write_text("..\n...\n")
    table = descenso.read(tmp_path / name)
    assert table.frame.rows() == [(2,), (3,)]
    assert table.source is not None
    assert table.source.options["format"] == "dots"


def test_no_two_formats_have_a_name_or_a_suffix_in_common():
    suffixes = [suffix for each in formats.formats() for suffix in each.suffixes]
    assert len(set(suffixes)) == len(suffixes)
    assert len({each.name for each in formats.formats()}) == len(formats.formats())
    assert sum(each.is_fallback for each in formats.formats()) == 1
