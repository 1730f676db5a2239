"""The loss over the epochs as a picture: what it shows lies where it should."""

import itertools
import re
from collections.abc import Sequence
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from descenso.views.curves import BOTTOM, LEFT, RIGHT, TOP, losses, ticks


def records(train: Sequence[float | None], validation: Sequence[float | None] = ()) -> list[Any]:
    others = validation or [None] * len(train)
    return [
        {"epoch": epoch, "loss": loss, "validation_loss": other}
        for epoch, (loss, other) in enumerate(zip(train, others, strict=True), start=1)
    ]


def paths(svg: str) -> list[list[tuple[float, float]]]:
    """The places of the drawn losses, the training's first."""
    lines = re.findall(r'<path d="(M[^"]*)" fill="none" stroke="rgb[^"]*"[^>]*>', svg)
    drawn = [line for line in lines if "h12" not in line]  # those are the legend's
    places = [re.findall(r"([\d.]+) ([\d.]+)", line) for line in drawn]
    return [[(float(x), float(y)) for x, y in line] for line in places]


def test_a_line_goes_from_the_first_epoch_to_the_last_and_down_as_the_loss_does():
    [train, validation] = paths(losses(records([3.0, 2.0, 1.0], [3.0, 2.5, 2.5])))
    assert [x for x, _y in train] == [LEFT, (LEFT + RIGHT) / 2, RIGHT]
    first, middle, last = (y for _x, y in train)
    # Even steps are even on the page, and SVG counts from the top.
    assert TOP <= first < middle < last <= BOTTOM
    assert middle - first == pytest.approx(last - middle, abs=0.11)
    assert validation[1][1] == validation[2][1] == pytest.approx((first + middle) / 2, abs=0.11)


def test_a_loss_that_falls_by_powers_of_ten_is_a_straight_line():
    [train] = paths(losses(records([1.0, 0.1, 0.01])))
    assert [y for _x, y in train] == pytest.approx([TOP, (TOP + BOTTOM) / 2, BOTTOM])
    assert all(f">{mark}<" in losses(records([1.0, 0.1, 0.01])) for mark in ("1", "0.1", "0.01"))


def test_the_kept_epoch_is_marked_at_its_validation_loss():
    svg = losses(records([3.0, 2.0, 1.0, 0.9], [3.0, 2.0, 2.5, 2.6]), kept=2)
    circle = ElementTree.fromstring(svg).find("circle")
    assert circle is not None
    place = (float(circle.get("cx", "")), float(circle.get("cy", "")))
    assert place in paths(svg)[1]
    assert "kept: 2" in svg


def test_a_training_under_way_leaves_room_for_what_is_to_come():
    [train] = paths(losses(records([2.0, 1.0]), epochs=11))
    assert [x for x, _y in train] == pytest.approx([LEFT, LEFT + (RIGHT - LEFT) / 10])


def test_without_a_finite_loss_there_is_no_picture():
    assert losses([]) == ""
    assert losses(records([None, None])) == ""


def test_what_is_not_finite_is_left_out():
    [train] = paths(losses(records([2.0, None, 1.0])))
    assert len(train) == 2


@pytest.mark.parametrize("values", [[1.0], [0.0, 0.0], [1e-30, 1e30], [5.0, 5.0]])
def test_any_course_is_sound_and_within_the_picture(values: list[float]):
    [train] = paths(losses(records(values)))
    assert all(LEFT <= x <= RIGHT and TOP <= y <= BOTTOM for x, y in train)


def test_a_picture_is_described_in_words_for_those_who_do_not_see_it():
    svg = ElementTree.fromstring(losses(records([3.0, 1.0], [3.0, 2.0]), kept=1))
    description = svg.findtext("desc") or ""
    assert "train: 3.000 in epoch 1, 1.000 in epoch 2." in description
    assert "validation: 3.000 in epoch 1, 2.000 in epoch 2." in description
    assert "The weights of epoch 1 are kept." in description
    assert (svg.get("role"), svg.findtext("title")) == ("img", "Loss by epoch")


def test_a_picture_of_very_many_epochs_stays_small_and_keeps_every_peak():
    course = np.exp(-np.arange(100_000) / 1e4)
    course[54_321] = 50.0
    svg = losses(records(course.tolist()))
    assert len(svg) < 20_000
    assert min(y for _x, y in paths(svg)[0]) == TOP


@given(st.floats(0, 1e6), st.floats(1e-3, 1e6))
def test_ticks_are_round_numbers_within_the_range(low: float, span: float):
    found = ticks(low, low + span, 5)
    assert 1 <= len(found) <= 6
    assert all(low - 1e-6 * span <= tick <= low + span * (1 + 1e-6) for tick in found)
    steps = {f"{b - a:.0e}"[0] for a, b in itertools.pairwise(found)}
    assert steps <= {"1", "2", "5"}
