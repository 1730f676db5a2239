"""The course of a training as a small picture: the loss over the epochs, the kept epoch marked."""

import math
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from descenso.html import BLUE, VERMILION, escaped
from descenso.i18n import decimal
from descenso.i18n import gettext as _
from descenso.runs.evaluation.curves import Point, points
from descenso.runs.events import EpochRecord
from descenso.views.numbers import number
from descenso.views.words import part_name

Number = float | int

WIDTH, HEIGHT = 440, 170  # of the picture, in its own units
LEFT, RIGHT, TOP, BOTTOM = 52, 352, 12, 138  # of the plot in it
LABEL_DISTANCE = 14
DECADE = 10  # from this ratio on, a loss is shown on a logarithmic scale


class Line(NamedTuple):
    """One of the losses: its part of the rows, its points, and how it is drawn."""

    part: str
    points: list[Point]
    stroke: str


class Scale(NamedTuple):
    """From a number to a place in the picture."""

    low: Number
    high: Number
    first: Number
    last: Number
    logarithmic: bool = False

    def place(self, value: Number) -> float:
        """Where `value` lies."""
        low, high, at = self.low, self.high, value
        if self.logarithmic:
            low, high, at = math.log10(low), math.log10(high), math.log10(value)
        share = (at - low) / (high - low) if high > low else 0.5
        return self.first + share * (self.last - self.first)


def losses(records: Sequence[EpochRecord], *, epochs: int = 0, kept: int = 0) -> str:
    """The training and the validation loss over the epochs; nothing before there is one.

    Args:
        records: of the epochs, from the first on.
        epochs: how many there will be, while a training goes on.
        kept: the epoch whose weights are kept; 0 for none to mark.
    """
    drawn = [
        Line("train", points(records, "loss"), f'stroke="rgb({BLUE})" stroke-width="1.5"'),
        Line(
            "validation",
            points(records, "validation_loss"),
            f'stroke="rgb({VERMILION})" stroke-width="2" stroke-dasharray="7 3"',
        ),
    ]
    drawn = [line for line in drawn if line.points]
    if not drawn:
        return ""
    values = [value for line in drawn for _epoch, value in line.points]
    last = max(records[-1]["epoch"], epochs)
    x = Scale(records[0]["epoch"], last, LEFT, RIGHT)
    y = _upwards(min(values), max(values))
    title, description = _("Loss by epoch"), _described(drawn, kept)
    parts = [
        f'<svg width="{WIDTH}" height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}" role="img">',
        f"<title>{escaped(title)}</title><desc>{escaped(description)}</desc>",
        *_axes(x, y),
        *(_mark(drawn[-1], kept, x, y) if kept else []),
        *(_line(line, x, y) for line in drawn),
        *_labels(drawn, y),
        "</svg>",
    ]
    return "".join(parts)


def ticks(low: Number, high: Number, most: int) -> list[Number]:
    """Round numbers from `low` to `high`: 1, 2 or 5 times a power of ten apart.

    >>> ticks(0.0, 1.0, 5), ticks(1.0, 100.0, 5)
    ([0.0, 0.5, 1.0], [20.0, 40.0, 60.0, 80.0, 100.0])
    """
    if high <= low:
        return [low]
    least = (high - low) / most
    power = 10.0 ** math.floor(math.log10(least))
    step = next(times * power for times in (1, 2, 5, 10) if times * power >= least)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [index * step for index in range(first, last + 1)]


def _upwards(low: Number, high: Number) -> Scale:
    if low > 0 and high / low >= DECADE:
        return Scale(low, high, BOTTOM, TOP, logarithmic=True)
    # A loss that hardly changes is not blown up to fill the picture.
    room = max((high - low) * 0.05, abs(high) * 0.02, 1e-12)
    return Scale(max(low - room, 0.0), high + room, BOTTOM, TOP)


