"""The quality of a run: how good the predictions are, and where they are not."""

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt
import polars as pl

from descenso import html
from descenso.html import escaped, heading, paragraph, visible
from descenso.i18n import decimal
from descenso.i18n import gettext as _
from descenso.views.charts import INK
from descenso.views.document import PageSection
from descenso.views.evaluation import (
    calibration_sentences,
    classes_table,
    confusion_table,
    metrics_table,
    residuals_table,
    worst_cells,
    worst_titles,
)
from descenso.views.numbers import number
from descenso.views.report.figures import (
    AXIS,
    HEIGHT,
    WIDTH,
    Draw,
    Figure,
    Points,
    Series,
    charts,
    lines,
)
from descenso.views.run import metrics_table as parts_table
from descenso.views.sentences import parts_of
from descenso.views.words import class_name

Report = Mapping[str, Any]


def quality(report: Report, draw: Draw) -> PageSection:
    """How good the predictions are."""
    result, evaluation = report["result"], report["evaluation"]
    body = _scrolling(parts_table(parts_of(result))) if result else ""
    if evaluation is None:
        sentence = report["absent"] or _("There are no trained weights to measure.")
        return PageSection("learnt", _("Quality of the predictions"), body + paragraph(sentence))
    body += "".join(map(paragraph, [_judged_by(report["part"]), *evaluation["warnings"]]))
    body += _scrolling(metrics_table(evaluation))
    body += _scrolling(confusion_table(evaluation["confusion"]))
    body += _scrolling(classes_table(evaluation["per_class"]))
    curves = _ranking(report["ranking"])
    if evaluation["calibration"] is not None:
        curves.append(_calibration(evaluation["calibration"]))
        # The bins themselves are a chart here, with its numbers.
        error, _of = calibration_sentences(evaluation)
        body += heading(_("Calibration")) + paragraph(error)
    body += charts(curves, draw)
    body += _scrolling(residuals_table(evaluation["residuals"]))
    body += charts(_residuals(report["residuals"]), draw)
    return PageSection("learnt", _("Quality of the predictions"), body + _worst(report))


def _judged_by(part: str) -> str:
    return {
        "test": _("Measured on the test rows, which were not used in training."),
        "validation": _(
            "Measured on the validation rows, since there are no test rows. The "
            "weights were not trained on them, but they may have chosen the epoch "
            "that is kept, so these scores can be optimistic."
        ),
        "train": _(
            "Measured on the training rows, since no others were held out. The network has seen "
            "their answers, so these scores are better than on new rows."
        ),
    }[part]


def _scrolling(tables: str) -> str:
    return f'<div class="table" tabindex="0">{tables}</div>' if tables else ""


def _ranking(ranking: Sequence[Report] | None) -> list[Figure]:
    """ROC and precision-recall curves, where there are any."""
    known = [each for each in ranking or () if each["roc"]]
    if not known:
        return []
    by_name = {visible(class_name(each["class"])): each for each in known}
    areas = [
        _("{name}: area under the curve {area}.").format(name=name, area=number(each["roc_auc"]))
        for name, each in by_name.items()
    ]
    averages = [
        _("{name}: average precision {precision}; a random guess has {share}.").format(
            name=name, precision=number(each["average_precision"]), share=number(each["share"])
        )
        for name, each in by_name.items()
    ]
    false, true = _("false positive rate"), _("true positive rate")
    roc, roc_numbers = _curves(by_name, "roc", false, true)
    curve, numbers = _curves(by_name, "precision_recall", _("recall"), _("precision"), step=True)
    return [
        Figure(_("ROC curve"), _diagonal() + roc, " ".join(areas), roc_numbers),
        Figure(_("Precision and recall"), curve, " ".join(averages), numbers),
    ]


def _curves(
    by_name: Mapping[str, Report], curve: str, x: str, y: str, *, step: bool = False
) -> tuple[alt.Chart, pl.DataFrame]:
    """A curve for each class, and its numbers."""
    frame = pl.DataFrame(
        [
            {"class": name, "x": point[0], "y": point[1], "order": order}
            for name, each in by_name.items()
            for order, point in enumerate(each[curve])
        ]
    )
    series = Series("class", _("class"), list(by_name))
    drawn = lines(frame, ("x", x), ("y", y), series, share=True, step=step)
    # By default a line is drawn from the left to the right, which tears a vertical stretch apart.
    numbers = frame.drop("order").rename({"class": _("class"), "x": x, "y": y})
    return drawn.encode(order="order:Q"), numbers


