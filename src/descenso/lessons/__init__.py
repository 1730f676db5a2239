"""The theory made visible: each lesson measures one topic on a run, on a table, or on bundled data.

A lesson is a function of this module, such as `descenso.lessons.losses()`. It takes a run, or a
table and its target as `descenso.train` does, and gives a `Lesson`: sentences, `.table`, `.chart`.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from descenso.i18n import N_

if TYPE_CHECKING:
    from descenso.lessons.topics.activations import activations
    from descenso.lessons.topics.batches import batches
    from descenso.lessons.topics.cycle import cycle
    from descenso.lessons.topics.depth import depth
    from descenso.lessons.topics.gradient_check import gradient_check
    from descenso.lessons.topics.landscape import landscape
    from descenso.lessons.topics.learning_rate import learning_rate
    from descenso.lessons.topics.losses import losses
    from descenso.lessons.topics.overfitting import overfitting
    from descenso.lessons.topics.pairing import pairing
    from descenso.lessons.topics.sensitivity import sensitivity
    from descenso.lessons.topics.step import step
    from descenso.lessons.topics.variants import variants

# Each topic as it is called on the command line, in the order in which to read them, and what it
# shows. The function and its file have the same name, with _ for -. Listing them imports no JAX.
TOPICS: dict[str, str] = {
    "cycle": N_("the five steps of training with their real values, epoch by epoch"),
    "losses": N_("each loss and its derivative, and what one outlier does"),
    "pairing": N_("which output and loss follow from the problem, and what mistakes reach"),
    "landscape": N_("the loss around a trained network, with the path of training on it"),
    "step": N_("one iteration opened up, forwards and back through every layer"),
    "sensitivity": N_("what a small change of each weight and column does to the loss"),
    "gradient-check": N_("numerical against automatic derivatives, the worst entries named"),
    "activations": N_("each activation and its derivative, and which units are flat"),
    "depth": N_("how the gradient travels through 2 to 40 layers of each activation"),
    "variants": N_("batch, stochastic and mini-batch descent, each at its best rate"),
    "learning-rate": N_("dozens of learning rates trained at once: which are right"),
    "batches": N_("epochs, batches and iterations: noise, speed and learning by batch size"),
    "overfitting": N_("where it begins as rows, width and epochs vary, and what helps"),
}

__all__ = [
    "TOPICS",
    "activations",
    "batches",
    "cycle",
    "depth",
    "gradient_check",
    "landscape",
    "learning_rate",
    "losses",
    "overfitting",
    "pairing",
    "sensitivity",
    "step",
    "variants",
]


def __getattr__(name: str) -> Any:
    if name.replace("_", "-") in TOPICS:
        return getattr(import_module(f"descenso.lessons.topics.{name}"), name)
    raise AttributeError(f"module 'descenso.lessons' has no attribute {name!r}")
