"""How to train a run again: the words of the command line, and the lines of Python."""

import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from descenso.data.io.options import ReadOptions
from descenso.hints import dropped
from descenso.recipe import to_text
from descenso.runs.trained import TrainedRun

# How text tables are read unless one of these is named.
USUAL_READING = {"separator": ",", "encoding": "utf-8", "decimal": ".", "thousands": "none"}


@dataclass(frozen=True)
class Source:
    """Where a run's table comes from.

    Attributes:
        paths: absolute, or of a bundled table; empty for data from memory.
        options: how it was read.
        validation: the path of the table of the validation rows, where it is another.
    """

    paths: list[str]
    options: Mapping[str, Any]
    validation: str | None


def command(run: TrainedRun) -> str:
    """The commands that train the run again, a line each.

    "" where it takes Python: the data came from memory, or the network is the user's own; and where
    the training continued from weights that the recipe does not give.
    """
    source = source_of(run)
    if source is None or len(source.paths) != 1 or not _is_repeatable(run, source):
        return ""
    request = run.record.request
    words = ["descenso", "train", source.paths[0], "--target", run.record.target]
    for name, value in (_reading(source.options) | _fields(run, source)).items():
        words += [f"--{name.replace('_', '-')}", _word(value)]
    for name, kind in request.columns.items():
        words += ["--column", f"{name}={kind}"]
    for name in request.drop:
        words += ["--drop", dropped(name)]
    where = "RUN" if run.path is None else str(run.path)
    lines = [shlex.join(words)]
    for leg in run.record.legs[1:]:
        lines.append(shlex.join(["descenso", "resume", where, "--epochs", str(leg.epochs)]))
    return "\n".join(lines)


def python(run: TrainedRun) -> str:
    """The lines of Python that do the same; "" where none can.

    Data that came from memory is called `data`, a network of the user's `network`.
    """
    source, request = source_of(run), run.record.request
    if source is None or run.record.went_on:
        return ""
    table = "data"
    if source.paths:
        where = repr(source.paths[0] if len(source.paths) == 1 else source.paths)
        options = _reading(source.options)
        named = "".join(f", {name}={value!r}" for name, value in options.items())
        table = f"descenso.read({where}{named})" if options else where
    given = _fields(run, source)
    if request.columns:
        given["columns"] = dict(request.columns)
    if request.drop:
        given["drop"] = request.drop
    arguments = [table, repr(run.record.target)]
    arguments += [f"{name}={value!r}" for name, value in given.items()]
    if run.record.own_network:
        arguments.append("network=network")
    lines = ["import descenso", "", "run = descenso.train("]
    lines += [f"    {argument}," for argument in arguments]
    lines.append(")")
    lines += [f"run = run.resume(epochs={leg.epochs})" for leg in run.record.legs[1:]]
    return "\n".join(lines)


def source_of(run: TrainedRun) -> Source | None:
    """Where a run's table comes from; None where that is not known."""
    reference, path = run.record.data, run.path
    if path is not None and reference is not None:
        other = reference.validation
        return Source(
            paths=[_found(each, path, reference.bundled) for each in reference.paths],
            options=reference.options,
            validation=None if other is None else _found(other.paths[0], path, other.bundled),
        )
    if run.data is None:
        return None
    table, other = run.data.table.source, run.data.validation_table
    return Source(
        paths=[] if table is None else list(table.paths),
        options={} if table is None else table.options,
        validation=None if other is None or other.source is None else other.source.paths[0],
    )


def _found(written: str, path: Path, bundled: bool) -> str:
    # A table from memory lies in the run's own folder, under a relative path.
    return written if bundled else str(path / written)


def _is_repeatable(run: TrainedRun, source: Source) -> bool:
    record = run.record
    from_memory = record.given.get("validation") == "data" and not source.validation
    return not (record.went_on or record.own_network or from_memory)


def _fields(run: TrainedRun, source: Source) -> dict[str, Any]:
    """What was requested, by name: the recipe's fields, always the seed, and all else."""
    record, request = run.record, run.record.request
    seeds = record.seeds.seeds if record.seeds else [record.recipe.seed]
    fields = {name: value for name, value in record.given.items() if name != "preset"}
    if record.recipe.preset != "tabular":
        fields["preset"] = record.recipe.preset
    fields["seed"] = seeds[0]
    if source.validation is not None:
        fields["validation"] = source.validation
    if request.test:
        fields["test"] = request.test
    roles = {name: getattr(request, name) for name in ("weights", "split_by", "split_time")}
    fields |= {name: column for name, column in roles.items() if column is not None}
    if len(seeds) > 1:
        fields["seeds"] = len(seeds)
    return fields


def _reading(options: Mapping[str, Any]) -> dict[str, str]:
    """The options of reading that are not the usual ones."""
    named = ReadOptions.from_dict(options).named()
    return {name: value for name, value in named.items() if USUAL_READING.get(name) != value}


def _word(value: Any) -> str:
    # All digits, so that the same number is read again.
    return repr(value) if isinstance(value, float) else to_text(value)
