"""Where the bytes of a table come from: files, standard input, several files at once."""

import atexit
import bz2
import glob
import gzip
import hashlib
import io
import lzma
import os
import re
import shutil
import stat
import sys
import tempfile
import zlib
from collections.abc import Generator, Iterable, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from difflib import get_close_matches
from io import BufferedIOBase
from pathlib import Path
from typing import Any, cast

from descenso.data.io import bundled
from descenso.errors import TableError
from descenso.hints import hint
from descenso.i18n import gettext as _

STANDARD_INPUT = "-"

# What comes from a pipe is kept in memory up to this size, and laid down in a file beyond it.
MOST_BYTES_KEPT = 1 << 26

# Two letters at the least before the colon: one alone is a drive of Windows.
_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]+:/", re.IGNORECASE)
# How a compressed file begins, by how its name ends.
_COMPRESSIONS = {".gz": b"\x1f\x8b", ".bz2": b"BZh", ".xz": b"\xfd7zXZ\0"}


@dataclass(frozen=True)
class File:
    """A file to read, as often as is needed.

    Attributes:
        name: what to call it in a message.
        path: where it lies; None where its bytes came once and are kept in `content`.
        content: its bytes, where they cannot be read again: standard input, a pipe.
        passing: whether `path` is a copy of such bytes, which vanishes with this process.
    """

    name: str
    path: Path | None
    content: bytes = field(default=b"", repr=False)
    passing: bool = False

    @property
    def suffix(self) -> str:
        """How the name ends, in small letters, that of a compression left aside; "" without."""
        named = self.path is not None and not self.passing
        suffixes = [suffix.lower() for suffix in Path(self.name).suffixes] if named else []
        if suffixes and suffixes[-1] in _COMPRESSIONS:
            suffixes.pop()
        return suffixes[-1] if suffixes else ""

    def raw(self) -> BufferedIOBase:
        """The bytes as they lie there."""
        return io.BytesIO(self.content) if self.path is None else self.path.open("rb")

    @contextmanager
    def plain(self) -> Generator[BufferedIOBase]:
        """The bytes, decompressed, until the context ends."""
        with self.raw() as raw:
            beginning = raw.read(6)
            raw.seek(0)
            ending = next(
                (
                    ending
                    for ending, magic in _COMPRESSIONS.items()
                    if beginning.startswith(magic) or self.name.lower().endswith(ending)
                ),
                "",
            )
            yield _decompressed(raw, ending)

    def beginning(self, size: int) -> bytes:
        """At most `size` of the first bytes, decompressed.

        Raises:
            TableError: they cannot be read.
        """
        with as_table_error(self), self.plain() as plain:
            return plain.read(size)

    def sha256(self) -> str:
        """The SHA-256 of the bytes as they lie there, as hexadecimal digits.

        Raises:
            TableError: they cannot be read.
        """
        with as_table_error(self), self.raw() as raw:
            return hashlib.file_digest(cast("Any", raw), "sha256").hexdigest()


@contextmanager
def as_table_error(file: File) -> Generator[None]:
    """Tell as a TableError that a file cannot be read, or not be decompressed to its end."""
    try:
        yield
    except (EOFError, gzip.BadGzipFile, lzma.LZMAError, zlib.error) as error:
        raise _damaged(file, error) from None
    except OSError as error:
        if error.strerror is None:
            # What bz2 says of a file that is none.
            raise _damaged(file, error) from None
        raise TableError(
            _("{path}: the file cannot be read ({reason}).").format(
                path=file.path or file.name, reason=error.strerror
            )
        ) from None


def find(place: str | Path | Sequence[str | Path]) -> list[File]:
    """The files that a path names: one, those that fit a pattern such as data/*.csv, or several.

    Args:
        place: a path, "-" for standard input, or several paths.

    Raises:
        TableError: there is no such file, or it is empty, or none.
    """
    if not isinstance(place, str | Path):
        if not place:
            raise TableError(_("The list of files is empty."))
        return [file for each in place for file in find(each)]
    if str(place) == STANDARD_INPUT:
        with as_table_error(File(_("standard input"), None)):
            return [
                _checked(_flowing(_("standard input"), cast("BufferedIOBase", sys.stdin.buffer)))
            ]
    return [_found(path) for path in matching(place)]


