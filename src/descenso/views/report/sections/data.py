"""The data as descenso understood it: its columns, what they were taken for, and why."""

from collections.abc import Mapping
from typing import Any

import polars as pl

from descenso.i18n import gettext as _
from descenso.views.document import PageSection, paragraphs, table
from descenso.views.numbers import whole
from descenso.views.sentences import class_names, row_counts
from descenso.views.words import kind_name, task_name

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
        class_names(report["classes"]),
        _("Columns used: {used} of {all}.").format(used=whole(used), all=whole(len(columns))),
    ]
    body = paragraphs(sentences) + table(
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
