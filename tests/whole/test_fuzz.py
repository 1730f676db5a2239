"""Whatever the table and the words, a command ends in good order and says in words what was wrong.

The tests try the same hundred cases each time, and those that once failed; `make fuzz` draws ten
thousand others.
"""

import contextlib
import io
import os
import re
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, event, example, given, settings

from descenso.cli.app import main
from descenso.data.io import blocks

from ..support.broken_inputs import FAILED_ONCE, Case, as_json, cases, is_finite_or_null

EXAMPLES = int(os.environ.get("DESCENSO_FUZZ", "100"))
# Making a failing case smaller can take many times as long as all cases: make fuzz does it.
PHASES = tuple(Phase) if "DESCENSO_FUZZ" in os.environ else (Phase.explicit, Phase.generate)


def examples_of(found: list[Case]) -> Callable[[Any], Any]:
    """Try these cases before those that are drawn."""

    def decorate(test: Any) -> Any:
        for each in found:
            test = example(case=each)(test)
        return test

    return decorate


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@examples_of(FAILED_ONCE)
@settings(
    max_examples=EXAMPLES,
    phases=PHASES,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(cases())
def test_any_words_over_any_table_end_in_good_order(
    tmp_path_factory: pytest.TempPathFactory, case: Case
):
    folder = tmp_path_factory.mktemp("case")
    for file in case.files:
        (folder / file.name).write_bytes(file.content)
    with contextlib.chdir(folder), parts_of(case.block_bytes):
        for words in case.commands:
            before = kept(folder)
            status, out, err = run(words)
            context = f"{words}\n{out}\n{err}"
            event(f"{words[0]} ends with {status}")
            assert status in (0, 1, 2), context
            assert "Traceback" not in out + err and "bug in descenso" not in err, context
            if status == 2:
                assert re.search(r"^descenso: [^\n]+\n\Z", err, re.M), context
                assert out == "", context
                assert kept(folder) == before, f"something was left behind: {context}"
            elif "--json" in words:
                assert is_finite_or_null(as_json(out)), context
            if status == 1:
                assert words[0] in ("train", "resume", "verify"), context


@contextlib.contextmanager
def parts_of(block_bytes: int) -> Generator[None]:
    """Cut text into blocks of this many bytes."""
    usual = blocks.BLOCK_BYTES
    blocks.BLOCK_BYTES = block_bytes
    try:
        yield
    finally:
        blocks.BLOCK_BYTES = usual


def run(words: tuple[str, ...]) -> tuple[int, str, str]:
    """A command in this process: its status, and what it printed on either stream."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        status = main(words)
    return status, out.getvalue(), err.getvalue()


def kept(folder: Path) -> dict[str, bytes]:
    """All files but the clock's and the lock's marks on them."""
    return {
        str(path.relative_to(folder)): path.read_bytes() if path.is_file() else b""
        for path in folder.rglob("*")
        if path.name != "lock"
    }
