"""Polars' own complaints about damaged files, kept from the screen."""

import os
from collections.abc import Generator
from contextlib import contextmanager


@contextmanager
def silence() -> Generator[None]:
    """Let nothing reach standard error, not even what compiled code writes there.

    Where a file is damaged, Polars may write a trace of its own calls before it raises.
    """
    try:
        kept = os.dup(2)
    except OSError:
        # There is no standard error to silence.
        yield
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)
