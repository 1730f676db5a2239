import pytest
from hypothesis import given
from hypothesis import strategies as st

from descenso.cli.argv import FLAGS, spell_out, take_language
from descenso.errors import InputError

flags = st.sampled_from(FLAGS)
words = st.text(st.characters(codec="ascii", categories=("L", "N")), min_size=1)


@given(flags)
def test_a_switch_alone_is_true(flag: str):
    assert spell_out(["train", f"--{flag}"]) == ["train", f"--{flag}=true"]


@given(flags)
def test_a_switch_with_no_before_it_is_false(flag: str):
    assert spell_out([f"--no-{flag}", "x"]) == [f"--{flag}=false", "x"]


@given(flags, st.sampled_from(["true", "false", "yes", "no", "auto", "False"]))
def test_a_switch_takes_the_answer_after_it(flag: str, answer: str):
    assert spell_out([f"--{flag}", answer, "x"]) == [f"--{flag}={answer}", "x"]


def test_a_switch_does_not_take_the_table_after_it():
    assert spell_out(["--shuffle", "data.csv"]) == ["--shuffle=true", "data.csv"]


@given(st.lists(words))
def test_other_words_stay_as_they_are(given_words: list[str]):
    assert spell_out(["train", *given_words]) == ["train", *given_words]


def test_what_follows_two_dashes_is_no_option():
    assert spell_out(["--", "--shuffle"]) == ["--", "--shuffle"]
    assert take_language(["--", "--lang", "es"]) == (["--", "--lang", "es"], None)


@pytest.mark.parametrize("options", [["--lang", "es"], ["--lang=es"]])
@given(before=st.lists(words), after=st.lists(words))
def test_the_language_is_taken_out_wherever_it_stands(
    options: list[str], before: list[str], after: list[str]
):
    assert take_language([*before, *options, *after]) == ([*before, *after], "es")


@pytest.mark.parametrize("options", [["--lang", "fr"], ["--lang"], ["--lang="]])
def test_a_language_that_descenso_does_not_speak_is_refused(options: list[str]):
    with pytest.raises(InputError, match="allowed: en, es"):
        take_language(options)


def test_runs_alone_lists_them():
    assert spell_out(["runs"]) == ["runs", "list"]
    assert spell_out(["runs", "--runs", "x"]) == ["runs", "list", "--runs", "x"]
    assert spell_out(["runs", "show", "x"]) == ["runs", "show", "x"]
    assert spell_out(["runs", "--help"]) == ["runs", "--help"]
