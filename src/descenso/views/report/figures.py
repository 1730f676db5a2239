"""A report's charts: each with its title, a text for those who do not see it, and its numbers.

They are narrow, so that two stand side by side on a screen, and one fills a telephone's as it is.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import altair as alt
import polars as pl

from descenso import html
from descenso.html import escaped
from descenso.i18n import decimal
from descenso.i18n import gettext as _
from descenso.views.charts import INK, PALETTE, styled, svg
from descenso.views.document import whole_table
from descenso.views.numbers import number

WIDTH, HEIGHT = 270, 190
MOST_COLOURS = len(PALETTE)  # more are drawn from dark to light

# Six digits at the most: 2007 stays 2007, and 0.0000001 becomes 1e-7.
AXIS = alt.Axis(tickCount=5, format=".6~g")

# What a chart drawn by a script has beside its look: points to aim at, and their numbers there.
ANSWERING = {"mark": {"tooltip": True}, "line": {"point": {"size": 12}}}


@dataclass(frozen=True)
class Figure:
    """A chart and what belongs to it.

    Attributes:
        title: what stands above it.
        chart: the chart.
        alternative: what it shows, in words.
        numbers: its data, with heads for people.
    """

    title: str
    chart: alt.TopLevelMixin
    alternative: str
    numbers: pl.DataFrame


class Series(NamedTuple):
    """What distinguishes the lines of a chart: a column of its data, its title, its values."""

    column: str
    title: str
    values: Sequence[str]


# How a page shows a figure: as a still picture, or as one that answers.
Draw = Callable[[Figure], str]

# (x, y) each; whole numbers, such as epochs, and fractions.
Points = Sequence[Sequence[Any]]


def still(figure: Figure) -> str:
    """The figure as HTML without any script."""
    return _framed(figure, svg(figure.chart, figure.alternative))


def answering(figure: Figure) -> str:
    """The figure as HTML for a page with Vega's script: the still picture until that has begun."""
    spec = styled(figure.chart)
    look = spec["config"]
    spec["config"] = look | {name: look.get(name, {}) | more for name, more in ANSWERING.items()}
    # A browser would take "</" for the end of the script, wherever it stands.
    text = json.dumps(spec, ensure_ascii=False).replace(INK, "currentColor").replace("<", "\\u003c")
    picture = svg(figure.chart, figure.alternative)
    return _framed(figure, f'<div>{picture}</div><script type="application/json">{text}</script>')


def charts(figures: Sequence[Figure], draw: Draw) -> str:
    """Figures side by side, or one below the other where it is narrow."""
    return f'<div class="charts">{"".join(map(draw, figures))}</div>' if figures else ""


def lines(
    frame: pl.DataFrame,
    x: tuple[str, str],
    y: tuple[str, str],
    series: Series | None = None,
    *,
    logarithmic: bool = False,
    share: bool = False,
    step: bool = False,
) -> alt.Chart:
    """Lines over a common axis.

    Args:
        frame: a row for each point.
        x, y: a column of it, and its title.
        series: what distinguishes the lines.
        logarithmic: whether y has a logarithmic scale, where it can.
        share: whether y goes from 0 to 1.
        step: whether y jumps, before each point, instead of sloping to it.
    """
    scale: dict[str, Any] = {"zero": False, "nice": True}
    if logarithmic and frame.filter(pl.col(y[0]) > 0).height:
        frame = frame.filter(pl.col(y[0]) > 0)
        scale = {"type": "log", "nice": False}
    if share:
        scale = {"domain": [0, 1]}
    encodings: dict[str, Any] = {
        "x": alt.X(x[0], title=x[1], type="quantitative", axis=AXIS),
        "y": alt.Y(y[0], title=y[1], type="quantitative", scale=alt.Scale(**scale), axis=AXIS),
    }
    if series is not None:
        encodings["color"] = coloured(series)
    look: dict[str, Any] = {"strokeWidth": 1.8}
    if step:
        look["interpolate"] = "step-before"
    if frame.height <= (len(series.values) if series else 1):
        look["point"] = True  # a line of one point would not be seen
    drawn = alt.Chart(frame).mark_line(**look).encode(**encodings)
    return drawn.properties(width=WIDTH, height=HEIGHT)


def coloured(series: Series) -> alt.Color:
    """A colour for each value: from the palette, or from dark to light where they are many."""
    scale = alt.Scale(domain=list(series.values))
    if len(series.values) > MOST_COLOURS:
        scale = alt.Scale(domain=list(series.values), scheme="viridis")
    # The title is shown when a line is pointed at; above the chart the values say enough.
    legend = alt.Legend(title=None, orient="top", columns=3, symbolLimit=12)
    return alt.Color(series.column, type="nominal", title=series.title, scale=scale, legend=legend)


def describe_curve(name: str, points: Points) -> str:
    """Where a line begins and ends, in words."""
    if not points:
        return ""
    (begin, first), (end, last) = points[0], points[-1]
    return _("{name}: {first} at {begin}, {last} at {end}.").format(
        name=name, first=number(first), begin=_at(begin), last=number(last), end=_at(end)
    )


def _at(value: Any) -> str:
    return decimal(f"{value:.4g}") if isinstance(value, float) else str(value)


def _framed(figure: Figure, picture: str) -> str:
    numbers = html.folded(_("The numbers of this chart"), whole_table(figure.numbers))
    return f"<figure><figcaption>{escaped(figure.title)}</figcaption>{picture}{numbers}</figure>"
