"""How to train a run again: the words of the command line, and the lines of Python."""

import shlex
from collections.abc import Mapping
from typing import Any

from descenso.data.io.options import ReadOptions
from descenso.hints import dropped
from descenso.recipe import to_text
from descenso.runs.trained import Subject

# How text tables are read unless one of these is named.
USUAL_READING = {"separator": ",", "encoding": "utf-8", "decimal": ".", "thousands": "none"}


def command(subject: Subject) -> str:
    """The commands that train the run again, a line each.

    "" where it takes Python: the data came from memory, or the network is the user's own; and where
    the training went on from weights that the recipe does not give.
    """
    asked = subject.asked
    if asked is None or len(asked.paths) != 1 or not _is_repeatable(subject):
        return ""
    words = ["descenso", "train", asked.paths[0], "--target", subject.record.target]
    for name, value in (_reading(asked.options) | _fields(subject)).items():
        words += [f"--{name.replace('_', '-')}", _word(value)]
    for name, kind in asked.columns.items():
        words += ["--column", f"{name}={kind}"]
    for name in asked.drop:
        words += ["--drop", dropped(name)]
    where = "RUN" if subject.path is None else str(subject.path)
    lines = [shlex.join(words)]
    for leg in subject.record.legs[1:]:
        lines.append(shlex.join(["descenso", "resume", where, "--epochs", str(leg.epochs)]))
    return "\n".join(lines)


def python(subject: Subject) -> str:
    """The lines of Python that do the same; "" where none can.

    Data that came from memory is called `data`, a network of the user's `network`.
    """
    asked = subject.asked
    if asked is None or subject.record.went_on:
        return ""
    table = "data"
    if asked.paths:
        where = repr(asked.paths[0] if len(asked.paths) == 1 else asked.paths)
        options = _reading(asked.options)
        named = "".join(f", {name}={value!r}" for name, value in options.items())
        table = f"descenso.read({where}{named})" if options else where
    given = _fields(subject)
    if asked.columns:
        given["columns"] = dict(asked.columns)
    if asked.drop:
        given["drop"] = asked.drop
    arguments = [table, repr(subject.record.target)]
    arguments += [f"{name}={value!r}" for name, value in given.items()]
    if subject.record.own_network:
        arguments.append("network=network")
    lines = ["import descenso", "", "run = descenso.train("]
    lines += [f"    {argument}," for argument in arguments]
    lines.append(")")
    lines += [f"run = run.resume(epochs={leg.epochs})" for leg in subject.record.legs[1:]]
    return "\n".join(lines)


def _is_repeatable(subject: Subject) -> bool:
    record, asked = subject.record, subject.asked
    from_memory = record.given.get("validation") == "data" and not (asked and asked.validation)
    return not (record.went_on or record.own_network or from_memory)


def _fields(subject: Subject) -> dict[str, Any]:
    """What was asked for, by name: the recipe's fields, always the seed, and all else."""
    record, asked = subject.record, subject.asked
    assert asked is not None, "the callers looked"
    seeds = record.seeds["seeds"] if record.seeds else [record.recipe["seed"]]
    fields = {name: value for name, value in record.given.items() if name != "preset"}
    if record.recipe["preset"] != "tabular":
        fields["preset"] = record.recipe["preset"]
    fields["seed"] = seeds[0]
    if asked.validation is not None:
        fields["validation"] = asked.validation
    if asked.test:
        fields["test"] = asked.test
    fields |= asked.roles
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
