"""Every page opens in a browser without a complaint, a request, or a barrier."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

import descenso
from descenso import lessons

from ..support.browser import PHONE, browser, visit
from ..support.small_tables import classes, numbers, plain

# What keeps a lesson that trains many networks short.
SHORT: dict[str, dict[str, Any]] = {"depth": {"depths": (2, 4)}}


@pytest.fixture(autouse=True)
def two_activations(monkeypatch: pytest.MonkeyPatch):
    """Of the seven, each of which is a program to compile."""
    monkeypatch.setattr("descenso.lessons.topics.depth.NAMES", ("sigmoid", "relu"))


@pytest.fixture(scope="module")
def window() -> Iterator[Browser]:
    with browser() as opened:
        yield opened


@pytest.fixture(scope="module")
def run() -> descenso.Run:
    return descenso.train(classes(["a", "b", "c"]), **plain())


@pytest.mark.parametrize("topic", lessons.TOPICS)
def test_a_lesson_s_page_opens_cleanly(
    topic: str, run: descenso.Run, window: Browser, tmp_path: Path
):
    file = tmp_path / "page.html"
    file.write_text(getattr(lessons, topic.replace("-", "_"))(run, **SHORT.get(topic, {})).page())
    visit(window, file).assert_clean()
    visit(window, file, dark=True, width=PHONE).assert_clean()


def test_what_is_wrong_with_a_page_is_found(window: Browser, tmp_path: Path):
    file = tmp_path / "page.html"
    file.write_text(
        "<!doctype html><html lang='en'><head><title>page</title></head><body><main><h1>x</h1>"
        "<img src='http://127.0.0.1:9/picture.png'><p style='color: #ddd'>pale</p>"
        "<script>undefined.name</script><pre style='width: 3000px'>wide</pre></main></body></html>"
    )
    found = visit(window, file)
    assert any("undefined" in each for each in found.complaints)
    assert found.requests == ["http://127.0.0.1:9/picture.png"]
    assert {each.split(":")[0] for each in found.barriers} >= {"image-alt", "color-contrast"}
    assert found.overflow > 1000


@pytest.mark.parametrize("interactive", [False, True])
@pytest.mark.parametrize("data", [classes(["a", "b", "c"]), numbers()], ids=["classes", "numbers"])
def test_a_report_opens_cleanly(data: Any, interactive: bool, window: Browser, tmp_path: Path):
    file = tmp_path / "report.html"
    descenso.train(data, **plain(), test=0.3).report(file, interactive=interactive)
    visit(window, file).assert_clean()
    visit(window, file, dark=True, width=PHONE).assert_clean()


def test_a_comparison_and_a_sweep_open_cleanly(window: Browser, tmp_path: Path):
    sweep = descenso.sweep(numbers(), vary={"learning_rate": [0.01, 0.1]}, seeds=2, **plain())
    runs = [descenso.train(numbers(), **plain(epochs=epochs), test=0.3) for epochs in (2, 3)]
    for page in (sweep.page(), descenso.compare(runs).page()):
        file = tmp_path / "page.html"
        file.write_text(page)
        visit(window, file).assert_clean()
        visit(window, file, dark=True, width=PHONE).assert_clean()
