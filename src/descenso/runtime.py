"""The machine that a training runs on: its compilation cache, and what a repetition depends on."""

import os
import platform
import warnings
from importlib.metadata import version
from typing import Any

import jax
from platformdirs import user_cache_path

PACKAGES = ("descenso", "jax", "jaxlib", "equinox", "optax", "numpy", "polars")


def use_compilation_cache() -> None:
    """Keep compiled programs in the user's cache folder, so that a second training need not wait.

    A folder that was chosen before (JAX_COMPILATION_CACHE_DIR, or jax.config) stays.
    """
    # An entry that a killed process left half written is compiled again; nobody need hear of it.
    warnings.filterwarnings("ignore", "Error reading persistent compilation cache entry")
    if jax.config.values["jax_compilation_cache_dir"] is None:
        jax.config.update("jax_compilation_cache_dir", str(user_cache_path("descenso") / "jax"))
        # JAX skips what compiles in under a second, which is every program here.
        jax.config.update("jax_persistent_cache_min_compile_time_secs", 0.0)
        jax.config.update("jax_persistent_cache_min_entry_size_bytes", -1)


def environment() -> dict[str, Any]:
    """What a bit-identical repetition depends on, beside the recipe and the data."""
    return {
        **{name: version(name) for name in PACKAGES},
        "python": platform.python_version(),
        "platform": platform.platform(),
        "processor": platform.machine(),
        "device": jax.devices()[0].device_kind,
        "cores": _cores(),
        "xla_flags": os.environ.get("XLA_FLAGS", ""),
    }


# What of it may change the last bits of a sum.
BIT_RELEVANT = ("jaxlib", "processor", "device", "cores", "xla_flags")


def differences(then: dict[str, Any], now: dict[str, Any]) -> list[str]:
    """What has changed between two environments that may change a result's last bits."""
    return [
        f"{name} {then.get(name)} → {now.get(name)}"
        for name in BIT_RELEVANT
        if then.get(name) != now.get(name)
    ]


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
