"""What the terminal and a notebook say of a training in the same words."""

from collections.abc import Mapping
from typing import Any

from descenso.messages import gettext as _
from descenso.messages import ngettext
from descenso.views.numbers import duration, whole


def row_counts(rows: Mapping[str, int]) -> str:
    """How many rows are for what."""
    counts = {part: whole(rows[part]) for part in ("train", "validation", "test")}
    return _("{train} to train, {validation} to validate, {test} to test").format(**counts)


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
    """Which epoch's weights are kept, where it is not the last one; of a divergence it is told."""
    kept = summary["kept_epoch"]
    if kept == summary["epochs"] or summary["stopped"] == "diverged":
        return ""
    if summary["metrics"]["validation"] is None:
        sentence = _("The weights of epoch {epoch}, the best on the training rows, are kept.")
    else:
        sentence = _("The weights of epoch {epoch}, the best on validation, are kept.")
    return sentence.format(epoch=kept)