def matching(place: str | Path) -> list[Path]:
    """The path itself where it is there, else those that it fits as a pattern, sorted.

    Raises:
        TableError: there is none.
    """
    if not str(place):
        raise TableError(_("The name of the table is empty: name a file, or a bundled table."))
    path = Path(place).expanduser()
    if path.exists():
        return [path]
    found = sorted(map(Path, glob.glob(str(path))))  # noqa: PTH207  (the path may be absolute)
    if found:
        return found
    if _ADDRESS.match(str(place)):
        raise TableError(
            _(
                "{address}: addresses are not supported. Download the file and give its name."
            ).format(address=place)
        )
    if str(place) in bundled.names():
        raise TableError(
            _("{name}: a bundled table cannot be one of several; name it alone.").format(name=place)
        )
    near = [*bundled.names(), *_names_like(path)]
    raise TableError(
        _("{path}: there is no such file or bundled table. {hint}").format(
            path=path, hint=hint(path.name, near)
        )
    )


def digest_of(files: Iterable[File]) -> str:
    """The fingerprint of one file, its SHA-256; of several, that of their fingerprints in order."""
    each = [file.sha256() for file in files]
    return each[0] if len(each) == 1 else hashlib.sha256("".join(each).encode()).hexdigest()


def _decompressed(raw: BufferedIOBase, ending: str) -> BufferedIOBase:
    if not ending:
        return raw
    if ending == ".gz":
        return gzip.GzipFile(fileobj=raw)
    stream = cast("Any", raw)
    return bz2.BZ2File(stream) if ending == ".bz2" else lzma.LZMAFile(stream)


def _found(path: Path) -> File:
    if path.is_dir():
        raise TableError(
            _("{path}: this is a folder. Name one of the files in it.").format(path=path)
        )
    file = File(path.name, path)
    with as_table_error(file):
        mode = path.stat().st_mode
        if stat.S_ISFIFO(mode):
            # A pipe, such as the shell's <(…), gives its bytes once.
            with path.open("rb") as pipe:
                return _checked(_flowing(path.name, pipe))
        if not stat.S_ISREG(mode):
            raise TableError(_("{path}: this is a device, not a file.").format(path=path))
        # It shows now, and not after other work, that the file cannot be read.
        path.open("rb").close()
    return _checked(file)


def _flowing(name: str, stream: BufferedIOBase) -> File:
    """Bytes that come once."""
    content = stream.read(MOST_BYTES_KEPT)
    more = stream.read(1)
    if not more:
        return File(name, None, content)
    with tempfile.NamedTemporaryFile(prefix="descenso-", delete=False) as copy:
        atexit.register(Path(copy.name).unlink, missing_ok=True)
        copy.write(content + more)
        shutil.copyfileobj(stream, copy)
    return File(name, Path(copy.name), passing=True)


def _checked(file: File) -> File:
    with as_table_error(file), file.raw() as raw:
        if not raw.read(1):
            raise TableError(_("{file}: the file is empty.").format(file=file.name))
    return file


def _names_like(path: Path) -> list[str]:
    """The files in the same folder whose names are like this one."""
    try:
        names = sorted(file.name for file in path.parent.glob("[!.]*.*"))
    except OSError:
        return []
    return get_close_matches(path.name, names)


def _damaged(file: File, reason: object) -> TableError:
    return TableError(
        _(
            "{file}: the compressed file is incomplete ({reason}). Copy or compress it again."
        ).format(file=file.name, reason=reason)
    )


@contextmanager
def silence() -> Generator[None]:
    """Let nothing reach standard error, not even what compiled code writes there.

    Where a file is damaged, Polars may write a trace of its own calls before it raises.
    """
    try:
        kept = os.dup(2)
    except OSError:
        # There is no standard error to silence.
        yield
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)
