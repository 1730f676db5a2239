"""An evaluation in a terminal: metrics with their intervals, and the details behind them."""

from collections.abc import Mapping, Sequence
from typing import Any

from rich.cells import cell_len, set_cell_size

from descenso.cli.terminal.streams import show, visible, width
from descenso.cli.terminal.table import aligned
from descenso.i18n import decimal, ngettext, percent
from descenso.i18n import gettext as _
from descenso.views.evaluation import calibration_error, residual_sentence, worst_row, worst_titles
from descenso.views.numbers import WIDTH, counted_rows, number, whole
from descenso.views.sentences import exact_interval
from descenso.views.words import class_name, metric_name, metric_remark

LABEL_WIDTH = 16  # longer class names are cut
NAME_WIDTH = 18  # the longest metric: baseline_accuracy
MAX_LISTED_CLASSES = 20  # of more classes, only the worst few are listed
MAX_LISTED_PAIRS = 10
MAX_WORST_ROWS = 5
BAR_WIDTH = 30

Measured = Mapping[str, Any]


def show_evaluation(measured: Measured, title: str) -> None:
    """Print the result of `Run.evaluate`, without its warnings; the title names the rows."""
    show(f"{title}: {counted_rows(measured['rows'])}", style="bold")
    for line in metric_lines(measured):
        show(line)
    sections = (confusion_lines, class_lines, calibration_lines, residual_lines, worst_lines)
    for heading, *lines in filter(None, (lines_of(measured) for lines_of in sections)):
        show()
        show(heading, style="bold")
        for line in lines:
            show(line)


def metric_lines(measured: Measured) -> list[str]:
    """One metric per line, with its interval, and how the intervals were computed."""
    intervals = measured["intervals"] or {}
    values = measured["metrics"] | measured["further_metrics"]
    lines = [
        "  ".join(
            [
                f"{metric_name(name):<{NAME_WIDTH}}{number(value):>{WIDTH}}",
                *_interval(intervals.get(name)),
                *([remark] if (remark := metric_remark(name)) else []),
            ]
        )
        for name, value in values.items()
    ]
    if measured["bootstrap"]:
        drawn = measured["bootstrap"]
        lines.append(
            _("In brackets: {percent} intervals, from {n} bootstrap resamples of the rows.").format(
                percent=percent(drawn["confidence"], "g"), n=whole(drawn["resamples"])
            )
        )
    return lines + exact_interval(measured)


def confusion_lines(measured: Measured) -> list[str]:
    """The confusion matrix; if it is too wide, the classes most often confused."""
    confusion = measured["confusion"]
    if confusion is None:
        return []
    labels = [_label(each) for each in confusion["classes"]]
    table = [["", *labels]]
    for label, counts in zip(labels, confusion["counts"] or [], strict=False):
        table.append([label, *map(str, counts)])
    lines = _aligned(table)
    if len(table) > 1 and cell_len(lines[0]) <= width():
        return [
            _("Confusion matrix: a row for each true class, a column for each prediction"),
            *lines,
        ]
    pairs = confusion["most_confused"]
    if not pairs:
        return [_("Confusion matrix: every row is predicted correctly")]
    rows = [[_label(p["truth"]), _label(p["prediction"]), str(p["rows"])] for p in pairs]
    title = _("Most confused of the {n} classes").format(n=len(labels))
    heading = [_("truth"), _("prediction"), _("rows")]
    return [title, *_aligned([heading, *rows[:MAX_LISTED_PAIRS]], left=2)]


def class_lines(measured: Measured) -> list[str]:
    """Precision, recall and F1 of each class; of many classes, only of the worst."""
    classes: list[dict[str, Any]] = measured["per_class"] or []
    if not classes:
        return []
    shown, hidden = classes, 0
    if len(classes) > MAX_LISTED_CLASSES:
        occurring = [each for each in classes if each["f1"] is not None]
        shown = sorted(occurring, key=lambda each: each["f1"])[: MAX_LISTED_CLASSES // 2]
        hidden = len(classes) - len(shown)
    table = [
        ["", _("precision"), _("recall"), _("F1"), _("rows")],
        *(
            [
                _label(each["class"]),
                *(number(each[name]) for name in ("precision", "recall", "f1")),
                str(each["support"]),
            ]
            for each in shown
        ),
    ]
    more = ngettext(
        "and {n} more class, of a higher F1 or without rows (--json shows all)",
        "and {n} more classes, of a higher F1 or without rows (--json shows all)",
        hidden,
    ).format(n=hidden)
    return [_("By class"), *_aligned(table), *([more] if hidden else [])]


def calibration_lines(measured: Measured) -> list[str]:
    """The calibration error, that expected by chance, and a bar for each bin."""
    calibration = measured["calibration"]
    if calibration is None:
        return []
    classes = measured["confusion"]["classes"]
    if len(classes) == 2:
        of = _("Rows by predicted probability of {name}:").format(name=_label(classes[1]))
    else:
        of = _("Rows by the probability of the predicted class:")
    key = _("━ observed, │ predicted")
    table = [
        [_("predicted"), _("observed"), _("rows"), f"  {key:<{BAR_WIDTH}}"],
        *(
            [
                decimal(f"{each['predicted']:.4f}"),
                decimal(f"{each['happened']:.4f}"),
                str(each["rows"]),
                "  " + bar(each["happened"], each["predicted"]),
            ]
            for each in calibration["bins"]
        ),
    ]
    error = calibration_error(calibration)
    return [_("Calibration"), error, of, *_aligned(table, left=0)]


def bar(share: float, mark: float) -> str:
    """A bar whose length is one share, with a mark at another.

    >>> bar(0.5, 0.9)
    '━━━━━━━━━━━━━━━············│···'
    """
    filled = round(share * BAR_WIDTH)
    at = min(int(mark * BAR_WIDTH), BAR_WIDTH - 1)
    cells = ["━"] * filled + ["·"] * (BAR_WIDTH - filled)
    cells[at] = "┿" if at < filled else "│"
    return "".join(cells)


def residual_lines(measured: Measured) -> list[str]:
    """Quantiles of the residuals and of their absolute values."""
    residuals = measured["residuals"]
    if residuals is None:
        return []
    quantiles = residuals["quantiles"]
    table = [
        [percent(int(each) / 100) for each in quantiles],
        [number(v) for v in quantiles.values()],
    ]
    title = _("Residuals: true value minus prediction")
    return [title, *_aligned(table, left=0), residual_sentence(residuals)]


def worst_lines(measured: Measured) -> list[str]:
    """The rows with the largest errors, by their numbers in the table."""
    worst: Sequence[dict[str, Any]] = measured["worst_rows"][:MAX_WORST_ROWS]
    if not worst:
        return []
    titles = worst_titles(numbers=measured["residuals"] is not None)
    rows = [worst_row(each, _label) for each in worst]
    return [_("Rows with the largest errors"), *_aligned([titles, *rows], left=0)]


def _interval(interval: Sequence[float] | None) -> list[str]:
    return [] if interval is None else [f"[{number(interval[0])}, {number(interval[1])}]"]


def _label(name: Any) -> str:
    label = visible(class_name(name))
    return label if cell_len(label) <= LABEL_WIDTH else set_cell_size(label, LABEL_WIDTH - 1) + "…"


def _aligned(table: Sequence[Sequence[str]], left: int = 1) -> list[str]:
    """The cells in aligned columns: the first few to the left, the others to the right."""
    return aligned(table, [index >= left for index in range(len(table[0]))])
