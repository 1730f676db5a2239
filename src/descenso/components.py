"""Losses and activations by name: each is declared here, without JAX, and written in engine/.

A recipe offers these names, and presets, metrics and the doctor read what is said about them. The
formulas are in engine/losses.py and engine/activations.py.
"""

from dataclasses import dataclass
from typing import Literal

TaskName = Literal["regression", "binary", "multiclass"]

# The output activation that follows from each task.
OUTPUT_ACTIVATIONS: dict[TaskName, str] = {
    "regression": "linear",
    "binary": "sigmoid",
    "multiclass": "softmax",
}


@dataclass(frozen=True)
class Loss:
    """What is known of a loss beside its formula.

    Attributes:
        task: the task that it belongs to; the first loss of a task is its default.
        function: its name in engine/losses.py.
        unit_power: of the target's unit that it is measured in; 0 has no unit.
        best_constant: the constant prediction with the lowest loss, mean or median.
        aliases: its names in other libraries, in small letters without underscores.
    """

    task: TaskName
    function: str
    unit_power: int = 0
    best_constant: str = "mean"
    aliases: tuple[str, ...] = ()


LOSSES = {
    "mse": Loss(
        "regression",
        "squared_error",
        unit_power=2,
        aliases=("meansquarederror", "squarederror", "mseloss"),
    ),
    "mae": Loss(
        "regression",
        "absolute_error",
        unit_power=1,
        best_constant="median",
        aliases=("meanabsoluteerror", "absoluteerror", "l1loss"),
    ),
    "bce": Loss(
        "binary",
        "binary_cross_entropy",
        aliases=("binarycrossentropy", "bceloss", "bcewithlogitsloss"),
    ),
    "cce": Loss(
        "multiclass",
        "categorical_cross_entropy",
        aliases=("categoricalcrossentropy", "sparsecategoricalcrossentropy", "crossentropyloss"),
    ),
}


@dataclass(frozen=True)
class Activation:
    """What is known of a hidden layer's function beside its formula, which bears its name.

    Attributes:
        saturates: whether it is flat on either side.
        aliases: its names in other libraries, in small letters without underscores.
    """

    saturates: bool = False
    aliases: tuple[str, ...] = ()


ACTIVATIONS = {
    "sigmoid": Activation(saturates=True, aliases=("logistic",)),
    "tanh": Activation(saturates=True),
    "relu": Activation(),
    "leaky_relu": Activation(aliases=("leakyrelu",)),
    "gelu": Activation(),
    "elu": Activation(),
    "swish": Activation(aliases=("silu",)),
    "linear": Activation(aliases=("identity",)),
}
SATURATING = tuple(name for name, each in ACTIVATIONS.items() if each.saturates)


def losses_of(task: str) -> tuple[str, ...]:
    """The losses that follow from a task, the default first."""
    return tuple(name for name, loss in LOSSES.items() if loss.task == task)
