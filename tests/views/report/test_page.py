"""The page of a report: whole by itself, described in words too, for every kind of run."""

import json
import re
from copy import copy
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

import descenso
from descenso.i18n import use_language
from descenso.views.report.page import report_page

from ...support.small_tables import classes, features, people, plain

ENGLISH = re.compile(r"\b(the|of|and|is|are|was|were|with|from|this|rows?|columns?)\b")


class Read(HTMLParser):
    """The tags of a page with their attributes, and its text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.said = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.said += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


@pytest.fixture(scope="module")
def of_classes(report_of_classes: dict[str, Any]) -> str:
    return report_page(report_of_classes)


@pytest.fixture(scope="module")
def of_numbers(report_of_numbers: dict[str, Any]) -> str:
    return report_page(report_of_numbers)


@pytest.fixture(scope="module")
def interactive(report_of_numbers: dict[str, Any]) -> str:
    return report_page(report_of_numbers, interactive=True)


def test_it_asks_for_nothing_from_elsewhere(of_classes: str, of_numbers: str, interactive: str):
    for text in (of_classes, of_numbers, interactive):
        for _tag, attributes in Read(text).tags:
            assert "src" not in attributes
            for name in ("href", "xlink:href"):
                assert (attributes.get(name) or "#").startswith("#")


def test_it_has_no_script_unless_it_is_interactive(
    of_classes: str, of_numbers: str, interactive: str
):
    assert "<script" not in of_classes + of_numbers
    programs = [each for each in Read(interactive).all("script") if not each]
    assert len(programs) == 1  # Vega, once


def test_a_page_is_small(of_classes: str, of_numbers: str, interactive: str):
    assert max(len(of_classes), len(of_numbers)) < 500_000
    assert len(interactive) < 2_000_000


def test_every_picture_is_described_in_words_and_in_a_table(of_classes: str, of_numbers: str):
    for text in (of_classes, of_numbers):
        read = Read(text)
        pictures = read.all("svg")
        assert len(pictures) == len(read.all("figure")) == len(read.all("figcaption")) > 8
        assert all(each["role"] == "img" and each["aria-label"] for each in pictures)
        assert text.count("The numbers of this chart") == len(pictures)


def test_a_chart_of_an_interactive_page_has_its_numbers_as_json(interactive: str):
    specs = re.findall(r'<script type="application/json">(.*?)</script>', interactive)
    assert len(specs) == len(Read(interactive).all("figure"))
    assert all("mark" in each or "layer" in each for each in map(json.loads, specs))


def test_its_contents_lead_to_its_sections(of_classes: str):
    read = Read(of_classes)
    wanted = [(each["href"] or "").removeprefix("#") for each in read.all("a")]
    assert wanted == [each["id"] for each in read.all("section")]
    assert wanted == ["learnt", "course", "diagnosis", "columns", "data", "recipe", "again"]


def test_no_id_is_there_twice(of_classes: str):
    ids = [attributes["id"] for _tag, attributes in Read(of_classes).tags if "id" in attributes]
    assert len(ids) == len(set(ids))


def test_it_says_what_the_run_says(of_classes: str, multiclass: descenso.Run):
    said = Read(of_classes).said
    measured = multiclass.evaluate()
    low, high = measured["intervals"]["accuracy"]
    assert f"{measured['metrics']['accuracy']:#.4g}" in said
    assert f"{low:#.4g} … {high:#.4g}" in said
    assert multiclass.reasons["learning_rate"] in said
    assert all(column["reason"] in said for column in multiclass.record.columns)
    assert f"kept: {multiclass.kept_epoch}" in said


def test_the_worst_rows_stand_there_with_their_values(
    of_numbers: str, regression: descenso.Run, report_of_numbers: dict[str, Any]
):
    worst = report_of_numbers["evaluation"]["worst_rows"][0]
    assert worst["row"] == regression.evaluate()["worst_rows"][0]["row"]
    row = people().row(worst["row"] - 1, named=True)
    for name, value in worst["values"].items():
        assert value == (None if row[name] is None else str(row[name]))
    assert f"<td>{worst['values']['town']}</td>" in of_numbers
    assert "This page contains rows of your data" in of_numbers


def test_without_rows_no_row_is_shown(tmp_path: Path):
    secret = pl.DataFrame(
        {
            "age": np.arange(60.0) + 0.123456,
            "town": ["Lima", "Quito"] * 30,
            "paid": 1000 + np.arange(60) * np.pi,
        }
    )
    run = descenso.train(secret, "paid", test=0.25, **plain(epochs=2))
    report = run.report(tmp_path / "report.html", rows=False)
    assert report["evaluation"]["worst_rows"] == []
    assert report["residuals"]["points"] is None
    text = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "contains no rows of your data" in text and "--no-rows" in text
    assert "Rows with the largest errors" not in text
    assert "True value against prediction" not in text
    everything = text + json.dumps(report)
    for value in (*secret["age"], *secret["paid"]):
        assert repr(value) not in everything


def test_names_and_values_of_the_table_are_text_and_no_markup(tmp_path: Path):
    table = pl.DataFrame(
        {
            "<script>a": np.arange(40.0),
            'b "q"\n': ["<i>x</i>", "</script>"] * 20,
            "y": ["<b>no</b>", "a & b"] * 20,
        }
    )
    run = descenso.train(table, "y", **plain(epochs=1))
    for wanted in (False, True):
        run.report(tmp_path / "page.html", interactive=wanted)
        text = (tmp_path / "page.html").read_text(encoding="utf-8")
        read = Read(text.replace("<script>", "<script >") if wanted else text)
        assert not read.all("i")
        assert "<b>no" not in text and "<script>a" not in text
        assert "<b>no</b>" in read.said


@pytest.mark.parametrize("task", ["regression", "binary", "multiclass"])
def test_where_no_rows_were_kept_it_says_so(task: str, tmp_path: Path):
    column = {"regression": "paid", "binary": "member", "multiclass": "town"}[task]
    run = descenso.train(people(), column, **plain(epochs=1, validation=0))
    report = run.report(tmp_path / "page.html")
    assert report["part"] == "train" and report["task"] == task
    assert "Measured on the training rows" in (tmp_path / "page.html").read_text(encoding="utf-8")


def test_a_training_that_diverged_has_a_report_all_the_same(tmp_path: Path):
    run = descenso.train("penguins", "body_mass_g", **plain(learning_rate=1e9, epochs=3))
    report = run.report(tmp_path / "page.html")
    text = Read((tmp_path / "page.html").read_text(encoding="utf-8")).said
    assert report["evaluation"] is None
    assert "the loss became infinite" in text
    assert "There are no trained weights to measure." in text
    assert run.reasons["batch_size"] in text


def test_of_many_columns_the_most_important_are_drawn_and_the_others_in_the_table(tmp_path: Path):
    X = features(200, 200)
    run = descenso.train((X, X[:, 17]), **plain(epochs=30))
    report = run.report(tmp_path / "page.html")
    text = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert len(report["importance"]["columns"]) == 200
    assert report["importance"]["columns"][0]["column"] == "x17"
    assert "180 more columns matter less" in text
    assert all(f">x{index}<" in text for index in range(200))
    assert len(text) < 500_000


def test_one_column_is_enough(tmp_path: Path):
    run = descenso.train(people().select("age", "paid"), "paid", **plain(epochs=1))
    assert len(run.report(tmp_path / "page.html")["effects"]) == 1


def test_many_classes_are_shown_by_the_worst(tmp_path: Path):
    X = features(300)
    run = descenso.train((X, np.arange(300) % 30), task="multiclass", **plain(epochs=1))
    report = run.report(tmp_path / "page.html")
    assert len(report["ranking"]) == 7
    assert len((tmp_path / "page.html").read_bytes()) < 500_000


def test_a_run_whose_data_has_gone_says_so_and_shows_all_else(tmp_path: Path):
    people().write_csv(tmp_path / "people.csv")
    trained = descenso.train(
        tmp_path / "people.csv", "paid", run_dir=tmp_path / "run", **plain(epochs=2)
    )
    (tmp_path / "people.csv").rename(tmp_path / "moved.csv")
    run = descenso.load(tmp_path / "run")
    report = run.report()
    text = Read((tmp_path / "run" / "report.html").read_text(encoding="utf-8")).said
    assert report["evaluation"] is None
    assert "people.csv: the file that the run was trained on is missing" in text
    assert f"{trained.metrics['validation']['rmse']:#.4g}" in text
    assert "Loss by epoch" in text
    assert run.report(data=tmp_path / "moved.csv")["part"] == "validation"
    with pytest.raises(descenso.RunError, match="this is not the data"):
        run.report(data="penguins")


def test_a_copy_of_a_run_in_memory_says_that_its_data_stayed_behind(
    regression: descenso.Run, tmp_path: Path
):
    report = copy(regression).report(tmp_path / "page.html")
    assert "leaves them behind" in report["absent"]


def test_a_run_in_memory_asks_for_a_file(regression: descenso.Run):
    with pytest.raises(descenso.RunError, match=r"name the file of its report"):
        regression.report()


def test_an_estimator_s_run_has_a_report(tmp_path: Path):
    X, y = classes([0, 1])
    model = descenso.Classifier(preset="lecture", hidden_layers=(4,), epochs=1, random_state=0)
    assert model.fit(X, y).run_.report(tmp_path / "page.html")["part"] in ("train", "validation")


def test_its_numbers_are_json(report_of_numbers: dict[str, Any], report_of_classes: dict[str, Any]):
    for report in (report_of_numbers, report_of_classes):
        assert json.loads(json.dumps(report, allow_nan=False))["target"] == report["target"]


def test_a_spanish_page_is_spanish(tmp_path: Path):
    use_language("es")
    for column in ("town", "paid"):
        run = descenso.train(people(), column, test=0.2, **plain(epochs=1))
        run.report(tmp_path / "page.html")
        text = (tmp_path / "page.html").read_text(encoding="utf-8")
        assert '<html lang="es">' in text
        # Neither what is read nor what is read aloud; code stays as it is typed.
        shown = re.sub(r"<style>.*?</style>|<pre>.*?</pre>", "", text, flags=re.DOTALL)
        labels = " ".join(re.findall(r'aria-label="([^"]*)"', shown))
        said = f"{Read(shown).said} {labels}"
        # What is typed, an encoded column's name, and what the machine calls itself.
        for name in ("--no-rows", "age is missing", run.record.environment["platform"]):
            said = said.replace(name, "")
        assert not ENGLISH.findall(said)
