"""Progress reports of long measurements."""

from collections.abc import Callable

import numpy as np

from descenso.engine.loop import Chunk

# Called with a message, what is being done now, and the fraction of it that is done, from 0 to 1;
# None where that is unknown.
Progress = Callable[[str, float | None], None]


def no_progress(_message: str, _fraction: float | None = None) -> None:
    """Report nothing."""


def epoch_progress(on_progress: Progress, message: str, epochs: int) -> Callable[[Chunk], None]:
    """A function that takes a population's chunks and reports the fraction of epochs done."""
    on_progress(message, 0.0)

    def on_chunk(chunk: Chunk) -> None:
        epoch = float(np.max(np.asarray(chunk.loop_state.epoch)))
        on_progress(message, epoch / max(epochs, 1))

    return on_chunk
