"""The sizes that arrays are padded to, so that tables of nearly equal size share one program."""


def bucket(size: int) -> int:
    """The smallest number >= `size` with at most three significant bits.

    1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 14, 16, 20, 24, 28, 32, 40, ...: at most a quarter is padding,
    and the folds of a cross-validation, which differ by a row, mostly fall into the same bucket.
    """
    shift = max(size.bit_length() - 3, 0)
    return -(-size >> shift) << shift
