"""The generated parts of the documents are up to date: `make docs` writes them."""

import importlib.util
from types import ModuleType

import pytest

from descenso.doctor.causes import causes
from descenso.i18n import LANGUAGES

from ..support.documents import ROOT


def write_reference() -> ModuleType:
    """tools/write_reference.py, which is not part of the package."""
    spec = importlib.util.spec_from_file_location(
        "write_reference", ROOT / "tools/write_reference.py"
    )
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


REFERENCE = write_reference()


def test_every_generated_part_is_what_the_program_says():
    for path, text in REFERENCE.documents().items():
        assert path.read_text() == text, f"{path} is stale: run python tools/write_reference.py"


def test_a_document_without_the_part_is_an_error():
    with pytest.raises(ValueError, match="no part between <!-- lessons -->"):
        REFERENCE.replaced("no markers here", "lessons", "text")


def test_every_package_says_what_is_in_it():
    shown = REFERENCE.packages_table("en")
    for package in (ROOT / "src/descenso").rglob("__init__.py"):
        where = package.parent.relative_to(ROOT / "src/descenso")
        assert where.name == "" or f"| `{where}/` | " in shown
    assert "|  |" not in shown


def test_the_documents_are_written_in_every_language():
    assert set(REFERENCE.FOLDERS) == set(LANGUAGES)


def test_every_cause_says_what_points_at_it_and_what_is_changed():
    for cause in causes().values():
        assert cause.signs
        assert cause.changes
