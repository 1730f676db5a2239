"""The errors that bad input raises.

Only bad input raises, and a full disk. A training that goes wrong is a result of the run.
Every message is one line that says what was found, what is allowed and how to fix it; the command
line prints it and exits with status 2.
"""


class InputError(ValueError):
    """Something given to descenso cannot be used; the message says what, and how to fix it."""


class RecipeError(InputError):
    """A field of the recipe holds a value that it may not hold."""


class TableError(InputError):
    """A table, or a column or a row of it, cannot be used as it is."""


class NonFiniteError(TableError):
    """A value of a table is infinite, or too large for a 32-bit number."""


class RunError(InputError):
    """A run on disk is missing, damaged, of another version, or in use by another process."""


class DiskError(RuntimeError):
    """The disk is full. It is nobody's mistake, so it is no `InputError`, and the status is 1."""
