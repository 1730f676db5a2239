"""`load` and `Run`: a training and what it gave; predict, evaluate, diagnose, resume, save."""

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
from jaxtyping import Float, Shaped

from descenso.data.encoding.row_weights import weight_notes, without_zero_weights
from descenso.data.encoding.target import rows_with_target
from descenso.data.io.options import ReadOptions
from descenso.data.io.read import TablePaths, is_path, read_table, read_with_target
from descenso.data.io.stream import TableStream
from descenso.data.splits import left_out_notes
from descenso.data.table import Table
from descenso.engine import experiment as ex
from descenso.engine import metrics
from descenso.engine.device import differences, environment, set_up
from descenso.engine.experiment import Examples
from descenso.engine.metrics import Judged
from descenso.engine.network import Model, UserNetwork
from descenso.engine.progress import Progress, no_progress
from descenso.errors import InputError, RunError
from descenso.fields import BUDGET, ColumnNames, PathArgument, check_functions, checked
from descenso.i18n import gettext as _
from descenso.recipe import FIELD_TYPES
from descenso.runs.checkpoint import Recorder
from descenso.runs.evaluation.evaluate import Measured, assess, unweighed_notes
from descenso.runs.evaluation.scoring import judged_by
from descenso.runs.events import Listen, OnEpoch, Warned
from descenso.runs.examples import encode, make_task
from descenso.runs.lifecycle import extended, run_to_end, write_end, write_start
from descenso.runs.prediction import Predictions, Predictor
from descenso.runs.preparation_notes import unseen_notes
from descenso.runs.result import undefined_warnings
from descenso.runs.store.arrays import read_arrays
from descenso.runs.store.atomic import content, damaged
from descenso.runs.store.atomic import replace as replace_file
from descenso.runs.store.folder import find, make_folder
from descenso.runs.store.history import HistoryLog
from descenso.runs.store.lock import writing
from descenso.runs.store.parameters import parameters, with_parameters
from descenso.runs.store.run_file import (
    DIAGNOSIS,
    METRICS,
    REPORT,
    WEIGHTS,
    read_preprocessing,
    read_run,
    write_run,
)
from descenso.runs.trained import TrainedRun
from descenso.views.evaluation import Evaluation
from descenso.views.live import training_display
from descenso.views.run import run_fragment

if TYPE_CHECKING:
    from descenso.views.diagnosis import Diagnosis


def load(
    reference: str | Path, *, runs: str | Path | None = None, network: Model | None = None
) -> "Run":
    """A run on disk.

    Args:
        reference: its folder; or, in the folder `runs`, the beginning of its id, or "latest".
        runs: the folder of runs; without it DESCENSO_RUNS, else "runs".
        network: your own module, untrained, where the run trained one: descenso stores its weights,
            never its code.

    Raises:
        RunError: there is no such run, it is damaged, or its network is not given.
    """
    # An empty name is the name of no run, not a folder.
    place = checked("reference", PathArgument(), reference) if reference != "" else reference
    set_up()
    path = find(place, runs_folder(runs))
    record, preprocessing = read_run(path), read_preprocessing(path)
    if record.own_network and network is None:
        raise RunError(
            _(
                "{path}: this run trained a network of your own; load it in Python, with "
                "descenso.load(..., network=your_module)."
            ).format(path=path)
        )
    user_network = None if network is None else UserNetwork.of(network)
    blank = user_network
    if blank is None:
        task = make_task(record.recipe, preprocessing.target)
        blank = ex.blank_network(record.recipe, preprocessing.encoder.layout, task)
    trained = None
    if (path / WEIGHTS).exists():
        arrays, _meta = read_arrays(path / WEIGHTS)
        trained = with_parameters(blank, arrays, path / WEIGHTS)
    return Run(
        record=record,
        preprocessing=preprocessing,
        path=path,
        network=trained,
        records=HistoryLog(path / METRICS).read(),
        user_network=user_network,
    )


