"""What holds for the whole command line: statuses, streams, languages, how soon it answers."""

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer import Context
from typer.main import get_command

from descenso.cli import predict
from descenso.cli.app import app
from descenso.recipe import FIELD_NAMES

COMMANDS = [
    "inspect",
    "train",
    "sweep",
    "predict",
    "evaluate",
    "compare",
    "resume",
    "verify",
    "report",
]
PAGES = [*COMMANDS, "runs", "runs list", "runs show", "runs remove"]
HEAVY = ("jax", "equinox", "optax", "polars", "sklearn", "numpy")

MISTAKES = [
    "trian penguins",
    "train",
    "train penguins",
    "train penguins --target species --lerning-rate 1",
    "train penguins --target species --learning-rate big",
    "train penguins --target species --test 1.5",
    "train penguins --target species --seeds 0",
    "train penguins --target species --column island",
    "train penguins --target species --recipe missing.json",
    "train penguins --target",
    "train missing.csv --target y",
    "train penguins --target species --validation missing.csv",
    "sweep penguins --target species",
    "sweep penguins --target species --vary learning_rate",
    "sweep penguins --target species --vary seed=1|2",
    "sweep penguins --target species --vary learning_rate=log:0:1",
    "sweep penguins --target species --vary epochs=1|2 --epochs 3",
    "sweep missing.csv --target y --vary epochs=1|2",
    "predict latest penguins --out predictions.xls",
    "predict latest penguins --out no/such/folder/x.csv",
    "predict latest penguins --out - --json",
    "evaluate latest missing.csv",
    "compare latest",
    "compare latest 3f --out no/such/folder/x.html",
    "compare latest 3f --data missing.csv",
    "resume latest --epochs few",
    "resume latest --data missing.csv",
    "verify latest --data missing.csv",
    "verify latest --device gppu",
    "runs lits",
    "train penguins --target species --lang xx",
    "train penguins --target species --hidden-layers ''",
    "train penguins --target species --hidden-layers 8,,8",
    "train penguins --target species --runs ''",
    "train penguins --target species --run-dir=",
    "sweep penguins --target species --vary learning_rate=0.1,0.01",
    "report latest --out page.pdf",
    "report latest --out .html",
    "explain losses --out tests",
    "diagnose latest --out page",
    f"train {'x' * 5000} --target y",
    f"evaluate latest {'x' * 5000}",
    f"report latest --out {'x' * 5000}.html",
]


@pytest.mark.parametrize("words", ["--help", "--version", *(f"{page} --help" for page in PAGES)])
def test_help_answers_without_anything_heavy(words: str):
    status, loaded, _err = in_a_process_of_its_own(words)
    assert status == 0
    assert loaded.isdisjoint({*HEAVY, "pydantic"})


@pytest.mark.parametrize("command", [*COMMANDS, "diagnose", "explain", "runs"])
def test_help_imports_neither_rich_nor_another_command(command: str):
    _status, loaded, _err = in_a_process_of_its_own(f"{command} --help")
    assert "rich.console" not in loaded
    others = {*COMMANDS, "diagnose", "explain", "runs"} - {command}
    assert loaded.isdisjoint(f"descenso.cli.{other}" for other in others)


def test_the_list_of_commands_imports_no_rich():
    _status, loaded, _err = in_a_process_of_its_own("--help")
    assert "rich.console" not in loaded


@pytest.mark.parametrize("words", MISTAKES)
def test_a_mistake_in_the_arguments_is_one_line_and_status_2_without_anything_heavy(words: str):
    status, loaded, err = in_a_process_of_its_own(words)
    assert status == 2
    assert loaded.isdisjoint(HEAVY)
    assert re.fullmatch(r"descenso: [^\n]+\n", err), err


# `descenso evaluate`, its first step replaced by a compilation of a second or more, and a Ctrl-C
# soon after that began.
INTERRUPTED_COMPILATION = """
import os, signal, sys, threading
import jax
from descenso.cli import command, evaluate

def long(x):
    for shift in range(300):
        x = jax.numpy.sin(x @ x + shift)
    return x

def compile_for_long(*_tables):
    threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGINT)).start()
    lowered.compile()

jax.config.update("jax_enable_compilation_cache", False)
lowered = jax.jit(long).lower(jax.numpy.ones((50, 50)))
evaluate.check_tables = compile_for_long
sys.argv = ["descenso", "evaluate", "latest", "penguins"]
command()
"""


