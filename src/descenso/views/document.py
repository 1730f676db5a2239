"""A page that is whole by itself: no script, nothing fetched; light or dark, narrow or on paper."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import polars as pl

from descenso import html
from descenso.html import escaped
from descenso.i18n import gettext as _
from descenso.i18n import language, ngettext
from descenso.views.numbers import number, whole

FEW_ROWS, MANY_COLUMNS = 4, 8  # a table of so few rows and more columns is turned
MOST_FOLDED = 500  # rows of a table that a page holds at the most

STYLE = """
:root {color-scheme: light dark; --ink: #1b1f24; --paper: #fff; --faint: #6a737d; --line: #d8dee4;
  --accent: #0063a0;}
@media screen and (prefers-color-scheme: dark) {
  :root {--ink: #e6e8eb; --paper: #15181c; --faint: #9aa4af; --line: #343b43; --accent: #6cb6ee;}}
* {box-sizing: border-box;}
body {margin: 0 auto; max-width: 46rem; padding: 1.5rem 1rem 4rem; color: var(--ink);
  background: var(--paper); font: 1rem/1.55 system-ui, sans-serif; overflow-wrap: break-word;}
h1 {font-size: 1.7rem; line-height: 1.2; margin: .5rem 0;}
h2 {font-size: 1.2rem; margin: 2.5rem 0 .5rem; padding-top: .5rem;
  border-top: 1px solid var(--line);}
a {color: var(--accent);}
.essence {border-left: 4px solid var(--accent); padding: .1rem 0 .1rem 1rem;}
figure {margin: 1rem 0; overflow-x: auto;}
figcaption {font-weight: 600; margin-bottom: .3rem;}
.charts {display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 20rem), 1fr));
  gap: 0 1.5rem;}
.charts figure {margin: .7rem 0;}
svg {max-width: 100%; height: auto;}
.wide svg {min-width: 32rem;}
.table {overflow-x: auto;}
table {border-collapse: collapse; font-size: .9rem; font-variant-numeric: tabular-nums;}
th, td {padding: .2rem 1rem .2rem 0; text-align: left; vertical-align: top;}
thead th, thead td {border-bottom: 1px solid var(--faint);}
.n {text-align: right;}
td .n {white-space: nowrap;}
.dim {color: var(--faint);}
pre {white-space: pre-wrap; overflow-wrap: anywhere; padding: .6rem .8rem; font-size: .85rem;
  border: 1px solid var(--line); border-radius: 4px;}
summary {cursor: pointer; color: var(--accent);}
@media print {:root {color-scheme: light;} .table, figure {overflow: visible;}
  .wide svg {min-width: 0;}
  nav, summary {display: none;} h2 {break-after: avoid;} figure {break-inside: avoid;}}
"""


@dataclass(frozen=True)
class PageSection:
    """A part of a page.

    Attributes:
        anchor: what links to it say.
        title: its heading.
        body: HTML.
    """

    anchor: str
    title: str
    body: str


def document(title: str, lead: str, sections: Sequence[PageSection], end: str = "") -> str:
    """A page.

    Args:
        lead: HTML between the heading and the table of contents.
        end: HTML below the sections.
    """
    entries = "".join(
        f'<li><a href="#{escaped(each.anchor)}">{escaped(each.title)}</a></li>' for each in sections
    )
    label = escaped(_("Contents"))
    contents = f'<nav aria-label="{label}"><ol>{entries}</ol></nav>' if len(sections) > 1 else ""
    body = "".join(
        f'<section id="{escaped(each.anchor)}"><h2>{escaped(each.title)}</h2>{each.body}</section>'
        for each in sections
    )
    return (
        f'<!doctype html>\n<html lang="{language()}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escaped(title)}</title><style>{STYLE}</style></head>"
        f"<body><main><h1>{escaped(title)}</h1>{lead}{contents}{body}</main>{end}</body></html>\n"
    )


def lead(remarks: Sequence[str], essence: Iterable[str]) -> str:
    """What stands below a page's heading: remarks of less weight, then what was found."""
    above = "".join(f'<p class="dim">{escaped(remark)}</p>' for remark in remarks)
    return f'{above}<div class="essence">{paragraphs(essence)}</div>'


def paragraphs(sentences: Iterable[str]) -> str:
    """Each sentence as a paragraph."""
    return "".join(map(html.paragraph, sentences))


def table(frame: pl.DataFrame, most: int) -> str:
    """A table; one of more rows than `most` is folded away."""
    if frame.height <= most:
        return whole_table(frame)
    shown = frame.head(MOST_FOLDED)
    rows = ngettext("The {n} row", "The {n} rows", frame.height).format(n=whole(frame.height))
    if shown.height < frame.height:
        rows = _("The first {shown} of {n} rows").format(
            shown=whole(shown.height), n=whole(frame.height)
        )
    return html.folded(rows, whole_table(shown))


def whole_table(frame: pl.DataFrame) -> str:
    """A table, all of it."""
    numeric = [dtype.is_numeric() for dtype in frame.dtypes]
    rows = [
        [
            html.number_cell(cell(value)) if to_the_right else html.escaped(cell(value))
            for to_the_right, value in zip(numeric, row, strict=True)
        ]
        for row in frame.iter_rows()
    ]
    heads, turned = frame.columns, frame.height <= FEW_ROWS and frame.width > MANY_COLUMNS
    if turned:
        # Its rows stand side by side, where its columns would go over the edge.
        columns = list(zip(map(html.escaped, heads), *rows, strict=True))
        heads, rows = [heads[0], *map(cell, frame.to_series(0))], list(map(list, columns[1:]))
    # One that scrolls sideways can be reached and read by keyboard.
    shown = html.table(heads, rows, named=turned)
    return f'<div class="table" tabindex="0">{shown}</div>'


def cell(value: object) -> str:
    """A value of a table as text.

    >>> cell(0.25), cell(12), cell("Lima"), cell(None), cell(True)
    ('0.2500', '12', 'Lima', '–', 'true')
    """
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int):
        return whole(value)
    if value is None or isinstance(value, float):
        return number(value)
    return str(value)
