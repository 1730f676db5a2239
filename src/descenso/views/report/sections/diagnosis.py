"""Whether the training is healthy: the diagnosis, with the curves of its trials."""

from collections.abc import Mapping
from typing import Any

import polars as pl

from descenso.html import escaped, paragraph
from descenso.i18n import gettext as _
from descenso.views.charts import log_scale
from descenso.views.diagnosis import Diagnosed, curves_table, restored
from descenso.views.document import PageSection, paragraphs, table
from descenso.views.report.figures import Draw, Figure, Series, charts, lines
from descenso.views.study import Section


def health(report: Mapping[str, Any], draw: Draw) -> list[PageSection]:
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
    for section in found.sections:
        body += f"<h3>{escaped(section.title)}</h3>{paragraphs(section.sentences)}"
        if section.name in trials:
            body += charts(_trial(trials[section.name], section), draw)
        if (shown := section.shown_table()) is not None:
            body += table(shown, section.most)
    return [PageSection("diagnosis", _("Diagnosis"), body)]


def _trial(each: Diagnosed, section: Section) -> list[Figure]:
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
    return [Figure(_("The trial"), chart, section.alternative, wide.rename({"epoch": epoch}))]
