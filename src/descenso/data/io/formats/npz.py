"""NumPy's .npz: the features X and the target y; or one matrix."""

import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar

import numpy as np
import polars as pl
from jaxtyping import Shaped

from descenso.data.io.files import File, as_table_error
from descenso.data.io.formats.base import Format, zip_members
from descenso.data.io.memory import TARGET, table_of, table_of_pair
from descenso.data.io.options import ReadOptions
from descenso.data.table import Table
from descenso.errors import TableError
from descenso.hints import listed
from descenso.i18n import gettext as _

Arrays = Mapping[str, Shaped[np.ndarray, "..."]]


class Npz(Format):
    """NumPy's archive of arrays: X and y, X alone, or a single one. Nothing is unpickled.

    The columns are called x0, x1, ... and y.
    """

    name: ClassVar[str] = "npz"
    title: ClassVar[str] = "NumPy .npz"
    suffixes: ClassVar[tuple[str, ...]] = (".npz",)

    def recognises(self, file: File, beginning: bytes, /) -> bool:
        """By the members of a zip archive."""
        members = zip_members(file) if beginning.startswith(b"PK") else []
        return any(name.endswith(".npy") for name in members)

    def arrays(self, file: File, /) -> Table:
        """All of the file."""
        return _table(file)

    def frames(
        self,
        file: File,
        _options: ReadOptions,
        _columns: Sequence[str] | None,
        _rows: int | None,
        /,
    ) -> Iterator[pl.DataFrame]:
        """All of the file, as columns."""
        yield _table(file).frame


def _table(file: File) -> Table:
    arrays = _arrays(file)
    features = arrays.get("X", arrays.get("x"))
    if features is None and len(arrays) == 1:
        features = next(iter(arrays.values()))
    if features is None:
        raise TableError(
            _(
                "{file}: an .npz file must hold arrays called X and y, or a single one; this one "
                "holds {names}."
            ).format(file=file.name, names=listed(list(arrays)) or _("none"))
        )
    try:
        if TARGET in arrays:
            return table_of_pair(features, arrays[TARGET], TARGET)[0]
        return table_of(features)
    except TableError as error:
        raise TableError(f"{file.name}: {error}") from None


def _arrays(file: File) -> dict[str, Shaped[np.ndarray, "..."]]:
    try:
        with as_table_error(file), file.raw() as raw:
            archive = np.load(raw, allow_pickle=False)
            if not isinstance(archive, np.lib.npyio.NpzFile):
                raise ValueError(_("it holds one array without a name"))
            return {name: archive[name] for name in archive.files}
    except (ValueError, zipfile.BadZipFile, zlib.error, NotImplementedError) as error:
        raise TableError(
            _(
                "{file}: this is not an .npz file of numbers and text ({reason}). Objects are "
                "never unpickled: convert them first."
            ).format(file=file.name, reason=(str(error).splitlines() or [""])[0])
        ) from None
