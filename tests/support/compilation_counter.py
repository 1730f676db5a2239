"""Counting what JAX compiles."""

from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

import jax


@contextmanager
def compilations() -> Generator[list[str]]:
    """The names of the programs that are compiled inside the block."""
    compiled: list[str] = []

    def listen(event: str, duration_secs: float, **about: Any) -> None:
        if event == "/jax/core/compile/backend_compile_duration":
            compiled.append(about["fun_name"])

    jax.monitoring.register_event_duration_secs_listener(listen)
    try:
        yield compiled
    finally:
        jax.monitoring.unregister_event_duration_listener(listen)
