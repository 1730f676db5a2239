"""What the terminal and a notebook say of a training in the same words."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from descenso.i18n import gettext as _
from descenso.i18n import ngettext
from descenso.views.numbers import duration, number, whole
from descenso.views.words import class_name, metric_name, part_name, task_name

if TYPE_CHECKING:
    # They bring Polars along, which must not delay --help.
    from descenso.runs.events import Prepared
    from descenso.runs.store.run_file import RunFile

MetricsByPart = Mapping[str, Mapping[str, float | None] | None]

# The metric that people ask for first, the first of these that there is.
MOST_CLASSES = 20
HEADLINES = ("accuracy", "rmse")


def first_names(names: Sequence[str], most: int) -> str:
    """The names for a sentence: the first ones, and how many more there are.

    >>> first_names(["age", "city", "income"], most=2)
    'age, city and 1 more'
    """
    shown, hidden = ", ".join(names[:most]), len(names) - most
    if hidden <= 0:
        return shown
    more = ngettext("{names} and {n} more", "{names} and {n} more", hidden)
    return more.format(names=shown, n=whole(hidden))


def learning(prepared: "Prepared") -> str:
    """What is about to be learned, from how much, by how many numbers."""
    used = sum(column.kind != "dropped" for column in prepared.columns)
    return ngettext(
        "Learning {target} from {n} column, with {parameters} parameters",
        "Learning {target} from {n} columns, with {parameters} parameters",
        used,
    ).format(target=prepared.target, n=used, parameters=whole(prepared.parameters))


def row_counts(rows: Mapping[str, int]) -> str:
    """How many rows are for what."""
    counts = {part: whole(rows[part]) for part in ("train", "validation", "test")}
    return _("{train} for training, {validation} for validation, {test} for testing").format(
        **counts
    )


def run_name(record: "RunFile") -> str:
    """What to call a run in a sentence."""
    return _("run {id}, {target} ({task})").format(
        id=record.id, target=record.target, task=task_name(record.task)
    )


def ending(summary: Mapping[str, Any]) -> str:
    """How the training ended."""
    epochs = ngettext("{n} epoch", "{n} epochs", summary["epochs"]).format(n=summary["epochs"])
    time = duration(summary["seconds"])
    sentences = {
        "epochs": _("Trained for {epochs} in {time}."),
        "patience": _("Stopped after {epochs} in {time}: the validation loss no longer improved."),
        "interrupted": _("Interrupted after {epochs} and {time}."),
        "diverged": _("Ended after {epochs} and {time}: the loss became infinite."),
    }
    return sentences[summary["stopped"]].format(epochs=epochs, time=time)


def kept_weights(summary: Mapping[str, Any]) -> str:
    """Which epoch's weights are kept; "" if it is the last one, or the training diverged."""
    kept = summary["kept_epoch"]
    if kept == summary["epochs"] or summary["stopped"] == "diverged":
        return ""
    if summary["metrics"]["validation"] is None:
        sentence = _("The weights of epoch {epoch}, the best on the training rows, are kept.")
    else:
        sentence = _("The weights of epoch {epoch}, the best on validation, are kept.")
    return sentence.format(epoch=kept)


def course(result: Mapping[str, Any] | None) -> str:
    """How the training ended, and which epoch's weights are kept."""
    if result is None:
        return _("This training has not ended.")
    return " ".join(filter(None, [ending(result), kept_weights(result)]))


def class_names(classes: Sequence[Any] | None) -> str:
    """The classes, of many the first; "" for a regression."""
    if classes is None:
        return ""
    more = " …" if len(classes) > MOST_CLASSES else ""
    names = ", ".join(map(class_name, classes[:MOST_CLASSES])) + more
    return _("Classes: {names}").format(names=names)


def parts_of(result: Mapping[str, Any]) -> MetricsByPart:
    """The metrics of a result by the rows that they were measured on.

    Those of a cross-validation are separate: its networks were not trained on the rows that they
    were evaluated on.
    """
    found = result.get("cross_validation")
    parts = result["metrics"]
    return {
        "train": parts["train"],
        "cross_validation": found["metrics"] if found else None,
        "validation": parts["validation"],
        "test": parts["test"],
    }


def headlines(parts: MetricsByPart) -> list[str]:
    """A line such as `test accuracy 0.9710` for each part of the rows that was not learned from.

    Where all were learned from, for those.
    """
    scored = {part: metrics for part, metrics in parts.items() if metrics is not None}
    unlearned = {part: metrics for part, metrics in scored.items() if part != "train"}
    return [
        _("{part} {metric} {value}").format(
            part=part_name(part), metric=metric_name(name), value=number(metrics[name])
        )
        for part, metrics in (unlearned or scored).items()
        for name in HEADLINES
        if name in metrics
    ]


def exact_interval(evaluation: Mapping[str, Any]) -> list[str]:
    """That accuracy's interval is not of resamples, where it is so (`bootstrap.intervals`)."""
    accuracy = evaluation["metrics"].get("accuracy")
    if not evaluation["bootstrap"] or accuracy is None or 1e-9 < accuracy < 1 - 1e-9:
        return []
    return [
        _(
            "If all resamples give the same value, there is no bootstrap interval; "
            "for accuracy, the interval is then the exact one (Clopper and Pearson)."
        )
    ]