INTERRUPTED_COLLECTION = """
import gc, os, signal, sys, time
from descenso.cli import command, evaluate

def _xla_gc_callback(phase, _info):
    if phase == "start":
        gc.callbacks.remove(_xla_gc_callback)
        os.kill(os.getpid(), signal.SIGINT)

def collect(*_tables):
    gc.callbacks.append(_xla_gc_callback)
    gc.collect()
    for _moment in range(1000):
        time.sleep(0.01)

evaluate.check_tables = collect
sys.argv = ["descenso", "evaluate", "latest", "penguins"]
command()
"""


def test_the_module_is_the_command():
    done = subprocess.run(
        [sys.executable, "-m", "descenso", "--version"], capture_output=True, text=True, check=True
    )
    assert re.fullmatch(r"descenso \d+\.\d+\.\d+\n", done.stdout)
    assert done.stderr == ""


def test_alone_it_shows_the_commands(call: Callable[..., Any]):
    said = call()
    assert (said.status, said.err) == (0, "")
    assert all(command in said.out for command in (*COMMANDS, "runs"))


@pytest.mark.parametrize("page", PAGES)
def test_every_option_and_command_is_explained(page: str):
    command = command_of(page)
    assert command.help
    for param in command.params:
        # The recipe explains its own fields.
        assert param.help or param.name in FIELD_NAMES, param.name  # pyright: ignore[reportAttributeAccessIssue]


@pytest.mark.parametrize("page", COMMANDS)
def test_every_command_shows_an_example_that_can_be_parsed(call: Callable[..., Any], page: str):
    shown = call(page, "--help").out
    example = re.search(r"Example: descenso (.+)", shown)
    assert example
    words = shlex.split(example[1])
    assert words[0] == page
    command = command_of(page)
    command.make_context(page, words[1:])


def test_the_page_of_train_names_the_values_and_switches(call: Callable[..., Any]):
    shown = " ".join(call("train", "--help").out.split())
    assert "--[no-]shuffle" in shown
    assert "sgd, momentum, nesterov, rmsprop, adam, adamw" in shown
    assert "a number from 0 to below 1" in shown


def test_an_unknown_option_is_answered_with_the_nearest(call: Callable[..., Any]):
    said = call("train", "penguins", "--target", "species", "--lerning-rate", "1")
    assert "did you mean --learning-rate?" in said.err


def test_an_unknown_command_is_answered_with_the_nearest(call: Callable[..., Any]):
    assert "There is no command 'trian' (did you mean 'train'?)." in call("trian").err
    assert "(did you mean 'list'?)" in call("runs", "lits").err


def test_words_too_many_are_named(call: Callable[..., Any]):
    said = call("evaluate", "latest", "a.csv", "b.csv")
    assert said.status == 2
    assert "Unexpected arguments: b.csv." in said.err


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (["train"], "TABLE is missing"),
        (["train", "penguins"], "--target COLUMN is missing"),
        (["evaluate"], "RUN is missing"),
        (["train", "penguins", "--target"], "--target needs a value"),
    ],
)
def test_what_is_missing_is_named(call: Callable[..., Any], words: list[str], named: str):
    said = call(*words)
    assert (said.status, said.out) == (2, "")
    assert named in said.err


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("report latest --out page.pdf", "a page must end in .html, .htm"),
        ("report latest --out tests", "a page must end in .html, .htm"),
        ("train t --target y --runs=", "--runs needs the name of a folder"),
        ("train t --target y --hidden-layers 8,,8", "hidden_layers is '8,,8'; allowed: whole"),
        (
            "sweep t --target y --vary learning_rate=0.1,0.01",
            "between two values stands a bar: learning_rate=0.1|0.01",
        ),
        (f"train {'x' * 5000} --target y", "this cannot be the name of a file"),
        ("evaluate '' --runs nowhere", "'': not a run"),
    ],
)
def test_a_mistake_is_named(call: Callable[..., Any], words: str, message: str):
    said = call(*shlex.split(words))
    assert said.status == 2
    assert message in said.err


def test_a_page_is_not_written_where_a_folder_is(call: Callable[..., Any], tmp_path: Path):
    (tmp_path / "page.html").mkdir()
    said = call("report", "latest", "--out", tmp_path / "page.html")
    assert (said.status, said.out) == (2, "")
    assert "page.html', but that is a folder." in said.err


