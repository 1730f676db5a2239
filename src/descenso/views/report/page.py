"""The report as one HTML page: whole by itself, printable, without a script unless asked for."""

from collections.abc import Mapping
from typing import Any

from descenso.html import paragraph
from descenso.i18n import gettext as _
from descenso.views.document import document, lead
from descenso.views.report.figures import answering, still
from descenso.views.report.highlights import findings
from descenso.views.report.interactive import script
from descenso.views.report.sections.data import data
from descenso.views.report.sections.diagnosis import health
from descenso.views.report.sections.importance import matters
from descenso.views.report.sections.quality import quality
from descenso.views.report.sections.recipe import recipe, repeating
from descenso.views.report.sections.training import course
from descenso.views.words import task_name


def report_page(report: Mapping[str, Any], *, interactive: bool = False) -> str:
    """A report as a page, whose charts may answer to the pointer by a script in it."""
    draw = answering if interactive else still
    title = _("Run {run}: {target}").format(run=report["run"], target=report["target"])
    sections = [
        quality(report, draw),
        course(report, draw),
        *health(report, draw),
        matters(report, draw),
        data(report),
        recipe(report),
        repeating(report),
    ]
    return document(title, _lead(report), sections, _end(interactive))


def _lead(report: Mapping[str, Any]) -> str:
    made = _("{task}, trained on {date} by descenso {version}").format(
        task=task_name(report["task"]), date=report["created"][:10], version=report["descenso"]
    )
    rows = _(
        "This page contains rows of your data; share it with care, or write it with --no-rows."
    )
    if not report["shows_rows"]:
        rows = _("This page contains no rows of your data, only summaries.")
    return lead([made, rows], findings(report))


def _end(interactive: bool) -> str:
    if not interactive:
        return ""
    thanks = paragraph(
        _(
            "Charts by Vega, Vega-Lite and Vega-Embed (vega.github.io), of the University of "
            "Washington Interactive Data Lab and contributors, BSD 3-Clause License."
        )
    )
    return f'<footer class="dim">{thanks}</footer>{script()}'
