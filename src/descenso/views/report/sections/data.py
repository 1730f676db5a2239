"""The data as descenso understood it: its columns, what they were taken for, and why."""

from collections.abc import Mapping
from typing import Any

import polars as pl

from descenso.html import paragraph
from descenso.i18n import gettext as _
from descenso.views.document import PageSection, table
from descenso.views.numbers import whole
from descenso.views.sentences import row_counts
from descenso.views.words import class_name, kind_name, task_name

MOST_CLASSES = 20
ROWS_SHOWN = 40


def data(report: Mapping[str, Any]) -> PageSection:
    """Rows, target and columns."""
    columns = report["columns"]
    used = sum(each["kind"] != "dropped" for each in columns)
    sentences = [
        _("Rows: {counts}").format(counts=row_counts(report["rows"])),
        _("Target: {target} ({task})").format(
            target=report["target"], task=task_name(report["task"])
        ),
    ]
    if report["classes"] is not None:
        names = ", ".join(class_name(each) for each in report["classes"][:MOST_CLASSES])
        more = " …" if len(report["classes"]) > MOST_CLASSES else ""
        sentences.append(_("Classes: {names}").format(names=names + more))
    sentences.append(
        _("Columns used: {used} of {all}.").format(used=whole(used), all=whole(len(columns)))
    )
    body = "".join(map(paragraph, sentences)) + table(
        pl.DataFrame(
            {
                _("column"): [each["name"] for each in columns],
                _("kind"): [kind_name(each["kind"]) for each in columns],
                _("missing"): pl.Series([each["missing"] for each in columns], dtype=pl.Int64),
                _("different"): pl.Series([each["distinct"] for each in columns], dtype=pl.Int64),
                _("reason"): [each["reason"] for each in columns],
            }
        ),
        ROWS_SHOWN,
    )
    return PageSection("data", _("The data as descenso read it"), body)
