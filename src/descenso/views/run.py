"""A run as a notebook shows it: how it went, how good it is, and how it was trained."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from descenso import html
from descenso.html import dim, escaped, folded, number_cell, paragraph, table
from descenso.i18n import gettext as _
from descenso.recipe import fields_table
from descenso.runs.events import EpochRecord
from descenso.runs.store.run_file import RunFile, SeedSpread
from descenso.views import curves
from descenso.views.numbers import number, whole
from descenso.views.sentences import class_names, course, parts_of, row_counts
from descenso.views.words import metric_name, part_name, task_name

MOST_WARNINGS = 20


def run_fragment(record: RunFile, records: Sequence[EpochRecord], where: str) -> str:
    """A run as HTML.

    Args:
        record: what run.json says.
        records: of its epochs.
        where: the folder it lies in; "" for a run in memory.
    """
    result = record.result and record.summary(record.result, None)
    used = sum(column["kind"] != "dropped" for column in record.columns)
    title = _("Run {run}: {target}").format(run=record.id, target=record.target)
    return html.fragment(
        f"<p><b>{escaped(title)}</b> ({escaped(task_name(record.task))})</p>",
        paragraph(class_names(record.classes)),
        paragraph(_("Rows: {counts}").format(counts=row_counts(record.rows.model_dump()))),
        paragraph(
            _("Columns: {n}. Parameters: {parameters}.").format(
                n=whole(used), parameters=whole(record.parameters)
            )
        ),
        paragraph(course(result)),
        curves.losses(records, kept=result["kept_epoch"] if result else 0),
        metrics_table(parts_of(result)) if result else "",
        _spread(record.seeds) if record.seeds else "",
        _warnings(result["warnings"] if result else record.warnings),
        folded(_("Recipe"), fields_table(record.recipe, record.reasons)),
        f"<p>{dim(_where(where))}</p>",
    )


def metrics_table(
    parts: Mapping[str, Mapping[str, Any] | None], text: Callable[[Any], str] = number
) -> str:
    """The metrics of each part of the rows that was measured, each written by `text`."""
    scored = {part: metrics for part, metrics in parts.items() if metrics is not None}
    names = list(next(iter(scored.values()), {}))
    rows = [
        [escaped(part_name(part)), *(number_cell(text(metrics[name])) for name in names)]
        for part, metrics in scored.items()
    ]
    return table(["", *map(metric_name, names)], rows, named=True) if rows else ""


def _spread(spread: SeedSpread) -> str:
    """How much the metrics differ between seeds."""
    title = _("Mean and standard deviation over {n} seeds (the run kept is that of seed {kept})")
    heading = title.format(n=len(spread.seeds), kept=spread.kept)
    return paragraph(heading) + metrics_table(
        spread.metrics, lambda each: f"{number(each.mean)} ± {number(each.sd)}"
    )


def _warnings(warnings: Sequence[str]) -> str:
    shown = [f"<li>{escaped(warning)}</li>" for warning in warnings[:MOST_WARNINGS]]
    if not shown:
        return ""
    title, more = _("Warnings"), "<li>…</li>" if len(warnings) > len(shown) else ""
    return f'<p class="warning">{escaped(title)}</p><ul>{"".join(shown)}{more}</ul>'


def _where(where: str) -> str:
    if where:
        return _("The run is in {path}").format(path=where)
    return _("The run is in memory; run.save(folder) keeps it.")
