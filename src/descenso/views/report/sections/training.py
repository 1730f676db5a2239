"""The training: the course of the loss, and what was measured of each layer on the way."""

from collections.abc import Mapping
from typing import Any

import altair as alt
import polars as pl

from descenso.html import paragraph
from descenso.i18n import gettext as _
from descenso.views import sentences
from descenso.views.document import PageSection, paragraphs
from descenso.views.report.figures import (
    Draw,
    Figure,
    Points,
    Series,
    charts,
    describe_curve,
    lines,
)
from descenso.views.words import part_name

Report = Mapping[str, Any]

DECADE = 10  # from this ratio on, a loss is shown on a logarithmic scale


def course(report: Report, draw: Draw) -> PageSection:
    """How the training went."""
    result = report["result"]
    body = paragraphs([sentences.course(result), *report["warnings"]])
    history = report["history"]
    if not history["loss"]:
        return PageSection(
            "course", _("The training"), body + paragraph(_("No epoch has been completed."))
        )
    kept = result["kept_epoch"] if result else 0
    body += charts([_losses(history, kept), _learning_rate(history["learning_rate"])], draw)
    body += _of_layers(report, draw)
    return PageSection("course", _("The training"), body)


def _losses(history: Report, kept: int) -> Figure:
    parts = {"train": history["loss"], "validation": history["validation_loss"]}
    drawn = {part_name(part): points for part, points in parts.items() if points}
    frame = pl.DataFrame(
        [
            {"part": name, "epoch": epoch, "loss": value}
            for name, points in drawn.items()
            for epoch, value in points
        ]
    )
    low, high = (float(frame["loss"].min()), float(frame["loss"].max()))  # pyright: ignore[reportArgumentType]
    chart = lines(
        frame,
        ("epoch", _("epoch")),
        ("loss", _("loss")),
        Series("part", _("rows"), list(drawn)),
        logarithmic=low > 0 and high / low >= DECADE,
    ).encode(
        alt.StrokeDash(
            "part", title=_("rows"), legend=None, scale=alt.Scale(range=[[1, 0], [6, 3]])
        )
    )
    descriptions = [describe_curve(name, points) for name, points in drawn.items()]
    shown: alt.TopLevelMixin = chart
    if kept:
        descriptions.append(_("The weights of epoch {epoch} are kept.").format(epoch=kept))
        middle = int(frame["epoch"].max()) / 2  # pyright: ignore[reportArgumentType]
        shown = alt.layer(chart, *_mark(kept, to_the_left=kept > middle))
    return Figure(
        _("Loss by epoch"),
        shown,
        " ".join(descriptions),
        _wide(frame, "epoch", "part", "loss", _("epoch")),
    )


def _mark(kept: int, *, to_the_left: bool) -> list[alt.Chart]:
    """A line at the kept epoch, and its name beside it."""
    at = pl.DataFrame({"epoch": [kept], "text": [_("kept: {epoch}").format(epoch=kept)]})
    base = alt.Chart(at).encode(x="epoch:Q")
    text = base.mark_text(
        align="right" if to_the_left else "left", dx=-4 if to_the_left else 4, baseline="top"
    ).encode(text="text", y=alt.value(0))
    return [base.mark_rule(strokeDash=[2, 3]), text]


def _learning_rate(points: Points) -> Figure:
    frame = pl.DataFrame(points, schema=["epoch", "rate"], orient="row")
    title = _("learning rate")
    return Figure(
        _("Learning rate"),
        lines(frame, ("epoch", _("epoch")), ("rate", title)),
        describe_curve(title, points),
        frame.rename({"epoch": _("epoch"), "rate": title}),
    )


def _of_layers(report: Report, draw: Draw) -> str:
    """Gradients, steps and units of each layer, from the telemetry."""
    telemetry = report["telemetry"]
    if not telemetry:
        return ""
    names = _layer_names(report)
    frame = pl.DataFrame(telemetry, infer_schema_length=None).with_columns(
        pl.col("layer").replace(names)
    )
    order = list(names.values())
    steps = [
        _by_layer(frame, order, "gradient_norm", _("Gradient norm by layer"), _("norm")),
        _by_layer(
            frame, order, "step_ratio", _("Step relative to the weights by layer"), _("ratio")
        ),
    ]
    body = charts([each for each in steps if each], draw)
    flat = [("saturated", _("Saturated units by layer"))]
    if (frame["dead"].cast(pl.Float64).drop_nulls() > 0).any():
        flat.insert(0, ("dead", _("Dead units by layer")))
    units = [_by_layer(frame, order, name, title, _("share"), share=True) for name, title in flat]
    shown = [each for each in units if each]
    if shown:
        body += paragraph(
            _(
                "A dead unit passes no gradient on any of the measured rows; a saturated unit is, "
                "on that share of the rows, where its activation is flat."
            )
        )
        if len(shown) == 1:
            body += paragraph(_("No unit was dead at any time."))
    return body + charts(shown, draw)


def _layer_names(report: Report) -> dict[str, str]:
    layers = list(dict.fromkeys(each["layer"] for each in report["telemetry"]))
    if report["own_network"]:
        return {layer: layer for layer in layers}
    hidden = {layer: _("layer {n}").format(n=layer) for layer in layers[:-1]}
    return hidden | {layers[-1]: _("output layer")}


def _by_layer(
    frame: pl.DataFrame, order: list[str], name: str, title: str, axis: str, *, share: bool = False
) -> Figure | None:
    known = frame.select("epoch", "layer", name).drop_nulls()
    if known.is_empty():
        return None
    there = [layer for layer in order if layer in known["layer"].to_list()]
    descriptions = [
        describe_curve(layer, known.filter(layer=layer).select("epoch", name).rows())
        for layer in there
    ]
    return Figure(
        title,
        lines(
            known,
            ("epoch", _("epoch")),
            (name, axis),
            Series("layer", _("layer"), there),
            logarithmic=not share,
            share=share,
        ),
        f"{axis}: {' '.join(descriptions)}",
        _wide(known, "epoch", "layer", name, _("epoch")),
    )


def _wide(frame: pl.DataFrame, index: str, on: str, values: str, head: str) -> pl.DataFrame:
    """A column for each line, as a person reads numbers over the epochs."""
    return frame.pivot(on=on, index=index, values=values).sort(index).rename({index: head})
