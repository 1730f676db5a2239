"""An inspection as text: it fits, it lines up, and it says what the JSON says."""

import numpy as np
import polars as pl
import pytest
from rich.cells import cell_len

import descenso
from descenso.i18n import use_language
from descenso.views.inspection import as_text, lines, share, short, sparkline

N = 300
ROWS = np.arange(N)
random = np.random.default_rng(0)
NOISE = random.normal(size=N)
TABLE = pl.DataFrame(
    {
        "id": ROWS,
        "a very long name of a column, longer than a quarter of the line": random.normal(size=N),
        "漢字の列": random.choice(["東京", "大阪"], N),
        "bell\x1b[31m\n": random.integers(0, 500, N) * 1e6,
        "gaps": np.where(ROWS % 3 == 0, np.nan, ROWS / 7),
        "text": [
            "a value\nof two lines and more than fits in the line " + str(i % 7) for i in ROWS
        ],
        "twin": ROWS % 2,
        "y": ROWS % 2,
    }
)


def shown_lines(width: int, table: pl.DataFrame = TABLE, target: str | None = "y") -> list[str]:
    return as_text(lines(descenso.inspect(table, target).to_dict(), width)).split("\n")


@pytest.mark.parametrize("width", [60, 80, 100])
def test_no_line_is_wider_than_asked(width: int):
    assert max(map(cell_len, shown_lines(width))) <= width


@pytest.mark.parametrize("width", [80, 100])
def test_the_columns_line_up(width: int):
    text = shown_lines(width)
    heading = next(line for line in text if "missing" in line and "different" in line)
    end = cell_len(heading[: heading.index("different")]) + len("different")
    rows = text[text.index(heading) + 1 : text.index(heading) + 8]
    for line, distinct in zip(rows, ("300", "300", "2", "", "200", "7", "2"), strict=True):
        cut, cells = "", 0
        for letter in line:
            if cells < end:
                cut, cells = cut + letter, cells + cell_len(letter)
        assert cut.endswith(distinct), line


def test_a_line_of_the_usual_width_also_holds_skills():
    usual, narrow = "\n".join(shown_lines(80)), "\n".join(shown_lines(60))
    assert "different   skill" in usual
    assert "skill: how well" in usual
    assert "skill" not in narrow.split("Findings")[0]


def test_a_wide_line_holds_finer_histograms():
    def bars(width: int) -> int:
        [line] = [line for line in shown_lines(width) if line.startswith("  gaps")]
        return sum(letter in "▁▂▃▄▅▆▇█" for letter in line)

    assert (bars(80), bars(100)) == (8, 16)


@pytest.mark.parametrize("target", ["y", "spread"])
def test_outliers_that_a_histogram_leaves_out_are_stated_beside_it(target):
    spread = [*random.uniform(0, 10, N - 1), 1e9]
    table = pl.DataFrame({"spread": spread, "even": random.normal(size=N), "y": NOISE})
    text = shown_lines(90, table, target)
    assert sum("… 1e+09, 1 outlier" in line for line in text) == 1
    assert sum(line.startswith("  outliers:") for line in text) == (target == "y")


def test_no_control_character_of_a_table_reaches_the_terminal():
    assert not any(ord(letter) < 32 for line in shown_lines(100) for letter in line)
    assert any(r"bell\x1b[31m\n" in line for line in shown_lines(100))


def test_findings_stand_last_the_worst_first():
    text = " ".join(" ".join(shown_lines(100)).split())
    assert text.index("warning twin alone predicts y") < text.index("note id: an identifier")
    assert "--drop twin" in text


def test_many_columns_are_shown_by_their_kinds():
    wide = pl.DataFrame({f"x{j}": random.normal(size=N) for j in range(200)})
    wide = wide.with_columns(
        pl.Series("x7", [None] * 100 + [1.0, 2.0] * 100), y=pl.Series(ROWS % 2)
    )
    text = shown_lines(80, wide)
    assert len(text) < 30
    joined = " ".join(" ".join(text).split())
    assert "number (200): x0, x1, x2" in joined
    assert "and 192 more" in joined
    assert "1 column has missing values: x7 33%" in joined
    assert "most predictive alone (skill):" in joined


def test_many_findings_that_say_the_same_are_shown_together():
    constants = pl.DataFrame({f"c{j}": [j] * N for j in range(20)}).with_columns(
        y=random.normal(size=N)
    )
    text = " ".join(" ".join(shown_lines(80, constants)).split())
    assert text.count("a constant: every value is") == 20 + 1
    assert "Likewise: c1, c2, c3, c4, c5, c6, c7, c8 and 11 more." in text


def test_findings_of_one_cause_that_say_something_else_are_shown_by_themselves():
    codes = pl.DataFrame({f"code{j}": [f"{j}x{i}" for i in ROWS] for j in range(5)})
    rest = {
        "seq": ROWS,
        "amount": [*map(str, random.normal(size=N - 1)), "unknown"],
        "y": random.normal(size=N),
    }
    text = " ".join(" ".join(shown_lines(80, codes.with_columns(pl.DataFrame(rest)))).split())
    assert "Likewise: code1, code2, code3, code4." in text
    assert "leave it out: --drop seq" in text
    assert "such as 'unknown'" in text


def test_of_many_classes_the_most_frequent_are_shown():
    table = pl.DataFrame({"x": random.normal(size=N), "y": [f"k{i % 30:02}" for i in ROWS]})
    text = shown_lines(80, table)
    assert sum(line.startswith("  k") for line in text) == 10
    assert any("and 20 more classes" in line for line in text)


def test_a_table_in_order_says_so():
    table = pl.DataFrame({"x": random.normal(size=N), "y": random.normal(size=N)})
    assert shown_lines(80, table)[-1] == "Nothing suspicious was found."


def test_it_is_shown_in_the_reader_s_language():
    english = shown_lines(80)
    use_language("es")
    assert shown_lines(80)[0] != "" and len(shown_lines(80)) > 10
    use_language("en")
    assert shown_lines(80) == english


@pytest.mark.parametrize(
    ("counts", "bars", "expected"),
    [
        ([1, 1, 1, 1], 4, "████"),
        ([0, 8, 4, 1], 4, " █▄▁"),
        ([1000, 1], 2, "█▁"),
        ([1, 2, 3], 2, "██"),
        ([], 8, ""),
        ([0, 0], 2, "  "),
    ],
)
def test_a_sparkline_is_in_proportion_and_hides_no_value(counts, bars, expected):
    assert sparkline(counts, bars) == expected


def test_numbers_and_shares_are_short():
    assert [short(value) for value in (2009.0, -0.5, 1234567.0, 1e-9, "a  b\nc", False)] == [
        "2009",
        "-0.5",
        "1.235e+06",
        "1e-09",
        "a b c",
        "false",
    ]
    assert [share(part) for part in (0.0, 1e-6, 0.5, 0.9999, 1.0)] == [
        "0%",
        "<1%",
        "50%",
        ">99%",
        "100%",
    ]
