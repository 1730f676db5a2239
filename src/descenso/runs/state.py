"""Where a training stands: all that a resumed training needs."""

from dataclasses import dataclass, replace

import equinox as eqx
import jax.numpy as jnp

from descenso.engine import loop
from descenso.engine.experiment import LoopArguments
from descenso.engine.network import Model
from descenso.runs.events import Record


@dataclass(frozen=True)
class Standing:
    """Where a training stands.

    Attributes:
        loop_state: all that changes.
        iteration: updates so far.
        seconds: spent so far, without pauses between resumes.
        history: a record for each epoch so far.
        stopped: why it ended: epochs, patience, interrupted, diverged; empty before.
    """

    loop_state: loop.LoopState
    iteration: int
    seconds: float
    history: list[Record]
    stopped: str = ""

    @property
    def network(self) -> Model:
        """The weights to use: those that were kept, or before the first epoch's end the latest."""
        kept = int(self.loop_state.kept_epoch) > 0
        return self.loop_state.kept if kept else self.loop_state.state.network


def start(beginning: LoopArguments) -> Standing:
    """A training before its first iteration."""
    return Standing(beginning.loop_state, 0, 0.0, [])


def trained_on(standing: Standing) -> Standing:
    """A training that had stopped, about to go on towards more epochs: patience counts anew."""
    loop_state = eqx.tree_at(
        lambda loop_state: (loop_state.stopped, loop_state.waited),
        standing.loop_state,
        (jnp.array(False), jnp.array(0)),
    )
    return replace(standing, loop_state=loop_state, stopped="")
