"""A grammar of command lines over unprepared tables: sound ones, odd ones, broken ones.

Everything is a Hypothesis strategy, so that what fails is made small before it is shown.
"""

import csv
import gzip
import io
import json
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import polars as pl
from hypothesis import strategies as st

# Cells as text, or a column of a type, by its name.
Columns = dict[str, list[str] | pl.Series]

# ── cells ─────────────────────────────────────────────────────────────────────────────────────────

NUMBERS = st.one_of(
    st.integers(-5, 5).map(str),
    st.floats(-1e3, 1e3, width=32).map(lambda x: f"{x:.3g}"),
)
ODD_NUMBERS = st.sampled_from(
    [
        *("inf", "-inf", "1e400", "1e39", "-0", "007", "1,5", "1.234,5", "1 000", "€3", "5 %"),
        *("0x1F", "9223372036854775808", "1e-320", "٣", "½", "NaN", "1_000", "+3", ".5", "5."),
    ]
)
WORDS = st.sampled_from(
    ["a", "b", "c", "sí", "no", "Ñandú", "true", "False", "yes", "🙂", "x" * 300, "<b>", "a=b", "-"]
)
DATES = st.sampled_from(
    ["2024-01-31", "2024-02-30", "31/01/2024", "2024-01-31T10:00:00Z", "1700-01-01", "9999-12-31"]
)
MISSING = st.sampled_from(["", "NA", "nan", "null", "?", "None"])
HOSTILE = st.sampled_from(
    ['"', '""', "'", "=1+1", "a,b", '"a,b"', '"a\nb"', "a\tb", ";", "\ufeff", "\u202e", " "]
)

COLUMN_CELLS = [NUMBERS, NUMBERS, WORDS, DATES, MISSING, ODD_NUMBERS, HOSTILE]
NAMES = st.one_of(
    st.sampled_from(["x", "z", "id", "weight", "prediction", "probability_a", "", " x", "a b"]),
    st.sampled_from(["ñ", "x=1", "--help", "a,b", '"q"', "y is missing", "latest", "x" * 200, "0"]),
)


@st.composite
def columns(draw: st.DrawFn, rows: int) -> list[str]:
    """One column's cells: mostly of one kind, with a few strangers among them."""
    usual = draw(st.sampled_from(COLUMN_CELLS))
    cells = draw(st.lists(usual, min_size=rows, max_size=rows))
    for _stranger in range(draw(st.integers(0, 2)) if rows else 0):
        cells[draw(st.integers(0, rows - 1))] = draw(st.one_of(*COLUMN_CELLS))
    return cells


@st.composite
def targets(draw: st.DrawFn, rows: int) -> list[str]:
    """The column to predict: usually one that can be."""
    kind = draw(
        st.sampled_from(
            [
                NUMBERS,
                st.sampled_from(["yes", "no"]),
                st.sampled_from(["1", "2", "7"]),
                st.sampled_from(["true", "false"]),
                st.sampled_from(["yes", "no", ""]),
                st.one_of(NUMBERS, st.just("same"), DATES),
            ]
        )
    )
    is_plain = draw(st.integers(0, 3)) > 0
    return draw(st.lists(kind, min_size=rows, max_size=rows) if is_plain else columns(rows))


BINARY = ("parquet", "arrow", "npz")

# What a typed column may hold.
TYPED = [
    pl.Series([0, 1, 2, 7, None]),
    pl.Series([0.5, -1.0, 3.0, float("nan"), None]),
    pl.Series([float("inf"), 1.0], dtype=pl.Float32),
    pl.Series([2**64 - 1, 0, 2**53 + 1], dtype=pl.UInt64),
    pl.Series([True, False, None]),
    pl.Series(["a", "b", None], dtype=pl.Categorical),
    pl.Series(["yes", "no"], dtype=pl.Enum(["yes", "no"])),
    pl.Series([date(2024, 1, 31), date(1700, 1, 1), None]),
    pl.Series([datetime(2024, 1, 31, 10), datetime(2024, 2, 1), None]),
    pl.Series([datetime(2024, 1, 31, 10)], dtype=pl.Datetime("ns", "UTC")),
    pl.Series([time(5), None]),
    pl.Series([timedelta(days=1), timedelta(0), None]),
    pl.Series([Decimal("1.50"), Decimal("-2.00"), None]),
    pl.Series([[1], [2, 3], None]),
    pl.Series([[1, 2]], dtype=pl.Array(pl.Int64, 2)),
    pl.Series([{"a": 1}, None]),
    pl.Series([b"a", b"\xff", None]),
    pl.Series([None]),
]


