"""What every contender trains: networks of four sizes, and data of the right shape for each.

All of them do the same arithmetic: float32, ReLU, softmax with cross-entropy, Adam with a learning
rate of 0.001, minibatches in a new random order in each epoch, no validation, no early stopping.
Rows fill whole batches, since Keras would compile a short last one anew.
"""

from dataclasses import dataclass
from functools import cache
from itertools import pairwise

import numpy as np
from jaxtyping import Float32, Int32

LEARNING_RATE = 0.001


@dataclass(frozen=True)
class Workload:
    """One network and its training.

    Attributes:
        widths: units of each layer, from the inputs to the outputs.
        batch_size: rows per iteration; it divides `rows`.
        networks: how many such networks are trained, from different seeds.
    """

    widths: tuple[int, ...]
    batch_size: int
    rows: int
    epochs: int
    networks: int = 1

    @property
    def name(self) -> str:
        """What `--only` takes, such as 64-128-128-10."""
        widths = "-".join(map(str, self.widths))
        return widths if self.networks == 1 else f"{self.networks}x{widths}"

    @property
    def iterations(self) -> int:
        """Updates of each network."""
        return self.rows // self.batch_size * self.epochs

    @property
    def products(self) -> list[tuple[int, int, int]]:
        """One iteration's matrix products: rows, terms of each sum, and columns.

        Three in each layer (z, and the gradients for the weights and for the inputs); the first
        layer needs no gradient for its inputs.
        """
        found: list[tuple[int, int, int]] = []
        for inputs, outputs in pairwise(self.widths):
            found += [(self.batch_size, inputs, outputs), (outputs, self.batch_size, inputs)]
            if found[2:]:
                found.append((self.batch_size, outputs, inputs))
        return found

    @property
    def operations_per_iteration(self) -> int:
        """Floating-point operations of one iteration's matrix products."""
        return sum(2 * rows * terms * columns for rows, terms, columns in self.products)


@cache
def data(
    workload: Workload,
) -> tuple[Float32[np.ndarray, "rows columns"], Int32[np.ndarray, " rows"]]:
    """Random inputs, and the classes that a random linear map gives them."""
    rng = np.random.default_rng(0)
    x = rng.standard_normal((workload.rows, workload.widths[0]), np.float32)
    classes = rng.standard_normal((workload.widths[0], workload.widths[-1]), np.float32)
    return x, (x @ classes).argmax(axis=1).astype(np.int32)
