"""Somebody who reads Spanish meets no English sentence, from the first page to an error."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer import Context
from typer.core import TyperArgument, TyperGroup, TyperOption
from typer.main import get_command

from descenso.cli.app import app
from descenso.i18n import gettext, use_language

from .test_app import PAGES

# No English sentence of some length does without all of these; Spanish has none of them, and
# neither have the names of fields, options and metrics.
ENGLISH = re.compile(
    r"\b(the|of|and|is|are|was|were|with|from|to|its|that|this|there|has|have|rows?|columns)\b",
    re.IGNORECASE,
)
SWEPT = "penguins --target species --preset lecture --epochs 2 --test 0.2"
TRAIN = "train penguins --target species --preset lecture --epochs 2 --test 0.2"


@pytest.mark.parametrize("page", ["", *PAGES])
def test_every_page_of_help_is_spanish(call: Callable[..., Any], page: str):
    said = call(*page.split(), "--help", "--lang", "es")
    assert said.out.startswith(f"Uso: descenso {page}".rstrip())
    assert not english(said.out)


def test_every_placeholder_on_a_page_is_translated_or_typed_as_it_is():
    typed = {"N", "N,N,…", "true|false", "cpu|gpu|tpu"}
    shown = placeholders(get_command(app))
    assert typed <= shown
    use_language("es")
    assert {word for word in shown if gettext(word) == word} == typed


# In this order: each goes on from what the ones before it left.
FROM_TRAINING_ON = [
    (TRAIN, "La ejecución está en"),
    ("evaluate latest", "prueba: 69 filas"),
    ("predict latest penguins --out p.csv", "344 predicciones en p.csv"),
    ("report latest", "barajarla aumenta la pérdida"),
    ("runs", "terminada"),
    ("runs show latest", "206 para entrenar"),
    ("resume latest --epochs 3", "Se entrenó durante 3 épocas"),
    ("verify latest", "bit a bit"),
    (f"{TRAIN} --seeds 2 --quiet", "desviación estándar de 2 semillas"),
    (f"sweep {SWEPT} --vary learning_rate=0.001|0.1|1e30", "Recetas comparadas"),
    ("runs remove latest", "confírmalo con --yes"),
    ("runs remove latest --yes", "Se eliminó"),
]
ALONE = [
    ("inspect penguins --target body_mass_g", "No se encontró nada sospechoso"),
    ("train penguins --target specie", "¿Quisiste decir 'species'?"),
    ("train penguins --target species --learning-rate -1", "se admite"),
    ("train penguins --target species --loss mse", "la tarea es multiclass"),
    ("train missing.csv --target y", "no existe ese archivo"),
    ("train penguins", "Falta --target COLUMNA"),
    ("train penguins --target", "necesita un valor"),
    ("trian", "No hay ningún comando 'trian' (¿quisiste decir 'train'?)"),
    ("evaluate nowhere", "no es una ejecución"),
    ("compare nowhere", "no se puede comparar"),
    ("explain step --epochs 2", "sex falta"),
    ("explain sensitivity --epochs 2", "falta"),
    ("explain pairing --epochs 2", "exactitud"),
    ("explain gradient-check --epochs 2", "iniciales"),
    (f"sweep {SWEPT} --vary seed=1|2", "--seeds prueba varias"),
    (f"sweep {SWEPT} --vary learning_rate=log:0:1", "un intervalo es log:DESDE:HASTA:N"),
]


COMPARED = [
    (f"{TRAIN} --run-dir one --learning-rate 0.001", "La ejecución está en"),
    (f"{TRAIN} --run-dir two", "La ejecución está en"),
    ("compare one two --resamples 50", "evaluadas con las filas de prueba"),
    ("compare one two --resamples 0 --data penguins", "son optimistas"),
]


@pytest.mark.parametrize("flow", [FROM_TRAINING_ON, COMPARED, *([each] for each in ALONE)])
def test_nothing_that_a_command_says_is_english(
    call: Callable[..., Any],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    flow: list[tuple[str, str]],
):
    monkeypatch.chdir(tmp_path)
    for words, expected in flow:
        said = call(*words.split(), "--lang", "es")
        both = said.err + said.out
        assert expected in " ".join(both.split())
        assert not english(both)


def english(text: str) -> list[str]:
    """The English words in a text, but for those of the commands that it shows."""
    lines = [line for line in text.splitlines() if not line.strip().startswith("descenso ")]
    # The name of an option is no sentence: --no-rows.
    said = [re.sub(r"--[a-z-]+", "", line) for line in lines]
    return [found[0] for line in said for found in ENGLISH.finditer(line)]


def placeholders(command: Any) -> set[str]:
    """What stands for values on the pages of a command and of those below it."""
    if isinstance(command, TyperGroup):
        context = Context(command)
        below = (command.get_command(context, name) for name in command.list_commands(context))
        return set().union(*map(placeholders, below))
    params = [each for each in command.params if isinstance(each, TyperArgument | TyperOption)]
    return {each.metavar for each in params if each.metavar}
