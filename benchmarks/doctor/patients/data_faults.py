"""Faults of the data that another recipe cannot undo."""

from collections.abc import Callable
from typing import Any

from benchmarks.doctor.patient import (
    ACCURACY,
    LOG_LOSS,
    R2,
    Draw,
    Fields,
    Measure,
    Patient,
    caused_by,
    lecture,
    obvious,
    subtle,
    tabular,
)
from benchmarks.doctor.problems import (
    Source,
    altered,
    blobs,
    circles,
    drawn,
    friedman,
    linear,
    linear_classes,
    moons,
    overlap,
    real,
    saddle,
    spirals,
    waves,
)
from benchmarks.doctor.row_changes import (
    chained,
    constants,
    copies,
    infinities,
    leaking,
    leaking_code,
    noise_columns,
    outliers,
    random_target,
    shifted,
    without,
    without_knowledge,
    wrong_labels,
)


def wide_adam(**fields: Any) -> Fields:
    """The preset `lecture` with Adam and two wide layers."""
    return lecture(hidden_layers=(64, 64), optimizer="adam", learning_rate=0.005, **fields)


def shifted_patient(
    severity: Callable[[str, Draw, Measure], Patient],
    name: str,
    before: Source,
    after: Source,
    measure: Measure,
    recipe: Fields,
) -> Patient:
    """Trained on rows of one source, validated and judged on those of another."""
    tables = drawn(before, 400, validated_on=after, judged_on=after)
    mended = drawn(after, 400, validated_on=after)
    return severity(name, tables, measure).trained_with(recipe, mended=mended)


WRONG_LABELS = caused_by(
    "label_noise",
    obvious(
        "moons_40_of_100_wrong", drawn(moons(0.15), 400, wrong_labels(0.4)), ACCURACY
    ).trained_with(wide_adam(epochs=200), mended=drawn(moons(0.15), 400)),
    obvious(
        "digits_40_of_100_wrong", drawn(real("digits"), 600, wrong_labels(0.4)), ACCURACY
    ).trained_with(lecture(hidden_layers=(64, 64)), mended=drawn(real("digits"), 600)),
    subtle(
        "blobs_25_of_100_wrong", drawn(blobs(4, 4, 4.0), 400, wrong_labels(0.25)), ACCURACY
    ).trained_with(wide_adam(), mended=drawn(blobs(4, 4, 4.0), 400)),
    subtle(
        "breast_cancer_20_of_100_wrong",
        drawn(real("breast_cancer"), 350, wrong_labels(0.2)),
        LOG_LOSS,
    ).trained_with(tabular(hidden_layers=(64, 64)), mended=drawn(real("breast_cancer"), 350)),
)

WITHOUT_SIGNAL = caused_by(
    "no_signal",
    obvious("friedman_random_target", drawn(friedman(), 400, random_target), R2).trained_with(
        lecture(), mended=drawn(friedman(), 400)
    ),
    obvious(
        "overlap_random_target", drawn(overlap(3.0), 400, random_target), LOG_LOSS
    ).trained_with(tabular(hidden_layers=(32, 32)), mended=drawn(overlap(3.0), 400)),
    subtle("wine_random_target", drawn(real("wine"), 110, random_target), ACCURACY).trained_with(
        tabular(hidden_layers=(32, 32)), mended=drawn(real("wine"), 110)
    ),
    subtle(
        "waves_columns_that_matter_left_out",
        drawn(waves(0.5, 2), 400, for_all=chained(noise_columns(6), without("x1", "x2"))),
        R2,
    ).trained_with(
        lecture(hidden_layers=(32, 32), learning_rate=0.02),
        mended=drawn(waves(0.5, 2), 400, for_all=noise_columns(6)),
    ),
)

# What leaks is not known yet where predictions are needed: fresh rows hold it in any order.
LEAKS = caused_by(
    "target_leakage",
    obvious(
        "friedman_target_in_a_column",
        drawn(altered(friedman(), leaking(0.01)), 400, for_fresh=without_knowledge("leak")),
        R2,
    ).trained_with(lecture(learning_rate=0.03), mended=drawn(friedman(), 400)),
    obvious(
        "blobs_class_in_a_code",
        drawn(altered(blobs(4, 4, 3.0), leaking_code()), 400, for_fresh=without_knowledge("code")),
        ACCURACY,
    ).trained_with(lecture(), mended=drawn(blobs(4, 4, 3.0), 400)),
    subtle(
        "overlap_class_in_a_noisy_column",
        drawn(altered(overlap(2.5), leaking(0.3)), 400, for_fresh=without_knowledge("leak")),
        LOG_LOSS,
    ).trained_with(tabular(hidden_layers=(32, 32)), mended=drawn(overlap(2.5), 400)),
    subtle(
        "diabetes_computed_from_the_target",
        drawn(altered(real("diabetes"), leaking(0.15)), 300, for_fresh=without_knowledge("leak")),
        R2,
    ).trained_with(tabular(hidden_layers=(32, 32)), mended=drawn(real("diabetes"), 300)),
)

