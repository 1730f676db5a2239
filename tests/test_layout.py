"""How encoded columns lie: numbers first, then one column for each embedded category."""

from descenso.layout import Layout


def test_a_layout_is_as_wide_as_its_numbers_and_its_categories():
    assert Layout(4).width == 4
    assert Layout(4, categories=(30, 500)).width == 6
