"""Colours are for terminals and on request; control characters are never written."""

import json
import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import pytest

from descenso.cli.terminal.streams import say, visible

COMMAND = [sys.executable, "-m", "descenso", "--help"]
COLOUR = re.compile(r"\x1b\[(\d+;)*(3|4|9|10)\d[;m]")


def test_a_terminal_gets_colours():
    assert COLOUR.search(shown_in_a_terminal())


def test_no_color_is_respected_in_a_terminal():
    assert not COLOUR.search(shown_in_a_terminal(NO_COLOR="1"))


def test_what_is_not_a_terminal_gets_plain_text():
    assert "\x1b" not in shown_in_a_pipe()


def test_force_color_brings_colours_anywhere():
    assert COLOUR.search(shown_in_a_pipe(FORCE_COLOR="1"))


def test_no_color_outweighs_force_color():
    assert not COLOUR.search(shown_in_a_pipe(FORCE_COLOR="1", NO_COLOR="1"))


@pytest.mark.parametrize("variables", [{}, {"FORCE_COLOR": "1"}])
def test_without_a_terminal_a_training_writes_lines_that_a_log_can_keep(variables: dict[str, str]):
    train = "train penguins --target species --preset lecture --hidden-layers 2 --epochs 2 --runs"
    done = subprocess.run(
        [*COMMAND[:3], *train.split(), os.devnull + "/none"],
        capture_output=True,
        text=True,
        env=environment(**variables),
    )
    # A cursor that moves up, or a line that is erased.
    assert not re.search(r"\x1b\[[0-9;?]*[A-HJKhl]", done.stderr)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("two\nlines", r"two\nlines"),
        ("a\rb\tc", r"a\rb\tc"),
        ("\x1b[31mred\x9b0m", r"\x1b[31mred\x9b0m"),
        ("‮backwards", r"\u202ebackwards"),
        ("ñandú 🙂 ½", "ñandú 🙂 ½"),
    ],
)
def test_control_characters_of_a_table_are_spelled_out(text: str, shown: str):
    assert visible(text) == shown


def test_a_sentence_is_one_line_whatever_name_it_holds(capsys: pytest.CaptureFixture[str]):
    say("the column 'a\nb' is missing")
    assert capsys.readouterr().err == "the column 'a\\nb' is missing\n"


@pytest.fixture
def in_greek(tmp_path: Path) -> list[str]:
    """Words that look at a table whose names no Western encoding has."""
    table = tmp_path / "table.csv"
    table.write_text("ώρα,y\n" + "".join(f"{i},{'αβ'[i % 2]}\n" for i in range(40)))
    return [*COMMAND[:3], "inspect", str(table), "--target", "y"]


@pytest.mark.parametrize("encoding", ["cp1252", "latin-1", "ascii"])
def test_signs_that_standard_output_cannot_take_are_replaced(in_greek: list[str], encoding: str):
    done = subprocess.run(
        in_greek, capture_output=True, env=environment(PYTHONIOENCODING=encoding), check=False
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert "???" in done.stdout.decode(encoding)


def test_json_is_whole_whatever_standard_output_can_take(in_greek: list[str]):
    ascii_alone = environment(PYTHONIOENCODING="ascii")
    result = json.loads(subprocess.check_output([*in_greek, "--json"], env=ascii_alone))
    assert result["columns"][0]["name"] == "ώρα"


def shown_in_a_pipe(**variables: str) -> str:
    return subprocess.check_output(COMMAND, text=True, env=environment(**variables))


def shown_in_a_terminal(**variables: str) -> str:
    """What --help writes into a terminal, with its escape sequences."""
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        COMMAND, stdout=theirs, stderr=theirs, stdin=theirs, env=environment(**variables)
    ) as process:
        os.close(theirs)
        read = b"".join(iter(lambda: _some(ours), b""))
        assert process.wait() == 0
    os.close(ours)
    return read.decode()


def _some(terminal: int) -> bytes:
    try:
        return os.read(terminal, 4096)
    except OSError:
        # Linux says so when the other side has closed.
        return b""


def environment(**variables: str) -> dict[str, str]:
    """The environment with no word about colours but those given."""
    unset = ("NO_COLOR", "FORCE_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE")
    plain = {name: value for name, value in os.environ.items() if name not in unset}
    return plain | {"TERM": "xterm-256color"} | variables
