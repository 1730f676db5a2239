"""Where a training stands: all that is needed to resume it."""

from dataclasses import dataclass, replace
from typing import Literal

import equinox as eqx
import jax.numpy as jnp

from descenso.engine import loop
from descenso.engine.experiment import LoopArguments
from descenso.engine.network import Model
from descenso.runs.events import EpochRecord

# Why a training ended; "" where it has not.
Stopped = Literal["epochs", "patience", "interrupted", "diverged", ""]


@dataclass(frozen=True)
class TrainingState:
    """Where a training stands.

    Attributes:
        loop_state: all that changes.
        iteration: updates so far.
        seconds: spent so far, without pauses between resumes.
        history: a record for each epoch so far.
        stopped: why it ended; "" before.
    """

    loop_state: loop.LoopState
    iteration: int
    seconds: float
    history: list[EpochRecord]
    stopped: Stopped = ""

    @classmethod
    def initial(cls, beginning: LoopArguments) -> "TrainingState":
        """A training before its first iteration."""
        return cls(beginning.loop_state, 0, 0.0, [])

    @property
    def network(self) -> Model:
        """The weights to use: those that were kept, or before the first epoch's end the latest."""
        kept = int(self.loop_state.kept_epoch) > 0
        return self.loop_state.kept if kept else self.loop_state.state.network

    @property
    def is_usable(self) -> bool:
        """Whether there are weights to predict with; not where a training diverged at once."""
        return self.stopped != "diverged" or int(self.loop_state.kept_epoch) > 0

    def extended(self) -> "TrainingState":
        """A training that had stopped, before more epochs: patience counts anew."""
        loop_state = eqx.tree_at(
            lambda loop_state: (loop_state.stopped, loop_state.waited),
            self.loop_state,
            (jnp.array(False), jnp.array(0)),
        )
        return replace(self, loop_state=loop_state, stopped="")
