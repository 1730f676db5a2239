"""What a shell is offered where a person presses Tab."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from descenso.cli import main

PROGRAMS = Path(sys.executable).parent


@pytest.fixture
def runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of two runs in the folder that DESCENSO_RUNS names, the newer one first."""
    names = ["2026-02-02T10-00-00-price-bbbb2222", "2026-01-01T10-00-00-price-aaaa1111"]
    for name in names:
        (tmp_path / name).mkdir()
        (tmp_path / name / "run.json").touch()
    (tmp_path / "2026-no-run").mkdir()
    monkeypatch.setenv("DESCENSO_RUNS", str(tmp_path))
    return names


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("descenso tr", ["train"]),
        ("descenso runs sh", ["show"]),
        ("descenso train --learn", ["--learning-rate"]),
        ("descenso train t.csv --optimizer ad", ["adam", "adamw"]),
        ("descenso train t.csv --patience n", ["none"]),
        ("descenso train t.csv --preset l", ["lecture"]),
        ("descenso train t.csv --device g", ["gpu"]),
        # Files are the shell's own affair.
        ("descenso train t", []),
        # A mistake further left is reported when the line is entered, not while it is typed.
        ("descenso trian --x", []),
        ("descenso evaluate a b c --js", ["--json"]),
    ],
)
def test_tab_offers_what_may_stand_there(line: str, offered: list[str]):
    assert offered_by_bash(line) == offered


def test_runs_are_offered_by_their_names_the_newest_first(runs: list[str]):
    assert offered_by_bash("descenso evaluate 2026") == runs
    assert offered_by_bash("descenso runs remove latest 2026-01") == runs[1:]
    assert offered_by_bash("descenso resume l") == ["latest"]
    assert offered_by_bash("descenso evaluate bb") == ["bbbb2222"]


def test_the_folder_of_runs_named_on_the_line_is_looked_in(runs: list[str]):
    assert offered_by_bash("descenso evaluate --runs nowhere 2026") == []


@pytest.mark.parametrize(
    ("language", "words"), [("en", "How the gradient"), ("es", "el gradiente")]
)
def test_what_is_offered_is_explained_in_the_reader_s_language(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], language: str, words: str
):
    monkeypatch.setenv("DESCENSO_LANG", language)
    monkeypatch.setenv("_DESCENSO_COMPLETE", "complete_zsh")
    monkeypatch.setenv("_TYPER_COMPLETE_ARGS", "descenso train --optimiz")
    with pytest.raises(SystemExit):
        main([])
    assert words in capfd.readouterr().out


def test_completing_waits_for_nothing_heavy(capfd: pytest.CaptureFixture[str]):
    code = (
        "import sys, atexit; from descenso.cli import main\n"
        "atexit.register(lambda: print(*sys.modules)); main([])"
    )
    said = subprocess.check_output(
        [sys.executable, "-c", code], text=True, env=environment("descenso evaluate la")
    )
    first, *modules = said.split()
    assert first == "latest"
    assert {"jax", "polars", "numpy", "sklearn"}.isdisjoint(modules)


@pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash here")
def test_the_script_that_is_shown_works_in_bash():
    script = subprocess.check_output(
        ["bash", "--norc", "-c", "descenso --show-completion; true"], text=True, env=shell()
    )
    typed = "COMP_WORDS=(descenso train --learn); COMP_CWORD=2; _descenso_completion descenso"
    came = subprocess.check_output(
        ["bash", "--norc", "-c", f'{script}\n{typed}; echo "${{COMPREPLY[@]}}"'],
        text=True,
        env=shell(),
    )
    assert came == "--learning-rate\n"


def offered_by_bash(line: str) -> list[str]:
    """What comes where a person presses Tab at the end of a line."""
    code = "import sys; from descenso.cli import main; sys.exit(main([]))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=environment(line)
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout.split()


def environment(line: str) -> dict[str, str]:
    """What bash passes to a program that completes a line."""
    words = {"COMP_WORDS": line, "COMP_CWORD": str(len(line.split()) - 1)}
    return os.environ | words | {"_DESCENSO_COMPLETE": "complete_bash"}


def shell() -> dict[str, str]:
    """Variables under which a shell finds descenso."""
    return os.environ | {"PATH": f"{PROGRAMS}:{os.environ['PATH']}"}
