"""An evaluation: a dict that shows itself, at a prompt in a line and in a notebook as a page."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from descenso import html
from descenso.html import BLUE, VERMILION, dim, escaped, heading, number_cell, paragraph, table
from descenso.i18n import decimal, ngettext, percent
from descenso.i18n import gettext as _
from descenso.views.numbers import counted_rows, number, whole
from descenso.views.sentences import exact_interval
from descenso.views.words import class_name, metric_name, metric_remark, part_name


class Evaluation(dict[str, Any]):
    """What `Run.evaluate` found: a dict that shows itself."""

    def __repr__(self) -> str:
        of = self["table"] or self["part"]
        metrics = ", ".join(
            f"{name} {'none' if value is None else format(value, '.4g')}"
            for name, value in self["metrics"].items()
        )
        rows = "1 row" if self["rows"] == 1 else f"{self['rows']} rows"
        return f"<Evaluation of {rows} ({of}): {metrics}>"

    def _repr_html_(self) -> str:
        return evaluation_fragment(self)


Measured = Mapping[str, Any]
MOST_IN_MATRIX = 20  # of more classes the pairs that are confused most often are shown
MOST_CLASSES = 30  # one by one; of more those of the least F1
MOST_PAIRS = 10
MOST_WORST = 5
DARKEST = 0.6  # the numbers on a shade are read in the notebook's own colour, dark or light
LEFT, RIGHT, TOP, BOTTOM = 36, 166, 22, 152  # of the picture of the calibration


def evaluation_fragment(measured: Measured) -> str:
    """An evaluation, as `Run.evaluate` gives it, in HTML."""
    of = measured["table"] or part_name(measured["part"])
    return html.fragment(
        heading(f"{of}: {counted_rows(measured['rows'])}"),
        *(paragraph(warning) for warning in measured["warnings"]),
        metrics_table(measured),
        confusion_table(measured["confusion"]),
        classes_table(measured["per_class"]),
        _calibration(measured),
        residuals_table(measured["residuals"]),
        _worst(measured),
    )


def metrics_table(measured: Measured) -> str:
    """The metrics with their intervals, and how the intervals were made."""
    intervals, drawn = measured["intervals"] or {}, measured["bootstrap"]
    values = measured["metrics"] | measured["further_metrics"]
    rows = [
        [
            escaped(metric_name(name)),
            number_cell(number(value)),
            *([number_cell(_interval(intervals.get(name)))] if drawn else []),
        ]
        for name, value in values.items()
    ]
    titles, note = ["", _("value")], ""
    if drawn:
        titles.append(_("{percent} interval").format(percent=percent(drawn["confidence"], "g")))
        resampled = _("Intervals from {n} bootstrap resamples of the rows.")
        note = paragraph(resampled.format(n=whole(drawn["resamples"])))
    remarks = [
        f"{metric_name(name)}: {metric_remark(name)}" for name in values if metric_remark(name)
    ]
    notes = "".join(map(paragraph, exact_interval(measured)))
    return table(titles, rows, named=True) + "".join(map(paragraph, remarks)) + note + notes


def _interval(interval: Sequence[float] | None) -> str:
    return "" if interval is None else f"{number(interval[0])} … {number(interval[1])}"


def confusion_table(confusion: Measured | None) -> str:
    """The confusion matrix, each line's shares as shades; of many classes the worst pairs."""
    if confusion is None:
        return ""
    names = [class_name(each) for each in confusion["classes"]]
    if confusion["counts"] is not None and len(names) <= MOST_IN_MATRIX:
        title = _("Confusion matrix: a row for each true class, a column for each prediction")
        return heading(title) + table(["", *names], _matrix(names, confusion["counts"]), named=True)
    pairs = confusion["most_confused"][:MOST_PAIRS]
    if not pairs:
        return heading(_("Confusion matrix: every row is predicted correctly"))
    described = _("Most confused of the {n} classes").format(n=len(names))
    rows = [
        [
            escaped(class_name(p["truth"])),
            escaped(class_name(p["prediction"])),
            number_cell(whole(p["rows"])),
        ]
        for p in pairs
    ]
    return heading(described) + table([_("truth"), _("prediction"), _("rows")], rows)


def _matrix(names: Sequence[str], counts: Sequence[Sequence[int]]) -> list[list[str]]:
    return [
        [
            escaped(name),
            *(
                number_cell(whole(count), _shade(count / max(sum(line), 1), right=row == column))
                for column, count in enumerate(line)
            ),
        ]
        for row, (name, line) in enumerate(zip(names, counts, strict=True))
    ]


def _shade(share: float, *, right: bool) -> str:
    # By the root, so that a few mistakes are seen beside many right answers.
    return f"rgb({BLUE if right else VERMILION} / {DARKEST * share**0.5:.2f})" if share else ""


def classes_table(classes: Sequence[Measured] | None) -> str:
    """Precision, recall and F1 of each class; of many those of the least F1."""
    if not classes:
        return ""
    shown = classes
    if len(classes) > MOST_CLASSES:
        occurring = [each for each in classes if each["f1"] is not None]
        shown = sorted(occurring, key=lambda each: each["f1"])[:MOST_CLASSES]
    rows = [
        [
            escaped(class_name(each["class"])),
            *(number_cell(number(each[name])) for name in ("precision", "recall", "f1")),
            number_cell(whole(each["support"])),
        ]
        for each in shown
    ]
    titles = ["", _("precision"), _("recall"), _("F1"), _("rows")]
    hidden = len(classes) - len(shown)
    more = ngettext("and {n} more class", "and {n} more classes", hidden).format(n=whole(hidden))
    note = f"<p>{dim(more)}</p>" if hidden else ""
    return heading(_("Each class")) + table(titles, rows, named=True) + note


