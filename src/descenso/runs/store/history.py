"""metrics.jsonl: what happened in each epoch, one line of JSON each, only ever added to."""

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

import numpy as np
from pydantic_core import from_json

from descenso.errors import RunError
from descenso.i18n import gettext as _
from descenso.runs.events import EpochRecord
from descenso.runs.store.atomic import as_run_error, content, damaged, replace


class HistoryLog:
    """The lines of one run: objects that hold at least their `epoch`, in ascending order of it.

    Fields that hold clock times have `seconds` in their names; all else is the same, byte for byte,
    whether a training was interrupted or not.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def append(self, *records: Mapping[str, Any]) -> None:
        """Add a line for each record and flush; NaN and infinity become null.

        Raises:
            RunError: the file cannot be written.
        """
        lines = "".join(f"{json.dumps(finite(record), allow_nan=False)}\n" for record in records)
        with as_run_error(self.path), self.path.open("ab") as file:
            file.write(lines.encode())

    def read(self) -> list[EpochRecord]:
        """All records. A line that is not whole, since its writer was killed, does not count.

        Raises:
            RunError: a line is damaged.
        """
        return [self._record(number, line) for number, line in enumerate(self._lines(), start=1)]

    def cut(self, epoch: int) -> None:
        """Drop all that comes after the line of `epoch`: a training continues from there.

        Raises:
            RunError: a line is damaged, or that of `epoch` is missing.
        """
        lines = self._lines()
        epochs = [record["epoch"] for record in self.read()]
        if epoch > 0 and epoch not in epochs:
            raise RunError(
                _(
                    "{path}: the line of epoch {epoch} is missing, so the run cannot be "
                    "resumed from there. Train again."
                ).format(path=self.path, epoch=epoch)
            )
        kept = [line + b"\n" for line, of in zip(lines, epochs, strict=True) if of <= epoch]
        replace(self.path, b"".join(kept))

    def _lines(self) -> list[bytes]:
        if not self.path.exists():
            return []
        return content(self.path).split(b"\n")[:-1]

    def _record(self, number: int, line: bytes) -> EpochRecord:
        try:
            record = from_json(line, allow_inf_nan=False)
        except ValueError as error:
            raise damaged(
                self.path, _("line {n}: {reason}").format(n=number, reason=error)
            ) from None
        if not (isinstance(record, dict) and isinstance(record.get("epoch"), int)):
            raise damaged(self.path, _("line {n}: {reason}").format(n=number, reason="epoch"))
        return cast("EpochRecord", record)


def finite(value: Any) -> Any:
    """`value` as JSON can hold it: null for NaN and infinity, NumPy's numbers as Python's."""
    if isinstance(value, dict):
        return {name: finite(item) for name, item in cast("dict[str, Any]", value).items()}
    if isinstance(value, list | tuple):
        return [finite(item) for item in cast("list[Any]", value)]
    if isinstance(value, np.ndarray | np.generic):
        return finite(value.tolist())
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
