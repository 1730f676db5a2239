"""A run's folder is made where it was asked for, and found again by what a person remembers."""

import os
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from descenso.errors import RunError
from descenso.runs.store.folder import (
    check_fresh,
    find,
    id_of,
    listing,
    make_folder,
    new_folder,
    remove,
)
from descenso.runs.store.lock import writing
from descenso.runs.store.run_file import RUN, RunFile, write_run

NOW = datetime(2026, 11, 23, 18, 49, 41, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path, run: RunFile):
    """Stores a run in `runs` under a folder's name."""

    def store(name: str, **changes) -> Path:
        path = tmp_path / "runs" / name
        make_folder(path)
        write_run(path, run.model_copy(update=changes))
        return path

    return store


@pytest.fixture
def runs(tmp_path: Path) -> Path:
    return tmp_path / "runs"


def test_a_new_folder_names_its_time_target_and_id(tmp_path: Path):
    path = new_folder(tmp_path / "some/runs", "species", NOW)
    assert path.is_dir()
    assert path.parent == tmp_path / "some/runs"
    assert re.fullmatch(r"2026-11-23T18-49-41-species-[0-9a-f]{8}", path.name)
    assert path.name.endswith(id_of(path))


def test_folders_of_the_same_second_and_target_differ(tmp_path: Path):
    paths = {new_folder(tmp_path, "species", NOW) for _ in range(20)}
    assert len(paths) == 20


@given(target=st.text(min_size=1))
@pytest.mark.parametrize("awkward", ["", "../../etc/", "a/b\\c:d*e?", "precio €\n", "x" * 300])
def test_any_target_makes_a_name_that_every_file_system_takes(tmp_path_factory, awkward, target):
    runs = tmp_path_factory.mktemp("runs")
    path = new_folder(runs, awkward + target, NOW)
    assert path.resolve().parent == runs.resolve()
    assert not set(path.name) & set('/\\:*?"<>|\0\n ')
    assert len(path.name) < 100


def test_a_place_that_cannot_be_written_is_reported(tmp_path: Path):
    (tmp_path / "file").touch()
    with pytest.raises(RunError, match="it cannot be read or written"):
        new_folder(tmp_path / "file/runs", "species", NOW)


def test_a_folder_named_exactly_is_made_with_its_parents(tmp_path: Path):
    make_folder(tmp_path / "a/b")
    assert (tmp_path / "a/b").is_dir()
    make_folder(tmp_path / "a/b")  # it is still empty


def test_only_a_new_or_empty_place_is_fresh(tmp_path: Path):
    check_fresh(tmp_path)
    check_fresh(tmp_path / "new")
    (tmp_path / "file").touch()
    for taken in (tmp_path, tmp_path / "file"):
        with pytest.raises(RunError, match=r"something is there already.*--run-dir"):
            check_fresh(taken)


def test_what_a_killed_process_left_before_it_made_a_run_is_in_nobodys_way(tmp_path: Path):
    with writing(tmp_path):
        (tmp_path / "data.parquet").touch()
        (tmp_path / "model").mkdir()
        with pytest.raises(RunError, match="something is there already"):
            check_fresh(tmp_path)  # somebody is making it
    check_fresh(tmp_path)
    (tmp_path / "mine.txt").touch()
    with pytest.raises(RunError, match="something is there already"):
        check_fresh(tmp_path)


def test_a_run_is_found_by_path_name_id_or_as_the_latest(runs: Path, store):
    old = store("2025-01-01T00-00-00-price-aaaa0000", id="aaaa0000", created="2025-01-01")
    new = store("2026-01-01T00-00-00-churn-bbbb0000", id="bbbb0000", created="2026-01-01")
    for reference in (old, str(old), "aaaa0000", "a", "2025", old.name):
        assert find(reference, runs) == old
    assert find("latest", runs) == new


def test_a_run_in_a_folder_named_by_hand_is_found_by_its_id_too(runs: Path, store):
    path = store("mine", id="cccc0000")
    assert find("cc", runs) == path
    assert find("mine", runs) == path


