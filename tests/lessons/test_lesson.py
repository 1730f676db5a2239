"""What all lessons have in common: subjects, tables, charts, pages, JSON."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

import descenso
from descenso import lessons
from descenso.lessons import TOPICS, topics
from descenso.lessons.lesson import Lesson

from ..support.pages import Reader
from ..support.small_tables import PLAIN, classes


@pytest.fixture(scope="module")
def lesson() -> Lesson:
    return lessons.activations(epochs=2)


def test_every_file_among_the_topics_is_a_lesson_that_is_listed():
    files = {each.stem for each in Path(topics.__path__[0]).glob("[!_]*.py")}
    assert {topic.replace("-", "_") for topic in TOPICS} == files
    for name in files:
        assert getattr(lessons, name).__doc__
        assert name in dir(lessons)


def test_listing_the_lessons_imports_no_jax():
    code = "import sys, descenso.lessons as l; print(len(l.TOPICS) > 9, 'jax' in sys.modules)"
    came = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert came.stdout.split() == ["True", "False"]


def test_a_lesson_is_json(lesson: Lesson):
    values = json.loads(json.dumps(lesson.to_dict(), allow_nan=False))
    assert set(values) == {"topic", "title", "subject", "essence", "numbers", "tables"}
    assert values["tables"]["flat"][2]["flat_above"] is None


def test_a_page_is_whole_by_itself(lesson: Lesson):
    page = lesson.page()
    assert "<script" not in page
    assert "http" not in page.replace("http://www.w3.org/", "")
    assert len(page) < 500_000
    assert page.count('role="img"') == 1


def test_a_page_holds_no_markup_of_the_user_s(tmp_path: Path):
    X, y = classes(["<b>one</b>", "<script>two"])
    page = lessons.losses((X, y), hidden_layers=(4,), epochs=2).page()
    assert "<script>" not in page and "<b>one" not in page
    assert "&lt;script&gt;two" in page


def test_a_notebook_shows_it(lesson: Lesson):
    seen = Reader(f"<div>{lesson._repr_html_()}</div>")
    assert lesson.title in seen.said
    assert "svg" in seen.tags


def test_a_run_has_its_recipe(tmp_path: Path):
    run = descenso.train(classes(["a", "b"]), **PLAIN)
    with pytest.raises(descenso.InputError, match="epochs cannot be changed"):
        lessons.activations(run, epochs=3)
    assert run.id in lessons.activations(run).subject


def test_a_run_on_disk_and_one_in_memory_give_the_same_lesson(tmp_path: Path):
    run = descenso.train(classes(["a", "b"]), **PLAIN)
    saved = run.save(tmp_path / "run")
    assert lessons.cycle(saved).tables["epochs"].equals(lessons.cycle(run).tables["epochs"])
    loaded = descenso.load(tmp_path / "run")
    assert lessons.cycle(loaded).tables["epochs"].equals(lessons.cycle(run).tables["epochs"])
