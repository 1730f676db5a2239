from descenso.cli.terminal.choices import column_rows, recipe_lines
from descenso.data.columns.kinds import Column
from descenso.recipe import FIELD_NAMES, Recipe


def number_column(name: str, missing: int = 0) -> Column:
    return Column(name, "number", "a number (9 different values)", missing)


def test_each_column_of_a_narrow_table_is_shown_with_its_reason():
    columns = [
        number_column("age", missing=2),
        Column("id", "dropped", "an identifier: every value is different", 0),
    ]
    assert column_rows(columns) == [
        ("age", "a number (9 different values); 2 values missing"),
        ("id", "dropped: an identifier: every value is different"),
    ]


def test_the_many_columns_of_a_kind_are_shown_as_one_and_the_others_by_themselves():
    columns = [number_column(f"x{j}") for j in range(100)]
    columns.insert(50, Column("town", "category", "a category (3 values)", 0))
    columns.append(Column("id", "dropped", "an identifier", 0))
    [numbers, category, dropped] = column_rows(columns)
    assert numbers[0] == "numbers"
    assert numbers[1].startswith("x0, x1, ")
    assert numbers[1].endswith(" and 85 more")
    assert category == ("town", "a category (3 values)")
    assert dropped == ("id", "dropped: an identifier")


def test_every_field_of_the_recipe_is_shown_once():
    reasons = dict.fromkeys(FIELD_NAMES, "usual") | {"loss": "follows from the task"}
    del reasons["seed"]
    usual, follows, named = recipe_lines(Recipe(seed=7), reasons)
    assert (follows, named) == ("loss auto (follows from the task)", "seed 7 (as requested)")
    listed = [field.split()[0] for field in usual.removesuffix(" (usual)").split(" · ")]
    assert listed == [name for name in FIELD_NAMES if name not in ("loss", "seed")]
