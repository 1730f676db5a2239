"""What matters: which columns the network uses, and what they do to its predictions."""

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt
import polars as pl

from descenso.html import heading, paragraph, visible
from descenso.i18n import gettext as _
from descenso.i18n import ngettext
from descenso.views.document import PageSection, table
from descenso.views.numbers import number, whole
from descenso.views.report.figures import (
    AXIS,
    HEIGHT,
    WIDTH,
    Draw,
    Figure,
    Series,
    charts,
    coloured,
    lines,
)
from descenso.views.words import class_name, input_name, kind_name, part_name

Report = Mapping[str, Any]

MOST_BARS = 20
MOST_LINES = 7  # classes; more could not be distinguished
ROWS_SHOWN = 20  # of a table; more are folded away


def matters(report: Report, draw: Draw) -> PageSection:
    """Importance, sensitivity and effects of the columns."""
    title, importance = _("What matters"), report["importance"]
    if importance is None:
        sentence = report["absent"] or _("There are no trained weights to measure.")
        return PageSection("columns", title, paragraph(sentence))
    columns = importance["columns"]
    body = paragraph(
        _(
            "The values of a column are shuffled among {rows} rows ({part}), {repeats} times: the "
            "more the loss grows, the more the network uses the column. Correlated columns can "
            "replace each other, so each of them may seem unimportant."
        ).format(
            rows=whole(importance["rows"]),
            part=part_name(importance["part"]),
            repeats=importance["repeats"],
        )
    )
    body += charts([_importance(columns)], draw)
    if len(columns) > MOST_BARS:
        more = len(columns) - MOST_BARS
        body += paragraph(
            ngettext(
                "{n} more column matters less; it is in the numbers of this chart.",
                "{n} more columns matter less; they are in the numbers of this chart.",
                more,
            ).format(n=whole(more))
        )
    body += _sensitivity(report["sensitivity"])
    effects = [_effect(each, report) for each in report["effects"]]
    if effects:
        body += heading(_("Effect of these columns on the prediction"))
        body += paragraph(_("Average prediction if every row had this value (partial dependence)."))
        body += charts(effects, draw)
    return PageSection("columns", title, body)


def _importance(columns: Sequence[Report]) -> Figure:
    shown = columns[:MOST_BARS]
    frame = pl.DataFrame(
        {
            "column": [visible(each["column"]) for each in shown],
            "increase": [each["increase"] for each in shown],
            "low": [each["increase"] - (each["sd"] or 0.0) for each in shown],
            "high": [each["increase"] + (each["sd"] or 0.0) for each in shown],
        }
    )
    numbers = pl.DataFrame(
        {
            _("column"): [each["column"] for each in columns],
            _("kind"): [kind_name(each["kind"]) for each in columns],
            _("increase of the loss"): [each["increase"] for each in columns],
            _("standard deviation"): pl.Series([each["sd"] for each in columns], dtype=pl.Float64),
        }
    )
    base = alt.Chart(frame).encode(
        alt.Y("column", title=None, sort=None, axis=alt.Axis(labelLimit=150))
    )
    title = _("increase of the loss ± one standard deviation")
    bars = base.mark_bar(height={"band": 0.7}, opacity=0.75).encode(
        alt.X("increase", title=title, axis=AXIS)
    )
    spread = base.mark_rule().encode(alt.X("low", title=title), alt.X2("high"))
    return Figure(
        _("Column importance"),
        (bars + spread).properties(width=WIDTH - 20, height=alt.Step(20)),
        "; ".join(f"{each['column']}: {number(each['increase'])}" for each in shown),
        numbers,
    )


def _sensitivity(sensitivity: Report) -> str:
    columns = sensitivity["columns"]
    if not columns:
        return ""
    sentence = _(
        "Change of the loss when a little is added to one of the most important columns of numbers "
        "in every training row, on the scale of the network's input:"
    )
    numbers = pl.DataFrame(
        {
            _("column"): [input_name(each["column"]) for each in columns],
            _("change"): [each["change"] for each in columns],
            _("predicted change of the loss"): [each["predicted"] for each in columns],
            _("measured change of the loss"): [each["measured"] for each in columns],
        }
    )
    return (
        heading(_("Sensitivity to a small change"))
        + paragraph(sentence)
        + table(numbers, ROWS_SHOWN)
    )


def _effect(effect: Report, report: Report) -> Figure:
    """The effect of one column: lines over numbers and dates, points over all else."""
    is_class = report["classes"] is not None
    column = visible(effect["column"])  # Vega cannot read titles with a line break in them
    answers = [(visible(name), means) for name, means in effect["predictions"].items()]
    if len(answers) > MOST_LINES:
        # Those that the column moves the most.
        answers = sorted(answers, key=lambda each: min(each[1]) - max(each[1]))[:MOST_LINES]
    frame = pl.DataFrame(
        [
            {"value": value, "prediction": mean, "answer": name}
            for name, means in answers
            for value, mean in zip(effect["values"], means, strict=True)
        ]
    )
    names = [name for name, _means in answers]
    title = _("mean probability") if is_class else _("mean prediction")
    if is_class and len(report["classes"]) == 2:
        title = _("mean probability of {name}").format(
            name=visible(class_name(report["classes"][1]))
        )
    series = Series("answer", _("class"), names) if len(names) > 1 else None
    descriptions = [
        _("{name}: from {low} to {high}.").format(
            name=name, low=number(min(means)), high=number(max(means))
        )
        for name, means in answers
    ]
    numbers = pl.DataFrame(
        {column: effect["values"]}
        | {(name if name != column else title): means for name, means in answers}
    )
    chart = _effect_chart(effect, column, frame, title, series)
    return Figure(column, chart, " ".join(descriptions), numbers)


def _effect_chart(
    effect: Report, column: str, frame: pl.DataFrame, title: str, series: Series | None
) -> alt.Chart:
    if effect["kind"] == "number":
        return lines(frame, ("value", column), ("prediction", title), series)
    encodings: dict[str, Any] = {"color": coloured(series)} if series else {}
    y = alt.Y("prediction", title=title, scale=alt.Scale(zero=False), axis=AXIS)
    if effect["kind"] == "date":
        dates = frame.with_columns(pl.col("value").str.to_datetime())
        x = alt.X("value:T", title=column, axis=alt.Axis(tickCount=4))
        drawn = alt.Chart(dates).mark_line(strokeWidth=1.8).encode(x, y, **encodings)
    else:
        marks = frame.with_columns(pl.col("value").cast(pl.String))
        axis = alt.Axis(labelAngle=-30, labelLimit=90)
        x = alt.X("value:N", title=column, sort=None, axis=axis)
        drawn = alt.Chart(marks).mark_circle(size=80, opacity=0.9).encode(x, y, **encodings)
    return drawn.properties(width=WIDTH, height=HEIGHT)