def _axes(x: Scale, y: Scale) -> Iterable[str]:
    for value in _loss_ticks(y):
        at = y.place(value)
        yield f'<path d="M{LEFT} {at:.1f}H{RIGHT}" stroke="currentColor" opacity=".15"/>'
        yield _text(LEFT - 6, at + 4, decimal(f"{value:.6g}"), "end")
    for value in ticks(x.low, x.high, 5):
        if value == int(value):
            yield _text(x.place(value), BOTTOM + 15, str(int(value)), "middle")
    yield f'<path d="M{LEFT} {BOTTOM}H{RIGHT}" stroke="currentColor" opacity=".6"/>'
    yield _text((LEFT + RIGHT) / 2, HEIGHT - 3, _("epoch"), "middle")


def _loss_ticks(y: Scale) -> Sequence[Number]:
    if not y.logarithmic:
        return ticks(y.low, y.high, 4)
    decades = range(math.floor(math.log10(y.low)), math.ceil(math.log10(y.high)) + 1)
    if len(decades) <= 4:
        marks = [times * 10.0**power for power in decades for times in (1, 2, 5)]
    else:
        marks = [10.0**power for power in decades[:: -(-len(decades) // 6)]]
    return [mark for mark in marks if y.low <= mark <= y.high]


def _mark(line: Line, kept: int, x: Scale, y: Scale) -> Iterable[str]:
    """The kept epoch: a line upwards, its number, and a ring round its loss."""
    at = x.place(kept)
    yield f'<path d="M{at:.1f} {TOP}V{BOTTOM}" stroke="currentColor" stroke-dasharray="2 3"/>'
    anchor = "start" if at < (LEFT + RIGHT) / 2 else "end"
    words = _("kept: {epoch}").format(epoch=kept)
    yield _text(at + (5 if anchor == "start" else -5), TOP + 2, words, anchor)
    for epoch, value in line.points:
        if epoch == kept:
            ring = f'cx="{at:.1f}" cy="{y.place(value):.1f}" r="4"'
            yield f'<circle {ring} fill="none" stroke="currentColor" stroke-width="1.5"/>'


def _line(line: Line, x: Scale, y: Scale) -> str:
    places = [f"{x.place(epoch):.1f} {y.place(value):.1f}" for epoch, value in line.points]
    if len(places) == 1:  # a point: a line without length, with round ends
        return f'<path d="M{places[0]}h0" fill="none" {line.stroke} stroke-linecap="round"/>'
    return f'<path d="M{"L".join(places)}" fill="none" {line.stroke}/>'


def _labels(lines: Sequence[Line], y: Scale) -> Iterable[str]:
    """Each line's name at its end, apart from the other's."""
    ends = sorted((y.place(line.points[-1][1]), line) for line in lines)
    places = [at for at, _line in ends]
    if len(places) == 2 and places[1] - places[0] < LABEL_DISTANCE:
        middle = min(sum(places) / 2, BOTTOM - LABEL_DISTANCE / 2)
        places = [middle - LABEL_DISTANCE / 2, middle + LABEL_DISTANCE / 2]
    for at, (_at, line) in zip(places, ends, strict=True):
        yield f'<path d="M{RIGHT + 8} {at:.1f}h12" fill="none" {line.stroke}/>'
        yield _text(RIGHT + 25, at + 4, part_name(line.part), "start")


def _text(x: Number, y: Number, text: str, anchor: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escaped(text)}</text>'


def _described(lines: Sequence[Line], kept: int) -> str:
    """What the picture shows, in words."""
    sentences = [
        _("{part}: {first} in epoch {begin}, {last} in epoch {end}.").format(
            part=part_name(line.part),
            first=number(line.points[0][1]),
            begin=line.points[0][0],
            last=number(line.points[-1][1]),
            end=line.points[-1][0],
        )
        for line in lines
    ]
    if kept:
        sentences.append(_("The weights of epoch {epoch} are kept.").format(epoch=kept))
    return " ".join(sentences)
