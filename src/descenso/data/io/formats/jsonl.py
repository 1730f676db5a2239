"""JSON Lines: an object in each line; or one array of objects. A column is text here."""

import codecs
import io
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, ClassVar, cast

import polars as pl

from descenso.data.io.blocks import blocks
from descenso.data.io.files import File
from descenso.data.io.formats.base import Format, FormatOptions
from descenso.data.io.options import ReadOptions
from descenso.data.io.text import guess_encoding, is_text, utf8
from descenso.errors import TableError
from descenso.hints import listed
from descenso.i18n import gettext as _

Objects = list[dict[str, Any]]


class JsonLines(Format):
    """An object in each line, whose names are those of the columns; or an array of such objects.

    Values are taken as text, as in CSV, so that what a column is depends on all of its values.
    """

    name: ClassVar[str] = "jsonl"
    title: ClassVar[str] = "JSON Lines"
    suffixes: ClassVar[tuple[str, ...]] = (".jsonl", ".ndjson", ".json")
    takes: ClassVar[tuple[str, ...]] = ("encoding",)
    textual: ClassVar[bool] = True
    is_text: ClassVar[bool] = True

    def recognises(self, _file: File, beginning: bytes, /) -> bool:
        """By the brackets it begins with."""
        start = beginning.removeprefix(codecs.BOM_UTF8).lstrip()
        return is_text(beginning) and start.startswith((b'{"', b"{}", b"[{", b"[]"))

    def settle(self, file: File, asked: ReadOptions, like: ReadOptions, /) -> FormatOptions:
        """Find the encoding."""
        encoding, notes = asked.encoding, list[str]()
        if encoding is None:
            encoding, notes = guess_encoding(file, like.encoding)
        return FormatOptions(ReadOptions(encoding=encoding), tuple(notes))

    def frames(
        self,
        file: File,
        options: ReadOptions,
        columns: Sequence[str] | None,
        _rows: int | None,
        /,
    ) -> Iterator[pl.DataFrame]:
        """A frame for each block of lines."""
        text = utf8(file, options.encoding or "utf-8")
        if file.beginning(1 << 12).lstrip().startswith(b"["):
            yield _of_objects(_array(b"".join(text), file.name), None)
            return
        names, line = None, 1
        for block in blocks(text, None, file.name):
            _check_first(block.content, line, file.name)
            frame = _at_once(block.content, names)
            if frame is None:
                frame = _of_objects(_objects(block.content, line, file.name), names)
            if columns is not None and names is None:
                # A column that is not in the first block, of many lines, is not in the file.
                names = [name for name in frame.columns if name in set(columns)]
                frame = frame.select(names)
            yield frame
            line += block.content.count(b"\n")


def _at_once(content: bytes, names: Sequence[str] | None) -> pl.DataFrame | None:
    """The lines by Polars, six times as fast as Python; None where it refuses one."""
    try:
        if names is None:
            table = pl.scan_ndjson(io.BytesIO(content), infer_schema_length=None)
            names = table.collect_schema().names()
        return pl.read_ndjson(io.BytesIO(content), schema=dict.fromkeys(names, pl.String))
    except pl.exceptions.PolarsError:
        return None


def _objects(content: bytes, line: int, file: str) -> Objects:
    """The objects in lines, the first of which is the line `line`."""
    objects: Objects = []
    for number, text in enumerate(content.split(b"\n"), start=line):
        if text.strip():
            try:
                found: Any = json.loads(text, object_pairs_hook=_object)
            except (ValueError, RecursionError) as error:
                raise _not_json(file, number, error) from None
            if not isinstance(found, dict):
                raise _not_json(file, number, _("there is no object in it"))
            objects.append(cast("dict[str, Any]", found))
    return objects


def _array(content: bytes, file: str) -> Objects:
    try:
        found: Any = json.loads(content, object_pairs_hook=_object)
    except (ValueError, RecursionError) as error:
        raise _not_json(file, 1, error) from None
    objects = cast("list[Any]", found)
    if not isinstance(found, list) or not all(isinstance(each, dict) for each in objects):
        raise TableError(
            _("{file}: a JSON table is an array of objects, or an object in each line.").format(
                file=file
            )
        )
    return objects


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        counts = Counter(name for name, _value in pairs)
        raise ValueError(
            _("{names} more than once").format(
                names=listed([name for name, count in counts.items() if count > 1])
            )
        )
    return found


def _of_objects(objects: Objects, names: Sequence[str] | None) -> pl.DataFrame:
    if names is None:
        names = list(dict.fromkeys(name for each in objects for name in each))
    return pl.DataFrame(
        {name: [_text(each.get(name)) for each in objects] for name in names},
        schema=dict.fromkeys(names, pl.String),
    )


def _text(value: Any) -> str | None:
    """A value as text, as Polars spells it."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, float):
        return repr(value)
    return json.dumps(value, ensure_ascii=False)


def _check_first(content: bytes, line: int, file: str) -> None:
    """Refuse a first line that holds a name twice, where Polars would take one of the values.

    Refuse also one that holds whole columns, which would be a row of lists.
    """
    first = content.lstrip().split(b"\n", 1)[0]
    try:
        found: Any = json.loads(first, object_pairs_hook=_object)
    except (ValueError, RecursionError) as error:
        raise _not_json(file, line, error) from None
    values = cast("dict[str, Any]", found).values() if isinstance(found, dict) else ()
    if values and all(isinstance(value, list | dict) for value in values):
        raise TableError(
            _(
                "{file}: line {line} holds whole columns, but a JSON table holds rows: an array of "
                "objects, or an object in each line."
            ).format(file=file, line=line)
        )


def _not_json(file: str, line: int, reason: object) -> TableError:
    return TableError(
        _("{file}: line {line} is not a JSON object ({reason}).").format(
            file=file, line=line, reason=str(reason)
        )
    )
