"""The result of a training: how good it is, where it is, and what to try next."""

from collections.abc import Mapping
from typing import Any

from descenso.cli.terminal.streams import show
from descenso.i18n import gettext as _
from descenso.views.numbers import WIDTH, number
from descenso.views.sentences import MetricsByPart, ending, headlines, kept_weights, parts_of
from descenso.views.words import metric_name, part_name

TITLE_WIDTH = 14  # "entrenamiento" is the longest title


def show_result(summary: Mapping[str, Any], reference: str, *, quiet: bool) -> None:
    """Print a training's result, which `train --json` prints whole.

    Args:
        reference: how a next command may name the run.
        quiet: whether to leave out how it ended and what to try next.
    """
    for line in parts_table(parts_of(summary)):
        show(line)
    if summary.get("seeds"):
        for line in spread_lines(summary["seeds"]):
            show(line)
    show()
    for line in headlines(parts_of(summary)):
        show(line, style="bold green")
    if quiet:
        return
    show()
    show(ending(summary))
    if kept := kept_weights(summary):
        show(kept)
    show(_("The run is in {path}").format(path=summary["run"]))
    suspected = (summary["diagnosis"] or {}).get("diagnoses")
    if suspected:
        show(
            _("Problem found: {summary}").format(summary=suspected[0]["summary"]),
            style="bold yellow",
        )
    if summary["stopped"] == "interrupted":
        return
    show(_("To try next:"))
    for command in next_commands(reference, summary["recipe"]["epochs"], suspected=bool(suspected)):
        show(f"  {command}")


def show_metrics(metrics: Mapping[str, float | None]) -> None:
    """Print one metric per line."""
    for name, value in metrics.items():
        show(f"{metric_name(name)} {number(value)}")


def parts_table(parts: MetricsByPart) -> list[str]:
    """The metrics of the training, validation and test rows, a line for each."""
    scored = {part: metrics for part, metrics in parts.items() if metrics is not None}
    names = list(next(iter(scored.values()), {}))
    rows = [
        _row(part_name(part), (number(metrics[name]) for name in names))
        for part, metrics in scored.items()
    ]
    return [_row("", map(metric_name, names)), *rows] if rows else []


def spread_lines(spread: Mapping[str, Any]) -> list[str]:
    """Mean and standard deviation of the metrics over seeds."""
    title = _("Mean ± standard deviation over {n} seeds (the run kept is that of seed {kept})")
    lines = ["", title.format(n=len(spread["seeds"]), kept=spread["kept"])]
    for part, metrics in spread["metrics"].items():
        if metrics is not None:
            lines.append(_row(part_name(part), (number(each["mean"]) for each in metrics.values())))
            lines.append(_row("  ±", (number(each["sd"]) for each in metrics.values())))
    return lines


def next_commands(reference: str, epochs: int, *, suspected: bool = False) -> list[str]:
    """Commands to go on with after a training; `suspected` is whether a problem was found."""
    return [
        *([f"descenso diagnose {reference}"] if suspected else []),
        f"descenso predict {reference} new.csv --out predictions.csv",
        f"descenso evaluate {reference} other.csv",
        f"descenso resume {reference} --epochs {max(2 * epochs, 1)}",
    ]


def _row(title: str, cells: Any) -> str:
    return f"{title:<{TITLE_WIDTH}}" + "".join(f"{cell:>{WIDTH + 1}}" for cell in cells)
