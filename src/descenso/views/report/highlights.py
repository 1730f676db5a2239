"""The few sentences that a report begins with, and that the terminal prints."""

from collections.abc import Mapping
from typing import Any

from descenso.i18n import gettext as _
from descenso.i18n import percent
from descenso.views.numbers import number
from descenso.views.sentences import HEADLINES, ending, kept_weights
from descenso.views.words import metric_name, part_name

FLAT = 0.1  # from this share of dead units on, they are spoken of


def findings(report: Mapping[str, Any]) -> list[str]:
    """What was found, a sentence each."""
    result = report["result"]
    endings = [] if result is None else [ending(result), kept_weights(result)]
    sentences = [_quality(report), _held_out(report), _most_important(report), _dead(report)]
    return [*filter(None, [*endings, *sentences])]


def _quality(report: Mapping[str, Any]) -> str:
    evaluation = report["evaluation"]
    if evaluation is None:
        return report["absent"]
    name = _headline(evaluation["metrics"])
    sentence = _("On the {part} rows: {metric} {value}").format(
        part=part_name(report["part"]),
        metric=metric_name(name),
        value=number(evaluation["metrics"][name]),
    )
    interval = (evaluation["intervals"] or {}).get(name)
    if interval is None:
        return f"{sentence}."
    return (
        sentence
        + " "
        + _("({percent} interval: {low} … {high}).").format(
            percent=percent(evaluation["bootstrap"]["confidence"], "g"),
            low=number(interval[0]),
            high=number(interval[1]),
        )
    )


def _headline(metrics: Mapping[str, float | None]) -> str:
    """The name of the metric that people ask for first."""
    return next(name for name in HEADLINES if name in metrics)


def _held_out(report: Mapping[str, Any]) -> str:
    """What a cross-validation found, where there was one."""
    found = (report["result"] or {}).get("cross_validation")
    if found is None or found["metrics"] is None:
        return ""
    name = _headline(found["metrics"])
    return _("In cross-validation, on held-out rows: {metric} {value}.").format(
        metric=metric_name(name), value=number(found["metrics"][name])
    )


def _most_important(report: Mapping[str, Any]) -> str:
    importance = report["importance"]
    if importance is None or not importance["columns"]:
        return ""
    first = importance["columns"][0]
    if first["increase"] is None or first["increase"] <= 0:
        return _("No column matters: shuffling one does not raise the loss.")
    return _("{column} matters most: shuffling it raises the loss by {n}.").format(
        column=first["column"], n=number(first["increase"])
    )


def _dead(report: Mapping[str, Any]) -> str:
    last = [each for each in report["telemetry"] if each["dead"] is not None]
    if not last:
        return ""
    epoch = last[-1]["epoch"]
    worst = max((each for each in last if each["epoch"] == epoch), key=lambda each: each["dead"])
    if worst["dead"] < FLAT:
        return ""
    return _("At the end, {share} of the units in layer {layer} are dead.").format(
        share=percent(worst["dead"]), layer=worst["layer"]
    )
