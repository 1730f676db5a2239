"""Text files as UTF-8, whatever they are written in."""

import codecs
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NoReturn

from descenso.data.io.files import File, as_table_error
from descenso.errors import TableError
from descenso.i18n import gettext as _

CHUNK_BYTES = 1 << 22

UTF_8 = "utf-8"
# What text that is not UTF-8 most often is. Windows-1252 is Latin-1 with more signs, but has gaps.
OLDER = ("cp1252", "latin-1")

# So few control characters are a flaw of a text, however short it is: its reader names their lines.
MOST_CONTROL = 3
_ZIP = b"PK\3\4"

# The longer ones first: the mark of UTF-32 begins as that of UTF-16 does.
_MARKS = (
    (codecs.BOM_UTF8, UTF_8),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def guess_encoding(file: File, usual: str | None = None) -> tuple[str, list[str]]:
    """The encoding of a whole text file: what its byte order mark says, UTF-8, or an older one.

    Args:
        usual: what a file that is not UTF-8 is taken for, where it can be that.

    Returns:
        Its name, and what a person should know about the choice.

    Raises:
        TableError: the file cannot be read, or it is UTF-8 with a flaw.
    """
    beginning = file.beginning(4)
    for mark, encoding in _MARKS:
        if beginning.startswith(mark):
            return encoding, []
    flaw = _first_flaw(file, UTF_8)
    if flaw is None:
        return UTF_8, []
    if flaw.after_others and usual in (None, UTF_8):
        raise TableError(
            _(
                "{file}: line {line} is not UTF-8, but the letters before it are. Correct the "
                "line, or give another encoding with --encoding, for example latin-1."
            ).format(file=file.name, line=flaw.line)
        )
    wishes = [usual] if usual not in (None, UTF_8) else []
    encoding = next(each for each in (*wishes, *OLDER) if _first_flaw(file, each) is None)
    note = _(
        "{file}: read as {encoding}, because line {line} is not UTF-8; override with --encoding."
    ).format(file=file.name, encoding=_title(encoding), line=flaw.line)
    return encoding, [note]


def is_text(beginning: bytes) -> bool:
    """Whether the first bytes of a file are those of a text."""
    if beginning.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        # UTF-16 and UTF-32 are full of NUL bytes.
        return True
    if beginning.startswith(_ZIP):
        return False
    control = sum(byte < 32 and byte not in b"\t\n\v\f\r\x1b" for byte in beginning)
    return control <= max(MOST_CONTROL, len(beginning) / 50)


def utf8(file: File, encoding: str) -> Iterator[bytes]:
    """The text of a file as UTF-8, in chunks that may end anywhere, without byte order mark.

    Raises:
        TableError: the file cannot be read, or is not in that encoding.
    """
    decoder = _decoder(file, encoding)
    same = codecs.lookup(encoding).name == UTF_8
    lines, first = 1, True
    for chunk in chunks(file):
        try:
            text = decoder.decode(chunk)
        except UnicodeError as error:
            _refuse(file, encoding, _line(lines, error))
        lines += chunk.count(b"\n")
        plain = chunk if same else text.encode()
        yield plain.removeprefix(codecs.BOM_UTF8) if first else plain
        first = False
    try:
        decoder.decode(b"", final=True)
    except UnicodeError:
        _refuse(file, encoding, lines)


def chunks(file: File) -> Iterator[bytes]:
    """The bytes of a file, decompressed, a few million at a time.

    Raises:
        TableError: they cannot be read.
    """
    with as_table_error(file), file.plain() as plain:
        while chunk := plain.read(CHUNK_BYTES):
            yield chunk


def lines(pieces: Iterable[bytes]) -> Iterator[str]:
    r"""The lines of a text in pieces of UTF-8, with their ends: \n, \r or both."""
    decoder = codecs.getincrementaldecoder(UTF_8)()
    left = ""
    for piece in pieces:
        text = left + decoder.decode(piece)
        # A carriage return at the end may be followed by its line feed in the next piece.
        end = max(text.rfind("\n"), text.rfind("\r", 0, -1)) + 1
        left = text[end:]
        # Not str.splitlines, which also breaks at signs that are letters in a table.
        yield from io.StringIO(text[:end], newline="")
    yield from io.StringIO(left, newline="")


@dataclass(frozen=True)
class _Flaw:
    """Where a file is not in an encoding.

    Attributes:
        line: from 1.
        after_others: whether signs beyond ASCII stand before it, which are in that encoding.
    """

    line: int
    after_others: bool


def _first_flaw(file: File, encoding: str) -> _Flaw | None:
    decoder = _decoder(file, encoding)
    line, beyond_ascii = 1, False
    for chunk in chunks(file):
        try:
            text = decoder.decode(chunk)
        except UnicodeDecodeError as error:
            good = error.object[: error.start]
            return _Flaw(_line(line, error), beyond_ascii or not good.isascii())
        except UnicodeError:
            return _Flaw(line, beyond_ascii)
        beyond_ascii = beyond_ascii or not text.isascii()
        line += chunk.count(b"\n")
    try:
        decoder.decode(b"", final=True)
    except UnicodeError:
        return _Flaw(line, beyond_ascii)
    return None


def _decoder(file: File, encoding: str) -> codecs.IncrementalDecoder:
    if codecs.lookup(encoding).name in ("utf-16", "utf-32") and not _has_mark(file):
        # Python wants a mark here. What has none comes from Windows, most often.
        encoding = f"{codecs.lookup(encoding).name}-le"
    return codecs.getincrementaldecoder(encoding)()


def _has_mark(file: File) -> bool:
    return file.beginning(4).startswith(tuple(mark for mark, _encoding in _MARKS))


def _line(before: int, error: UnicodeError) -> int:
    """The line of an error in a chunk that begins in the line `before`."""
    if not isinstance(error, UnicodeDecodeError):
        return before
    # What the decoder kept of the last chunk is no line feed.
    return before + bytes(error.object[: error.start]).count(b"\n")


def _refuse(file: File, encoding: str, line: int) -> NoReturn:
    raise TableError(
        _(
            "{file}: line {line} is not {encoding} text. Name the right encoding with --encoding, "
            "such as utf-8, latin-1 or utf-16."
        ).format(file=file.name, line=line, encoding=_title(encoding))
    ) from None


def _title(encoding: str) -> str:
    return {"utf-8": "UTF-8", "cp1252": "Windows-1252 (Latin-1)", "latin-1": "Latin-1"}.get(
        encoding, encoding
    )
