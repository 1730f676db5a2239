import shutil
from pathlib import Path

import pytest

from descenso.errors import RunError
from descenso.runs.store.disk_space import check_space, check_writable


def test_a_folder_that_can_be_made_may_be_written(tmp_path: Path):
    check_writable(tmp_path)
    check_writable(tmp_path / "not" / "there" / "yet")
    assert not any(tmp_path.iterdir())


def test_what_is_no_folder_is_refused_with_the_reason(tmp_path: Path):
    (tmp_path / "file").touch()
    with pytest.raises(RunError, match=r"file/runs: no run can be kept there \(Not a directory\)"):
        check_writable(tmp_path / "file" / "runs")


def test_space_is_stated_in_sizes_that_people_read(tmp_path: Path):
    free = shutil.disk_usage(tmp_path).free
    check_space(tmp_path / "runs", free // 2)
    with pytest.raises(RunError, match=r"runs: the run may need 1e\+03 TB there, but .* are free"):
        check_space(tmp_path / "runs", 10**15)
