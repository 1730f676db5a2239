"""What a notebook shows is sound, and nothing that a table brings along becomes markup."""

from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from descenso import html

from .support.pages import Reader, rows_of


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_any_text_stays_text(text: str):
    shown = Reader(html.fragment(html.paragraph(f"<{text}>"))).said
    style = Reader(html.fragment()).said
    assert shown.removeprefix(style) == f"<{html.visible(text)}>"


def test_a_page_asks_for_nothing_from_elsewhere():
    assert not {"@import", "url(", "http"} & set(html.STYLE.split())
    assert "url(" not in html.STYLE


def test_a_title_stands_over_its_numbers_and_a_row_may_be_named():
    text = html.table(["", "rows"], [["a", html.number_cell("3")]], named=True)
    assert rows_of(text) == [["", "rows"], ["a", "3"]]
    # Nor is a column without a title said to have one.
    title, row = ElementTree.fromstring(text).iter("th")
    assert title.find("div[@class='n']") is not None
    assert row.get("scope") == "row"


def test_a_table_may_do_without_titles_or_rows():
    assert rows_of(html.table([], [["a"]])) == [["a"]]
    assert rows_of(html.table(["a"], [])) == [["a"]]