def runs_folder(runs: str | Path | None = None) -> Path:
    """The folder of runs: the one named, else DESCENSO_RUNS, else "runs"."""
    named = checked("runs", PathArgument(none=True), runs)
    return named or Path(os.environ.get("DESCENSO_RUNS") or "runs")


@dataclass(frozen=True, repr=False)
class Run(TrainedRun):
    """A training and what it gave: the trained network, its history and its metrics.

    A pickled or copied run in memory leaves its data behind: it predicts, shows and evaluates on
    other rows as before, but what needs the rows of the training says that they are not there.

    Attributes:
        record: all that run.json says.
        preprocessing: how a table becomes what the network sees, and back.
        path: the run's folder; None while it is only in memory.
        network: with the weights that were kept; None where the training diverged at once, or has
            not ended yet.
        records: a dict for each epoch.
        user_network: the user's own module, untrained.
        state: where the training stands; known where it was trained in this process.
        data: the rows of the training, encoded; known likewise.
        initial: what the training began with; only while it is diagnosed.
    """

    def __repr__(self) -> str:
        where = "in memory" if self.path is None else str(self.path)
        return f"<Run {self.id}: {self.target} ({self.task}), {len(self.records)} epochs, {where}>"

    def _repr_html_(self) -> str:
        return run_fragment(self.record, self.records, "" if self.path is None else str(self.path))

    @property
    def reasons(self) -> dict[str, str]:
        """Why each field of the recipe has its value."""
        # The preset always has a value, so it is not known whether it was named.
        named = [name for name in self.record.given if name != "preset"]
        return dict.fromkeys(named, _("as requested")) | self.record.reasons

    @property
    def task(self) -> str:
        """The problem: regression, binary or multiclass."""
        return self.record.task

    @property
    def target(self) -> str:
        """The predicted column."""
        return self.record.target

    @property
    def classes(self) -> list[Any] | None:
        """The classes as they were written, sorted; None for regression."""
        return self.record.classes

    @property
    def history(self) -> pl.DataFrame:
        """One row for each epoch: losses, the validation's metric, the learning rate, seconds."""
        columns = [
            {name: value for name, value in record.items() if name != "telemetry"}
            for record in self.records
        ]
        return pl.DataFrame(columns, infer_schema_length=None)

    @property
    def metrics(self) -> dict[str, Any]:
        """The metrics on the training, validation and test rows; None where there are none."""
        return self.result.metrics

    @property
    def warnings(self) -> list[str]:
        """What a person should know of the data and the training."""
        return self.result.warnings

    @property
    def kept_epoch(self) -> int:
        """The epoch whose weights are kept: with patience the best one, else the last good one.

        0 for the starting weights, where no epoch was completed.
        """
        return self.result.kept_epoch

    def predict(self, data: Any) -> Shaped[np.ndarray, " rows"]:
        """The predicted number or class of each row.

        Args:
            data: a table as `descenso.train` takes it, or an array X; the target may be missing.

        Raises:
            InputError: the data cannot be used.
        """
        return self.predictions(data)[0].get_column("prediction").to_numpy()

    def predict_proba(self, data: Any) -> Float[np.ndarray, "rows classes"]:
        """The probability of each class, in the order of `classes`.

        Raises:
            InputError: the data cannot be used, or the run is a regression.
        """
        if self.classes is None:
            raise RunError(_("A regression predicts numbers; it has no probabilities."))
        outputs = self._predictor.outputs(TableStream.of(data, like=self._read_before))
        return metrics.probabilities(self.pairing, np.concatenate(list(outputs)))

    def predictions(
        self, data: Any, keep: Sequence[str] | str = ()
    ) -> tuple[pl.DataFrame, list[str]]:
        """A table of predictions, in the order of the rows.

        Args:
            data: as in `predict`.
            keep: columns to copy from it.

        Returns:
            The kept columns, `prediction`, and in classification `probability_<class>`; and what a
            person should know about the data, a sentence each.

        Raises:
            InputError: the data cannot be used, or has no such column.
        """
        found = self.predict_parts(data, keep)
        return pl.concat(list(found)), found.notes

    def predict_parts(
        self,
        data: Any,
        keep: Sequence[str] | str = (),
        *,
        typed: bool = True,
        **reading: str | None,
    ) -> Predictions:
        """The same table of predictions part by part, so that files may be larger than memory.

        Args:
            data: as in `predict`. Of files, as much is read at a time as is predicted.
            keep: columns to copy from it.
            typed: of text files, give kept columns the types that all their values spell, for which
                they are read once more before; else they are text as it is written.
            **reading: how to read files: the options of `descenso.read`, by name.

        Returns:
            An iterable of data frames; its `notes` say what was met on the way.

        Raises:
            InputError: the data cannot be used, or has no such column; from the iteration too.

        >>> run = train("penguins", "species", epochs=3)
        >>> sum(part.height for part in run.predict_parts("penguins"))
        344
        """
        keep = checked("keep", ColumnNames(), keep)
        parts = TableStream.of(data, ReadOptions(**reading), self._read_before)
        return Predictions(self._predictor, parts, keep, typed=typed)

    def read(
        self,
        path: TablePaths,
        *,
        separator: str | None = None,
        encoding: str | None = None,
        decimal: str | None = None,
        thousands: str | None = None,
        sheet: str | int | None = None,
    ) -> Table:
        """Read a table to predict for or to evaluate on, where its path alone is not enough.

        What is not named is as it was in the table that the run was trained on, where that is of
        the same format, and of the same separator if it is text; else it is found out. What a value
        means never depends on other rows: columns are what they were in training.

        Args:
            path: as in `descenso.read`, like the options.

        Raises:
            TableError: the file cannot be read, or not in this way.
        """
        number = None if sheet is None else str(sheet)
        return read_table(
            path,
            ReadOptions(separator, encoding, decimal, thousands, number),
            like=self._read_before,
            understood=[self.target],
        )

    def evaluate(
        self,
        data: Any = None,
        *,
        training_data: Any = None,
        resamples: int | None = None,
        confidence: float = 0.95,
        seed: int = 0,
    ) -> Evaluation:
        """How good the predictions are on rows whose target is known.

        Where rows were weighted in training, those of a table with the same column of weights are
        weighted too; without it they count alike, and a warning says so.

        Args:
            data: a table with the target, or a pair (X, y); None for the test rows that were kept,
                else the validation rows.
            training_data: where the data of the training lies now, if not where it was.
            resamples: how often to draw the rows anew for the metrics' intervals; 0 for none; None
                for 1,000, or fewer where rows are very many.
            confidence: the share of the resamples that an interval spans.
            seed: of the draws.

        Returns:
            A dict, as `descenso evaluate --json` prints it: the rows (their number), the part of
            the data they are and its table, metrics, further_metrics, intervals and bootstrap; for
            classes confusion, per_class and calibration, for numbers residuals; the worst_rows; and
            warnings. A notebook shows it as a page.

        Raises:
            InputError: the data cannot be used, or None were kept.

        >>> run = train("penguins", "species", epochs=3)
        >>> found = run.evaluate("penguins")
        >>> low, high = found["intervals"]["accuracy"]
        >>> 0 <= low <= found["metrics"]["accuracy"] <= high <= 1
        True
        """
        target = self.preprocessing.target
        measured = self._held_out(training_data) if data is None else self.encoded(data)
        judged = self.judge(measured.examples)
        found = assess(
            judged,
            target,
            measured.examples.rows,
            resamples=resamples,
            confidence=confidence,
            seed=seed,
        )
        undefined = undefined_warnings([found["metrics"], found["further_metrics"]])
        return Evaluation(
            {"rows": found.pop("rows"), "part": measured.part, "table": measured.table}
            | found
            | {"warnings": [*measured.warnings, *unweighed_notes(judged), *undefined]}
        )

    def judge(self, examples: Examples) -> Judged:
        """The predictions and losses of the network on rows that are encoded as it takes them.

        Raises:
            RunError: there are no trained weights.
        """
        return judged_by(
            self.pairing,
            self.trained_network,
            examples,
            np.array(self.record.constant),
            self.preprocessing.target.scale,
        )

    def encoded(self, data: Any) -> "Measured":
        """A table's rows whose target is known, as the network takes them.

        Args:
            data: a table with the target, or a pair (X, y).

        Raises:
            InputError: it cannot be used.
        """
        table, _name = read_with_target(self.read(data) if is_path(data) else data, self.target)
        known = rows_with_target(table, self.target)
        rows = without_zero_weights(table, self.row_weights, known)
        encoder, target = self.preprocessing.encoder, self.preprocessing.target
        examples, notes = encode(encoder, target, table, rows, self.row_weights)
        warnings = [
            *table.notes,
            *left_out_notes(table.height - len(known), self.target),
            *weight_notes(table, self.row_weights, rows, len(known) - len(rows)),
            *unseen_notes([notes]),
        ]
        return Measured("table", table.title, examples, warnings)

    def resume(
        self,
        epochs: int | None = None,
        *,
        data: Any = None,
        on_epoch: OnEpoch | None = None,
        listen: Listen | None = None,
        progress: bool = True,
    ) -> "Run":
        """Go on with a training that was interrupted or killed, or train a finished one on.

        Args:
            epochs: how many in all; more than were planned. None for those that were planned: a
                finished run is returned as it is.
            data: where the data lies now, if not where it was.
            on_epoch: as in `descenso.train`.
            listen: as in `descenso.train`.
            progress: as in `descenso.train`.

        Raises:
            InputError: the data is missing or has changed, the training diverged, or `epochs` is
                too small.
        """
        check_functions(on_epoch=on_epoch, listen=listen)
        epochs = None if epochs is None else checked("epochs", FIELD_TYPES["epochs"], epochs)
        if epochs is None and self.record.status == "finished":
            return self
        with training_display(listen, progress, self.records) as listen:
            if self.path is None:
                assert self.state is not None, "a run in memory was trained here"
                run = replace(self, record=extended(self.record, self.state, epochs))
                return run_to_end(run.opened(), on_epoch, listen, diagnosed)
            with writing(self.path):
                # No other process writes now, but one may have since this run was loaded.
                run = replace(self, record=read_run(self.path)).opened(data)
                state = Recorder(self.path).restore(ex.loop_arguments(run.rows.experiment))
                run = replace(run, record=extended(run.record, state, epochs), state=state)
                write_run(self.path, run.record)
                changed = differences(run.record.environment, environment())
                if changed and listen is not None:
                    listen(Warned(_elsewhere(changed)))
                return run_to_end(run, on_epoch, listen, diagnosed)

    def verify(self, *, data: Any = None, listen: Listen | None = None) -> dict[str, Any]:
        """Train the run again from its first iteration, and compare the weights bit for bit.

        Args:
            data: where the data lies now, if not where it was.
            listen: as in `descenso.train`.

        Returns:
            run; verified: whether all weights are the same; epochs and iterations trained;
            difference: the largest of a weight; environment: what has changed since and may matter;
            seconds.

        Raises:
            InputError: the data is missing or has changed, there are no weights yet, or the run
                continued from the weights of another training, which the folder does not hold.
        """
        check_functions(listen=listen)
        if self.record.went_on and self.data is None:
            raise RunError(
                _(
                    "{run}: this run continued from the weights of another training (warm_start or "
                    "partial_fit), so its recipe and data alone cannot reproduce it."
                ).format(run=self.path or self.id)
            )
        expected = parameters(self.trained_network)
        state = self.opened(data).state_at(self.result.iterations, listen)
        found = parameters(state.network)
        gaps = [np.abs(found[name] - weight).max(initial=0) for name, weight in expected.items()]
        return {
            "run": None if self.path is None else str(self.path),
            "verified": all(np.array_equal(found[name], expected[name]) for name in expected),
            "epochs": int(state.loop_state.epoch),
            "iterations": state.iteration,
            "difference": float(max(gaps, default=0.0)),
            "environment": differences(self.record.environment, environment()),
            "seconds": round(state.seconds, 3),
        }

    def save(self, path: str | Path) -> "Run":
        """Keep a run that is in memory in the folder `path`, new or empty; it can be resumed there.

        A pickled or copied run has left its rows behind, and is kept without them: it predicts, and
        evaluates on other rows, but is not resumed.

        Returns:
            The run, with its path.

        Raises:
            RunError: the run is on disk already, something is there, or it cannot be written.
        """
        if self.path is not None:
            raise RunError(
                _("{run}: this run is on disk already; copy its folder.").format(run=self.path)
            )
        folder: Path = checked("path", PathArgument(), path)
        assert self.state is not None, "a run in memory was trained"
        make_folder(folder)
        with writing(folder):
            run = write_start(self, folder)
            recorder = Recorder(folder)
            recorder.epochs(self.records)
            recorder.checkpoint(self.state)
            write_end(run, folder)
        return run

    def diagnose(
        self,
        *,
        quick: bool = False,
        budget: float | None = None,
        data: Any = None,
        on_progress: Progress = no_progress,
    ) -> "Diagnosis":
        """Find out whether the training is healthy; if not, why, proved by training again.

        Every suspected cause is tried: the run is trained again from the same seeds with only what
        would repair that cause, and judged on rows held out, beside an unchanged repeat. Test rows
        are never looked at.

        Args:
            quick: look at the symptoms alone, and train nothing: nothing is proved then.
            budget: how many seconds trials may take, of two cores; by default three times as many
                as the training took, and ten at the least.
            data: where the data of the training lies now, if not where it was.
            on_progress: called with what is being done, and which share of it is done.

        Where the run is on disk, what was found is kept in its folder, for its report.

        Returns:
            The verdict, the causes, the likeliest first, and what proves them; `to_dict()` is what
            `descenso diagnose --json` prints.

        Raises:
            InputError: the data is missing or has changed, or the training has not ended.

        >>> run = train("penguins", "species", preset="lecture", learning_rate=10.0)
        >>> found = run.diagnose(quick=True)
        >>> found.verdict, found.diagnoses[0].cause
        ('ill', 'learning_rate_too_large')
        """
        # It brings more along than a training needs.
        from descenso.doctor.case import Case
        from descenso.doctor.diagnose import diagnose

        check_functions(on_progress=on_progress)
        budget = checked("budget", BUDGET, budget)
        case = Case.of(self.opened(data))
        found = diagnose(case, self.label, quick=quick, budget=budget, on_progress=on_progress)
        if self.path is not None and not quick:
            # For the report, which does not wait for trials.
            written = json.dumps(
                found.stored() | {"epochs": len(self.records)}, ensure_ascii=False, allow_nan=False
            )
            replace_file(self.path / DIAGNOSIS, f"{written}\n".encode())
        return found

    def report(
        self,
        path: str | Path | None = None,
        *,
        data: Any = None,
        rows: bool = True,
        interactive: bool = False,
    ) -> dict[str, Any]:
        """Write a page about the run: what was learned, how, what matters, how to reproduce it.

        It is one HTML file that needs no network. Where the data is not available, what needs its
        rows says so, and everything else is shown.

        Args:
            path: of the page; None for report.html in the run's folder.
            data: where the data of the training lies now, if not where it was.
            rows: whether to show rows of the data: the worst-predicted ones, and truths over
                predictions.
            interactive: whether charts answer to the pointer, which takes a script of 0.9 MB in the
                page.

        Returns:
            The numbers of the page, as `descenso report --json` prints them; `out` is its path.

        Raises:
            InputError: a run in memory names no path, the page cannot be written, or `data` is not
                the data of the run.

        >>> from tempfile import TemporaryDirectory
        >>> run = train("penguins", "species", epochs=3)
        >>> with TemporaryDirectory() as folder:
        ...     report = run.report(f"{folder}/report.html")
        >>> len(report["importance"]["columns"])
        7
        """
        # It draws with Altair, which takes most of a second to import: no training waits for it.
        from descenso.runs.evaluation.report import measure
        from descenso.views.report.page import report_page

        if path is None and self.path is None:
            raise RunError(
                _(
                    "{run}: this run is in memory; name the file of its report, such as "
                    "report.html."
                ).format(run=self.id)
            )
        out: Path = checked("path", PathArgument(none=True), path) or (self.path or Path()) / REPORT
        run, missing = self._opened_if_possible(data)
        diagnosis = self._kept_diagnosis()
        report = measure(run, rows=rows, missing_data=missing, diagnosis=diagnosis)
        replace_file(out, report_page(report, interactive=interactive).encode())
        return report | {"out": str(out)}

    @property
    def _read_before(self) -> dict[str, Any]:
        """How the file was read that the run was trained on; empty where it was none."""
        if self.record.data is not None:
            return self.record.data.options
        source = None if self.data is None else self.data.table.source
        return source.options if source else {}

    @property
    def _predictor(self) -> Predictor:
        return Predictor(self.pairing, self.trained_network, self.preprocessing)

    def _opened_if_possible(self, data: Any) -> "tuple[Run, str]":
        """The run with its rows; where they are not available, without them, and why.

        Raises:
            InputError: `data` is not the data of the run.
        """
        try:
            return self.opened(data), ""
        except InputError as error:
            if data is not None:
                raise
            return self, str(error)

    def _kept_diagnosis(self) -> dict[str, Any] | None:
        """What a diagnosis found, else when the training ended; None before that."""
        if self.path is not None and (self.path / DIAGNOSIS).is_file():
            try:
                found = json.loads(content(self.path / DIAGNOSIS))
            except ValueError as error:
                raise damaged(self.path / DIAGNOSIS, error) from None
            # Not where the run was trained further since.
            if found.get("epochs") == len(self.records):
                return found
        return None if self.record.result is None else self.record.result.diagnosis

    @property
    def trained_network(self) -> Model:
        """The network with the weights that were kept.

        Raises:
            RunError: there are none.
        """
        lost = self.network is None and self.path is not None and self.record.result is not None
        if lost and any(self.metrics.values()):
            raise RunError(
                _(
                    "{file}: the file with the trained weights is missing. Restore it from "
                    "a copy, or train again."
                ).format(file=self.path and self.path / WEIGHTS)
            )
        return super().trained_network

    def _held_out(self, data: Any) -> "Measured":
        rows = self.opened(data).rows
        if rows.held_out is None:
            raise RunError(
                _(
                    "{run}: the run has no held-out rows to evaluate on. Name a table with "
                    "the target, or train with --test 0.2."
                ).format(run=self.label)
            )
        part, examples = rows.held_out
        warnings = weight_notes(rows.table_of(part), self.row_weights, examples.rows, 0)
        return Measured(part, None, examples, warnings)


def diagnosed(run: TrainedRun) -> dict[str, Any]:
    """The diagnosis of a training that has just ended, without trials."""
    # It brings more along than a training needs.
    from descenso.doctor.case import Case
    from descenso.doctor.diagnose import diagnose

    return diagnose(Case.of(run), run.label, quick=True).to_dict()


def _elsewhere(changed: list[str]) -> str:
    return _(
        "This is not the machine that the run began on ({changes}): the weights may differ in "
        "their last bits from those of an uninterrupted training."
    ).format(changes=", ".join(changed))
