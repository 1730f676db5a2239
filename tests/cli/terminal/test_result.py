from descenso.cli.terminal.result import parts_table, spread_lines
from descenso.views.sentences import headlines

CLASSES = {"loss": 0.25, "skill": 0.5, "accuracy": 0.875, "log_loss": None}
NUMBERS = {"loss": 4.0, "skill": 0.5, "rmse": 2.0}


def test_the_parts_stand_in_one_table_without_those_that_have_no_rows():
    heading, train, validation = parts_table(
        {"train": CLASSES, "validation": CLASSES, "test": None}
    )
    assert heading.split() == ["loss", "skill", "accuracy", "log_loss"]
    assert train.split() == ["train", "0.2500", "0.5000", "0.8750", "–"]
    assert validation.split()[0] == "validation"


def test_what_was_not_learned_from_makes_the_headline():
    parts = {"train": CLASSES, "validation": CLASSES, "test": CLASSES}
    assert headlines(parts) == ["validation accuracy 0.8750", "test accuracy 0.8750"]
    assert headlines({"train": NUMBERS, "validation": None, "test": None}) == ["train rmse 2.000"]


def test_nothing_is_said_of_a_training_without_usable_weights():
    parts = {"train": None, "validation": None, "test": None}
    assert (parts_table(parts), headlines(parts)) == ([], [])


def test_the_spread_is_shown_for_every_metric():
    of_loss = {"mean": 0.5, "sd": 0.125, "min": 0.4, "max": 0.6, "values": [0.4, 0.6]}
    spread = {"seeds": [0, 1], "kept": 1, "metrics": {"train": {"loss": of_loss}, "test": None}}
    _blank, title, mean, deviation = spread_lines(spread)
    assert "2 seeds" in title and "seed 1" in title
    assert mean.split() == ["train", "0.5000"]
    assert deviation.split() == ["±", "0.1250"]