def test_a_path_comes_before_a_name(
    tmp_path: Path, runs: Path, store, monkeypatch: pytest.MonkeyPatch
):
    store("abc")
    here = store("../abc")
    monkeypatch.chdir(tmp_path)
    assert find("abc", runs).resolve() == here.resolve()


def test_the_latest_is_never_a_folder_of_that_name(runs: Path, store, monkeypatch):
    store("latest", created="2020-01-01")
    new = store("new", created="2026-01-01")
    monkeypatch.chdir(runs)
    assert find("latest", runs) == new


def test_a_beginning_that_several_share_is_refused_with_their_names(runs: Path, store):
    store("one", id="abc10000")
    store("two", id="abc20000")
    with pytest.raises(RunError, match=r"abc matches 2 runs \((one, two|two, one)\)"):
        find("abc", runs)
    assert find("abc2", runs).name == "two"


@pytest.mark.parametrize("reference", ["zzzz", "", "no/such/run", Path("no/such/run")])
def test_a_missing_run_is_reported(runs: Path, store, reference):
    store("one")
    with pytest.raises(RunError, match=r"not a run.*`descenso runs` lists them"):
        find(reference, runs)


def test_a_folder_that_holds_no_run_is_none(tmp_path: Path, runs: Path):
    with pytest.raises(RunError, match="not a run"):
        find(tmp_path, runs)


def test_without_runs_there_is_no_latest(runs: Path):
    with pytest.raises(RunError, match="there are no runs here yet"):
        find("latest", runs)


def test_runs_are_listed_newest_first(runs: Path, store):
    dates = ["2025-05-01", "2026-01-01", "2024-12-31"]
    for date in dates:
        store(f"of-{date}", created=date)
    (runs / "notes").mkdir()
    entries = listing(runs)
    assert [entry.run.created for entry in entries if entry.run] == sorted(dates, reverse=True)
    assert {entry.status for entry in entries} == {"finished"}


def test_listing_runs_does_not_wait_for_jax(runs: Path, store, python):
    store("one")
    process = python(
        "import pathlib, sys\n"
        "from descenso.runs.store.folder import listing\n"
        "print(*(entry.path.name for entry in listing(pathlib.Path(sys.argv[1]))))\n"
        "print('jax' in sys.modules)",
        runs,
    )
    assert process.communicate()[0].split() == ["one", "False"]


def test_where_there_is_no_folder_there_are_no_runs(runs: Path):
    assert listing(runs) == []


def test_a_damaged_run_is_listed_with_its_problem(runs: Path, store):
    sound = store("sound", created="2020-01-01")
    damaged = store("damaged")
    (damaged / RUN).write_text("{")
    first, second = listing(runs)
    assert (first.path, first.run, first.status) == (damaged, None, "damaged")
    assert "run.json: the file is damaged" in first.problem
    assert (second.path, second.problem) == (sound, "")


def test_a_run_that_is_training_is_interrupted_once_no_process_writes_it(runs: Path, store):
    path = store("one", status="training")
    with writing(path):
        assert listing(runs)[0].status == "training"
    assert listing(runs)[0].status == "interrupted"


def test_a_removed_run_is_gone_and_the_others_stay(runs: Path, store):
    one, two = store("one"), store("two")
    (one / "snapshots").mkdir()
    (one / "snapshots/000001.safetensors").touch()
    remove(one)
    assert list(runs.iterdir()) == [two]


def test_only_a_run_is_removed(tmp_path: Path):
    (tmp_path / "thesis.tex").touch()
    with pytest.raises(RunError, match="this is not a run"):
        remove(tmp_path)
    (tmp_path / RUN).write_text('{"name": "another program\'s"}')
    with pytest.raises(RunError, match="damaged, or descenso did not write it"):
        remove(tmp_path)
    assert (tmp_path / "thesis.tex").exists()


def test_a_run_that_is_being_written_is_not_removed(store):
    path = store("one", status="training")
    with (
        writing(path),
        pytest.raises(RunError, match=f"process {os.getpid()} is writing this run"),
    ):
        remove(path)
    assert (path / RUN).exists()
