"""Fresh processes, so that what is measured shares nothing with what was measured before."""

import multiprocessing
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from typing import Any


def alone(function: Callable[..., Any], *arguments: Any) -> Any:
    """The result of a function that is called in a fresh process."""
    with fresh_process() as process:
        return process.submit(function, *arguments).result()


def fresh_process() -> ProcessPoolExecutor:
    """A process that has inherited nothing."""
    return ProcessPoolExecutor(1, multiprocessing.get_context("spawn"))
