"""A long text cut into blocks of whole rows, so that it never has to be in memory at once."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Integer, UInt8

from descenso.errors import TableError
from descenso.i18n import gettext as _

# Enough that each block keeps all cores busy, and few enough bytes that many columns fit.
BLOCK_BYTES = 1 << 24
# A longer row is a quote that was never closed, or no table at all.
LONGEST_ROW = 1 << 26

_QUOTE, _FEED, _RETURN = b'"\n\r'


@dataclass(frozen=True)
class Block:
    """Some rows of a text table.

    Attributes:
        content: UTF-8, which ends where a row does if it is `proper`, else anywhere.
        proper: whether double quotes stand only around fields, and doubled within.
    """

    content: bytes
    proper: bool = True


def blocks(chunks: Iterable[bytes], separator: str | None, file: str) -> Iterator[Block]:
    """A text in blocks of whole rows, without empty lines at its end.

    Once a quote is stray, where a row ends depends on all that stands before, so that all further
    blocks are not proper, and end anywhere.

    Args:
        chunks: the text in UTF-8, in pieces that end anywhere.
        separator: between two fields; None where quotes have no meaning.
        file: the file's name, for errors.

    Raises:
        TableError: a NUL byte, or a row of no end.
    """
    left, proper, returns, line = b"", True, None, 1
    for chunk in chunks:
        if b"\0" in chunk:
            raise _binary(file, line + chunk.count(b"\n", 0, chunk.index(b"\0")))
        line += chunk.count(b"\n")
        if returns is None and (b"\n" in chunk or b"\r" in chunk):
            # Old Macintosh files end their lines with carriage returns alone.
            returns = b"\n" not in chunk
        left += chunk.replace(b"\r", b"\n") if returns else chunk
        if len(left) < BLOCK_BYTES:
            continue
        end = _last_row_end(left, separator) if proper else len(left)
        proper = proper and end is not None
        content = left[:end]
        left = left[len(content) :]
        if proper:
            # Empty lines at its end are rows only if there are others below.
            rows = _without_empty_end(content)
            content, left = rows, content[len(rows) :] + left
        if content:
            yield Block(content, proper)
        elif len(left) > LONGEST_ROW:
            raise _endless(file, line)
    if proper and _last_row_end(left + b"\n", separator) != len(left) + 1:
        proper = False
    if left.strip(b"\r\n"):
        yield Block(_without_empty_end(left) if proper else left, proper)


def count_outside_quotes(content: bytes, sign: str) -> int:
    """How often a sign stands in a block that is proper, outside quotes."""
    text = np.frombuffer(content, np.uint8)
    if b'"' not in content:
        return int(np.count_nonzero(text == ord(sign)))
    within: Bool[np.ndarray, " bytes"] = np.logical_xor.accumulate(text == _QUOTE)
    return int(np.count_nonzero((text == ord(sign)) & ~within))


def _last_row_end(block: bytes, separator: str | None) -> int | None:
    """Where the last whole row ends, 0 if there is none; None where a quote is stray."""
    end = block.rfind(b"\n") + 1
    if separator is None or b'"' not in block:
        return end
    text = np.frombuffer(block, np.uint8)
    quotes = np.flatnonzero(text == _QUOTE)
    if _is_stray(text, quotes, separator.encode()):
        return None
    while end:
        before = int(np.searchsorted(quotes, end))
        if before % 2 == 0:
            break
        # This line feed is within quotes: no row ended since they were opened.
        end = block.rfind(b"\n", 0, int(quotes[before - 1])) + 1
    return end


def _is_stray(
    text: UInt8[np.ndarray, " bytes"], quotes: Integer[np.ndarray, " quotes"], separator: bytes
) -> bool:
    """Whether a quote opens within a field, or closes before its end."""
    opening, closing = quotes[0::2], quotes[1::2]
    # The bytes beyond both ends count as line feeds.
    padded = np.concatenate(([_FEED], text, [_FEED]))
    before, after = padded[opening], padded[closing + 2]
    may_stand_before = np.isin(before, [separator[-1], _FEED, _RETURN, _QUOTE])
    may_stand_after = np.isin(after, [separator[0], _FEED, _RETURN, _QUOTE])
    return not (may_stand_before.all() and may_stand_after.all())


def _without_empty_end(content: bytes) -> bytes:
    """Whole rows without the empty lines below the last one that is not empty."""
    rows = content.rstrip(b"\r\n")
    end = content[len(rows) : len(rows) + 2]
    return rows + (end if end == b"\r\n" else end[:1]) if rows else b""


def _binary(file: str, line: int) -> TableError:
    return TableError(
        _(
            "{file}: line {line} has a NUL byte, so this is not a text table, or its "
            "encoding is another. For UTF-16 use --encoding utf-16."
        ).format(file=file, line=line)
    )


def _endless(file: str, line: int) -> TableError:
    return TableError(
        _(
            "{file}: the row before line {line} is longer than {size} million bytes. A "
            "double quote is not closed, or this is not a table."
        ).format(file=file, line=line, size=LONGEST_ROW >> 20)
    )
