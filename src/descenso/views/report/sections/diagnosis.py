"""Whether the training is healthy: the diagnosis, with the curves of its trials."""

from collections.abc import Mapping
from typing import Any

import polars as pl

from descenso.html import paragraph, plain
from descenso.i18n import gettext as _
from descenso.views.charts import log_scale
from descenso.views.diagnosis import Diagnosed, curves_table, restored
from descenso.views.document import Section, paragraphs, table
from descenso.views.report.figures import Draw, Figure, Series, charts, lines
from descenso.views.study import Part


def health(report: Mapping[str, Any], draw: Draw) -> list[Section]:
    """What the doctor found; nothing before the training has ended."""
    if report["diagnosis"] is None:
        return []
    found = restored(report["diagnosis"])
    body = paragraphs([found.title, *found.essence])
    if found.quick:
        body += paragraph(
            _("To try possible causes: descenso diagnose {run}").format(run=report["run"])
        )
    trials = {each.cause: each for each in found.diagnoses}
    for part in found.parts:
        body += f"<h3>{plain(part.title)}</h3>{paragraphs(part.said)}"
        if part.name in trials:
            body += charts(_trial(trials[part.name], part), draw)
        if (told := part.told()) is not None:
            body += table(told, part.most)
    return [Section("diagnosis", _("Diagnosis"), body)]


def _trial(each: Diagnosed, part: Part) -> list[Figure]:
    frame = pl.DataFrame() if each.trial is None else curves_table(each.trial.curves)
    if frame.is_empty():
        return []
    epoch = _("epoch of the trial")
    chart = lines(
        frame,
        ("epoch", epoch),
        ("loss", _("training loss")),
        Series("training", _("change"), frame["training"].unique(maintain_order=True).to_list()),
        logarithmic=log_scale(frame["loss"]).to_dict()["type"] == "log",
    )
    wide = frame.pivot(on="training", index="epoch", values="loss").sort("epoch")
    return [Figure(_("The trial"), chart, part.alternative, wide.rename({"epoch": epoch}))]
