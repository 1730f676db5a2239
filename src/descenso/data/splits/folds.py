"""Folds: equal parts of the rows, each of which is held out once while the others are learnt."""

import numpy as np
from jaxtyping import Float, Integer


def stratified_folds(
    y: Float[np.ndarray, " rows"] | Integer[np.ndarray, " rows"],
    folds: int,
    generator: np.random.Generator,
) -> Integer[np.ndarray, "folds held_out"]:
    """Positions of the rows, in equal parts: each has its share of the classes, or of y's range.

    Up to `folds` - 1 rows are in no part, which keeps the parts equal.

    Source: stratified cross-validation of Kohavi, A study of cross-validation and bootstrap (1995);
    numbers are stratified by their order.
    """
    drawn = generator.permutation(len(y))[: len(y) // folds * folds]
    # Of as many rows with neighbouring targets as there are folds, each fold gets one.
    ordered = drawn[np.argsort(y[drawn], kind="stable")].reshape(-1, folds)
    return generator.permuted(ordered, axis=1).T
