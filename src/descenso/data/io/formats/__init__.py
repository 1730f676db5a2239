"""File formats, one file each, which says how the format is recognised and read."""

from descenso.data.io.files import NAMES_BY_SUFFIX, NPZ, File
from descenso.data.io.formats.base import Format, FormatOptions
from descenso.data.io.formats.columnar import Arrow, Parquet
from descenso.data.io.formats.delimited import Delimited
from descenso.data.io.formats.excel import Excel
from descenso.data.io.formats.jsonl import JsonLines
from descenso.data.io.formats.sniff import sniff
from descenso.errors import TableError
from descenso.i18n import gettext as _

__all__ = ["NPZ", "Format", "FormatOptions", "format_named", "format_of"]

FORMATS: tuple[Format, ...] = (Delimited(), Parquet(), Arrow(), JsonLines(), Excel())

_TITLES = {each.name: each.title for each in FORMATS} | {NPZ: "NumPy .npz"}


def format_of(file: File, encoding: str | None = None) -> str:
    """The name of a file's format: from its name, else from what it holds.

    Args:
        encoding: that of a text, where it is named: such a file is text, whatever its bytes.

    Raises:
        TableError: it holds no table, or another than its name says.
    """
    named, held = NAMES_BY_SUFFIX.get(file.suffix), sniff(file)
    if held is None and encoding is not None:
        held = "delimited"
    if held is None and named in (None, "delimited", "jsonl"):
        raise TableError(
            _(
                "{file}: this is no table that descenso can read: it is neither text nor Parquet, "
                "Arrow, Excel or .npz. If it is text, name its encoding with --encoding, such as "
                "utf-16. Pickled files are never opened."
            ).format(file=file.name)
        )
    if named is None:
        assert held is not None, "refused above"
        return held
    texts = ("delimited", "jsonl")
    if held is not None and held != named and not (held in texts and named in texts):
        raise TableError(
            _(
                "{file}: this is a file of {held}, though its name is that of {named}. Give it a "
                "name that fits."
            ).format(file=file.name, held=_title(held), named=_title(named))
        )
    return named


def format_named(name: str) -> Format:
    """The format of that name.

    Raises:
        TableError: there is none, as where a newer descenso wrote the name.
    """
    for each in FORMATS:
        if each.name == name:
            return each
    raise TableError(_("There is no format {name!r} of tables.").format(name=name))


def _title(name: str) -> str:
    return _("text") if name == "delimited" else _TITLES[name]
