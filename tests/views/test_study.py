"""A study: its sections as tables, charts and pages."""

from dataclasses import dataclass
from typing import Any

import altair as alt
import polars as pl
import pytest

from descenso.i18n import use_language
from descenso.views.study import Section, Study, finite_table, sketch

from ..support.pages import Reader

TABLE = pl.DataFrame(
    {"epoch": [1, 2], "verdict": ["good", "<b>"], "sure": [True, None], "x": [0.5, 1.5]}
)


@dataclass(frozen=True, repr=False, kw_only=True)
class Measured(Study):
    def to_dict(self) -> dict[str, Any]:
        return {}


def shown(section: Section) -> pl.DataFrame:
    table = section.shown_table()
    assert table is not None
    return table


def draw() -> alt.TopLevelMixin:
    return alt.Chart(TABLE).mark_line().encode(x="epoch:Q", y="x:Q")


@pytest.fixture
def study() -> Measured:
    first = Section(
        "first", "First section", ["It fell."], TABLE, cell_words={"good": "fine"}, draw=draw
    )
    return Measured(
        title="Title",
        subject="subject",
        essence=["The essence."],
        sections=[first, Section("second", "Second section")],
    )


def test_columns_have_their_usual_titles_unless_the_section_has_others():
    assert shown(Section("name", "title", table=TABLE)).columns == [*TABLE.columns]
    use_language("es")
    titles = shown(Section("name", "title", table=TABLE, column_titles={"x": "y"})).columns
    assert titles == ["época", "veredicto", "sure", "y"]


def test_cells_are_shown_in_words(study: Measured):
    table = shown(study.sections[0])
    assert table["verdict"].to_list() == ["fine", "<b>"]
    assert table["sure"].to_list() == ["true", None]
    assert study.sections[1].shown_table() is None


def test_tables_and_charts_are_found_by_the_name_of_their_section(study: Measured):
    assert study.tables == {"first": TABLE}
    assert list(study.charts) == ["first"]


def test_a_page_and_a_notebook_show_all_of_it_and_no_markup_of_the_table(study: Measured):
    page, cell = study.page(), study._repr_html_()
    seen = Reader(cell)
    for text in ("Title", "subject", "The essence.", "It fell.", "Second section", "fine"):
        assert text in page and text in seen.said
    assert "<b>" in seen.said
    assert page.count('role="img"') == cell.count('role="img"') == 1


def test_at_a_prompt_it_is_its_essence(study: Measured):
    assert repr(study) == "Title (subject)\nThe essence."


def test_a_sketch_leaves_a_gap_for_what_is_not_finite():
    (line,) = sketch({"loss": [1.0, float("inf"), 0.0]}, bars=3)
    assert line == "loss  █ ▁  0 … 1"


def test_numbers_that_json_cannot_hold_are_null():
    table = finite_table(pl.DataFrame({"a": [1.0, float("nan"), float("inf")], "b": [1, 2, 3]}))
    assert table.to_dict(as_series=False) == {"a": [1.0, None, None], "b": [1, 2, 3]}
