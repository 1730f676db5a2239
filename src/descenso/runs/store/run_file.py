"""What a run's folder holds, and its two documents: run.json and model/preprocessing.json.

    run.json                     RunFile
    metrics.jsonl                see history.py
    checkpoint.safetensors       the latest state
    snapshots/                   see snapshots.py
    model/weights.safetensors    the trained network's parameters
    model/preprocessing.json     Preprocessing
    data.parquet                 the table, where it came from memory
    report.html                  a page about the run, once asked for
    diagnosis.json               what the doctor found, once asked for
    validation.parquet           the table of the validation rows, likewise
    lock                         see lock.py

Documents are validated when they are read: what does not fit is refused, never guessed at.
"""

import json
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar, cast

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    PlainSerializer,
    PlainValidator,
    ValidationError,
)
from pydantic_core import from_json

from descenso.data.encoding.encoder import Encoder
from descenso.data.encoding.target import Target
from descenso.errors import RunError
from descenso.i18n import gettext as _
from descenso.recipe import Recipe
from descenso.runs.store.atomic import content, damaged, replace
from descenso.runs.store.history import finite

VERSION = 1

RUN = "run.json"
METRICS = "metrics.jsonl"
CHECKPOINT = "checkpoint.safetensors"
SNAPSHOTS = "snapshots"
WEIGHTS = "model/weights.safetensors"
PREPROCESSING = "model/preprocessing.json"
DATA = "data.parquet"
VALIDATION = "validation.parquet"
REPORT = "report.html"
DIAGNOSIS = "diagnosis.json"

Status = Literal["training", "finished", "interrupted", "failed"]

# The metrics on the training, validation and test rows; None where there are no such rows.
Metric = Annotated[float | None, PlainSerializer(finite, when_used="json")]
Scores = dict[str, dict[str, Metric] | None]


class Stored(BaseModel):
    """What is written to disk as JSON; what does not fit is refused when it is read."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


def _as_recipe(values: Any) -> Recipe:
    return values if isinstance(values, Recipe) else Recipe.from_dict(values)


StoredRecipe = Annotated[Recipe, PlainValidator(_as_recipe), PlainSerializer(Recipe.to_dict)]


class FileReference(Stored):
    """A file that a table was read from.

    Attributes:
        paths: absolute, or the name of a bundled table; a relative one lies in the run's folder.
        bundled: whether `paths` names a table that comes with descenso.
        options: how it was read.
        sha256: of the file's bytes, as hexadecimal digits.
    """

    paths: list[str]
    bundled: bool
    options: dict[str, Any]
    sha256: str


class SplitRows(Stored):
    """Row numbers of the table, from 0. All rows that are in none of the three are for training."""

    validation: list[int]
    test: list[int]
    left_out: list[int]


class DataReference(FileReference):
    """All that is needed to open a run's data again and encode it as it was.

    Attributes:
        split: which rows are for what.
        validation: the table with the validation rows, where it is a table of its own.
    """

    split: SplitRows
    validation: FileReference | None


class RequestFile(Stored):
    """What was requested, beside the data and the recipe's fields; see `Request`."""

    columns: dict[str, str]
    drop: list[str]
    test: float
    weights: str | None
    split_by: str | None
    split_time: str | None


class ResultFile(Stored):
    """What a training gave; the record around it says all else that `train --json` prints.

    Attributes:
        epochs, iterations: how many were completed.
        kept_epoch: the epoch whose weights are kept; 0 for the initial weights.
        seconds: spent on training.
        stopped: why it ended: epochs, patience, interrupted or diverged.
        metrics: on the training, validation and test rows; None where there are no such rows.
        warnings: what a person should know of the data and of how the training ended.
        diagnosis: what the doctor found at the end, without trials.
    """

    epochs: int
    kept_epoch: int
    iterations: int
    seconds: float
    stopped: Literal["epochs", "patience", "interrupted", "diverged"]
    metrics: Scores
    warnings: list[str]
    diagnosis: dict[str, Any] | None


class RowCounts(Stored):
    """How many rows are for what."""

    train: int
    validation: int
    test: int


class MetricSpread(Stored):
    """A metric over several seeds; numbers are None where it is not defined."""

    mean: float | None
    sd: float | None
    min: float | None
    max: float | None
    values: list[float | None]


class SeedSpread(Stored):
    """How the results of several seeds spread.

    Attributes:
        seeds: those that were trained.
        kept: the one whose network the run keeps.
        metrics: by part of the rows and name; None for a part where none has metrics.
    """

    seeds: list[int]
    kept: int
    metrics: dict[str, dict[str, MetricSpread] | None]


class Leg(Stored):
    """A stretch of a training: from an iteration on, it aimed at so many epochs.

    `resume --epochs` begins a new one; a replay follows them all.
    """

    iteration: int
    epochs: int


