"""Tables that are already in memory: data frames and arrays."""

import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, cast

import numpy as np
import polars as pl
from jaxtyping import Shaped

from descenso.data.columns.values import BEYOND_INT64
from descenso.data.table import Table
from descenso.errors import TableError
from descenso.i18n import gettext as _

# The name of a target that has none.
TARGET = "y"


def table_of_pair(features: Any, target: Any, name: str | None) -> tuple[Table, str]:
    """A table of (X, y): the columns of X, then y, called `name`, else its own name, else "y"."""
    table = table_of(features)
    values = _series(target, TARGET)
    if len(values) != table.height:
        raise TableError(
            _("X has {rows} rows, but y has {values} values: the numbers must be equal.").format(
                rows=table.height, values=len(values)
            )
        )
    name = name or values.name or TARGET
    if name in table.names:
        raise TableError(
            _("X already has a column called {name!r}: give y another name with target=.").format(
                name=name
            )
        )
    return replace(
        table,
        columns=pl.DataFrame([*table.columns, values.alias(name)]),
        categories=table.categories | _categories([(name, _dtype(target))]),
    ), name


def table_of(data: Any) -> Table:
    """A table of a Polars, pandas or Arrow table, of columns by name, or of an array.

    Columns by name are a dict's, a structured array's, or those of a list of dicts, a row each;
    other arrays have two dimensions.

    A numeric array is kept as it is; its columns are called x0, x1, ...

    Raises:
        TableError: no table, no rows, no columns, other dimensions, or a column's name given twice.
    """
    table = _table_of(data)
    if table.height == 0 or not table.names:
        raise TableError(
            _(
                "The data has {rows} rows and {columns} columns: at least one of each is needed."
            ).format(rows=table.height, columns=len(table.names))
        )
    return table


def _table_of(data: Any) -> Table:
    if isinstance(data, pl.LazyFrame):
        data = data.collect()
    if isinstance(data, pl.DataFrame):
        return Table(pl.DataFrame(map(_narrowed, data)))
    if _of_pandas(data) and type(data).__name__ == "Series":
        data = data.to_frame()
    if _of_pandas(data) and type(data).__name__ == "DataFrame":
        return Table(_from_pandas(data), categories=_categories(data.dtypes.items()))
    if hasattr(data, "__arrow_c_stream__"):
        # PyArrow's tables may have names twice; others have names in other places, or none.
        schema = getattr(data, "schema", None)
        _refuse_twice(getattr(schema, "names", ()))
        types = zip(getattr(schema, "names", ()), getattr(schema, "types", ()), strict=False)
        return Table(pl.DataFrame(data), categories=_categories(types))
    if isinstance(data, Mapping):
        columns = cast("Mapping[Any, Any]", data)
        types = ((name, _dtype(values)) for name, values in columns.items())
        return Table(_from_columns(columns), categories=_categories(types))
    if _has_rows(data):
        return Table(_from_rows(data))
    array = np.asarray(data)
    if array.dtype.names is not None and array.ndim == 1:
        return Table(_from_columns({name: array[name] for name in array.dtype.names}))
    if array.ndim == 0:
        raise TableError(
            _(
                "Data of type {found} is not supported; give a path, a Polars or pandas data "
                "frame, an Arrow table, a dict of columns, an array of rows × columns, or a "
                "pair (X, y)."
            ).format(found=type(data).__name__)
        )
    if array.ndim != 2:
        raise TableError(
            _(
                "The data has {found} dimensions, but a table has two (rows, columns). Reshape it, "
                "for example with X.reshape(len(X), -1)."
            ).format(found=array.ndim)
        )
    if array.dtype.kind in "biuf":
        return Table(pl.DataFrame(), matrix=_native(array))
    return Table(_from_columns({f"x{j}": array[:, j] for j in range(array.shape[1])}))


def _narrowed(column: pl.Series) -> pl.Series:
    """Integers of 128 bits, which NumPy does not know, as such of 64, or as floats.

    Those whose digits a float does not hold are codes, such as the numbers of accounts: text.
    """
    if not str(column.dtype).endswith("Int128"):
        return column
    for dtype in (pl.Int64, pl.UInt64):
        cut = column.cast(dtype, strict=False)
        if cut.null_count() == column.null_count():
            return cut
    floats = column.cast(pl.Float64)
    held = floats.cast(column.dtype, strict=False).eq_missing(column).all()
    return floats if held else column.cast(pl.String)


def _categories(types: Iterable[tuple[Any, Any]]) -> frozenset[str]:
    """Which columns are categories, by their types in pandas or Arrow."""
    return frozenset(
        str(name)
        for name, dtype in types
        if str(dtype) == "category" or str(dtype).startswith("dictionary<")
    )


def _dtype(values: Any) -> Any:
    return getattr(values, "dtype", None)


def _from_columns(columns: Mapping[Any, Any]) -> pl.DataFrame:
    """A frame of columns by name, such as a dict or a structured array holds."""
    series = [
        _series(values, _("the column {name!r}").format(name=str(name))).alias(str(name))
        for name, values in columns.items()
    ]
    lengths = {each.name: len(each) for each in series}
    if len(set(lengths.values())) > 1:
        raise TableError(
            _("Columns must be equally long, but their lengths are {lengths}.").format(
                lengths=", ".join(f"{name}: {length}" for name, length in lengths.items())
            )
        )
    return pl.DataFrame(series)


def _has_rows(data: Any) -> bool:
    """Whether it is a list with dicts in it."""
    return isinstance(data, list) and any(
        isinstance(row, Mapping) for row in cast("list[Any]", data)
    )


