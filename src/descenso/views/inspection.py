"""An inspection as text: for a terminal, with styles, and plain for Python's prompt."""

import re
import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

from rich.cells import cell_len, set_cell_size

from descenso.html import visible
from descenso.i18n import decimal, ngettext, percent
from descenso.i18n import gettext as _
from descenso.views.numbers import counted_rows, whole
from descenso.views.sentences import first_names, row_counts
from descenso.views.words import kind_name, severity_name

# A line in pieces, each with its style in rich's words; "" for none.
Line = list[tuple[str, str]]
Values = Mapping[str, Any]

BLOCKS = "▁▂▃▄▅▆▇█"
USUAL = 80  # from this width on a line has room for skills
WIDE = 100  # and from this one for finer histograms
MOST_COLUMNS = 40  # of more, only some are shown one by one
MOST_CLASSES = 10
MOST_LISTED = 3  # numbers of so few different values are listed one by one
MOST_NAMES = 8
MOST_ALIKE = 3  # findings that say the same of columns, listed one by one
STYLES = {"error": "bold red", "warning": "yellow", "note": "cyan", "dropped": "dim"}


def lines(inspection: Values, width: int) -> list[Line]:
    """An inspection, as `Inspection.to_dict` gives it, in lines of at most `width` cells."""
    many = len(inspection["columns"]) > MOST_COLUMNS
    return [
        *([(text, "bold")] for [(text, _style)] in _wrapped(title(inspection), width, 0)),
        *_target(inspection, width),
        *_rows(inspection, width),
        [],
        [(_("Columns"), "bold")],
        *(_kinds(inspection, width) if many else _columns(inspection, width)),
        *_findings(inspection["findings"], width),
    ]


def has_shape(values: Values) -> bool:
    """Whether a histogram shows more of a column than its most frequent values."""
    few = bool(values["frequent"]) and values["distinct"] <= MOST_LISTED
    return not few and values["histogram"] is not None and bool(values["histogram"]["counts"])


def title(inspection: Values) -> str:
    """The table's name and size, and of how many rows the costlier numbers are."""
    columns = len(inspection["columns"]) + (inspection["target"] is not None)
    size = _("{table}: {rows}, {columns}").format(
        table=inspection["table"],
        rows=counted_rows(inspection["rows"]),
        columns=ngettext("{n} column", "{n} columns", columns).format(n=whole(columns)),
    )
    if inspection["sample"] is None:
        return size
    sampled = _("(medians, histograms and skills from a sample of {rows})")
    return f"{size} {sampled.format(rows=whole(inspection['sample']))}"


def as_text(styled: Sequence[Line]) -> str:
    """The lines as one text, without styles."""
    return "\n".join("".join(text for text, _style in line).rstrip() for line in styled)