@pytest.mark.parametrize(
    ("variable", "value", "allowed"),
    [("DESCENSO_DEVICE", "xyz", "cpu, gpu, tpu"), ("DESCENSO_LANG", "fr", "en, es")],
)
def test_a_mistake_in_the_environment_names_its_variable(
    call: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
    variable: str,
    value: str,
    allowed: str,
):
    monkeypatch.setenv(variable, value)
    said = call("evaluate", "latest")
    message = f"descenso: {variable} is {value!r}; allowed: {allowed}.\n"
    assert said == (2, "", message)


def test_a_language_that_is_named_outweighs_one_that_is_not_spoken(
    call: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("DESCENSO_LANG", "fr")
    assert call("runs", "--help", "--lang", "es").status == 0


def test_input_that_the_library_refuses_is_one_line_and_status_2(
    call: Callable[..., Any], tmp_path: Path
):
    said = call("train", "penguins", "--target", "spcies", "--runs", tmp_path / "runs", "--quiet")
    assert (said.status, said.out) == (2, "")
    assert re.fullmatch(r"descenso: [^\n]*Did you mean 'species'\?\n", said.err)


def test_a_refused_training_leaves_no_folder(call: Callable[..., Any], tmp_path: Path):
    call("train", "penguins", "--target", "spcies", "--runs", tmp_path)
    assert not any(tmp_path.iterdir())


def test_a_mistake_in_descenso_is_one_line_that_names_the_file_with_the_traceback(
    call: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
):
    said = with_a_mistake(call, monkeypatch)
    assert (said.status, said.out) == (1, "")
    found = re.fullmatch(r"descenso: [^\n]*ZeroDivisionError[^\n]* the file (\S+)\.\n", said.err)
    assert found
    kept = Path(found[1])
    assert "Traceback" in kept.read_text()
    kept.unlink()


def test_with_descenso_debug_a_mistake_shows_its_traceback(
    call: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("DESCENSO_DEBUG", "1")
    assert "Traceback" in with_a_mistake(call, monkeypatch).err


def test_ctrl_c_is_reported_in_one_line_and_is_status_130(
    call: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
):
    said = with_a_mistake(call, monkeypatch, KeyboardInterrupt)
    assert said == (130, "", "descenso: interrupted.\n")


def test_ctrl_c_during_a_compilation_ends_in_good_order():
    # What jaxlib keeps of the compilation would crash a process that ends as usual.
    interrupted_in_good_order(INTERRUPTED_COMPILATION)


def test_ctrl_c_while_garbage_is_collected_is_not_lost():
    # What is raised there Python only prints.
    interrupted_in_good_order(INTERRUPTED_COLLECTION)


def interrupted_in_good_order(code: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "descenso: interrupted.\n")


@pytest.mark.parametrize("words", ["--help", "runs list --json"])
def test_a_reader_that_has_gone_is_no_mistake_to_speak_of(words: str):
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [sys.executable, "-m", "descenso", *words.split()],
        stdout=writing,
        stderr=subprocess.PIPE,
        check=False,
    )
    os.close(writing)
    assert (done.returncode, done.stderr) == (1, b"")


def command_of(page: str) -> Any:
    """The command of a page, such as `runs list`."""
    command: Any = get_command(app)
    for word in page.split():
        command = command.get_command(Context(command), word)
    return command


def in_a_process_of_its_own(words: str) -> tuple[int, set[str], str]:
    """The status of a command, the modules that it imported, and its standard error."""
    code = (
        "import sys; from descenso.cli import main; status = main(sys.argv[1:]); "
        "print('\\n' + ' '.join([str(status), *sys.modules]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *shlex.split(words)],
        capture_output=True,
        text=True,
        check=True,
    )
    status, *modules = done.stdout.splitlines()[-1].split()
    return int(status), set(modules), done.stderr


def with_a_mistake(
    call: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
    mistake: type[BaseException] = ZeroDivisionError,
):
    """What `predict` leaves behind where a function of descenso raises what it should not."""

    def check(*_words: object) -> None:
        raise mistake

    monkeypatch.setattr(predict, "files_of", check)
    return call("predict", "latest", "penguins", "--out", "-")
