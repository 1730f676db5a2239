"""The program `descenso`: its commands, and the message and status of every failure."""

import errno
import os
import signal
import sys
import threading
from collections.abc import Sequence
from functools import cache
from importlib import import_module
from types import FrameType
from typing import Annotated, Any, NoReturn

import typer

from descenso.cli.argv import check_folders, spell_out, take_language
from descenso.cli.exit import Interrupted
from descenso.cli.help import Command, Group
from descenso.cli.terminal.streams import give_up_output, output, replace_unencodable, say, show
from descenso.cli.usage_errors import usage_sentence
from descenso.errors import DiskError, InputError
from descenso.i18n import N_, use_language
from descenso.i18n import gettext as _

FAILED = 1
BAD_INPUT = 2
INTERRUPTED = 130

# Each is a function, or for runs a group of them, in the module of its name; in this order --help
# lists them.
COMMANDS = (
    "inspect",
    "train",
    "sweep",
    "predict",
    "evaluate",
    "compare",
    "resume",
    "verify",
    "diagnose",
    "report",
    "explain",
    "runs",
)


def _show_version(asked: bool) -> bool:
    if asked:
        # It imports a parser of e-mails, which takes a tenth of the time that --help may take.
        from importlib.metadata import version

        show(f"descenso {version('descenso')}")
        raise typer.Exit
    return asked


class Commands(Group):
    """The commands, each imported when it is asked for: `train --help` waits for no other."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002  (its name is typer's)
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ARG002  (likewise)
        return _command(cmd_name) if cmd_name in COMMANDS else None


@cache
def _command(name: str) -> Any:
    """The command of this name, from the module of this name."""
    module = import_module(f"descenso.cli.{name}")
    if name == "runs":
        return typer.main.get_command(module.app)
    alone = typer.Typer(add_completion=False)
    alone.command(name, cls=Command, help=module.HELP)(getattr(module, name))
    return typer.main.get_command(alone)


app = typer.Typer(
    cls=Commands,
    # Otherwise typer strips the colours of a help page where FORCE_COLOR asks for them.
    context_settings={"color": True},
    help=N_("Train neural networks on your own tables, fast, and see why they learn."),
)


@app.callback()
def descenso(
    _version: Annotated[
        bool,
        typer.Option(
            "--version",
            help=N_("Print the version."),
            is_eager=True,
            callback=_show_version,
            rich_help_panel="Output",
        ),
    ] = False,
) -> None:
    """The options before a command."""


def command() -> NoReturn:
    """Run the command of this process, and exit."""
    signal.signal(signal.SIGINT, _interrupt)
    replace_unencodable()
    status = main()
    if status == INTERRUPTED:
        # After a Ctrl-C during a compilation, jaxlib 0.10 crashes while Python shuts down.
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        os._exit(status)
    sys.exit(status)


def _interrupt(number: int, frame: FrameType | None) -> None:
    """Handle Ctrl-C.

    An exception raised during garbage collection is printed and lost, and after a compilation JAX's
    callback of the collector is often the first Python code to run: then signal again a moment
    later.
    """
    if frame is not None and frame.f_code.co_name == "_xla_gc_callback":
        threading.Timer(0.01, signal.raise_signal, [number]).start()
    else:
        raise KeyboardInterrupt


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command.

    Args:
        arguments: the words after `descenso`; None for those of this process.

    Returns:
        The exit status: 0 done, 1 failed, 2 bad usage or input, 130 interrupted.
    """
    try:
        words, language = take_language(sys.argv[1:] if arguments is None else arguments)
        use_language(language)
        check_folders(words)
        run = _built()
        status = run(spell_out(words or ["--help"]), prog_name="descenso", standalone_mode=False)
        # A closed pipe, as after `head`, is noticed here and not while Python shuts down.
        with output() as out:
            out.flush()
        if status == INTERRUPTED:
            # typer's status of a Ctrl-C that no command handles.
            return _failed(_("interrupted."), INTERRUPTED)
        return status if isinstance(status, int) else 0
    except InputError as error:
        return _failed(str(error), BAD_INPUT)
    except DiskError as error:
        return _failed(str(error), FAILED)
    except typer.TyperException as error:
        return _failed(usage_sentence(error), BAD_INPUT)
    except Interrupted as interrupted:
        return _failed(str(interrupted), INTERRUPTED)
    except (KeyboardInterrupt, typer.Abort):
        return _failed(_("interrupted."), INTERRUPTED)
    except BrokenPipeError:
        # The reader of the pipe has closed it.
        give_up_output()
        return FAILED
    except OSError as error:
        if error.errno != errno.ENAMETOOLONG:
            return _failed(_unexpected(error), FAILED)
        # A path in any argument, wherever it is first used.
        sentence = _("{path}: this cannot be the name of a file ({reason}).")
        return _failed(sentence.format(path=error.filename, reason=error.strerror), BAD_INPUT)
    except Exception as error:
        return _failed(_unexpected(error), FAILED)


@cache
def _built() -> Any:
    """The program, built once: tests run many commands in one process."""
    return typer.main.get_command(app)


def _failed(sentence: str, status: int) -> int:
    say(f"descenso: {sentence}")
    return status


def _unexpected(error: Exception) -> str:
    """Keep the traceback in a file, which a report can bring along, and say where."""
    # Slow to import, which must not delay --help.
    import tempfile
    import traceback

    if os.environ.get("DESCENSO_DEBUG"):
        traceback.print_exc()
        return _("this is a bug in descenso; please report it with the traceback above.")
    with tempfile.NamedTemporaryFile(
        "w", prefix="descenso-", suffix=".txt", delete=False, encoding="utf-8"
    ) as file:
        traceback.print_exc(file=file)
    return _("this is a bug in descenso ({error}); please report it with the file {file}.").format(
        error=f"{type(error).__name__}: {error}".splitlines()[0], file=file.name
    )
