"""How a person hears what is being measured, and how far the trainings for it are."""

from collections.abc import Callable

import numpy as np

from descenso.engine.loop import Chunk

# Hears what is being measured now, and how much of it is done, from 0 to 1; None where unknown.
Tell = Callable[[str, float | None], None]


def silent(_what: str, _done: float | None = None) -> None:
    """Hear nothing."""


def chunks(tell: Tell, what: str, epochs: int) -> Callable[[Chunk], None]:
    """Hears of a population's chunks, and tells how much of its training is done."""
    tell(what, 0.0)

    def on_chunk(chunk: Chunk) -> None:
        tell(what, float(np.max(np.asarray(chunk.progress.epoch))) / max(epochs, 1))

    return on_chunk
