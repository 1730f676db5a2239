import pytest
from hypothesis import given
from hypothesis import strategies as st

from descenso.views.numbers import WIDTH, duration, number


@given(st.floats(allow_nan=False, allow_infinity=False, width=32))
def test_a_number_keeps_four_digits_and_fits_its_column(value: float):
    written = number(value)
    assert float(written) == pytest.approx(value, rel=6e-4)
    assert len(written) <= WIDTH


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (None, "–"),
        (7, "7"),
        (0.971, "0.9710"),
        (1234.6, "1235"),
        (0.0, "0.000"),
        (-0.0, "0.000"),
        (2e-5, "2.000e-05"),
    ],
)
def test_numbers_are_written_for_people(value: float | None, written: str):
    assert number(value) == written


@pytest.mark.parametrize(
    ("seconds", "written"),
    [
        (0.0004, "0.4 ms"),
        (0.04, "40 ms"),
        (9.96, "10.0 s"),
        (10.2, "10 s"),
        (59.7, "1 min 0 s"),
        (75.0, "1 min 15 s"),
        (3599.6, "1 h 0 min"),
        (7300.0, "2 h 1 min"),
    ],
)
def test_times_are_written_in_their_two_largest_units(seconds: float, written: str):
    assert duration(seconds) == written
