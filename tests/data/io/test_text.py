import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st

from descenso.data.io import text as text_module
from descenso.data.io.files import File
from descenso.data.io.text import guess_encoding, lines, utf8
from descenso.errors import TableError

# Letters that UTF-8, UTF-16 and, but for the last two, Latin-1 can write.
TEXT = "x,y\nÑandú,1\nçà,2\n"


def file(content):
    return File("a.csv", None, content)


def test_a_byte_order_mark_names_the_encoding():
    for encoding, expected in [
        ("utf-8-sig", "utf-8"),
        ("utf-16", "utf-16"),
        ("utf-32", "utf-32"),
    ]:
        marked = file(TEXT.encode(encoding))
        assert guess_encoding(marked) == (expected, [])
        assert b"".join(utf8(marked, expected)).decode() == TEXT
    big = file(b"\xfe\xff" + TEXT.encode("utf-16-be"))
    assert b"".join(utf8(big, guess_encoding(big)[0])).decode() == TEXT


def test_text_that_is_not_utf_8_is_taken_for_an_older_encoding_and_that_is_said():
    old = file(TEXT.encode("latin-1"))
    encoding, notes = guess_encoding(old)
    assert b"".join(utf8(old, encoding)).decode() == TEXT
    assert notes == [
        "a.csv: read as Windows-1252 (Latin-1), because line 2 is not UTF-8; override with "
        "--encoding."
    ]
    # The sign for the euro is where Latin-1 has none, and this byte where Windows-1252 has none.
    assert guess_encoding(file("5 €".encode("cp1252")))[0] == "cp1252"
    assert guess_encoding(file(b"a\x81\xf1"))[0] == "latin-1"


def test_the_usual_encoding_is_preferred_where_the_text_can_be_in_it():
    assert guess_encoding(file("Ж".encode("cp1251")), "cp1251")[0] == "cp1251"
    assert guess_encoding(file("Ж".encode()), "cp1251")[0] == "utf-8"
    assert guess_encoding(file(b"\xff"), "ascii")[0] == "cp1252"


def test_one_bad_byte_in_a_file_of_utf_8_is_refused_by_its_line():
    with pytest.raises(TableError, match="line 3 is not UTF-8, but the letters before it are"):
        guess_encoding(file("ñ\nñ\n".encode() + b"\xf1\n"))


def test_a_file_that_is_not_in_the_named_encoding_is_refused_by_the_line():
    with pytest.raises(TableError, match=r"line 2 is not ascii text\. Name the right encoding"):
        list(utf8(file("a\nñ".encode()), "ascii"))
    with pytest.raises(TableError, match="line 2 is not UTF-8 text"):
        list(utf8(file(b"a\n\xc3"), "utf-8"))


def test_a_flaw_far_behind_is_found_too(monkeypatch):
    monkeypatch.setattr(text_module, "CHUNK_BYTES", 10)
    encoding, notes = guess_encoding(file(b"plain\n" * 100 + b"\xf1"))
    assert encoding == "cp1252"
    assert "line 101 is not UTF-8" in notes[0]


@given(st.text(), st.integers(1, 5), st.sampled_from(["utf-8", "utf-16", "utf-32"]))
def test_text_comes_whole_through_chunks_of_any_size(text, size, encoding):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(text_module, "CHUNK_BYTES", size)
        written = ("\ufeff" + text).encode(encoding)
        assert b"".join(utf8(file(written), encoding)).decode().removeprefix("\ufeff") == text


@given(st.text(st.sampled_from("a\n\r\u2028")), st.integers(1, 4))
def test_lines_end_at_line_feeds_and_carriage_returns_and_at_nothing_else(text, size):
    content = text.encode()
    pieces = [content[at : at + size] for at in range(0, len(content), size)]
    found = list(lines(pieces))
    assert "".join(found) == text
    for line in found:
        body = line.removesuffix("\n").removesuffix("\r")
        assert "\n" not in body
        assert "\r" not in body


def test_compressed_text_is_read_by_what_it_is(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(gzip.compress(TEXT.encode()))
    assert b"".join(utf8(File(path.name, path), "utf-8")).decode() == TEXT
