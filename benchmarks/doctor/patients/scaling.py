"""Faults of units: columns or targets far from the numbers that a network starts with."""

from benchmarks.doctor.patient import (
    ACCURACY,
    LOG_LOSS,
    R2,
    caused_by,
    lecture,
    obvious,
    subtle,
    tabular,
)
from benchmarks.doctor.problems import drawn, friedman, linear, moons, real, saddle, spirals
from benchmarks.doctor.row_changes import scaled, scaled_target, shifted

FEATURES = caused_by(
    "unscaled_features",
    obvious(
        "moons_in_thousands", drawn(moons(0.2), 300, for_all=scaled(1e4)), LOG_LOSS
    ).trained_with(lecture(scale_features=False), repair={"scale_features": True}),
    obvious("wine_as_measured", drawn(real("wine"), 110), ACCURACY).trained_with(
        lecture(scale_features=False), repair={"scale_features": True}
    ),
    obvious(
        "spirals_in_thousandths", drawn(spirals(2, 0.15, 0.7), 400, for_all=scaled(1e-3)), LOG_LOSS
    ).trained_with(
        tabular(scale_features=False, hidden_layers=(32, 32)), repair={"scale_features": True}
    ),
    subtle(
        "friedman_one_column_tiny", drawn(friedman(), 400, for_all=scaled(1e-4, "x4")), R2
    ).trained_with(lecture(scale_features=False), repair={"scale_features": True}),
    subtle("breast_cancer_as_measured", drawn(real("breast_cancer"), 350), LOG_LOSS).trained_with(
        lecture(scale_features=False, optimizer="adam", learning_rate=0.002),
        repair={"scale_features": True},
    ),
    subtle(
        "saddle_far_from_zero", drawn(saddle(), 400, for_all=shifted(20.0, "x1", "x2")), R2
    ).trained_with(
        lecture(scale_features=False, optimizer="adam", learning_rate=0.005),
        repair={"scale_features": True},
    ),
)

TARGETS = caused_by(
    "unscaled_target",
    obvious(
        "friedman_target_in_cents", drawn(friedman(), 400, for_all=scaled_target(1e4)), R2
    ).trained_with(lecture(scale_target=False), repair={"scale_target": True}),
    obvious(
        "linear_target_far_from_zero", drawn(linear(), 400, for_all=scaled_target(1.0, 1e4)), R2
    ).trained_with(
        lecture(scale_target=False, optimizer="adam", learning_rate=0.005),
        repair={"scale_target": True},
    ),
    subtle("diabetes_as_measured", drawn(real("diabetes"), 300), R2).trained_with(
        lecture(scale_target=False, optimizer="adam", learning_rate=0.001, epochs=60),
        repair={"scale_target": True},
    ),
    subtle(
        "friedman_target_in_millions", drawn(friedman(), 400, for_all=scaled_target(1e-3)), R2
    ).trained_with(lecture(scale_target=False), repair={"scale_target": True}),
    subtle(
        "saddle_target_50_times", drawn(saddle(), 400, for_all=scaled_target(50.0)), R2
    ).trained_with(lecture(scale_target=False, learning_rate=0.01), repair={"scale_target": True}),
)

PATIENTS = FEATURES + TARGETS
