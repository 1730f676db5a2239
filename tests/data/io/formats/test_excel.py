import datetime as dt
import io

import pytest
import xlsxwriter

import descenso
from descenso.data.io.formats import excel
from descenso.errors import TableError


def book(path, **sheets):
    with xlsxwriter.Workbook(path, {"default_date_format": "yyyy-mm-dd"}) as workbook:
        for name, rows in sheets.items():
            sheet = workbook.add_worksheet(name)
            for i, row in enumerate(rows):
                for j, value in enumerate(row):
                    if value is not None:
                        sheet.write(i, j, value)
    return path


ROWS = [
    [" n ", "half", "word", "day", None, "mixed"],
    [1, 1.5, "a", dt.date(2024, 1, 2), True, 3],
    [2, None, "b", dt.date(2024, 2, 3), False, "none of it"],
    [],
    [3, 2, None, None, True, 4],
    [],
]


def test_a_sheet_is_read_with_the_types_of_its_cells(tmp_path):
    table = descenso.read(book(tmp_path / "a.xlsx", One=ROWS))
    assert table.frame.to_dict(as_series=False) == {
        "n": [1, 2, None, 3],
        "half": [1.5, None, None, 2.0],
        "word": ["a", "b", None, None],
        "day": [dt.datetime(2024, 1, 2), dt.datetime(2024, 2, 3), None, None],
        "column5": [True, False, None, True],
        "mixed": ["3", "none of it", None, "4"],
    }
    assert table.notes == ()


def test_a_sheet_is_chosen_by_name_or_number_and_the_first_is_reported(tmp_path):
    path = book(tmp_path / "a.xlsx", One=[["x"], [1]], Two=[["x"], [2]])
    table = descenso.read(path)
    assert table.frame.rows() == [(1,)]
    assert "the sheet 'One' is read, the first of 'One', 'Two'" in table.notes[0]
    for sheet in ("Two", 2, "2"):
        table = descenso.read(path, sheet=sheet)
        assert (table.frame.rows(), table.notes) == ([(2,)], ())
        assert table.source is not None
        assert table.source.options == {"format": "excel", "sheet": "Two"}
    with pytest.raises(TableError, match=r"there is no sheet 'Tow'\. Did you mean 'Two'\?"):
        descenso.read(path, sheet="Tow")
    with pytest.raises(TableError, match="there is no sheet '3'"):
        descenso.read(path, sheet=3)


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([], "the table has no rows"),
        ([["x", "y"]], "the table has no rows"),
        ([["x", "x"], [1, 2]], "the column name 'x' appears more than once"),
    ],
)
def test_a_sheet_that_is_no_table_is_refused(tmp_path, rows, message):
    with pytest.raises(TableError, match=message):
        descenso.read(book(tmp_path / "a.xlsx", One=rows))


def test_a_first_sheet_that_is_a_cover_is_refused_with_the_names_of_the_others(tmp_path):
    path = book(tmp_path / "a.xlsx", Cover=[["Sales of the year"]], Data=[["x"], [1]])
    message = r"a\.xlsx: the sheet 'Cover' has no rows.* has 'Cover', 'Data': .* with --sheet\."
    with pytest.raises(TableError, match=message):
        descenso.read(path)
    assert descenso.read(path, sheet="Data").height == 1


def test_a_damaged_file_is_refused_in_one_line(tmp_path):
    content = io.BytesIO()
    book(content, One=ROWS)
    (tmp_path / "a.xlsx").write_bytes(content.getvalue()[:-200])
    with pytest.raises(TableError, match=r"a\.xlsx: .*damaged") as refusal:
        descenso.read(tmp_path / "a.xlsx")
    assert "\n" not in str(refusal.value)


def test_without_the_extra_package_it_is_said_how_to_install_it(tmp_path, monkeypatch):
    path = book(tmp_path / "a.xlsx", One=ROWS)
    monkeypatch.setattr(excel, "find_spec", lambda _name: None)
    with pytest.raises(TableError, match=r'pip install "descenso\[excel\]"'):
        descenso.read(path)
