"""The guide: its examples come out as shown, in both languages, and the site has no gap."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

import descenso

from ..support.documents import ROOT, Block, bare_commands, blocks, commands, follow, is_program

DOCS = ROOT / "docs"
# Benchmarks are measured and not followed, and Python's reference is made of English docstrings.
ENGLISH_ONLY = {"benchmarks.md", "reference.md"}
GUIDE = sorted(page for page in DOCS.glob("*.md") if page.name not in ENGLISH_ONLY)
PAGES = [(page, "en") for page in GUIDE] + [(DOCS / "es" / page.name, "es") for page in GUIDE]
RUN = [(page, language) for page, language in PAGES if blocks(page)]
RUN.append((DOCS / "benchmarks.md", "en"))


@pytest.mark.parametrize(
    ("page", "language"), RUN, ids=[f"{page.stem}-{language}" for page, language in RUN]
)
def test_what_a_page_shows_is_what_comes(page: Path, language: str, tmp_path: Path):
    # The same program prints the same: those that a page shares with the English one ran there.
    known = [] if language == "en" else [block.text for block in programs(DOCS / page.name)]
    assert list(follow(page, tmp_path, language, known)) == []


@pytest.mark.parametrize("page", GUIDE, ids=lambda page: page.stem)
def test_a_page_says_the_same_in_spanish(page: Path):
    spanish = DOCS / "es" / page.name
    assert typed(spanish) == typed(page)
    assert files(spanish) == files(page)
    assert len(programs(spanish)) == len(programs(page))
    # Sections, rows of tables, points of lists: as many, in the same order.
    assert outline(spanish) == outline(page)


def test_each_page_leads_to_its_other_language():
    for page in GUIDE:
        assert f"[Español](es/{page.name})" in page.read_text()
        assert f"[English](../{page.name})" in (DOCS / "es" / page.name).read_text()


def test_there_is_no_spanish_page_without_its_english():
    pages = {page.name for page in (DOCS / "es").glob("*.md")}
    assert pages == {page.name for page in GUIDE}


def test_the_reference_has_every_public_name():
    named = re.findall(r"^::: descenso\.(\w+)$", (DOCS / "reference.md").read_text(), re.MULTILINE)
    assert sorted(named) == sorted(descenso.__all__)


def test_every_variable_that_is_asked_for_is_explained():
    sources = [path.read_text() for path in (ROOT / "src/descenso").rglob("*.py")]
    asked = {name for text in sources for name in re.findall(r'"(DESCENSO_[A-Z]+)"', text)}
    assert len(asked) > 3
    for page in (DOCS / "environment.md", DOCS / "es/environment.md"):
        assert asked <= set(re.findall(r"`(DESCENSO_\w+)`", page.read_text()))


def test_the_site_builds_and_every_link_leads_somewhere(tmp_path: Path):
    pytest.importorskip("properdocs")
    built = subprocess.run(
        [sys.executable, "-m", "properdocs", "build", "--strict", "--quiet", "-d", str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert (built.returncode, built.stderr) == (0, "")
    reference = (tmp_path / "reference.html").read_text()
    assert all(f"descenso.{name}" in reference for name in descenso.__all__)
    # Readers who are offline, or do not want to be counted, miss nothing.
    for page in tmp_path.rglob("*.html"):
        assert not re.search(r'(?:src|<link[^>]*href)="https?://', page.read_text()), page


def programs(page: Path) -> list[Block]:
    return [block for block in blocks(page) if is_program(block)]


def files(page: Path) -> list[Block]:
    return [block for block in blocks(page) if block.title]


def typed(page: Path) -> list[str]:
    """The commands that a page shows."""
    found: list[str] = []
    for block in blocks(page):
        found += [shown.command for shown in commands(block)] if block.language == "console" else []
        found += bare_commands(block)
    return found


def outline(page: Path) -> list[str]:
    """What begins the lines that are headings, rows or points, outside blocks."""
    text = re.sub(r"^```.*?^```$", "", page.read_text(), flags=re.MULTILINE | re.DOTALL)
    # What a benchmark wrote stands in English only.
    text = re.sub("<!-- written by .*?<!-- end -->", "", text, flags=re.DOTALL)
    starts = re.findall(r"^(#+ |\||- |\d\. )", text, re.MULTILINE)
    # Pages that exist in one language only are listed there only.
    return [start for start in starts if page.stem != "index" or start.startswith("#")]
