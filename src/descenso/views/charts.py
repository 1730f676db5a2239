"""Charts: one look for all, and how they become pictures that need no script and no network."""

import json
import re
from html import escape
from itertools import count
from typing import Any

import altair as alt
import polars as pl
import vl_convert

from descenso.i18n import language

# Distinct for people with any colour vision, on white and on black: the palette of Okabe and Ito
# (2008) with its yellow and its light tones darkened.
PALETTE = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#b07500", "#7b6bd6", "#6b7785"]
WIDTH, HEIGHT = 560, 260

# Of a colour, dash or shape: values in the order of the data, explained above the chart.
LOOK: dict[str, Any] = {"title": None, "sort": None, "legend": alt.Legend(orient="top")}
# Lines differ by more than their colour; Vega's own dashes grow ever fainter.
DASHES = alt.Scale(
    range=[[1, 0], [7, 3], [3, 3], [9, 3, 3, 3], [14, 4], [5, 2, 2, 2, 2, 2], [2, 2]]
)

# Millions and billionths take few digits.
SHORT = alt.Axis(format="~g")

# What has this colour takes that of the page's own text, so that a chart is read in the light and
# in the dark.
INK = "#123456"

_QUIET = {
    "labelColor": INK,
    "labelFontSize": 11,
    "titleColor": INK,
    "titleFontSize": 12,
    "titleFontWeight": "normal",
}
_LOOK = {
    # Vega would describe each axis and each point, in English, inside a picture with a description.
    "aria": False,
    "background": "transparent",
    "font": "sans-serif",
    "padding": 4,
    "view": {"stroke": None, "continuousWidth": WIDTH, "continuousHeight": HEIGHT},
    "range": {"category": PALETTE},
    "mark": {"color": PALETTE[0]},
    "axis": {
        **_QUIET,
        "domainColor": INK,
        "tickColor": INK,
        "gridColor": INK,
        "gridOpacity": 0.12,
        # Else those of a logarithmic axis run into each other.
        "labelSeparation": 6,
    },
    "legend": {**_QUIET, "labelLimit": 240},
    "header": _QUIET,
    "title": {"color": INK, "anchor": "start", "fontWeight": "normal"},
    "text": {"color": INK},
    "rule": {"color": INK},
}

# The digits of axes, as `i18n.decimal` and `numbers.whole` write them.
_SPANISH = {
    "number": {"decimal": ",", "thousands": "\u202f", "grouping": [3], "currency": ["", ""]}
}

# The version that Altair writes.
VEGA_LITE = ".".join(alt.SCHEMA_VERSION.removeprefix("v").split(".")[:2])

_ids = count()


def styled(chart: alt.TopLevelMixin) -> dict[str, Any]:
    """The chart in descenso's look, as Vega-Lite writes it."""
    look = _LOOK | ({"locale": _SPANISH} if language() == "es" else {})
    return json.loads(chart.to_json(validate=False)) | {"config": look}


def svg(chart: alt.TopLevelMixin, alternative: str) -> str:
    """The chart as a picture to stand in a page.

    Args:
        alternative: what it shows, for those who do not see it.
    """
    picture = vl_convert.vegalite_to_svg(styled(chart), vl_version=VEGA_LITE)
    # Several pictures share a page, and ids must be the page's only ones.
    own = f"c{next(_ids)}-"
    picture = re.sub(r'(\bid="|url\(#|href="#)', rf"\g<1>{own}", picture)
    picture = picture.replace(INK, "currentColor")
    # What is left of the roles of its parts would be pictures without a name.
    picture = re.sub(r' (role|aria-\w+)="[^"]*"', "", picture)
    label = f'<svg role="img" aria-label="{escape(alternative)}"'
    return picture.replace("<svg", label, 1)


def lines_by(column: str, **more: Any) -> tuple[alt.Color, alt.StrokeDash]:
    """What distinguishes the lines of a chart: a colour and a dash for each value of a column."""
    look = LOOK | more
    return alt.Color(column, **look), alt.StrokeDash(column, scale=DASHES, **look)


def points_by(column: str) -> tuple[alt.Color, alt.Shape]:
    """What distinguishes the points of a chart: a colour and a shape for each value of a column."""
    return alt.Color(column, **LOOK), alt.Shape(column, **LOOK)


def log_scale(values: pl.Series) -> alt.Scale:
    """Logarithmic where all values are positive; a loss of exactly 0 has no logarithm."""
    return alt.Scale(type="log" if (values > 0).all() else "symlog", nice=False)