def _from_rows(rows: list[Any]) -> pl.DataFrame:
    """A frame of rows, each a dict of values by column; what one leaves out is missing."""
    if not all(isinstance(row, Mapping) for row in rows):
        raise TableError(_("Some rows are dicts and others are not: all must be."))
    names = dict.fromkeys(name for row in rows for name in row)
    return _from_columns({name: [row.get(name) for row in rows] for name in names})


def _series(values: Any, title: str) -> pl.Series:
    """One column as a series; "" is its name where it has none. An error calls it `title`."""
    values = _one_column(values)
    if isinstance(values, pl.Series):
        return values
    if _of_pandas(values) and getattr(values, "ndim", 0) == 1:
        # Its arrays and indexes are as good as its series.
        return _from_pandas_column(sys.modules["pandas"].Series(values))
    try:
        array = np.asarray(values)
    except ValueError:
        raise TableError(
            _("{column} holds lists, but it needs one value for each row.").format(column=title)
        ) from None
    if array.ndim == 2 and array.shape[1] == 1:
        array = array[:, 0]
    if array.ndim == 0:
        raise TableError(
            _("{column} is {value!r}, but it needs one value for each row.").format(
                column=title, value=values
            )
        )
    if array.ndim != 1:
        raise TableError(
            _("{column} has {found} dimensions, but it needs one value for each row.").format(
                column=title, found=array.ndim
            )
        )
    if isinstance(values, list) and array.dtype.kind == "f" and (abs(array) >= BEYOND_INT64).any():
        # NumPy rounds such whole numbers to floats.
        array = np.asarray(values, object).reshape(array.shape)
    if array.dtype.kind in "biuf":
        return pl.Series(_native(array))
    return _of_list("", array.tolist())


def _of_list(name: str, values: list[Any]) -> pl.Series:
    """Python's values as a series; bytes, such as readers of older formats give, as text."""
    series = pl.Series(name, values, strict=False)
    if series.null_count() > sum(value is None for value in values):
        # Polars has no integers of more than 128 bits.
        series = pl.Series(name, [None if value is None else str(value) for value in values])
    if series.dtype != pl.Binary:
        return _narrowed(series)
    try:
        return series.cast(pl.String)
    except pl.exceptions.PolarsError:
        texts = [None if value is None else value.decode("latin-1") for value in series]
        return pl.Series(name, texts)


def _native(array: Shaped[np.ndarray, "..."]) -> Shaped[np.ndarray, "..."]:
    # Polars reads the machine's own byte order, and floats of 32 and 64 bits.
    if array.dtype.kind == "f" and array.dtype.itemsize not in (4, 8):
        return array.astype(np.float64)
    return array.astype(array.dtype.newbyteorder("="), copy=False)


def _one_column(values: Any) -> Any:
    """The column of a data frame that has one; anything else as it is."""
    if getattr(values, "shape", ())[1:] == (1,):
        if isinstance(values, pl.DataFrame):
            return values.to_series()
        if _of_pandas(values):
            return values.iloc[:, 0]
    return values


def _of_pandas(data: Any) -> bool:
    # By name: pandas is never imported unless the user's own object brought it.
    return str(type(data).__module__).partition(".")[0] == "pandas"


def _from_pandas(frame: Any) -> pl.DataFrame:
    names = [str(name) for name in frame.columns]
    _refuse_twice(names)
    return pl.DataFrame(
        [_from_pandas_column(frame.iloc[:, j]).alias(name) for j, name in enumerate(names)]
    )


def _refuse_twice(names: Sequence[str]) -> None:
    twice = sorted(name for name, count in Counter(names).items() if count > 1)
    if twice:
        raise TableError(
            _("The data has more than one column called {names}. Rename them.").format(
                names=", ".join(map(repr, twice))
            )
        )


def _from_pandas_column(column: Any) -> pl.Series:
    """A pandas column, by way of NumPy or a list, so that pyarrow is not needed."""
    name = "" if column.name is None else str(column.name)
    if hasattr(column, "sparse"):
        column = column.sparse.to_dense()
    missing = column.isna().to_numpy()
    kind = getattr(column.dtype, "kind", "O")
    if kind in "biuf":
        # The nullable types keep values and mask apart; any value will do where one is missing.
        filled = column.fillna(False if kind == "b" else 0) if missing.any() else column
        values = pl.Series(name, _native(filled.to_numpy(dtype=_numpy_dtype(column.dtype))))
        return values.set(pl.Series(missing), None)
    if kind == "M":
        moments = getattr(column.dt, "tz_localize")(None)  # noqa: B009
        return pl.Series(name, moments.to_numpy().astype("datetime64[us]"))
    if kind == "m":
        return pl.Series(name, column.to_numpy().astype("timedelta64[us]"))
    plain = column.dtype == object
    if str(column.dtype) == "category":
        # Beside a gap pandas itself would give other values, floats for whole ones.
        names = [*column.cat.categories, None]
        column = [names[code] for code in column.cat.codes]
    values = [None if absent else value for value, absent in zip(column, missing, strict=True)]
    series = _of_list(name, values)
    if plain or not isinstance(series.dtype, pl.Object | pl.List):
        return series
    # Intervals (as pd.cut makes them) and periods, which Polars has not, by their names.
    return pl.Series(name, [None if value is None else str(value) for value in values], pl.String)


def _numpy_dtype(dtype: Any) -> Any:
    return getattr(dtype, "numpy_dtype", dtype)
