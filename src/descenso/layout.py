"""The layout of an encoded table in memory, on which data and network agree.

An encoded table is one float32 matrix, a row per example. First come the numbers (numeric columns,
and the zeros and ones of one-hot encoded categories), then one column of codes for each embedded
category. A code is a whole number stored as a float, exact up to 2²⁴.
"""

import math
from dataclasses import dataclass

import numpy as np
from jaxtyping import Shaped
from numpy.typing import DTypeLike


@dataclass(frozen=True)
class Layout:
    """Columns of an encoded table.

    Attributes:
        numbers: how many leading columns hold numbers.
        categories: for each embedded category that follows, how many codes there is room for, from
            0, which stands for whatever training did not see.
    """

    numbers: int
    categories: tuple[int, ...] = ()

    @property
    def width(self) -> int:
        """How many columns the matrix has."""
        return self.numbers + len(self.categories)


ALIGNMENT = 64
SMALL = (48, 96, 192, 384, 768)


def zeros(shape: tuple[int, ...], dtype: DTypeLike) -> Shaped[np.ndarray, "..."]:
    """An array of zeros that JAX can use where it lies: it shares memory only from a 64th byte on.

    NumPy's own arrays may begin anywhere, and are then copied: the data would be there twice.
    """
    size = math.prod(shape) * np.dtype(dtype).itemsize
    memory = np.zeros(size + ALIGNMENT, np.uint8)
    first = -memory.ctypes.data % ALIGNMENT
    return memory[first : first + size].view(dtype).reshape(shape)


def bucket(size: int) -> int:
    """The smallest number >= `size` with at most three significant bits.

    1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 14, 16, 20, 24, 28, 32, 40, ...: at most a quarter is padding.
    """
    shift = max(size.bit_length() - 3, 0)
    return -(-size >> shift) << shift


def row_bucket(rows: int) -> int:
    """The bucket of a table's rows: a `bucket`, but for small tables one of 48, 96, 192, 384, 768.

    The folds of a cross-validation differ by a row or a few. Among so few sizes they all but
    always have the same one, and then compile once. Small tables waste little by it: no update
    looks at padding. (Powers of two would be the edges that tables and their parts often lie on.)
    """
    return next((size for size in SMALL if size >= rows), bucket(rows))
