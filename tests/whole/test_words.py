"""Words that descenso avoids: the list is in docs/glossary.md, with what to write instead."""

import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from ..support.documents import ROOT

CATALOGUE = "src/descenso/locale/es/LC_MESSAGES/descenso.po"
GLOSSARIES = ("docs/glossary.md", "docs/es/glossary.md")
# The lists themselves, and this file.
EXEMPT = {*GLOSSARIES, "tests/whole/test_words.py"}
FOLDERS = ("src", "tests", "docs", "examples", "tools", "benchmarks")
# Names of documents that readers of the repository do not have, and of their rows.
PRIVATE = r"rows? T\d+|design\.md|(?<!from-the-)theory\.md"

# What is left, by folder: a sweep's public `watched`. A number may fall, never grow.
LEFT: dict[str, int] = {
    "src/descenso/api": 1,
    "src/descenso/views": 12,
    "tests": 1,
}


@cache
def avoided(language: str) -> re.Pattern[str]:
    """What the glossary says to avoid in a language, as whole words; quoted ones are values."""
    tables = (ROOT / "docs/glossary.md").read_text().split("## Words to avoid")[1].split("\n\n|")
    table = tables[{"en": 1, "es": 2}[language]]
    words = re.findall(r"`([^`]+)`", "".join(row.split("|")[-3] for row in table.splitlines()[2:]))
    return re.compile(
        rf"(?<![^\W_])(?<![\"'`])({'|'.join(words)})(?![^\W_])(?![\"'`])|{PRIVATE}", re.IGNORECASE
    )


def found(text: str, language: str) -> list[str]:
    # A file's position is not a sentence.
    return [match[0] for match in avoided(language).finditer(text.replace(".tell()", ""))]


def sources_and_documents() -> list[str]:
    inner = (file for name in FOLDERS for file in (ROOT / name).rglob("*") if file.is_file())
    files = [*inner, *ROOT.glob("*.md"), ROOT / "pyproject.toml", ROOT / "Makefile"]
    text = [file for file in files if file.suffix in {".py", ".md", ".toml", ""}]
    return sorted({str(file.relative_to(ROOT)) for file in text} - EXEMPT)


def folder(path: str) -> str:
    parts = Path(path).parts
    return "/".join(parts[:3] if parts[0] == "src" else parts[:1])


def test_words_are_found_whole():
    assert found("Nobody was told; you hear _told.", "en") == ["Nobody", "told", "hear", "told"]
    assert found("It is ill.", "en") == ["ill"]
    assert found('still, skill, until, shear, retell; "ill" and `ill` in JSON', "en") == []
    assert found("Row T6 of theory.md", "en") == ["Row T6", "theory.md"]
    assert found("from-the-theory.md", "en") == []
    assert found("lo sabe de memoria y nadie lo ve", "es") == ["de memoria", "nadie"]


def test_sources_and_documents_avoid_them():
    left: Counter[str] = Counter()
    where: dict[str, list[str]] = {}
    for path in sources_and_documents():
        spanish = path.startswith("docs/es/") or path == "README.es.md"
        words = found((ROOT / path).read_text(encoding="utf-8"), "es" if spanish else "en")
        left[folder(path)] += len(words)
        if words:
            where.setdefault(folder(path), []).append(f"{path}: {', '.join(words)}")
    grown = {each: where[each] for each, count in left.items() if count > LEFT.get(each, 0)}
    assert grown == {}, "docs/glossary.md says what to write instead"


@pytest.mark.parametrize("language", ["en", "es"])
def test_sentences_and_translations_avoid_them(language: str):
    with (ROOT / CATALOGUE).open("rb") as file:
        messages = [message for message in read_po(file) if message.id]
    texts = [
        text
        for message in messages
        for each in (message.id if language == "en" else message.string or "",)
        for text in ([each] if isinstance(each, str) else each)
    ]
    wrong = [f"{', '.join(words)}: {text}" for text in texts if (words := found(text, language))]
    assert len(wrong) <= LEFT.get(f"catalogue {language}", 0), "\n".join(wrong)


def test_both_glossaries_have_the_same_terms():
    english, spanish = (terms(ROOT / path) for path in GLOSSARIES)
    assert [pair for pair in english if pair[0] != "English"] == [
        pair for pair in spanish if pair[0] != "inglés"
    ]


def terms(glossary: Path) -> list[tuple[str, str]]:
    """Each term in English and Spanish, as the first table has them."""
    first = glossary.read_text(encoding="utf-8").split("\n## ")[0]
    return re.findall(r"^\| (.*?) \| (.*?) \|", first, re.MULTILINE)