@st.composite
def typed(draw: st.DrawFn, rows: int) -> pl.Series:
    """A column of a type that text formats do not have."""
    pool = draw(st.sampled_from(TYPED))
    cells = st.lists(st.integers(0, len(pool) - 1), min_size=rows, max_size=rows)
    return pool.gather(pl.Series(draw(cells), dtype=pl.UInt32))


# ── files ─────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class File:
    """A file for descenso to read.

    Attributes:
        name: in the folder that the command runs in.
        content: its bytes.
    """

    name: str
    content: bytes

    def __repr__(self) -> str:
        return f"File({self.name!r}, {self.content[:300]!r})"


@st.composite
def tables(draw: st.DrawFn, stem: str, names: list[str]) -> File:
    """A table in any format, perhaps damaged afterwards."""
    rows = draw(st.sampled_from([24, 24, 24, 24, 40, 40, 8, 3, 2, 1, 0]))
    named: Columns = {name: draw(columns(rows)) for name in names}
    named["y"] = draw(targets(rows))
    form = draw(st.sampled_from(["csv", "csv", "csv", "tsv", "csv.gz", "jsonl", *BINARY]))
    if form in BINARY:
        # Text formats hold text; in the others a column has a type.
        for name in draw(st.lists(st.sampled_from(sorted(named)), max_size=2, unique=True)):
            named[name] = draw(typed(rows))
    separator = draw(st.sampled_from([",", ",", ",", ";", "|"]))
    content = written(named, form, separator, quoted=draw(st.integers(0, 4)) > 0)
    is_whole = draw(st.integers(0, 4)) > 0
    return File(f"{stem}.{form}", content if is_whole else draw(damaged(content)))


def written(named: Columns, form: str, separator: str, quoted: bool) -> bytes:
    """The columns as a file's bytes; cells that are not quoted may tear a text table apart."""
    if form in BINARY:
        file = io.BytesIO()
        frame = pl.DataFrame(
            {
                name: cells if isinstance(cells, pl.Series) else pl.Series(cells, dtype=pl.String)
                for name, cells in named.items()
            }
        )
        if form == "npz":
            y = named["y"]
            values = y.to_numpy() if isinstance(y, pl.Series) else np.array(y, dtype=str)
            np.savez(file, X=np.ones((len(y), 2)), y=values)
        elif form == "arrow":
            frame.write_ipc(file)
        else:
            frame.write_parquet(file)
        return file.getvalue()
    rows = list(zip(*named.values(), strict=True))
    if form == "jsonl":
        lines = (json.dumps(dict(zip(named, row, strict=True))) + "\n" for row in rows)
        return "".join(lines).encode()
    separator = "\t" if form == "tsv" else separator
    if quoted:
        text = io.StringIO()
        csv.writer(text, delimiter=separator, lineterminator="\n").writerows([named, *rows])
        content = text.getvalue().encode()
    else:
        content = "".join(separator.join(cells) + "\n" for cells in [named, *rows]).encode()
    return gzip.compress(content, mtime=0) if form.endswith("gz") else content


@st.composite
def damaged(draw: st.DrawFn, content: bytes) -> bytes:
    """The bytes after an accident."""
    at = draw(st.integers(0, max(len(content) - 1, 0)))
    accident = draw(
        st.sampled_from(["cut", "flip", "insert", "double", "empty", "latin-1", "utf-16"])
    )
    match accident:
        case "cut":
            return content[:at]
        case "flip":
            return (
                content[:at]
                + bytes([255 - byte for byte in content[at : at + 1]])
                + content[at + 1 :]
            )
        case "insert":
            odd = draw(
                st.sampled_from([b"\0", b"\n", b"\r", b",", b'"', b"\xff\xfe", b"\xef\xbb\xbf"])
            )
            return content[:at] + odd + content[at:]
        case "double":
            return content + content
        case "empty":
            return b""
        case coding:
            return content.decode(errors="replace").encode(coding, errors="replace")


# ── command lines ─────────────────────────────────────────────────────────────────────────────────

