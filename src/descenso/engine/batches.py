"""The order in which an epoch visits the rows."""

import numpy as np
from jaxtyping import Int32


def order(
    seed: int, epoch: int, rows: int, shuffle: bool, batch_size: int, width: int
) -> Int32[np.ndarray, "iterations width"]:
    """The batches of one epoch: every row exactly once, padded with -1.

    Args:
        seed, epoch: both >= 0; together they determine the permutation, whatever was drawn before.
        rows: how many rows the training table has, > 0.
        shuffle: False keeps the rows in the table's order.
        batch_size: rows in a batch, > 0; the last batch holds what remains.
        width: columns of the result, >= batch_size (a bucket's size); beyond the batch they are -1.

    Returns:
        One line per iteration. Each holds the row numbers of its batch.
    """
    iterations = -(-rows // batch_size)
    visits = np.full(iterations * batch_size, -1, np.int32)
    visits[:rows] = np.arange(rows, dtype=np.int32)
    if shuffle:
        np.random.default_rng((seed, epoch)).shuffle(visits[:rows])
    if width == batch_size:
        return visits.reshape(iterations, batch_size)
    batches = np.full((iterations, width), -1, np.int32)
    batches[:, :batch_size] = visits.reshape(iterations, batch_size)
    return batches
