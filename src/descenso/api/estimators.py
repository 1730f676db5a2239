"""`Classifier` and `Regressor`: a training in the form that scikit-learn knows.

What an estimator learns is a `Run`, made as `descenso.train` makes it. What is here only carries
scikit-learn's conventions there and back: parameters, X and y, attributes that end in `_`.
"""

import math
import numbers
import warnings
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any, ClassVar

import numpy as np
import polars as pl
from jaxtyping import Float, Integer, Shaped
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils import (
    check_array,
    check_consistent_length,
    check_random_state,
    column_or_1d,
)
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted, validate_data

from descenso.api.run import Run, diagnosed
from descenso.data.columns.kinds import Column
from descenso.data.columns.values import clean
from descenso.data.io.memory import table_of
from descenso.data.table import Table
from descenso.engine.device import set_up
from descenso.engine.experiment import Examples, WarmStart
from descenso.errors import RecipeError, TableError
from descenso.fields import ColumnKinds, checked
from descenso.hints import listed
from descenso.i18n import gettext as _
from descenso.recipe import AUTO, FIELD_NAMES, Recipe
from descenso.runs.lifecycle import train_prepared
from descenso.runs.preparation import EarlierTraining, Encoding, prepare
from descenso.runs.request import Request

MOST_SHOWN = 5  # values of y where a line refuses them


