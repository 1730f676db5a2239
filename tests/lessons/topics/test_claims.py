"""What the lessons claim holds on tables of different kinds, in both presets.

Small networks and few epochs: each claim is a rule that holds for any training.
"""

from typing import Any

import numpy as np
import polars as pl
import pytest

from descenso import lessons
from descenso.lessons.lesson import Lesson

from ...support.kinds_of_tables import KINDS

# Each preset with tables of three kinds, and both with one of each task.
TABLES = [
    ("lecture", "tiny"),
    ("tabular", "wide"),
    ("lecture", "noisy"),
    ("tabular", "imbalanced"),
    ("lecture", "imbalanced"),
    ("tabular", "outliers"),
    ("lecture", "many_classes"),
    ("tabular", "many_classes"),
]

of_all_kinds = pytest.mark.parametrize(("preset", "kind"), TABLES)


def lesson(topic: str, preset: str, kind: str, **fields: Any) -> Lesson:
    data, target = KINDS[kind]()
    small = {"hidden_layers": (4,), "epochs": 3, "seed": 0}
    return getattr(lessons, topic)(data, target, preset=preset, **(small | fields))


@of_all_kinds
def test_derivatives_predict_what_a_small_change_of_a_column_or_weight_does(preset: str, kind: str):
    tables = lesson("sensitivity", preset, kind).tables
    for each in (tables["columns"], tables["weights"]):
        smooth = each.filter(pl.col("response") == "linear")
        np.testing.assert_allclose(smooth["measured"], smooth["predicted"], rtol=0.05)
        still = each.filter(pl.col("response") == "none")
        assert (still["predicted"] == 0).all() and (still["measured"] == 0).all()
        assert smooth.height + still.height > 0.9 * each.height
        assert each["derivative"].abs().is_sorted(descending=True)
