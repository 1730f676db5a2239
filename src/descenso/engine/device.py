"""The machine that a training runs on: its device, its cache, what a repetition depends on."""

import os
import platform
import warnings
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import jax
from jax.extend.backend import backends, get_default_device
from platformdirs import user_cache_path

from descenso.errors import InputError
from descenso.i18n import gettext as _

# Linux's.
MAPPINGS = Path("/proc/self/maps")
MOST_MAPPINGS = Path("/proc/sys/vm/max_map_count")

PACKAGES = ("descenso", "jax", "jaxlib", "equinox", "optax", "numpy", "polars")


def set_up() -> None:
    """Make this process ready to train: the device that DESCENSO_DEVICE names, and the cache.

    Raises:
        InputError: there is no such device.
    """
    wished = os.environ.get("DESCENSO_DEVICE")
    if wished and jax.config.values["jax_default_device"] is None:
        use_device(wished)
    use_compilation_cache()


def use_device(name: str) -> None:
    """Compute on `cpu`, `gpu` or `tpu` from now on, in the whole process.

    Raises:
        InputError: there is no such device.
    """
    if name == "cpu":
        # Before JAX has started anything: a GPU's memory is then left to others.
        jax.config.update("jax_platforms", "cpu")
    jax.config.update("jax_default_device", _first(name))


def use_compilation_cache() -> None:
    """Keep compiled programs in the user's cache folder, so that a second training need not wait.

    A folder that was chosen before (JAX_COMPILATION_CACHE_DIR, or jax.config) stays.
    """
    # An entry that a killed process left half written is compiled again, without a warning.
    warnings.filterwarnings("ignore", "Error reading persistent compilation cache entry")
    if jax.config.values["jax_compilation_cache_dir"] is None:
        jax.config.update("jax_compilation_cache_dir", str(user_cache_path("descenso") / "jax"))
        # JAX skips what compiles in under a second, which is every program here.
        jax.config.update("jax_persistent_cache_min_compile_time_secs", 0.0)
        jax.config.update("jax_persistent_cache_min_entry_size_bytes", -1)


def forget_surplus_programs(share: float = 0.5) -> None:
    """Let go of the compiled programs where they take more than a share of what may be mapped.

    All that a process compiles stays in its memory, each program in some hundred mappings. Linux
    grants a process so many (vm.max_map_count), and XLA dies of a segmentation fault when there are
    no more: after 200 networks of different shapes, say. What is forgotten is read from the cache
    when it is needed again.
    """
    try:
        full = mappings() > share * int(MOST_MAPPINGS.read_text())
    except OSError:
        return  # another system, or a Linux without this file
    if full:
        jax.clear_caches()


def mappings() -> int:
    """In how many pieces the memory of this process is mapped."""
    return MAPPINGS.read_bytes().count(b"\n")


def environment() -> dict[str, Any]:
    """What a bit-identical repetition depends on, beside the recipe and the data."""
    return {
        **_versions(),
        "python": platform.python_version(),
        "platform": platform.platform(),
        "processor": platform.machine(),
        "device": get_default_device().device_kind,
        "cores": _cores(),
        "xla_flags": os.environ.get("XLA_FLAGS", ""),
    }


@cache
def _versions() -> dict[str, str]:
    """Of what is installed: looked up once, since every small training asks."""
    return {name: version(name) for name in PACKAGES}


# What of it may change the last bits of a sum.
BIT_RELEVANT = ("jaxlib", "processor", "device", "cores", "xla_flags")


def differences(then: dict[str, Any], now: dict[str, Any]) -> list[str]:
    """What has changed between two environments that may change a result's last bits."""
    return [
        f"{name} {then.get(name)} → {now.get(name)}"
        for name in BIT_RELEVANT
        if then.get(name) != now.get(name)
    ]


def _first(name: str) -> Any:
    """The first device of a kind."""
    try:
        return jax.devices(name)[0]
    except RuntimeError:
        # JAX calls a GPU by its maker's platform, cuda or rocm.
        there = {"cpu": "cpu", "tpu": "tpu"}
        available = sorted({there.get(each, "gpu") for each in backends()})
        raise InputError(
            _(
                "device is {found!r}, but JAX finds none here; available: {available}. A GPU of "
                "NVIDIA needs descenso[cuda]."
            ).format(found=name, available=", ".join(available))
        ) from None


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