class Estimator(BaseEstimator):
    """What `Classifier` and `Regressor` share; the parameters are described there."""

    run_: Run
    n_iter_: int
    loss_curve_: list[float]
    validation_loss_curve_: list[float] | None
    validation_scores_: list[float] | None
    n_features_in_: int
    feature_names_in_: Shaped[np.ndarray, " features"]

    _tasks: ClassVar[tuple[str, ...]]

    def __init__(
        self,
        *,
        preset: Any = "tabular",
        task: Any = AUTO,
        hidden_layers: Any = AUTO,
        activation: Any = AUTO,
        output_activation: Any = AUTO,
        loss: Any = AUTO,
        allow_mismatch: Any = AUTO,
        optimizer: Any = AUTO,
        learning_rate: Any = AUTO,
        momentum: Any = AUTO,
        schedule: Any = AUTO,
        batch_size: Any = AUTO,
        epochs: Any = AUTO,
        shuffle: Any = AUTO,
        init: Any = AUTO,
        init_scale: Any = AUTO,
        scale_features: Any = AUTO,
        scale_target: Any = AUTO,
        dropout: Any = AUTO,
        weight_decay: Any = AUTO,
        clip_norm: Any = AUTO,
        class_weight: Any = AUTO,
        normalization: Any = AUTO,
        patience: Any = AUTO,
        validation: Any = AUTO,
        random_state: Any = None,
        columns: Any = None,
        warm_start: Any = False,
    ) -> None:
        self.preset = preset
        self.task = task
        self.hidden_layers = hidden_layers
        self.activation = activation
        self.output_activation = output_activation
        self.loss = loss
        self.allow_mismatch = allow_mismatch
        self.optimizer = optimizer
        self.learning_rate = learning_rate
        self.momentum = momentum
        self.schedule = schedule
        self.batch_size = batch_size
        self.epochs = epochs
        self.shuffle = shuffle
        self.init = init
        self.init_scale = init_scale
        self.scale_features = scale_features
        self.scale_target = scale_target
        self.dropout = dropout
        self.weight_decay = weight_decay
        self.clip_norm = clip_norm
        self.class_weight = class_weight
        self.normalization = normalization
        self.patience = patience
        self.validation = validation
        self.random_state = random_state
        self.columns = columns
        self.warm_start = warm_start

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        tags.input_tags.categorical = True
        tags.input_tags.string = True
        return tags

    def _train(
        self,
        table: Table,
        y: pl.Series,
        sample_weight: Any,
        fields: dict[str, Any],
        classes: Sequence[Any] | None,
        earlier: Run | None,
        once: bool,
    ) -> None:
        """Train on a table and its target, and keep the result.

        Args:
            fields: of the recipe, where they are not simply the parameters.
            classes: all that there are; None for numbers.
            earlier: the run to continue from; None to train from scratch.
            once: to pass over the rows once, and no more.
        """
        set_up()
        if earlier is None:
            self.loss_curve_ = []
            self.validation_loss_curve_ = self.validation_scores_ = None
        chosen = {name: getattr(self, name) for name in FIELD_NAMES if name != "seed"} | fields
        if once:
            # How many rows there will be, over which a schedule could stretch, is not known.
            schedule = "constant" if self.schedule == AUTO else self.schedule
            chosen |= {"epochs": 1, "validation": 0.0, "patience": None, "schedule": schedule}
        if isinstance(sample_weight, numbers.Real):
            sample_weight = np.full(table.height, float(sample_weight))
        target = _free_name(y.name, table.names) if earlier is None else earlier.target
        table = replace(table, columns=pl.DataFrame([*table.columns, y.alias(target)]))
        request = Request(
            recipe=Recipe(**chosen, seed=self._seed(earlier, once)),
            columns=checked("columns", ColumnKinds(none=True), self.columns) or {},
            weights=sample_weight,
            classes=classes,
        )
        left = None if earlier is None else _left_by(earlier, with_memory=once)
        preparation = prepare(table, target, request, earlier=left)
        run = Run.of(train_prepared(preparation, examine=diagnosed))
        if run.stopped == "interrupted":
            # Of a search or a cross-validation Ctrl-C is to end all, and no half-trained network
            # may be scored as if it were whole.
            raise KeyboardInterrupt
        if run.stopped == "diverged":
            warnings.warn(" ".join(run.warnings), ConvergenceWarning, stacklevel=4)
        self.run_ = run
        self.loss_curve_ = self.loss_curve_ + _curve(run, "loss")
        self.n_iter_ = len(self.loss_curve_)
        validation = preparation.experiment.validation
        if validation is not None:
            losses, scores = _curve(run, "validation_loss"), _validation_scores(run, validation)
            self.validation_loss_curve_ = (self.validation_loss_curve_ or []) + losses
            self.validation_scores_ = (self.validation_scores_ or []) + scores

    def _earlier(self) -> Run | None:
        """The run to continue from; None where there is none, or it left no weights."""
        run = getattr(self, "run_", None)
        return None if run is None or run.network is None else run

    def _seed(self, earlier: Run | None, once: bool) -> int:
        # scikit-learn's words for what is no seed, and its way to draw one.
        generator = check_random_state(self.random_state)
        if earlier is not None and not once:
            # The same validation rows as before: rows that were trained on may not validate.
            return earlier.recipe.seed
        if isinstance(self.random_state, int | np.integer):
            # Each call of partial_fit draws what those before it did not.
            return (int(self.random_state) + len(self.loss_curve_)) % 2**32
        return int(generator.randint(2**32, dtype=np.uint32))

    def _task(self, natural: str) -> str:
        """The parameter `task`, or where that is open the one that y asks for."""
        if self.task == AUTO:
            return natural
        if self.task not in self._tasks:
            raise RecipeError(
                _("task is {found!r}; allowed for {estimator}: {allowed}.").format(
                    found=self.task,
                    estimator=type(self).__name__,
                    allowed=", ".join((*self._tasks, AUTO)),
                )
            )
        return self.task

    def _target(self, y: Any) -> Shaped[np.ndarray, " rows"]:
        """The targets as an array of one value for each row."""
        if y is None:
            raise TableError(
                _(
                    "This {estimator} estimator requires y to be passed, but the target y is None."
                ).format(estimator=type(self).__name__)
            )
        settings: dict[str, Any] = {"ensure_2d": False, "dtype": None, "input_name": "y"}
        values = column_or_1d(check_array(y, **settings, estimator=self), warn=True)
        if values.dtype == object and None in (listed := values.tolist()):
            raise TableError(
                _("y, row {row}: the value is missing. Leave such rows out, of X and of y.").format(
                    row=listed.index(None) + 1
                )
            )
        return values

    def _table(self, X: Any, *, reset: bool) -> Table:
        """X as a table; in fit (`reset`) its names are kept, later they are those of fit."""
        if isinstance(X, pl.LazyFrame):
            return self._table(X.collect(), reset=reset)
        if hasattr(X, "columns"):
            validate_data(self, X, reset=reset, skip_check_array=True)
            table = table_of(X)
            if reset and table.height < 2:
                raise TableError(_("X has 1 row, but at least 2 are needed to learn from."))
        else:
            array = validate_data(
                self,
                X,
                reset=reset,
                dtype=None,
                ensure_all_finite="allow-nan",
                ensure_min_samples=2 if reset else 1,
            )
            table = table_of(array)
        if reset:
            self._names = table.names
        # An array after a data frame, or the other way round: scikit-learn has warned, and goes by
        # the order of the columns.
        return table if table.names == self._names else _renamed(table, self._names)

    def _seen(self, X: Any) -> tuple[Run, Table]:
        """The run, and the rows to predict for."""
        check_is_fitted(self)
        set_up()
        return self.run_, self._table(X, reset=False)