def sparkline(counts: Sequence[int], bars: int) -> str:
    """A histogram in one line: a block for each interval, nothing where it is empty.

    >>> sparkline([1, 4, 8, 0, 2], 8)
    '▁▄█ ▂'
    >>> sparkline([1, 1, 3, 3], 2)
    '▃█'
    """
    per_bar = max(1, -(-len(counts) // bars))
    heights = [sum(counts[i : i + per_bar]) for i in range(0, len(counts), per_bar)]
    highest = max(heights, default=0)
    return "".join(
        BLOCKS[-(-height * len(BLOCKS) // highest) - 1] if height else " " for height in heights
    )


def share(part: float) -> str:
    """A share in percent, without decimals, but never as none or all where it is not.

    >>> share(0.254), share(0.001), share(0.999), share(1.0)
    ('25%', '<1%', '>99%', '100%')
    """
    if 0 < part < 0.005:
        return f"<{percent(0.01)}"
    return f">{percent(0.99)}" if 0.995 <= part < 1 else percent(part)


def short(value: Any) -> str:
    r"""A value as a person reads it in a table.

    >>> short(2009.0), short(0.123456), short(1e9), short(True), short("a\nb")
    ('2009', '0.1235', '1e+09', 'true', 'a b')
    """
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        whole_number = value.is_integer() and abs(value) < 1e6
        return f"{value:.0f}" if whole_number else decimal(f"{value:.4g}")
    return " ".join(str(value).split())


def span(values: Values) -> str:
    """From the least to the most of a column's values, and outliers; "" where there are none."""
    if values["least"] is None:
        return ""
    text = f"{short(values['least'])} … {short(values['most'])}"
    if not outliers(values):
        return text
    return ngettext("{span}, {n} outlier", "{span}, {n} outliers", outliers(values)).format(
        span=text, n=whole(outliers(values))
    )


def outliers(values: Values) -> int:
    """How many of a column's values its histogram leaves out."""
    histogram = values["histogram"]
    return 0 if histogram is None else histogram["below"] + histogram["above"]


def legend(columns: Sequence[Values]) -> str:
    """What an outlier is; "" where `span` counts none."""
    if not any(map(outliers, filter(has_shape, columns))):
        return ""
    return _("outliers: more than 3 IQR outside the quartiles; the histogram leaves them out")


def frequent(values: Values) -> str:
    """The most frequent values with their shares, among those that are not missing."""
    return ", ".join(
        f"{short(each['value'])} {share(each['share'])}" for each in values["frequent"]
    )


def _target(inspection: Values, width: int) -> list[Line]:
    target = inspection["target"]
    if target is None:
        return []
    found: list[Line] = [
        [],
        [
            (_("Target"), "bold"),
            (f" {visible(target['name'])}", "cyan"),
            (_missing_words(target), ""),
        ],
    ]
    found += _wrapped(target["reason"], width, 2)
    if target["classes"]:
        found += _classes(target)
    elif target["histogram"]:
        bars = sparkline(target["histogram"]["counts"], 16)
        found.append([("  ", ""), (bars, "green"), (f"  {span(target)}", "")])
    return found


def _missing_words(values: Values) -> str:
    if not values["missing"]:
        return ""
    missing = ngettext("{n} value missing", "{n} values missing", values["missing"])
    return f" ({missing.format(n=whole(values['missing']))})"


def _classes(target: Values) -> list[Line]:
    shown = target["classes"][:MOST_CLASSES]
    labels = [_fit(short(each["value"]), 24).rstrip() for each in shown]
    most = shown[0]["rows"]
    room = max(map(cell_len, labels))
    found: list[Line] = []
    for label, each in zip(labels, shown, strict=True):
        counted = f"{whole(each['rows']):>9} {share(each['share']):>5}  "
        bar = "█" * max(1, round(24 * each["rows"] / most))
        found.append([(f"  {_fit(label, room)}", ""), (counted, ""), (bar, "green")])
    hidden = target["distinct"] - len(shown)
    if hidden:
        more = ngettext("and {n} more class", "and {n} more classes", hidden)
        found.append([(f"  {more.format(n=whole(hidden))}", "dim")])
    return found


def _rows(inspection: Values, width: int) -> list[Line]:
    split, notes = inspection["split"], inspection["notes"]
    found: list[Line] = []
    if split is not None:
        found = [[], [(_("Rows"), "bold"), (f" {row_counts(split)}", "")]]
    for note in notes:
        found += _wrapped(note, width, 2)
    return found


def _columns(inspection: Values, width: int) -> list[Line]:
    columns = inspection["columns"]
    if not columns:
        return []
    with_skill = width >= USUAL and any(each["skill"] is not None for each in columns)
    room = max(8, min(width // 4, max(cell_len(each["name"]) for each in columns)))
    kinds = max(cell_len(kind_name(each["kind"])) for each in columns)
    skill = (_("skill"), max(6, cell_len(_("skill"))))
    titles = [(_("missing"), 8), (_("different"), 9), *([skill] if with_skill else [])]
    heading = " " * (room + kinds + 4) + "".join(f"  {title:>{size}}" for title, size in titles)
    found: list[Line] = [[(heading, "dim")]]
    for each in columns:
        style = STYLES["dropped"] if each["kind"] == "dropped" else ""
        cells = [
            share(each["missing_share"]) if each["missing"] else "",
            whole(each["distinct"]),
            *([skill_text(each["skill"])] if with_skill else []),
        ]
        line: Line = [
            (f"  {_fit(each['name'], room)}  ", style or "cyan"),
            (_fit(kind_name(each["kind"]), kinds), style),
            ("".join(f"  {c:>{size}}" for c, (_t, size) in zip(cells, titles, strict=True)), style),
            ("  ", ""),
        ]
        left = width - sum(cell_len(text) for text, _style in line)
        found.append([*line, *_shape(each, left, width)])
    legends = [legend(columns)]
    if with_skill:
        legends.append(
            _(
                "skill: how well the column alone predicts the target on held-out "
                "rows; 1 is perfect, 0 is no better than a constant"
            )
        )
    for each in filter(None, legends):
        found += [[(text, "dim")] for [(text, _style)] in _wrapped(each, width, 2)]
    return found


def _shape(column: Values, room: int, width: int) -> Line:
    """What a column's values are like, in what is left of its line."""
    if column["kind"] == "dropped":
        return [(_fit(column["reason"], room).rstrip(), STYLES["dropped"])]
    if not has_shape(column):
        return [(_fit(frequent(column), room).rstrip(), "")]
    bars = 16 if width >= WIDE else 8
    line = _fit(sparkline(column["histogram"]["counts"], bars), bars)
    return [(line, "green"), (" " + _fit(span(column), room - bars - 1).rstrip(), "")]


def skill_text(skill: float | None) -> str:
    """How well a column alone predicts the target; no worse than a constant."""
    return "" if skill is None else decimal(f"{max(skill, 0):.2f}")


def _kinds(inspection: Values, width: int) -> list[Line]:
    """The columns of a wide table, by their kinds; and of some kinds the most telling ones."""
    columns = inspection["columns"]
    found: list[Line] = []
    for kind in dict.fromkeys(each["kind"] for each in columns):
        names = [each["name"] for each in columns if each["kind"] == kind]
        text = f"{kind_name(kind)} ({whole(len(names))}): {first_names(names, MOST_NAMES)}"
        found += _wrapped(text, width, 2)
    gaps = sorted((each for each in columns if each["missing"]), key=lambda each: -each["missing"])
    if gaps:
        some = first_names(
            [f"{each['name']} {share(each['missing_share'])}" for each in gaps], MOST_NAMES
        )
        text = ngettext(
            "{n} column has missing values: {some}",
            "{n} columns have missing values: {some}",
            len(gaps),
        )
        found += _wrapped(text.format(n=whole(len(gaps)), some=some), width, 2)
    telling = [each for each in columns if each["skill"] is not None and each["skill"] > 0]
    telling.sort(key=lambda each: -each["skill"])
    if telling:
        some = ", ".join(
            f"{each['name']} {skill_text(each['skill'])}" for each in telling[:MOST_NAMES]
        )
        text = _("most predictive alone (skill): {some}")
        found += _wrapped(text.format(some=some), width, 2)
    return found


def _findings(findings: Sequence[Values], width: int) -> list[Line]:
    if not findings:
        return [[], [(_("Nothing suspicious was found."), "green")]]
    found: list[Line] = [[], [(_("Findings"), "bold")]]
    by_words: dict[tuple[str, str], list[Values]] = {}
    for each in findings:
        by_words.setdefault((each["severity"], _words(each)), []).append(each)
    room = max(cell_len(severity_name(severity)) for severity, _text in by_words)
    for (severity, _text), alike in by_words.items():
        listed = alike if len(alike) <= MOST_ALIKE else alike[:1]
        for each in listed:
            text = f"{each['summary']} {each['remedy']}"
            if len(listed) < len(alike):
                others = first_names([other["column"] for other in alike[1:]], MOST_NAMES)
                text += " " + _("Likewise: {columns}.").format(columns=others)
            wrapped = _wrapped(text, width, 4 + room)
            first = f"  {_fit(severity_name(severity), room)}  "
            wrapped[0] = [(first, STYLES[severity]), (wrapped[0][0][0].lstrip(), "")]
            found += wrapped
    return found


def _words(finding: Values) -> str:
    """What a finding says, but for its column's name and for numbers."""
    name = re.escape(finding["column"])
    text = re.sub(rf"(?<!\w){name}(?!\w)", "", f"{finding['summary']} {finding['remedy']}")
    return re.sub(r"-?[\d.]+", "", text)


def _wrapped(text: str, width: int, indent: int) -> list[Line]:
    blank = " " * indent
    parts = textwrap.wrap(
        visible(text), width, initial_indent=blank, subsequent_indent=blank, break_on_hyphens=False
    )
    return [[(part, "")] for part in parts]


def _fit(text: str, room: int) -> str:
    """The text in exactly so many cells, cut with an ellipsis where it is longer."""
    text = visible(text)
    if cell_len(text) <= room:
        return set_cell_size(text, room)
    return set_cell_size(text, max(room - 1, 0)).rstrip() + "…" if room > 0 else ""
