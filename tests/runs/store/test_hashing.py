"""A file's fingerprint."""

from pathlib import Path

import pytest

from descenso.errors import RunError
from descenso.runs.store.atomic import sha256


def test_the_fingerprint_is_the_published_one(tmp_path: Path):
    # FIPS 180-2, appendix B.1 and B.3: "abc", and a million times "a".
    (tmp_path / "file").write_bytes(b"abc")
    assert sha256(tmp_path / "file") == (
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    )
    (tmp_path / "file").write_bytes(b"a" * 1_000_000)
    assert sha256(tmp_path / "file") == (
        "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"
    )


def test_a_missing_file_is_named(tmp_path: Path):
    with pytest.raises(RunError, match=r"data\.csv: there is no such file"):
        sha256(tmp_path / "data.csv")