class Classifier(ClassifierMixin, Estimator):
    """A network that distinguishes classes, as a scikit-learn estimator.

    X is a data frame of pandas or Polars, whose columns keep their kinds (numbers, categories,
    booleans, dates, and gaps in any of them), an Arrow table, or an array. It needs no imputer, no
    encoder and no scaler before it.

    Args:
        random_state: the seed; None draws one from NumPy's, and `run_.recipe.seed` holds it.
        columns: kinds of columns by name, as in `descenso.train`.
        warm_start: whether `fit` continues from the network of the last fit.
        **others: the fields of `descenso.Recipe`, described there. An "auto" is answered from
            the data; `run_.reasons` says why.

    Attributes:
        run_: the training, a `descenso.Run`: its recipe with reasons, history and metrics.
        classes_: the classes, sorted.
        n_iter_: epochs trained.
        loss_curve_: the training loss of each epoch.
        validation_loss_curve_: the validation loss after each epoch; None without validation.
        validation_scores_: the accuracy on the validation rows after each epoch; likewise.
        n_features_in_, feature_names_in_: of X, as in every scikit-learn estimator.

    >>> from sklearn.datasets import load_iris
    >>> X, y = load_iris(return_X_y=True, as_frame=True)
    >>> classifier = Classifier(epochs=5, random_state=0).fit(X, y)
    >>> classifier.predict_proba(X).shape
    (150, 3)
    """

    classes_: Shaped[np.ndarray, " classes"]

    _tasks = ("binary", "multiclass")

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> "Classifier":
        """Train on X (rows × columns) and y (a class for each row).

        Args:
            sample_weight: how much each row counts, in training, early stopping and metrics.

        Raises:
            ValueError: X, y or a parameter cannot be used; the message says what to change.
        """
        self._learn(X, y, sample_weight, self._earlier() if self.warm_start else None)
        return self

    def partial_fit(
        self, X: Any, y: Any, classes: Any = None, sample_weight: Any = None
    ) -> "Classifier":
        """Go on training with one pass over more rows.

        What the columns are, and how they are scaled, is learned from the rows of the first call.
        The first call takes all the classes that there will be. `validation`, `patience` and
        `epochs` have no part in it, and the learning rate is constant unless `schedule` is named.

        Raises:
            ValueError: as in `fit`.
        """
        earlier = self._earlier()
        if earlier is None and classes is None:
            raise TableError(_("classes must be passed on the first call to partial_fit."))
        self._learn(X, y, sample_weight, earlier, classes, once=True)
        return self

    def _learn(
        self,
        X: Any,
        y: Any,
        sample_weight: Any,
        earlier: Run | None,
        classes: Any = None,
        once: bool = False,
    ) -> None:
        target = self._target(y)
        check_classification_targets(target)
        table = self._table(X, reset=earlier is None)
        check_consistent_length(range(table.height), target)
        given = np.unique(target if classes is None else classes)
        if earlier is None:
            self.classes_ = _several(given)
        elif classes is not None and not np.array_equal(given, self.classes_):
            raise TableError(
                _(
                    "`classes={found}` is not the same as on last call to partial_fit, was: "
                    "{classes}. Leave it out, or name the same."
                ).format(found=given.tolist(), classes=self.classes_.tolist())
            )
        codes = _codes(target, self.classes_)
        labels = _labels(self.classes_)
        series = pl.Series(_name_of(y), labels).gather(codes)
        fields = {
            "task": self._task("binary" if len(labels) == 2 else "multiclass"),
            "class_weight": _by_label(self.class_weight, self.classes_, labels),
        }
        self._train(table, series, sample_weight, fields, labels, earlier, once)

    def predict(self, X: Any) -> Shaped[np.ndarray, " rows"]:
        """The class of each row.

        Raises:
            NotFittedError: `fit` has not been called.
            ValueError: X cannot be used, or has other columns than in `fit`.
        """
        codes = self.predict_proba(X).argmax(axis=1)
        return self.classes_[codes]

    def predict_proba(self, X: Any) -> Float[np.ndarray, "rows classes"]:
        """The probability of each class, in the order of `classes_`.

        Raises:
            NotFittedError: `fit` has not been called.
            ValueError: X cannot be used, or has other columns than in `fit`.
        """
        run, table = self._seen(X)
        likely = run.predict_proba(table).astype(np.float64)
        # To the sum 1 in double precision, which scikit-learn's metrics ask for.
        return likely / likely.sum(axis=1, keepdims=True)

    def predict_log_proba(self, X: Any) -> Float[np.ndarray, "rows classes"]:
        """The logarithm of each class's probability.

        Raises:
            NotFittedError: `fit` has not been called.
            ValueError: X cannot be used, or has other columns than in `fit`.
        """
        with np.errstate(divide="ignore"):
            return np.log(self.predict_proba(X))