def _diagonal(low: float = 0.0, high: float = 1.0) -> alt.Chart:
    ends = pl.DataFrame({"x": [low, high], "y": [low, high]})
    return (
        alt.Chart(ends)
        .mark_line(strokeDash=[4, 4], opacity=0.5, color=INK, point=False)
        .encode(x="x", y="y")
    )


def _calibration(calibration: Report) -> Figure:
    frame = pl.DataFrame(calibration["bins"])
    points = (
        alt.Chart(frame)
        .mark_circle(opacity=0.8)
        .encode(
            alt.X("predicted", title=_("predicted"), axis=AXIS, scale=alt.Scale(domain=[0, 1])),
            alt.Y("happened", title=_("observed"), axis=AXIS, scale=alt.Scale(domain=[0, 1])),
            alt.Size("rows", title=_("rows"), legend=None, scale=alt.Scale(range=[30, 250])),
        )
        .properties(width=WIDTH, height=HEIGHT)
    )
    described = _("predicted {predicted}, observed {happened}")
    return Figure(
        _("Calibration"),
        _diagonal() + points,
        "; ".join(
            described.format(
                predicted=decimal(f"{each['predicted']:.2f}"),
                happened=decimal(f"{each['happened']:.2f}"),
            )
            for each in calibration["bins"]
        ),
        frame.select(
            pl.col("predicted").alias(_("predicted")),
            pl.col("happened").alias(_("observed")),
            pl.col("rows").alias(_("rows")),
        ),
    )


def _residuals(residuals: Report | None) -> list[Figure]:
    """How residuals spread, and truths over predictions where rows may be shown."""
    if residuals is None:
        return []
    edges, counts = residuals["edges"], residuals["counts"]
    bars = pl.DataFrame({"from": edges[:-1], "to": edges[1:], "rows": counts})
    most = bars.sort("rows", descending=True).row(0, named=True)
    histogram = (
        alt.Chart(bars)
        .mark_bar()
        .encode(
            alt.X("from", title=_("residual"), axis=AXIS).bin("binned"),
            alt.X2("to"),
            alt.Y("rows", title=_("rows"), axis=alt.Axis(tickCount=5)),
        )
        .properties(width=WIDTH, height=HEIGHT)
    )
    figures = [
        Figure(
            _("Residuals: true value minus prediction"),
            histogram,
            _(
                "The highest bar, of {n} rows, goes from a residual of {low} to one of {high}."
            ).format(n=most["rows"], low=number(most["from"]), high=number(most["to"])),
            bars.rename({"from": _("from"), "to": _("to"), "rows": _("rows")}),
        )
    ]
    if residuals["points"]:
        figures.append(_truths(residuals["points"]))
    return figures


def _truths(points: Points) -> Figure:
    frame = pl.DataFrame(points, schema=["prediction", "truth"], orient="row")
    ends = [float(v) for v in (frame.to_numpy().min(), frame.to_numpy().max())]
    scale = alt.Scale(zero=False)
    drawn = (
        alt.Chart(frame)
        .mark_circle(opacity=0.6, size=22)
        .encode(
            alt.X("prediction", title=_("prediction"), axis=AXIS, scale=scale),
            alt.Y("truth", title=_("truth"), axis=AXIS, scale=scale),
        )
        .properties(width=WIDTH, height=HEIGHT)
    )
    return Figure(
        _("True value against prediction"),
        _diagonal(*ends) + drawn,
        _("{n} rows, from {low} to {high}; on the dashed line the prediction is right.").format(
            n=frame.height, low=number(ends[0]), high=number(ends[1])
        ),
        frame.rename({"prediction": _("prediction"), "truth": _("truth")}),
    )


def _worst(report: Report) -> str:
    """The worst rows, with what stands in them."""
    if not report["shows_rows"]:
        return paragraph(_("Rows of the data were left out of this report (--no-rows)."))
    worst: Sequence[Report] = report["evaluation"]["worst_rows"]
    if not worst:
        return paragraph(_("Every row is predicted correctly."))
    names = list(worst[0]["values"])
    titles = [*worst_titles(numbers=report["classes"] is None), *names]
    rows = [
        [*worst_cells(each), *(_cell(each["values"][name]) for name in names)] for each in worst
    ]
    return heading(_("Rows with the largest errors")) + _scrolling(html.table(titles, rows))


def _cell(value: str | None) -> str:
    return escaped("–" if value is None else value)
