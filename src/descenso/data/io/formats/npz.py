"""NumPy's .npz: the features X and the target y; or one matrix."""

import zipfile
import zlib
from collections.abc import Mapping

import numpy as np
from jaxtyping import Shaped

from descenso.data.io.files import File, as_table_error
from descenso.data.io.memory import table_of, table_of_pair
from descenso.data.table import Table
from descenso.errors import TableError
from descenso.hints import listed
from descenso.i18n import gettext as _

TARGET = "y"

Arrays = Mapping[str, Shaped[np.ndarray, "..."]]


def read_npz(file: File) -> Table:
    """The table of arrays called X and y, of X alone, or of the only array. Nothing is unpickled.

    Its columns are called x0, x1, ... and y.

    Raises:
        TableError: the file is no such one, or the arrays' shapes do not fit.
    """
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
