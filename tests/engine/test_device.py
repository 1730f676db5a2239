"""What a repetition depends on is written down, and what has changed of it is reported."""

import os
from pathlib import Path

import jax
import pytest

import descenso
from descenso.engine import device
from descenso.errors import InputError
from descenso.runs.store.history import finite

from ..support import small_tables


@pytest.fixture
def cache():
    """JAX's cache as it was, once the test is done."""
    names = (
        "jax_compilation_cache_dir",
        "jax_persistent_cache_min_compile_time_secs",
        "jax_persistent_cache_min_entry_size_bytes",
    )
    before = {name: jax.config.values[name] for name in names}
    yield before
    for name, value in before.items():
        jax.config.update(name, value)


def test_the_environment_says_versions_and_machine():
    found = device.environment()
    assert found["jax"] == jax.__version__
    assert found["cores"] == len(os.sched_getaffinity(0))
    assert {"descenso", "jaxlib", "python", "platform", "processor", "device"} <= set(found)
    assert found == finite(found)


def test_nothing_has_changed_from_now_to_now():
    assert device.differences(device.environment(), device.environment()) == []


def test_what_may_change_the_last_bits_is_reported_and_nothing_else():
    then = device.environment() | {"jaxlib": "0.1", "polars": "0.2"}
    (change,) = device.differences(then, device.environment())
    assert change == f"jaxlib 0.1 → {device.environment()['jaxlib']}"


def test_what_was_not_written_down_then_counts_as_changed():
    then = device.environment()
    del then["device"]
    assert device.differences(then, device.environment())[0].startswith("device None →")


@pytest.fixture
def chosen_device():
    """JAX's choice of a device as it was, once the test is done."""
    names = ("jax_default_device", "jax_platforms")
    before = {name: jax.config.values[name] for name in names}
    yield
    for name, value in before.items():
        jax.config.update(name, value)


@pytest.mark.usefixtures("chosen_device")
def test_the_device_that_was_chosen_computes_and_is_written_down():
    [first, *_others] = jax.devices("cpu")
    device.use_device("cpu")
    assert jax.numpy.zeros(3).devices() == {first}
    assert device.environment()["device"] == first.device_kind


@pytest.mark.usefixtures("chosen_device", "cache")
def test_descenso_device_chooses_where_nothing_else_did(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("DESCENSO_DEVICE", "cpu")
    device.set_up()
    assert jax.config.values["jax_default_device"] == jax.devices("cpu")[0]
    monkeypatch.setenv("DESCENSO_DEVICE", "abacus")
    device.set_up()


@pytest.mark.usefixtures("chosen_device")
def test_a_device_that_is_not_there_is_refused_with_those_that_are():
    with pytest.raises(InputError, match=r"^device is 'abacus', but .*; available: .*\bcpu\b"):
        device.use_device("abacus")


def test_a_cache_that_was_chosen_before_stays(cache: dict):
    assert cache["jax_compilation_cache_dir"] is not None
    device.use_compilation_cache()
    assert {name: jax.config.values[name] for name in cache} == cache


def test_without_a_choice_programs_are_kept_in_the_users_cache(cache: dict):
    jax.config.update("jax_compilation_cache_dir", None)
    device.use_compilation_cache()
    chosen = Path(jax.config.values["jax_compilation_cache_dir"])
    assert chosen.parts[-2:] == ("descenso", "jax")
    assert jax.config.values["jax_persistent_cache_min_compile_time_secs"] == 0


@pytest.mark.skipif(not device.MAPPINGS.exists(), reason="Linux's alone")
def test_networks_of_ever_other_shapes_do_not_fill_the_memory_map(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    # Beyond Linux's limit XLA would kill the process.
    def mapped_after(width: int) -> int:
        descenso.train(small_tables.numbers(), **small_tables.plain(hidden_layers=(width,)))
        return device.mappings()

    before = mapped_after(40)
    one = mapped_after(41) - before
    assert one > 0
    allowed = before + 2 * one
    limit = tmp_path / "max_map_count"
    limit.write_text(str(2 * allowed))
    monkeypatch.setattr(device, "MOST_MAPPINGS", limit)
    assert max(map(mapped_after, range(42, 50))) < allowed + 2 * one


def test_a_system_that_does_not_state_its_limit_trains_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(device, "MOST_MAPPINGS", tmp_path / "not there")
    assert descenso.train(small_tables.numbers(), **small_tables.plain()).stopped == "epochs"