class Regressor(RegressorMixin, Estimator):
    """A network that predicts a number, as a scikit-learn estimator.

    X, the parameters and the attributes are those of `descenso.Classifier`, but for classes and
    probabilities; `validation_scores_` holds R².

    >>> from sklearn.datasets import load_diabetes
    >>> X, y = load_diabetes(return_X_y=True, as_frame=True)
    >>> Regressor(epochs=5, random_state=0).fit(X, y).predict(X).shape
    (442,)
    """

    _tasks = ("regression",)

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> "Regressor":
        """Train on X (rows × columns) and y (a number for each row).

        Args:
            sample_weight: how much each row counts, in training, early stopping and metrics.

        Raises:
            ValueError: X, y or a parameter cannot be used; the message says what to change.
        """
        self._learn(X, y, sample_weight, self._earlier() if self.warm_start else None)
        return self

    def partial_fit(self, X: Any, y: Any, sample_weight: Any = None) -> "Regressor":
        """Go on training with one pass over more rows.

        What the columns are, and how they and the target are scaled, is learned from the rows of
        the first call. `validation`, `patience` and `epochs` have no part in it, and the learning
        rate is constant unless `schedule` is named.

        Raises:
            ValueError: as in `fit`.
        """
        self._learn(X, y, sample_weight, self._earlier(), once=True)
        return self

    def _learn(
        self, X: Any, y: Any, sample_weight: Any, earlier: Run | None, once: bool = False
    ) -> None:
        numbers = _numbers(self._target(y))
        table = self._table(X, reset=earlier is None)
        check_consistent_length(range(table.height), numbers)
        series = pl.Series(_name_of(y), numbers)
        fields = {"task": self._task("regression")}
        self._train(table, series, sample_weight, fields, None, earlier, once)

    def predict(self, X: Any) -> Float[np.ndarray, " rows"]:
        """The number predicted for each row.

        Raises:
            NotFittedError: `fit` has not been called.
            ValueError: X cannot be used, or has other columns than in `fit`.
        """
        run, table = self._seen(X)
        return run.predict(table)


def _renamed(table: Table, names: Sequence[str]) -> Table:
    """The table with other names for its columns, in their order."""
    return Table(table.frame.rename(dict(zip(table.names, names, strict=True))))


def _free_name(wished: str, taken: Sequence[str]) -> str:
    """The name, or one like it that no column has."""
    return wished if wished not in taken else _free_name(wished + "_", taken)


def _name_of(y: Any) -> str:
    """The name that a series or the one column of a frame brings along, else "y"."""
    name = y.columns[0] if hasattr(y, "columns") else getattr(y, "name", None)
    return name if isinstance(name, str) and name else "y"