# A word that belongs, one that nearly does, and one that does not.
VALUES: dict[str, list[str]] = {
    "--task": ["regression", "binary", "multiclass", "binay"],
    "--hidden-layers": ["4", "none", "4,4", "0", "-3", "4,", "x", "1e9"],
    "--activation": ["tanh", "relu", "rule"],
    "--output-activation": ["linear", "softmax", "sigmoid", "soft"],
    "--loss": ["mse", "mae", "bce", "cce", "msle"],
    "--optimizer": ["sgd", "adamw", "none"],
    "--learning-rate": ["0.1", "1e30", "-1", "nan", "inf", "0", "auto", "fast"],
    "--batch-size": ["1", "full", "100000", "0", "-1", "2.5", "none"],
    "--epochs": ["0", "1", "-1", "1.5", "many"],
    "--init": ["zeros", "constant", "he", "her"],
    "--init-scale": ["0", "1e38", "-1"],
    "--dropout": ["0.5", "1", "none", "-0.1"],
    "--weight-decay": ["0.1", "1e30", "-1"],
    "--clip-norm": ["1", "0", "none"],
    "--class-weight": ["balanced", "yes=2,no=1", "yes=0", "nobody=2", "=", "none"],
    "--normalization": ["layer", "none", "batch"],
    "--patience": ["1", "none", "0"],
    "--validation": ["0", "0.5", "0.99", "1", "other.csv", "missing.csv", "none"],
    "--test": ["0.2", "0.99", "1", "-0.5", "half"],
    "--seed": ["1", "-1", "4294967296", "x"],
    "--seeds": ["2", "0", "x"],
    "--preset": ["tabular", "lecture", "lectur"],
    "--shuffle": ["true", "maybe"],
    "--scale-features": ["false"],
    "--scale-target": ["false"],
    "--allow-mismatch": ["true"],
    "--column": [
        "x=category",
        "x=number",
        "x=date",
        "x=boolean",
        "x=word",
        "x",
        "y=number",
        "=",
        "id=number",
    ],
    "--weights": ["x", "weight", "y", "nothing"],
    "--split-by": ["x", "id", "y", "nothing"],
    "--split-time": ["x", "z", "y", "nothing"],
    "--separator": [",", ";", "tab", "|", "ab", ""],
    "--encoding": ["utf-8", "latin-1", "utf-16", "klingon"],
    "--decimal": [",", ".", "x"],
    "--thousands": [".", ",", "space", "none", "x"],
    "--sheet": ["1", "a"],
    "--device": ["cpu", "gpu", "abacus"],
    "--drop": ["x", "y", "x,z", "nothing", ""],
    "--target": ["x", "Y", "", "id"],
    "--recipe": ["recipe.json", "missing.json", "other.csv"],
    "--lang": ["es", "en", "fr"],
    "--nonsense": ["1"],
}
RECIPES = st.one_of(
    st.sampled_from([b"", b"[]", b"{", b"null", b'{"epochs": "x"}', b'{"epochs": 1e999}', b"\xff"]),
    st.dictionaries(
        st.sampled_from(["epochs", "loss", "seed", "hidden_layers", "class_weight", "epoch"]),
        st.one_of(st.none(), st.booleans(), st.integers(-2, 3), st.text(max_size=3), st.just([[]])),
    ).map(lambda fields: json.dumps(fields).encode()),
)


@dataclass(frozen=True)
class Case:
    """Files, and the command lines that are run among them, one after the other.

    Attributes:
        block_bytes: of how much text a part is made, so that small tables have several.
    """

    files: tuple[File, ...]
    commands: tuple[tuple[str, ...], ...]
    block_bytes: int


@st.composite
def options(draw: st.DrawFn) -> list[str]:
    """A few options of `train`, each with a value that may or may not suit it."""
    words: list[str] = []
    some = st.lists(st.sampled_from(sorted(VALUES)), max_size=2, unique=True)
    for option in draw(st.one_of(st.just([]), some)):
        words += [option, draw(st.sampled_from(VALUES[option]))]
    return words


