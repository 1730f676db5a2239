"""A page: one document that is whole by itself, with its tables."""

import re

import polars as pl

from descenso.i18n import use_language
from descenso.views.document import MOST_FOLDED, PageSection, document, lead, table, whole_table

from ..support.pages import Reader, rows_of

PARTS = [PageSection("one", "First & foremost", "<p>1</p>"), PageSection("two", "Second", "")]


def read(page: str) -> Reader:
    """The body of a page, whose head is HTML and no XML."""
    body = re.search(r"<body>.*</body>", page, re.DOTALL)
    assert body is not None
    return Reader(body[0])


def test_a_page_fetches_nothing_and_has_one_heading():
    page = document("A <b>title</b>", lead(["remark"], ["found"]), PARTS)
    seen = read(page)
    assert not {"script", "link", "img"} & set(seen.tags)
    assert seen.tags.count("h1") == 1 and "A <b>title</b>" in seen.said
    assert "http" not in page


def test_contents_link_to_each_section_where_there_are_several():
    page = document("title", "", PARTS)
    assert re.findall(r'href="#(\w+)"', page) == re.findall(r'section id="(\w+)"', page)
    assert "<nav" not in document("title", "", PARTS[:1])


def test_a_page_names_its_language():
    use_language("es")
    assert '<html lang="es">' in document("title", "", PARTS)


def test_a_long_table_is_folded_and_a_very_long_one_cut():
    rows = pl.DataFrame({"n": range(MOST_FOLDED + 1)})
    assert "details" not in table(rows.head(12), most=12)
    assert "The 13 rows" in table(rows.head(13), most=12)
    shown = table(rows, most=12)
    assert f"The first {MOST_FOLDED} of {MOST_FOLDED + 1} rows" in shown
    assert len(rows_of(f"<div>{shown}</div>")) == MOST_FOLDED + 1  # and their titles


def test_a_wide_table_of_few_rows_stands_on_its_side():
    wide = pl.DataFrame({f"c{index}": [index, 10 * index] for index in range(9)})
    assert rows_of(whole_table(wide))[:2] == [["c0", "0", "0"], ["c1", "1", "10"]]
    assert rows_of(whole_table(wide.select("c1", "c2"))) == [["c1", "c2"], ["1", "2"], ["10", "20"]]
