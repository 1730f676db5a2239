"""A table at prediction time need not be like the training's in its form: only in what it says."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from descenso.data.columns.kinds import infer_columns
from descenso.data.encoding.encoder import Encoder
from descenso.data.io.read import read_table
from descenso.data.io.stream import TableStream
from descenso.errors import TableError

ROWS = 80
RANDOM = np.random.default_rng(0)
TABLE = pl.DataFrame(
    {
        "number": RANDOM.normal(size=ROWS).round(3),
        "whole": RANDOM.integers(-5, 40, ROWS),
        "word": RANDOM.choice(["a", "b", "ñ", "two words"], ROWS),
        "code": RANDOM.integers(1, 5, ROWS),
        "flag": RANDOM.random(ROWS) < 0.5,
        "day": pl.Series(RANDOM.integers(0, 20000, ROWS)).cast(pl.Date),
        "y": RANDOM.normal(size=ROWS),
    }
).with_columns(pl.when(pl.int_range(ROWS) % 9 > 0).then(pl.exclude("y")))

Change = Callable[[pl.Expr], pl.Expr]

# Other forms of the same values, by column.
FORMS: dict[str, dict[str, Change]] = {
    "number": {
        "text": lambda c: c.cast(pl.String),
        "decimals": lambda c: c.cast(pl.Decimal(12, 3)),
        "blanks around text": lambda c: pl.format(" {} ", c),
        "words for missing": lambda c: c.cast(pl.String).fill_null("NA"),
        "NaN for missing": lambda c: c.fill_null(float("nan")),
    },
    "whole": {
        "decimals": lambda c: c.cast(pl.Float64),
        "small integers": lambda c: c.cast(pl.Int8),
        "text": lambda c: c.cast(pl.String),
        "text of decimals": lambda c: c.cast(pl.Float64).cast(pl.String),
    },
    "word": {
        "categories": lambda c: c.cast(pl.Categorical),
        "an enum": lambda c: c.cast(pl.Enum(["two words", "b", "ñ", "a"])),
        "blanks": lambda c: pl.format("{}  ", c),
    },
    "code": {
        "decimals": lambda c: c.cast(pl.Float64),
        "text": lambda c: c.cast(pl.String),
        "text of decimals": lambda c: c.cast(pl.Float64).cast(pl.String),
        "categories": lambda c: c.cast(pl.String).cast(pl.Categorical),
    },
    "flag": {
        "ones and zeros": lambda c: c.cast(pl.Int64),
        "words": lambda c: c.cast(pl.String),
        "yes and no": lambda c: pl.when(c).then(pl.lit("Yes")).when(~c).then(pl.lit("no")),
    },
    "day": {
        "moments": lambda c: c.cast(pl.Datetime("ms")),
        "text": lambda c: c.cast(pl.String),
        "text with slashes": lambda c: c.dt.strftime("%Y/%m/%d"),
    },
}


def fitted(embed: bool = False) -> Encoder:
    """An encoder of the table, to which the code is a category."""
    table, rows = read_table(TABLE), np.arange(ROWS)
    columns = infer_columns(
        table, "y", rows=rows, overrides={"code": "category"}, drop=[], roles={}, preset="tabular"
    )
    return Encoder.fit(table, columns, rows, scale="robust", embed=embed)


ENCODER = fitted()
EXPECTED = ENCODER.encode(read_table(TABLE))[0].tobytes()

drifts = st.fixed_dictionaries(
    {name: st.sampled_from([None, *forms]) for name, forms in FORMS.items()}
)


@given(
    drift=drifts,
    order=st.permutations([*TABLE.columns, "extra"]),
    without=st.sampled_from([[], ["y"], ["y", "extra"]]),
)
def test_order_further_columns_and_other_forms_of_the_same_values_change_nothing(
    drift: dict[str, str | None], order: list[str], without: list[str]
):
    table = TABLE.with_columns(
        *(
            FORMS[name][form](pl.col(name)).alias(name)
            for name, form in drift.items()
            if form is not None
        ),
        extra=pl.lit("new"),
    ).select(order)
    matrix, notes = ENCODER.encode(read_table(table.drop(without)))
    assert matrix.tobytes() == EXPECTED
    assert notes.unseen == {}


@given(drift=drifts)
def test_a_pandas_frame_says_the_same(drift: dict[str, str | None]):
    table = TABLE.with_columns(
        FORMS[name][form](pl.col(name)).alias(name)
        for name, form in drift.items()
        if form is not None and form != "decimals"
    )
    frame = table.to_pandas()
    frame["word"] = frame["word"].astype("category")
    assert ENCODER.encode(read_table(frame))[0].tobytes() == EXPECTED


@given(drift=drifts, embed=st.booleans())
def test_an_encoder_that_was_written_and_read_encodes_the_same(
    drift: dict[str, str | None], embed: bool
):
    encoder = fitted(embed)
    again = Encoder.from_dict(encoder.to_dict())
    assert again == encoder
    table = read_table(
        TABLE.with_columns(
            FORMS[name][form](pl.col(name)).alias(name)
            for name, form in drift.items()
            if form is not None
        )
    )
    assert again.encode(table)[0].tobytes() == encoder.encode(table)[0].tobytes()


@pytest.mark.parametrize("suffix", ["csv", "tsv", "jsonl", "parquet", "arrow"])
def test_a_file_says_the_same_in_every_format(tmp_path: Path, suffix: str):
    file = tmp_path / f"table.{suffix}"
    write: dict[str, Callable[[], object]] = {
        "csv": lambda: TABLE.write_csv(file),
        "tsv": lambda: TABLE.write_csv(file, separator="\t"),
        "jsonl": lambda: TABLE.write_ndjson(file),
        "parquet": lambda: TABLE.write_parquet(file),
        "arrow": lambda: TABLE.write_ipc(file),
    }
    write[suffix]()
    parts = TableStream.of(file).read([feature.name for feature in ENCODER.features], 7)
    matrix = np.concatenate([ENCODER.encode(part)[0] for part in parts])
    assert matrix.tobytes() == EXPECTED


def test_moments_are_no_numbers_where_training_had_numbers():
    with pytest.raises(TableError, match=r"column 'number', row 2: .* is not a number"):
        ENCODER.encode(read_table(TABLE.with_columns(number=pl.col("day"))))


def test_a_decimal_comma_is_reported_with_its_remedy():
    comma = pl.col("number").cast(pl.String).str.replace(".", ",", literal=True)
    with pytest.raises(TableError, match=r"'-?\d,\d+' is not a number.*with --decimal ,"):
        ENCODER.encode(read_table(TABLE.with_columns(number=comma)))
