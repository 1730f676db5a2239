"""How far the trainings of a lesson are."""

from collections.abc import Callable

import numpy as np

from descenso.lessons.subject import Tell
from descenso.training import Chunk


def chunks(tell: Tell, what: str, epochs: int) -> Callable[[Chunk], None]:
    """Hears of a population's chunks, and tells how much of its training is done."""
    tell(what, 0.0)

    def on_chunk(chunk: Chunk) -> None:
        tell(what, float(np.max(np.asarray(chunk.progress.epoch))) / max(epochs, 1))

    return on_chunk
