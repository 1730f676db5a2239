"""File formats, one file each, which says how the format is recognised and read.

A file of this package that defines a subclass of `Format` adds that format.
"""

from functools import cache
from importlib import import_module
from inspect import isabstract
from pkgutil import iter_modules

from descenso.data.io.files import File
from descenso.data.io.formats.base import Format, FormatOptions
from descenso.errors import TableError
from descenso.i18n import gettext as _

__all__ = ["Format", "FormatOptions", "format_of", "formats", "recognise"]

BEGINNING_BYTES = 4096


@cache
def formats() -> tuple[Format, ...]:
    """All formats, in the order in which they are tried on a file's content."""
    modules = [import_module(f"{__name__}.{module.name}") for module in iter_modules(__path__)]
    classes = [
        each
        for module in modules
        for each in vars(module).values()
        if isinstance(each, type) and each.__module__ == module.__name__
        if issubclass(each, Format) and not isabstract(each)
    ]
    return tuple(sorted((each() for each in classes), key=lambda each: each.is_fallback))


def format_of(file: File, encoding: str | None = None) -> Format:
    """A file's format: from its name, else from its content.

    Args:
        file: the file.
        encoding: that of a text, where it is given: then the file is text, whatever its bytes.

    Raises:
        TableError: it is not a table, or its content is not of the format that its name says.
    """
    named = next((each for each in formats() if file.suffix in each.suffixes), None)
    found = recognise(file)
    if found is None and encoding is not None:
        found = next(each for each in formats() if each.is_fallback)
    if found is None and (named is None or named.is_text):
        raise TableError(
            _(
                "{file}: this is not a table that descenso can read: it is neither text nor "
                "Parquet, Arrow, Excel or .npz. If it is text, name its encoding with --encoding, "
                "such as utf-16. Pickled files are never opened."
            ).format(file=file.name)
        )
    if named is None:
        assert found is not None, "refused above"
        return found
    if found is not None and found != named and not (found.is_text and named.is_text):
        raise TableError(
            _(
                "{file}: the content is {found}, but the name is that of {named}. Rename the file."
            ).format(file=file.name, found=_(found.title), named=_(named.title))
        )
    return named


def recognise(file: File) -> Format | None:
    """The format of a file's content; None if it is none of them.

    Raises:
        TableError: the file cannot be read.
    """
    beginning = file.beginning(BEGINNING_BYTES)
    return next((each for each in formats() if each.recognises(file, beginning)), None)
