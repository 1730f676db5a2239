"""HTML for notebooks and pages: escaped text, tables, one style.

A page is whole by itself: no script, nothing from elsewhere, and only colours that are read on
white and on black; all else is the notebook's own. The style names its class twice where
JupyterLab's own rules for tables would win against less.
"""

import re
from collections.abc import Iterable, Sequence
from html import escape

# Line breaks, the escape that begins a terminal's commands, and marks that turn the direction of
# reading around.
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")

# Blue and vermilion of Okabe and Ito, which every eye distinguishes (jfly.uni-koeln.de/color).
BLUE, VERMILION = "0 114 178", "213 94 0"

_NUMBER = '<div class="n"'

STYLE = """<style>
.descenso {max-width: 60em; overflow-x: auto;}
.descenso.descenso p {margin: .4em 0;}
.descenso.descenso table {
  border-collapse: collapse; margin: .4em 0 .8em; font-size: inherit; color: inherit;}
.descenso.descenso tr {background: none;}
.descenso.descenso th, .descenso.descenso td {
  padding: .15em 1em .15em 0; text-align: left; vertical-align: middle; background: none;}
.descenso.descenso th {font-weight: 600;}
.descenso.descenso thead th, .descenso.descenso thead td {
  border-bottom: 1px solid currentColor; vertical-align: bottom;}
.descenso.descenso .n {
  text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums;}
.descenso .dim {opacity: .65;}
.descenso .error {color: #d64545; font-weight: 600;}
.descenso .warning {color: #c07a00; font-weight: 600;}
.descenso summary {cursor: pointer;}
.descenso svg {max-width: 100%; height: auto; vertical-align: middle;}
.descenso svg text {fill: currentColor; font: 12px sans-serif;}
</style>"""


def visible(text: str) -> str:
    r"""Text that a table may have brought along, its control characters spelled out.

    A name with a line break in it would break a message, and one with an escape in it could make
    the terminal do as it says.

    >>> visible("a\nb")
    'a\\nb'
    """
    return _CONTROL.sub(lambda found: repr(found[0])[1:-1], text)


def escaped(text: str) -> str:
    """Text that stays text in a page, whatever stands in it.

    >>> escaped("<b> & co")
    '&lt;b&gt; &amp; co'
    """
    return escape(visible(text))


def fragment(*parts: str) -> str:
    """A page of these parts, which are HTML."""
    return f'<div class="descenso">{STYLE}{"".join(parts)}</div>'


def paragraph(text: str) -> str:
    """A sentence, or nothing."""
    return f"<p>{escaped(text)}</p>" if text else ""


def heading(text: str) -> str:
    """What the parts below it are about."""
    return f"<p><b>{escaped(text)}</b></p>"


def dim(text: str) -> str:
    """Text of less weight."""
    return f'<span class="dim">{escaped(text)}</span>'


def folded(title: str, content: str) -> str:
    """HTML that a click on its title shows."""
    return f"<details><summary>{escaped(title)}</summary>{content}</details>"


def number_cell(text: str, shade: str = "") -> str:
    """A number's text in a table's cell, to the right; on a colour where one is named."""
    colour = f' style="background: {shade}; padding: 0 .4em"' if shade else ""
    return f"{_NUMBER}{colour}>{escaped(text)}</div>"


def table(titles: Sequence[str], rows: Iterable[Sequence[str]], *, named: bool = False) -> str:
    """A table; a column of numbers has its title over them, to the right.

    Args:
        titles: of the columns, as text; empty for none.
        rows: of cells, which are HTML.
        named: whether the first cell of each row is its title.
    """
    rows = list(rows)
    first: list[str] = [*(rows[0] if rows else []), *([""] * len(titles))]
    head = "".join(
        f'<th scope="col">{number_cell(title) if _NUMBER in cell else escaped(title)}</th>'
        # A title without words would be read out as one.
        if title
        else "<td></td>"
        for title, cell in zip(titles, first, strict=False)
    )
    body = "".join(f"<tr>{''.join(_cells(row, named))}</tr>" for row in rows)
    above = f"<thead><tr>{head}</tr></thead>" if titles else ""
    return f"<table>{above}<tbody>{body}</tbody></table>"


def _cells(row: Sequence[str], named: bool) -> list[str]:
    cells = [f"<td>{cell}</td>" for cell in row]
    return [f'<th scope="row">{row[0]}</th>', *cells[1:]] if named else cells