def _several(classes: Shaped[np.ndarray, " classes"]) -> Shaped[np.ndarray, " classes"]:
    """The classes, of which one alone is refused."""
    if len(classes) == 1:
        raise TableError(
            _(
                "y has only the class {classes}: there is nothing to predict; add rows of "
                "another class."
            ).format(classes=listed(classes.tolist()))
        )
    return classes


def _numbers(y: Shaped[np.ndarray, " rows"]) -> Shaped[np.ndarray, " rows"]:
    """The targets of a regression."""
    if y.dtype.kind == "O":
        with suppress(TypeError, ValueError):
            y = y.astype(np.float64)
    if y.dtype.kind not in "iuf":
        raise TableError(
            _(
                "y holds {values}, but a Regressor predicts numbers. Use a Classifier, which "
                "predicts classes, or make numbers of y."
            ).format(values=_some(y))
        )
    return y


def _some(values: Shaped[np.ndarray, " rows"]) -> str:
    """A few of the values, as a line of an error shows them."""
    # NumPy's times are whole numbers to Python.
    found = values.astype(str) if values.dtype.kind in "mM" else values
    return listed(list(dict.fromkeys(found.tolist())), most=MOST_SHOWN)


def _codes(
    y: Shaped[np.ndarray, " rows"], classes: Shaped[np.ndarray, " classes"]
) -> Integer[np.ndarray, " rows"]:
    """Which class each row has, by its number."""
    codes = np.searchsorted(classes, y).clip(max=len(classes) - 1)
    strangers = np.unique(y[classes[codes] != y])
    if len(strangers):
        raise TableError(
            _("y has the new class {found!r}; the first call had the classes {classes}.").format(
                found=strangers.tolist()[0], classes=listed(classes.tolist())
            )
        )
    return codes


def _left_by(run: Run, *, with_memory: bool) -> EarlierTraining:
    """What a run leaves to continue from: its weights, and the optimiser's memory."""
    assert run.network is not None, "there are weights"
    state, preprocessing = run.state, run.preprocessing
    memory = state.loop_state.state.memory if with_memory and state is not None else None
    columns = tuple(Column(**column) for column in run.record.columns)
    encoding = Encoding(columns, preprocessing.encoder, preprocessing.target)
    return EarlierTraining(encoding, WarmStart(run.network, memory))


def _labels(classes: Shaped[np.ndarray, " classes"]) -> list[Any]:
    """The classes as a run may call them: as they are; as text; or in quotes, as Python has it.

    To descenso "NA" is a missing value, and blanks around a word say nothing; to scikit-learn each
    is a class of its own. Where all else would be misread they are numbers.
    """
    # NumPy's times are whole numbers to Python.
    plain = classes.astype(str).tolist() if classes.dtype.kind in "mM" else classes.tolist()
    ways = (plain, list(map(str, plain)), list(map(repr, plain)))
    return next(filter(_are_labels, ways), list(range(len(plain))))


def _are_labels(names: list[Any]) -> bool:
    """Whether descenso reads each of the names as a class of its own."""
    if not all(isinstance(name, bool | int | float | str) for name in names):
        return False
    series = pl.Series(names)
    return len(set(names)) == len(names) and clean(series).equals(series)


def _by_label(weight: Any, classes: Shaped[np.ndarray, " classes"], labels: Sequence[Any]) -> Any:
    """A class weight whose keys are the labels of a run, where they are classes here."""
    if not isinstance(weight, Mapping):
        return weight
    label_of = dict(zip(classes.tolist(), labels, strict=True))
    return {label_of.get(each, each): number for each, number in weight.items()}


def _curve(run: Run, name: str) -> list[float]:
    return [record[name] for record in run.records]


def _validation_scores(run: Run, validation: Examples) -> list[float]:
    """The score on the validation rows after each epoch: accuracy, or R² of a regression."""
    if run.task != "regression":
        return _curve(run, "validation_accuracy")
    y, weight = validation.y.astype(float), validation.sample_weight
    variance = np.average((y - np.average(y, weights=weight)) ** 2, weights=weight)
    unit = run.preprocessing.target.scale
    errors = [(rmse / unit) ** 2 for rmse in _curve(run, "validation_rmse")]
    return [float(1 - error / variance) if variance else math.nan for error in errors]
