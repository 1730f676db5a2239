"""An inspection as a table for a notebook: HTML that is whole by itself, light or dark."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from descenso.messages import gettext as _
from descenso.messages import ngettext
from descenso.views.inspection_text import frequent, has_shape, share, short, span, title
from descenso.views.numbers import whole
from descenso.views.words import kind_name, severity_name

Values = Mapping[str, Any]

MOST_COLUMNS = 200  # a notebook scrolls, but not for ever
MOST_CLASSES = 10
WIDTH, HEIGHT = 96, 20  # of a histogram

# Colours that are read on white and on black; everything else is the notebook's own.
STYLE = """<style>
.descenso-inspection table {border-collapse: collapse; margin: .5em 0;}
.descenso-inspection th, .descenso-inspection td {
  padding: .15em .8em .15em 0; text-align: left; vertical-align: middle; background: none;}
.descenso-inspection th {font-weight: 600; border-bottom: 1px solid currentColor;}
.descenso-inspection .n {text-align: right; font-variant-numeric: tabular-nums;}
.descenso-inspection .dim {opacity: .6;}
.descenso-inspection rect {fill: #3a8fb7;}
.descenso-inspection .error {color: #d64545; font-weight: 600;}
.descenso-inspection .warning {color: #c07a00; font-weight: 600;}
</style>"""


def page(inspection: Values) -> str:
    """An inspection as HTML.

    Args:
        inspection: what `Inspection.to_dict` gives.
    """
    parts = [
        f"<p><b>{escape(title(inspection))}</b></p>",
        _target(inspection["target"]),
        _split(inspection),
        _columns(inspection["columns"]),
        _findings(inspection["findings"]),
    ]
    return f'<div class="descenso-inspection">{STYLE}{"".join(parts)}</div>'


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
    label = escape(_("histogram"))
    return f'<svg {size} role="img" aria-label="{label}">{bars}</svg>'


def _target(target: Values | None) -> str:
    if target is None:
        return ""
    said = (
        f"<p>{escape(_('Target'))} <b>{escape(target['name'])}</b>: {escape(target['reason'])}</p>"
    )
    if not target["classes"]:
        picture = histogram(target["histogram"]["counts"]) if target["histogram"] else ""
        return f"{said}<p>{picture} {escape(span(target))}</p>"
    shown = target["classes"][:MOST_CLASSES]
    most = shown[0]["rows"]
    rows = [
        [
            escape(short(each["value"])),
            _number(whole(each["rows"])),
            _number(share(each["share"])),
            f'<svg width="{WIDTH}" height="10"><rect width="{WIDTH * each["rows"] / most:.1f}" '
            'height="10"/></svg>',
        ]
        for each in shown
    ]
    hidden = target["distinct"] - len(shown)
    if hidden:
        more = ngettext("and {n} more class", "and {n} more classes", hidden)
        rows.append([f'<span class="dim">{escape(more.format(n=whole(hidden)))}</span>'])
    return said + _table([], rows)


def _split(inspection: Values) -> str:
    split = inspection["split"]
    said = list(inspection["notes"])
    if split is not None:
        counts = {part: whole(rows) for part, rows in split.items()}
        sentence = _("{train} to train, {validation} to validate, {test} to test")
        said.insert(0, f"{_('Rows')}: {sentence.format(**counts)}")
    return "".join(f"<p>{escape(sentence)}</p>" for sentence in said)


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
        rows.append([f'<span class="dim">{escape(more.format(n=whole(hidden)))}</span>'])
    return _table(titles, rows)


def _row(column: Values, with_skill: bool) -> list[str]:
    dropped = column["kind"] == "dropped"
    picture = histogram(column["histogram"]["counts"]) if has_shape(column) else ""
    words = column["reason"] if dropped else span(column) if picture else frequent(column)
    skill = "" if column["skill"] is None else f"{max(column['skill'], 0):.2f}"
    cells = [
        f"<b>{escape(column['name'])}</b>",
        f'<span title="{escape(column["reason"])}">{escape(kind_name(column["kind"]))}</span>',
        _number(share(column["missing_share"]) if column["missing"] else ""),
        _number(whole(column["distinct"])),
        *([_number(skill)] if with_skill else []),
        picture,
        escape(words),
    ]
    return [f'<span class="dim">{cell}</span>' for cell in cells] if dropped else cells


def _findings(findings: Sequence[Values]) -> str:
    if not findings:
        return f"<p>{escape(_('Nothing suspicious was found.'))}</p>"
    rows = [
        [
            f'<span class="{each["severity"]}">{escape(severity_name(each["severity"]))}</span>',
            f'{escape(each["summary"])} <span class="dim">{escape(each["remedy"])}</span>',
        ]
        for each in findings[:MOST_COLUMNS]
    ]
    return f"<p><b>{escape(_('Findings'))}</b></p>{_table([], rows)}"


def _number(text: str) -> str:
    return f'<div class="n">{escape(text)}</div>'


def _table(titles: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table; its titles are text, its cells HTML."""
    head = "".join(f"<th>{escape(title)}</th>" for title in titles)
    body = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    return f"<table>{f'<tr>{head}</tr>' if titles else ''}{body}</table>"
