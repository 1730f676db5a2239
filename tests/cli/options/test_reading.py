"""The options that say how a table is read, the same in every command that takes one."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from descenso.cli.options.reading import takes_reading
from descenso.data.io.options import ReadOptions

SMALL = [
    *("--target", "y", "--preset", "lecture", "--hidden-layers", "4", "--epochs", "1"),
    *("--quiet", "--json"),
]


@pytest.fixture
def spanish(tmp_path: Path) -> Path:
    """A table as a Spanish spreadsheet writes it."""
    path = tmp_path / "medidas.csv"
    lines = [f"{i},5;{'ñu' if i % 2 else 'gnu'};1.{i:03},25" for i in range(30)]
    path.write_text("\n".join(["ancho;animal;y", *lines]), encoding="cp1252")
    return path


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, call: Callable[..., Any]):
    """Runs a command that shall succeed in a folder of its own; gives its JSON."""
    monkeypatch.chdir(tmp_path)

    def run(*words: object) -> dict[str, Any]:
        said = call(*words)
        assert said.status == 0, said.err
        return json.loads(said.out)

    return run


def test_a_command_gets_the_options_as_one_argument():
    calls: list[Any] = []

    @takes_reading
    def listen(table: str, reading: ReadOptions) -> None:
        calls.append((table, reading))

    listen("a.csv", separator="tab", sheet=None)  # pyright: ignore[reportCallIssue]
    assert calls == [("a.csv", ReadOptions(separator="\t"))]


def test_a_table_is_understood_as_it_is_written_and_said_why(
    call: Callable[..., Any], spanish: Path, tmp_path: Path
):
    words = [word for word in SMALL if word not in ("--quiet", "--json")]
    said = call("train", spanish, *words, "--runs", tmp_path)
    assert said.status == 0
    message = " ".join(said.err.split())
    assert "y is a number" not in message
    assert "read as Windows-1252 (Latin-1), because line 3 is not UTF-8" in message
    assert "decimal comma and points between thousands, because of values such as" in message


def test_a_run_reads_its_data_again_as_it_was_asked_to(command: Callable[..., Any], spanish: Path):
    asked = ["--separator", ";", "--encoding", "cp1252", "--decimal", ",", "--thousands", "."]
    validation = spanish.with_name("otras.csv")
    validation.write_bytes(spanish.read_bytes())
    trained = command("train", spanish, *SMALL, *asked, "--validation", validation)
    assert trained["task"] == "regression"
    assert command("verify", "latest", "--json", "--quiet")["verified"]
    other = spanish.with_name("copia.txt")
    other.write_bytes(spanish.read_bytes())
    spanish.unlink()
    command("resume", "latest", "--data", other, "--epochs", "2", "--json")
    measured = command("evaluate", "latest", other, "--json")
    assert measured["rows"] == 30


def test_another_table_is_read_like_the_run_s_own_unless_it_shows_or_is_said(
    command: Callable[..., Any], call: Callable[..., Any], spanish: Path, tmp_path: Path
):
    command("train", spanish, *SMALL)
    # Without decimals nothing in it shows how they are written; 1.500 is then a thousand and more.
    few = tmp_path / "few.csv"
    few.write_text("ancho;animal;y\n3;gnu;1.500\n4;gnu;1.500\n")
    same = command("evaluate", "latest", few, "--json")["metrics"]["rmse"]
    other = command("evaluate", "latest", few, "--json", "--decimal", ".", "--thousands", "none")
    assert abs(same - other["metrics"]["rmse"]) > 100
    few.write_text("ancho,animal,y\n3,gnu,1500\n4,gnu,1500\n")
    assert command("evaluate", "latest", few, "--json")["metrics"]["rmse"] == pytest.approx(same)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--separator", "ab"], "separator is 'ab'; allowed: one character"),
        (["--encoding", "klingon"], "encoding is 'klingon'"),
        (["--decimal", "x"], "decimal is 'x'"),
        (["--sheet", "1"], "--sheet does not apply to this format"),
        (["--encoding", "ascii"], "line 3 is not ascii text"),
    ],
)
def test_what_cannot_be_is_one_line_and_leaves_nothing_behind(
    call: Callable[..., Any], spanish: Path, tmp_path: Path, words: list[str], message: str
):
    said = call("train", spanish, *SMALL, *words, "--runs", tmp_path / "runs")
    assert (said.status, said.out) == (2, "")
    assert message in said.err
    assert said.err.count("\n") == 1
    assert not (tmp_path / "runs").exists()
