"""Faults of which rows come when, and of how many there are of each class."""

from benchmarks.doctor.patient import (
    ACCURACY,
    BALANCED,
    LOG_LOSS,
    R2,
    caused_by,
    lecture,
    obvious,
    subtle,
    tabular,
)
from benchmarks.doctor.problems import blobs, drawn, friedman, overlap, real, waves
from benchmarks.doctor.row_changes import sorted_by

UNSHUFFLED = caused_by(
    "unshuffled_data",
    obvious(
        "overlap_class_after_class", drawn(overlap(2.0), 1200, sorted_by()), LOG_LOSS
    ).trained_with(lecture(shuffle=False), repair={"shuffle": True}),
    obvious("friedman_from_low_to_high", drawn(friedman(), 1500, sorted_by()), R2).trained_with(
        lecture(shuffle=False, batch_size=16, learning_rate=0.05), repair={"shuffle": True}
    ),
    obvious(
        "diabetes_from_low_to_high", drawn(real("diabetes"), 300, sorted_by()), R2
    ).trained_with(
        lecture(shuffle=False, batch_size=8, learning_rate=0.02, epochs=30),
        repair={"shuffle": True},
    ),
    subtle(
        "digits_class_after_class", drawn(real("digits"), 500, sorted_by()), ACCURACY
    ).trained_with(tabular(shuffle=False, hidden_layers=(32, 32)), repair={"shuffle": True}),
    subtle(
        "blobs_class_after_class", drawn(blobs(5, 3, 2.5), 800, sorted_by()), LOG_LOSS
    ).trained_with(lecture(shuffle=False), repair={"shuffle": True}),
    subtle("waves_column_in_order", drawn(waves(1.0), 1000, sorted_by("x1")), R2).trained_with(
        lecture(shuffle=False, batch_size=16), repair={"shuffle": True}
    ),
)

IMBALANCED = caused_by(
    "class_imbalance",
    obvious(
        "overlap_2_of_100", drawn(overlap(2.0, 5, 0.02), 1200, fresh=4000), BALANCED
    ).trained_with(lecture(), repair={"class_weight": "balanced"}),
    obvious(
        "overlap_5_of_100_tabular", drawn(overlap(1.5, 5, 0.05), 800, fresh=4000), BALANCED
    ).trained_with(tabular(hidden_layers=(32, 32)), repair={"class_weight": "balanced"}),
    subtle(
        "overlap_15_of_100", drawn(overlap(1.5, 5, 0.12), 800, fresh=4000), BALANCED
    ).trained_with(lecture(learning_rate=0.02), repair={"class_weight": "balanced"}),
    subtle(
        "blobs_one_rare_class",
        drawn(blobs(3, 2, 1.5, (0.48, 0.48, 0.04)), 800, fresh=4000),
        BALANCED,
    ).trained_with(tabular(hidden_layers=(32, 32)), repair={"class_weight": "balanced"}),
)

PATIENTS = UNSHUFFLED + IMBALANCED
