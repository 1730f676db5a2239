"""How the columns of an encoded table lie in memory: what the data and the network agree on.

An encoded table is one float32 matrix, a row per example. First come the numbers (numeric columns,
and the zeros and ones of one-hot encoded categories), then one column of codes for each embedded
category. A code is a whole number stored as a float, exact up to 2²⁴.
"""

from dataclasses import dataclass


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
