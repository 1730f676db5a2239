"""What holds for every test: a fixed world around descenso, and a fair share of the machine.

Everything here is said through environment variables, before anything imports JAX or Polars, so
that the commands which tests start in processes of their own live in the same world.
(jaxtyping's check of every shape, and warnings as errors, are switched on in pyproject.toml.)
"""

import gc
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

CACHE = Path(__file__).parents[1] / ".cache"

# What a person may have set must not reach the tests.
os.environ.pop("DESCENSO_RUNS", None)
os.environ |= {
    "DESCENSO_LANG": "en",
    # Plain text of one width, whatever the terminal.
    "COLUMNS": "100",
    "NO_COLOR": "1",
    # Adding a vector to a matrix by accident is the commonest silent mistake with arrays.
    "JAX_NUMPY_RANK_PROMOTION": "raise",
    # Compiled programs are kept between runs of the tests, and apart from the user's own.
    "XDG_CACHE_HOME": str(CACHE),
    "JAX_COMPILATION_CACHE_DIR": str(CACHE / "jax"),
    "JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS": "0",
    # Tests compile far more than they compute: hundreds of programs, each for a moment. Without
    # optimisation a program is there in a third of the time.
    "XLA_FLAGS": " ".join(
        [
            os.environ.get("XLA_FLAGS", ""),
            "--xla_backend_optimization_level=0",
            "--xla_cpu_use_fusion_emitters=false",
        ]
    ).strip(),
}

# Each of pytest-xdist's workers takes its share of the cores: libraries that all start a thread per
# core would spend their time taking turns. NPROC is what XLA asks.
workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
if workers > 1:
    share = str(max(1, (os.cpu_count() or 1) // workers))
    os.environ |= {"NPROC": share, "OMP_NUM_THREADS": share, "POLARS_MAX_THREADS": share}

# Only now: under the check of shapes, importing anything of descenso brings JAX along.
from hypothesis import settings  # noqa: E402

from descenso.engine.device import forget_surplus_programs  # noqa: E402
from descenso.i18n import use_language  # noqa: E402

from .support.trained_runs import multiclass as multiclass  # noqa: E402
from .support.trained_runs import regression as regression  # noqa: E402
from .support.trained_runs import report_of_classes as report_of_classes  # noqa: E402
from .support.trained_runs import report_of_numbers as report_of_numbers  # noqa: E402

# The examples of a property are the same each time and everywhere, and rest on nothing that an
# earlier run kept; `make fuzz` draws others. The first one pays for compilation, so none has a
# deadline.
settings.register_profile("same", deadline=None, derandomize=True, database=None)
settings.register_profile("anew", deadline=None, print_blob=True)
settings.load_profile("anew" if "DESCENSO_FUZZ" in os.environ else "same")


def pytest_collection_finish() -> None:
    """Spare the garbage collector what lives as long as the tests do.

    A million objects of libraries and tests, which it would otherwise walk through again and again:
    a quarter of all time (measured).
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 50)


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Each test starts with no language chosen, whatever the one before it chose."""
    use_language(None)
    yield
    use_language(None)


@pytest.fixture(autouse=True, scope="module")
def room_for_programs() -> None:
    """A file of tests compiles less than a quarter of what a process may hold.

    So that none of its trainings is the one that forgets what a test counts as compiled already.
    """
    forget_surplus_programs(share=0.25)