OUTLIERS = caused_by(
    "outliers_in_target",
    obvious(
        "friedman_2_of_100_times_100", drawn(friedman(), 400, outliers(0.02, 100.0)), R2
    ).trained_with(lecture(learning_rate=0.03), mended=drawn(friedman(), 400)),
    obvious(
        "linear_1_of_100_times_1000", drawn(linear(), 400, outliers(0.01, 1000.0)), R2
    ).trained_with(tabular(hidden_layers=(32, 32)), mended=drawn(linear(), 400)),
    subtle("saddle_2_of_100_times_10", drawn(saddle(), 400, outliers(0.02, 10.0)), R2).trained_with(
        lecture(), mended=drawn(saddle(), 400)
    ),
    subtle(
        "diabetes_1_of_100_times_20", drawn(real("diabetes"), 300, outliers(0.01, 20.0)), R2
    ).trained_with(tabular(hidden_layers=(32, 32)), mended=drawn(real("diabetes"), 300)),
)

DEGENERATE = caused_by(
    "constant_or_duplicate_features",
    obvious(
        "friedman_80_copies", drawn(friedman(), 400, for_all=copies("x10", 80)), R2
    ).trained_with(lecture(), mended=drawn(friedman(), 400)),
    obvious(
        "moons_40_constants", drawn(moons(0.2), 300, for_all=constants(40, 3.0)), LOG_LOSS
    ).trained_with(lecture(scale_features=False), mended=drawn(moons(0.2), 300)),
    subtle(
        "circles_30_copies_of_noise",
        drawn(circles(0.12, columns=3), 200, for_all=copies("x3", 30)),
        LOG_LOSS,
    ).trained_with(lecture(), mended=drawn(circles(0.12, columns=3), 200)),
    subtle(
        "saddle_10_constants", drawn(saddle(), 400, for_all=constants(10, 1.0)), R2
    ).trained_with(lecture(scale_features=False), mended=drawn(saddle(), 400)),
)

FEW_ROWS = caused_by(
    "too_little_data",
    obvious("moons_16_rows", drawn(moons(0.2), 16), LOG_LOSS).trained_with(
        lecture(), mended=drawn(moons(0.2), 400)
    ),
    obvious("friedman_20_rows", drawn(friedman(), 20), R2).trained_with(
        tabular(hidden_layers=(32, 32)), mended=drawn(friedman(), 500)
    ),
    subtle("digits_40_rows", drawn(real("digits"), 40), ACCURACY).trained_with(
        tabular(hidden_layers=(32, 32)), mended=drawn(real("digits"), 600)
    ),
    subtle("spirals_30_rows", drawn(spirals(2, 0.15, 0.7), 30), LOG_LOSS).trained_with(
        lecture(hidden_layers=(32, 32)), mended=drawn(spirals(2, 0.15, 0.7), 500)
    ),
)

SHIFTED = caused_by(
    "train_validation_shift",
    shifted_patient(
        obvious,
        "saddle_validated_elsewhere",
        saddle(0.1, -1.0, 0.5),
        saddle(0.1, 1.0, 2.0),
        R2,
        lecture(learning_rate=0.03),
    ),
    shifted_patient(
        obvious,
        "blobs_columns_moved",
        blobs(3, 4, 3.0),
        altered(blobs(3, 4, 3.0), shifted(4.0, "x1", "x2")),
        LOG_LOSS,
        lecture(),
    ),
    shifted_patient(
        subtle,
        "friedman_one_column_moved",
        friedman(),
        altered(friedman(), shifted(0.6, "x4")),
        R2,
        tabular(hidden_layers=(32, 32)),
    ),
    shifted_patient(
        subtle,
        "linear_classes_columns_moved",
        linear_classes(),
        altered(linear_classes(), shifted(1.5, "x1")),
        LOG_LOSS,
        lecture(learning_rate=0.03),
    ),
)

NOT_FINITE = caused_by(
    "non_finite_input",
    obvious("friedman_5_infinities", drawn(friedman(), 400, infinities(5, "x2")), R2).trained_with(
        lecture(learning_rate=0.03), mended=drawn(friedman(), 400)
    ),
    obvious(
        "iris_2_infinities", drawn(real("iris"), 100, infinities(2, "petal_width_(cm)")), ACCURACY
    ).trained_with(tabular(hidden_layers=(32, 32)), mended=drawn(real("iris"), 100)),
    subtle(
        "moons_1_negative_infinity",
        drawn(moons(0.2), 300, infinities(1, "x1", negative=True)),
        LOG_LOSS,
    ).trained_with(lecture(), mended=drawn(moons(0.2), 300)),
    subtle(
        "penguins_1_infinity_among_gaps",
        drawn(real("penguins"), 240, infinities(1, "body_mass_g")),
        ACCURACY,
    ).trained_with(tabular(hidden_layers=(32, 32)), mended=drawn(real("penguins"), 240)),
)

PATIENTS = (
    WRONG_LABELS + WITHOUT_SIGNAL + LEAKS + OUTLIERS + DEGENERATE + FEW_ROWS + SHIFTED + NOT_FINITE
)
