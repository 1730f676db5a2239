"""What a file holds, told from its first bytes and not from its name."""

import zipfile

from descenso.data.io.files import File

BEGINNING_BYTES = 4096
# So few control characters make no text something else, however short it is.
MOST_STRAY = 3

_MAGIC = (
    (b"PAR1", "parquet"),
    (b"ARROW1", "arrow"),
    (b"\xff\xff\xff\xff", "arrow"),
    # Excel's older files, and all others of Microsoft's of that time.
    (b"\xd0\xcf\x11\xe0", "excel"),
)


def sniff(file: File) -> str | None:
    """The name of the format that a file is of, as far as its beginning tells; None if it is none.

    Raises:
        TableError: the file cannot be read.
    """
    beginning = file.beginning(BEGINNING_BYTES)
    for magic, name in _MAGIC:
        if beginning.startswith(magic):
            return name
    if beginning.startswith(b"PK"):
        return _zipped(file)
    if beginning.startswith((b"\xff\xfe", b"\xfe\xff")):
        # UTF-16 and UTF-32, which are full of NUL bytes.
        return "delimited"
    # A few signs of no meaning do not make a text something else: its reader names their lines.
    if _is_binary(beginning):
        return None
    text = beginning.removeprefix(b"\xef\xbb\xbf").lstrip()
    return "jsonl" if text.startswith((b'{"', b"{}", b"[{", b"[]")) else "delimited"


def _zipped(file: File) -> str | None:
    with file.raw() as raw:
        try:
            names = zipfile.ZipFile(raw).namelist()
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
            return None
    if any(name.endswith(".npy") for name in names):
        return "npz"
    return (
        "excel" if any(name.startswith("xl/") or name == "content.xml" for name in names) else None
    )


def _is_binary(beginning: bytes) -> bool:
    control = sum(byte < 32 and byte not in b"\t\n\v\f\r\x1b" for byte in beginning)
    return control > max(MOST_STRAY, len(beginning) / 50)
