"""An inspection as a table for a notebook: HTML that is whole by itself, light or dark."""

from collections.abc import Mapping, Sequence
from typing import Any

from descenso import html
from descenso.html import BLUE, dim, escaped, number_cell, paragraph, table
from descenso.i18n import gettext as _
from descenso.i18n import ngettext
from descenso.views.inspection import (
    frequent,
    has_shape,
    legend,
    share,
    short,
    skill_text,
    span,
    title,
)
from descenso.views.numbers import whole
from descenso.views.sentences import row_counts
from descenso.views.words import kind_name, severity_name

Values = Mapping[str, Any]

MOST_COLUMNS = 200  # a notebook scrolls, but not for ever
MOST_CLASSES = 10
WIDTH, HEIGHT = 96, 20  # of a histogram


def inspection_fragment(inspection: Values) -> str:
    """An inspection, as `Inspection.to_dict` gives it, in HTML."""
    return html.fragment(
        html.heading(title(inspection)),
        _target(inspection["target"]),
        _split(inspection),
        _columns(inspection["columns"]),
        _findings(inspection["findings"]),
    )


def histogram(counts: Sequence[int]) -> str:
    """A histogram as a small picture."""
    if not counts:
        return ""
    highest, step = max(counts), WIDTH / len(counts)
    bars = "".join(
        f'<rect x="{index * step:.1f}" y="{HEIGHT * (1 - count / highest):.1f}" '
        f'width="{max(step - 1, 1):.1f}" height="{HEIGHT * count / highest:.1f}"/>'
        for index, count in enumerate(counts)
        if count
    )
    size = f'width="{WIDTH}" height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}"'
    label = escaped(_("histogram"))
    return f'<svg {size} role="img" aria-label="{label}" fill="rgb({BLUE})">{bars}</svg>'


def _target(target: Values | None) -> str:
    if target is None:
        return ""
    title = _("Target")
    sentence = (
        f"<p>{escaped(title)} <b>{escaped(target['name'])}</b>: {escaped(target['reason'])}</p>"
    )
    if not target["classes"]:
        picture = histogram(target["histogram"]["counts"]) if target["histogram"] else ""
        return f"{sentence}<p>{picture} {escaped(span(target))}</p>"
    shown = target["classes"][:MOST_CLASSES]
    most = shown[0]["rows"]
    rows = [
        [
            escaped(short(each["value"])),
            number_cell(whole(each["rows"])),
            number_cell(share(each["share"])),
            f'<svg width="{WIDTH}" height="10" aria-hidden="true" fill="rgb({BLUE})">'
            f'<rect width="{WIDTH * each["rows"] / most:.1f}" height="10"/></svg>',
        ]
        for each in shown
    ]
    hidden = target["distinct"] - len(shown)
    if hidden:
        more = ngettext("and {n} more class", "and {n} more classes", hidden)
        rows.append([dim(more.format(n=whole(hidden)))])
    return sentence + table([], rows)


def _split(inspection: Values) -> str:
    split = inspection["split"]
    sentences = list(inspection["notes"])
    if split is not None:
        sentences.insert(0, _("Rows: {counts}").format(counts=row_counts(split)))
    return "".join(map(paragraph, sentences))


def _columns(columns: Sequence[Values]) -> str:
    with_skill = any(each["skill"] is not None for each in columns)
    titles = [
        _("column"),
        _("kind"),
        _("missing"),
        _("different"),
        *([_("skill")] if with_skill else []),
        _("values"),
        "",
    ]
    rows = [_row(each, with_skill) for each in columns[:MOST_COLUMNS]]
    hidden = len(columns) - len(rows)
    if hidden:
        more = ngettext("and {n} more column", "and {n} more columns", hidden)
        rows.append([dim(more.format(n=whole(hidden)))])
    far = legend(columns)
    return table(titles, rows) + (paragraph(far) if far else "")


def _row(column: Values, with_skill: bool) -> list[str]:
    dropped = column["kind"] == "dropped"
    picture = histogram(column["histogram"]["counts"]) if has_shape(column) else ""
    words = column["reason"] if dropped else span(column) if picture else frequent(column)
    cells = [
        f"<b>{escaped(column['name'])}</b>",
        f'<span title="{escaped(column["reason"])}">{escaped(kind_name(column["kind"]))}</span>',
        number_cell(share(column["missing_share"]) if column["missing"] else ""),
        number_cell(whole(column["distinct"])),
        *([number_cell(skill_text(column["skill"]))] if with_skill else []),
        picture,
        escaped(words),
    ]
    return [f'<div class="dim">{cell}</div>' for cell in cells] if dropped else cells


def _findings(findings: Sequence[Values]) -> str:
    if not findings:
        return paragraph(_("Nothing suspicious was found."))
    rows = [
        [
            f'<span class="{each["severity"]}">{escaped(severity_name(each["severity"]))}</span>',
            f"{escaped(each['summary'])} {dim(each['remedy'])}",
        ]
        for each in findings[:MOST_COLUMNS]
    ]
    return html.heading(_("Findings")) + table([], rows)