def _calibration(measured: Measured) -> str:
    """Sentences about the calibration, and the bins as points about the diagonal."""
    calibration = measured["calibration"]
    if calibration is None:
        return ""
    title = heading(_("Calibration")) + "".join(map(paragraph, calibration_sentences(measured)))
    return title + reliability(calibration["bins"])


def calibration_sentences(measured: Measured) -> list[str]:
    """The calibration error beside chance's, and which probability the bins are of."""
    calibration, classes = measured["calibration"], measured["confusion"]["classes"]
    if len(classes) == 2:
        of = _("Rows by the probability of {name}:").format(name=class_name(classes[1]))
    else:
        of = _("Rows by the probability of the predicted class:")
    return [calibration_error(calibration), of]


def calibration_error(calibration: Measured) -> str:
    """The calibration error beside chance's."""
    return _("Calibration error {error}; about {by_chance} is expected by chance.").format(
        error=number(calibration["error"]), by_chance=number(calibration["error_by_chance"])
    )


def reliability(bins: Sequence[Measured]) -> str:
    """What happened over what was predicted: a point for each bin, the larger the more rows."""
    most = max((each["rows"] for each in bins), default=1)

    def x(share: float) -> float:
        return LEFT + share * (RIGHT - LEFT)

    def y(share: float) -> float:
        return BOTTOM - share * (BOTTOM - TOP)

    title, across, upwards = _("Calibration"), _("predicted"), _("observed")
    described = "; ".join(
        _("predicted {predicted}, observed {happened} ({rows})").format(
            predicted=decimal(f"{each['predicted']:.2f}"),
            happened=decimal(f"{each['happened']:.2f}"),
            rows=counted_rows(each["rows"]),
        )
        for each in bins
    )
    grid = "".join(
        f'<path d="M{LEFT} {y(tick):.1f}H{RIGHT}M{x(tick):.1f} {BOTTOM}V{TOP}" '
        'stroke="currentColor" opacity=".15"/>'
        f'<text x="{LEFT - 6}" y="{y(tick) + 4:.1f}" text-anchor="end">{label}</text>'
        f'<text x="{x(tick):.1f}" y="{BOTTOM + 15}" text-anchor="middle">{label}</text>'
        for tick, label in ((0.0, "0"), (0.5, decimal("0.5")), (1.0, "1"))
    )
    points = "".join(
        f'<circle cx="{x(each["predicted"]):.1f}" cy="{y(each["happened"]):.1f}" '
        f'r="{2 + 4 * (each["rows"] / most) ** 0.5:.1f}"/>'
        for each in bins
    )
    return (
        f'<svg width="220" height="190" viewBox="0 0 220 190" role="img">'
        f"<title>{escaped(title)}</title><desc>{escaped(described)}</desc>{grid}"
        f'<path d="M{LEFT} {BOTTOM}L{RIGHT} {TOP}" stroke="currentColor" stroke-dasharray="3 3"/>'
        f'<g fill="rgb({BLUE})" fill-opacity=".8">{points}</g>'
        f'<text x="{x(0.5)}" y="{BOTTOM + 32}" text-anchor="middle">{escaped(across)}</text>'
        f'<text x="{LEFT}" y="12">{escaped(upwards)}</text></svg>'
    )


def residuals_table(residuals: Measured | None) -> str:
    """Quantiles of the residuals, and how far off most predictions are."""
    if residuals is None:
        return ""
    quantiles = residuals["quantiles"]
    return (
        heading(_("Residuals: true value minus prediction"))
        + table(
            [percent(int(each) / 100) for each in quantiles],
            [[number_cell(number(value)) for value in quantiles.values()]],
        )
        + paragraph(residual_sentence(residuals))
    )


def residual_sentence(residuals: Measured) -> str:
    """How far off most predictions are."""
    absolute = residuals["absolute_quantiles"]
    return _(
        "Half of the predictions are off by at most {half}, nine in ten by at most {most}."
    ).format(half=number(absolute["50"]), most=number(absolute["90"]))


def _worst(measured: Measured) -> str:
    """The worst rows by their numbers in the table."""
    worst: Sequence[Measured] = measured["worst_rows"][:MOST_WORST]
    if not worst:
        return ""
    titles = worst_titles(numbers=measured["residuals"] is not None)
    return heading(_("Rows with the largest errors")) + table(titles, map(worst_cells, worst))


def worst_titles(*, numbers: bool) -> list[str]:
    """The titles of the worst rows' table, where numbers are predicted or classes."""
    last = _("residual") if numbers else _("probability of the true class")
    return [_("row"), _("truth"), _("prediction"), last]


def worst_row(row: Measured, name: Callable[[Any], str] = class_name) -> list[str]:
    """A row, its truth, its prediction, and how wrong that is, as text.

    Args:
        name: of a class.
    """
    place = str(row["row"])
    if "residual" in row:
        return [place, *(number(row[each]) for each in ("truth", "prediction", "residual"))]
    truth, prediction = name(row["truth"]), name(row["prediction"])
    return [place, truth, prediction, decimal(f"{row['probability_of_truth']:.4f}")]


def worst_cells(row: Measured) -> list[str]:
    """The same as HTML."""
    place, truth, prediction, error = worst_row(row)
    of_answer = number_cell if "residual" in row else escaped
    return [number_cell(place), of_answer(truth), of_answer(prediction), number_cell(error)]
