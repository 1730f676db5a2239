"""What a person should know of a prepared table, a sentence each."""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Integer

from descenso.data.columns.findings import leak_findings, mixed_finding, outlier_findings
from descenso.data.columns.kinds import MIXED, Column
from descenso.data.columns.leakage import predictive_power
from descenso.data.encoding.encoder import Encoder, EncodingNotes
from descenso.data.encoding.target import Target
from descenso.data.table import Table
from descenso.engine.cross_validation import CrossValidation
from descenso.i18n import gettext as _
from descenso.i18n import ngettext

# A training looks for leaks in so many cells of the table at most, which takes a tenth of a second.
CELLS_FOR_LEAKS = 1_000_000


def nothing_carries_over(found: CrossValidation, target: str) -> list[str]:
    """A sentence where the rows held out were known no better than by a constant."""
    skill = found.best.metrics.get("skill")
    if skill is None or skill > 0:
        return []
    return [
        _(
            "{target}: held-out rows are predicted no better than by the best constant, "
            "however few the epochs. What the network learns from the columns does not "
            "generalise."
        ).format(target=target)
    ]


def unseen_notes(notes: Sequence[EncodingNotes]) -> list[str]:
    """Sentences about categories without a code of their own, by column, over all encodings."""
    counts: dict[str, int] = {}
    for note in notes:
        for name, count in note.unseen.items():
            counts[name] = counts.get(name, 0) + count
    return [
        ngettext(
            "{name}: {n} row has a category that is rare or new; it is treated as unknown.",
            "{name}: {n} rows have categories that are rare or new; they are treated as unknown.",
            count,
        ).format(name=name, n=count)
        for name, count in counts.items()
    ]


def value_warnings(table: Table, columns: Sequence[Column]) -> list[str]:
    """Sentences about values that cannot be meant: words among numbers, or absurd numbers."""
    found = [mixed_finding(column) for column in columns if column.cause in MIXED]
    for column in columns:
        if column.kind == "number":
            found += outlier_findings(table, column)
    return [f"{finding.summary} {finding.remedy}" for finding in found]


def leak_warnings(
    table: Table, columns: Sequence[Column], target: Target, rows: Integer[np.ndarray, " rows"]
) -> list[str]:
    """Sentences about columns that give the target away, with what to do about it."""
    used = [column.name for column in columns if column.kind != "dropped"]
    power = predictive_power(table, used, target.name, target.task, rows, CELLS_FOR_LEAKS)
    found = [each for each in leak_findings(power, target.name) if each.severity == "warning"]
    return [f"{finding.summary} {finding.remedy}" for finding in found]


def missing_notes(encoder: Encoder, notes: EncodingNotes) -> list[str]:
    """Sentences about training rows that lack a value, and what the network gets instead."""
    columns_by_sentence: dict[str, list[str]] = {}
    for feature in encoder.features:
        if count := notes.missing.get(feature.name):
            sentence = (
                _("Missing values, filled in, with an indicator column: {columns}.")
                if feature.missing
                else _("Few missing values, filled in without an indicator column: {columns}.")
            )
            columns_by_sentence.setdefault(sentence, []).append(f"{feature.name} ({count})")
    return [
        sentence.format(columns=", ".join(columns))
        for sentence, columns in columns_by_sentence.items()
    ]


def rare_notes(notes: EncodingNotes, rows: int) -> list[str]:
    """Sentences about categories that so many training rows saw too seldom to learn from."""
    idle = [
        name for name, count in notes.unseen.items() if count + notes.missing.get(name, 0) == rows
    ]
    partly = [f"{name} ({count})" for name, count in notes.unseen.items() if name not in idle]
    found = [
        _(
            "{name}: every value is rare in the training rows, so all are grouped and "
            "nothing can be learnt from it."
        ).format(name=name)
        for name in idle
    ]
    if partly:
        found.append(
            _("Rare values are grouped, for training has too few rows of each: {columns}.").format(
                columns=", ".join(partly)
            )
        )
    return found