class RunFile(Stored):
    """run.json: what a run is.

    Attributes:
        version: of this format.
        descenso: the version of descenso that wrote it.
        id: the run's name for short.
        created: when, in UTC as ISO 8601 has it.
        status: how far it came. A run whose process was killed is still "training".
        target: the predicted column.
        task: the problem.
        classes: as the user wrote them, sorted; None for regression.
        recipe: every field answered.
        given: the fields that the user named.
        reasons: why the others are as they are, by field.
        columns: name, kind, reason and missing values of each.
        request: what else was requested: columns, test rows, weights, how rows are split.
        data: where the data is; None where it was not kept.
        environment: what a bit-identical repetition needs: versions, processor, threads, flags.
        rows: how many.
        parameters: how many numbers training may change.
        result: what the training gave; None until it has ended.
        own_network: whether the network is a module of the user's.
        went_on: whether it began with the weights that another training left, not with its own.
        legs: the stretches of its training.
        constant: the best constant prediction on the training rows, which skill is measured
            against.
        warnings: what a person should know of the data and the recipe, a sentence each.
        seeds: how the results of several seeds spread; None where there was one.
        cross_validation: what one found that was asked for the number of epochs, as JSON prints it;
            None without.
        parent: the run that this one repairs; None where it stands for itself.
    """

    version: Annotated[int, Field(ge=1)]
    descenso: str
    id: str
    created: str
    status: Status
    target: str
    task: Literal["regression", "binary", "multiclass"]
    classes: list[bool | int | float | str] | None
    recipe: StoredRecipe
    given: dict[str, Any]
    reasons: dict[str, str]
    columns: list[dict[str, Any]]
    request: RequestFile
    data: DataReference | None
    environment: dict[str, Any]
    rows: RowCounts
    parameters: int
    result: ResultFile | None
    own_network: bool
    went_on: bool
    legs: list[Leg]
    constant: list[float]
    warnings: list[str]
    seeds: SeedSpread | None
    cross_validation: dict[str, Any] | None
    parent: str | None

    def summary(self, result: ResultFile, path: Path | None) -> dict[str, Any]:
        """The object of `train --json`.

        Args:
            result: what the training gave.
            path: the run's folder; None in memory.
        """
        seeds = None if self.seeds is None else self.seeds.model_dump()
        optional = {"seeds": seeds, "cross_validation": self.cross_validation}
        return {
            "run": None if path is None else str(path),
            "task": self.task,
            "target": self.target,
            "classes": self.classes,
            "output_activation": self.recipe.output_activation,
            "loss": self.recipe.loss,
            "recipe": self.recipe.to_dict(),
            "rows": self.rows.model_dump(),
            "parameters": self.parameters,
            **result.model_dump(),
            **{name: value for name, value in optional.items() if value is not None},
        }


class Preprocessing(Stored):
    """model/preprocessing.json: how a table becomes what the network sees, and back.

    Attributes:
        version: of this format.
        encoder: from columns to the network's inputs.
        target: from the network's outputs to predictions.
    """

    version: Annotated[int, Field(ge=1)]
    encoder: Encoder
    target: Target


Document = TypeVar("Document", bound=Stored)


def read_run(path: Path) -> RunFile:
    """The run.json of the run in the folder `path`.

    Raises:
        RunError: the folder holds no run, or its run.json is damaged, or from a newer descenso.
    """
    if not (path / RUN).is_file():
        raise RunError(
            _("{path}: this is not a run: there is no {file} in it.").format(path=path, file=RUN)
        )
    return read_document(path / RUN, RunFile)


def write_run(path: Path, run: RunFile) -> None:
    """Write the run.json of the run in the folder `path`, atomically.

    Raises:
        RunError: it cannot be written.
    """
    _write(path / RUN, run)


def read_preprocessing(path: Path) -> Preprocessing:
    """The model/preprocessing.json of the run in the folder `path`.

    Raises:
        RunError: it is missing, damaged, or from a newer descenso.
    """
    return read_document(path / PREPROCESSING, Preprocessing)


def write_preprocessing(path: Path, preprocessing: Preprocessing) -> None:
    """Write the model/preprocessing.json of the run in the folder `path`, atomically.

    Raises:
        RunError: it cannot be written.
    """
    _write(path / PREPROCESSING, preprocessing)


def read_document(file: Path, kind: type[Document]) -> Document:
    """The content of a file, validated.

    Raises:
        RunError: it is missing, damaged, or from a newer descenso.
    """
    text = content(file)
    try:
        values = from_json(text, allow_inf_nan=False)
    except ValueError as error:
        raise damaged(file, error) from None
    version = cast("dict[str, Any]", values).get("version") if isinstance(values, dict) else None
    if isinstance(version, int) and version > VERSION:
        raise RunError(
            _(
                "{path}: a newer descenso wrote this (format {found}; this descenso reads up to "
                "{known}). Upgrade descenso: pip install --upgrade descenso."
            ).format(path=file, found=version, known=VERSION)
        )
    try:
        return kind.model_validate_json(text)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(map(str, first["loc"]))
        raise damaged(file, f"{field}: {first['msg']}") from None


def _write(file: Path, document: Stored) -> None:
    replace(file, f"{_json(document.model_dump(mode='json'))}\n".encode())


def _json(value: Any, indent: str = "") -> str:
    """JSON for people: a field on each line, but a list, such as a million row numbers, on one."""
    deeper = indent + "  "
    if isinstance(value, dict) and value:
        fields = cast("dict[str, Any]", value).items()
        lines = [f"{_compact(name)}: {_json(item, deeper)}" for name, item in fields]
        return _lines("{", lines, "}", indent)
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return _lines("[", [_compact(item) for item in cast("list[Any]", value)], "]", indent)
    return _compact(value)


def _lines(opening: str, lines: list[str], closing: str, indent: str) -> str:
    body = ",\n".join(f"{indent}  {line}" for line in lines)
    return f"{opening}\n{body}\n{indent}{closing}"


def _compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)