@st.composite
def drifted_names(draw: st.DrawFn, names: list[str]) -> list[str]:
    """The columns of a table that is like another, but not quite."""
    drifted = draw(st.permutations(names))
    change = draw(st.sampled_from(["more", "fewer", "in capitals", "same"]))
    if change == "more":
        return [*drifted, "further"]
    if change == "fewer":
        return drifted[1:] or ["further"]
    return [name.upper() for name in drifted] if change == "in capitals" else drifted


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """A training, and what people do with a run afterwards."""
    some_names = st.lists(NAMES, min_size=1, max_size=3, unique_by=str.strip)
    names = draw(some_names)
    other_names = names if draw(st.integers(0, 3)) else draw(some_names)
    table, other = draw(tables("table", names)), draw(tables("other", other_names))
    drifted = draw(tables("drifted", draw(drifted_names(names))))
    files = (table, other, drifted, File("recipe.json", draw(RECIPES)))
    # The named options come last, so that they replace the small ones.
    small = ["--target", "y", "--preset", "lecture", "--hidden-layers", "4", "--epochs", "1"]
    train = ["train", table.name, *small, *draw(options())]
    later = draw(
        st.lists(
            st.sampled_from(
                [
                    ["predict", "latest", other.name, "--out", "out.csv"],
                    ["predict", "latest", table.name, "--out", "out.parquet", "--keep", "y"],
                    ["predict", "latest", other.name, "--out", "-"],
                    ["predict", "latest", drifted.name, "--out", "out.jsonl", "--keep", "y"],
                    ["predict", "latest", drifted.name, "--out", "out.arrow", "--keep", names[0]],
                    ["predict", "latest", table.name, "--out", "out.tsv", "--decimal", ","],
                    ["predict", "latest", "*.csv", "--out", "out.parquet", "--keep", "y"],
                    ["predict", "latest", table.name, "--out", "no/out.csv"],
                    ["predict", "latest", table.name, "--out", "out.xlsx"],
                    ["predict", "latest", table.name, "--out", "out.csv", "--keep", "prediction"],
                    ["evaluate", "latest", drifted.name, "--resamples", "0"],
                    ["evaluate", "latest"],
                    ["evaluate", "latest", other.name, "--resamples", "10"],
                    ["evaluate", "latest", table.name, "--confidence", "1"],
                    ["resume", "latest", "--epochs", "2"],
                    ["resume", "latest", "--data", other.name],
                    ["verify", "latest"],
                    ["runs", "show", "latest"],
                    ["runs"],
                    ["runs", "remove", "nothing"],
                ]
            ),
            max_size=2,
        )
    )
    commands = [
        [*words, *draw(st.sampled_from([[], ["--json"], ["--quiet"]]))] for words in (train, *later)
    ]
    return Case(files, tuple(map(tuple, commands)), draw(st.sampled_from([1 << 24, 200])))


def _failed_once() -> list[Case]:
    """Cases that once ended in an error of Python."""
    train = ("train", "table.arrow", "--target", "y", "--preset", "lecture", "--epochs", "1")

    def case(table: Columns, other: Columns, *commands: tuple[str, ...]) -> Case:
        files = (
            File("table.arrow", written(table, "arrow", ",", True)),
            File("other.arrow", written(other, "arrow", ",", True)),
        )
        return Case(files, (train, *commands), 1 << 24)

    x = [str(number) for number in range(24)]
    booleans = pl.Series([True, False] * 12)
    evaluate = ("evaluate", "latest", "other.arrow", "--resamples", "0")
    return [
        # A target of another type than in training.
        case({"x": x, "y": booleans}, {"x": x, "y": ["a", "no"] * 12}, evaluate),
        case({"x": x, "y": booleans}, {"x": x, "y": pl.Series([[1]] * 24)}, evaluate),
        case({"x": x, "y": booleans}, {"x": x, "y": pl.Series([timedelta(1)] * 24)}, evaluate),
        # Two values that might be classes, of which one is infinite.
        case({"x": x, "y": pl.Series([1.0, *[float("inf")] * 23])}, {"x": x}),
    ]


FAILED_ONCE = _failed_once()


def as_json(text: str) -> Any:
    """The one JSON value that a text is; NaN and infinity are none."""

    def refuse(constant: str) -> Any:
        raise ValueError(f"{constant} is no JSON")

    return json.loads(text, parse_constant=refuse)


def is_finite_or_null(value: Any) -> bool:
    """Whether no number in a JSON value is infinite, written as 1e999 for example."""
    if isinstance(value, dict):
        return all(map(is_finite_or_null, value.values()))
    if isinstance(value, list):
        return all(map(is_finite_or_null, value))
    return not isinstance(value, float) or bool(np.isfinite(value))
