"""descenso speaks the reader's language: how it is chosen, and that the catalogues are sound."""

import importlib.util
import string
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from descenso import i18n

CATALOGUES = sorted(Path(i18n.__file__).parent.rglob("*.po"))
LOCALE_VARIABLES = ("DESCENSO_LANG", "LC_ALL", "LC_MESSAGES", "LANG")

TINY_CATALOGUE = """
msgid ""
msgstr "Content-Type: text/plain; charset=utf-8\\nPlural-Forms: nplurals=2; plural=(n != 1);\\n"

msgid "{path}: the file is empty."
msgstr "{path}: el archivo está vacío."

msgid "{n} row"
msgid_plural "{n} rows"
msgstr[0] "{n} fila"
msgstr[1] "{n} filas"
"""


def test_every_language_but_english_has_a_catalogue():
    assert {po.parts[-3] for po in CATALOGUES} == set(i18n.LANGUAGES) - {"en"}


def test_a_chosen_language_comes_before_all_others(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("DESCENSO_LANG", "en")
    i18n.use_language("es")
    assert i18n.language() == "es"


def test_descenso_lang_comes_before_the_locale(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")
    monkeypatch.setenv("DESCENSO_LANG", "es")
    assert i18n.language() == "es"


@pytest.mark.parametrize("variable", ["LC_ALL", "LC_MESSAGES", "LANG"])
def test_without_a_choice_the_locale_decides(monkeypatch: pytest.MonkeyPatch, variable: str):
    for name in LOCALE_VARIABLES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv(variable, "es_MX.UTF-8")
    assert i18n.language() == "es"


def test_a_language_without_a_catalogue_is_answered_in_english(monkeypatch: pytest.MonkeyPatch):
    for name in LOCALE_VARIABLES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "fr_FR.UTF-8")
    assert i18n.language() == "en"


@pytest.mark.usefixtures("tiny_catalogue")
def test_a_translated_sentence_is_said_in_the_language_chosen():
    sentence = "{path}: the file is empty."
    assert i18n.gettext(sentence) == sentence
    i18n.use_language("es")
    assert i18n.gettext(sentence) == "{path}: el archivo está vacío."


@pytest.mark.usefixtures("tiny_catalogue")
def test_a_number_decides_the_form_of_the_sentence():
    i18n.use_language("es")
    said = [i18n.ngettext("{n} row", "{n} rows", n).format(n=n) for n in (0, 1, 2)]
    assert said == ["0 filas", "1 fila", "2 filas"]


@pytest.mark.usefixtures("tiny_catalogue")
def test_a_sentence_without_a_translation_is_said_in_english():
    i18n.use_language("es")
    assert i18n.gettext("Nobody translated this.") == "Nobody translated this."


@pytest.mark.parametrize("po", CATALOGUES, ids=lambda po: po.parts[-3])
def test_no_sentence_of_the_code_lacks_its_translation_and_none_is_left_over(po: Path):
    # `make messages` collects them; then translate.
    assert {meant[0] for meant, _said in translated(po)} == sentences()


@pytest.mark.parametrize("po", CATALOGUES, ids=lambda po: po.parts[-3])
def test_each_catalogue_is_compiled_as_it_stands(po: Path):
    i18n.use_language(po.parts[-3])
    for meant, said in translated(po):
        if len(meant) == 1:
            assert [i18n.gettext(meant[0])] == said
        else:
            assert [i18n.ngettext(meant[0], meant[1], n) for n in (1, 2)] == said


@pytest.mark.parametrize("po", CATALOGUES, ids=lambda po: po.parts[-3])
def test_translations_keep_the_placeholders(po: Path):
    # A plural's forms are taken together: a singular may say "one row" instead of "{n} row".
    for meant, said in translated(po):
        assert placeholders(said) == placeholders(meant), said


@pytest.fixture
def tiny_catalogue(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Two Spanish sentences in place of descenso's catalogue, compiled as the build does it."""
    po = tmp_path / "locale/es/LC_MESSAGES/descenso.po"
    po.parent.mkdir(parents=True)
    po.write_text(TINY_CATALOGUE, encoding="utf-8")
    compile_catalogues(tmp_path)
    monkeypatch.setattr(i18n, "__file__", str(tmp_path / "__init__.py"))
    i18n._catalogue.cache_clear()
    yield
    i18n._catalogue.cache_clear()


def compile_catalogues(folder: Path) -> None:
    """What hatch_build.py, which is no part of the package, does when descenso is built."""
    file = Path(__file__).parents[1] / "hatch_build.py"
    spec = importlib.util.spec_from_file_location("hatch_build", file)
    assert spec and spec.loader
    hatch_build = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(hatch_build)
    hatch_build.compile_catalogues(folder)


def translated(po: Path) -> list[tuple[list[str], list[str]]]:
    """The sentences of a catalogue and their translations, each with its plural if it has one."""
    with po.open("rb") as file:
        entries = [(forms(entry.id), forms(entry.string)) for entry in read_po(file) if entry.id]
    return [(meant, said) for meant, said in entries if all(said)]


def sentences() -> set[str]:
    """What is marked for translation anywhere in the package, as `make messages` finds it."""
    marks = {"_": None, "N_": None, "gettext": None, "ngettext": (1, 2)}
    found = extract_from_dir(Path(i18n.__file__).parent, keywords=marks)
    return {forms(message)[0] for _file, _line, message, _comments, _context in found}


def forms(text: str | Iterable[str] | None) -> list[str]:
    return [text] if isinstance(text, str) else list(text or ())


def placeholders(texts: list[str]) -> set[str]:
    parts = chain.from_iterable(map(string.Formatter().parse, texts))
    return {name for _, name, _, _ in parts if name is not None}
