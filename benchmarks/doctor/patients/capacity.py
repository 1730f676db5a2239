"""Faults of how much a network may learn: too little, too much, or held back."""

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
from benchmarks.doctor.problems import (
    circles,
    drawn,
    friedman,
    linear,
    moons,
    overlap,
    parity,
    real,
    spirals,
    waves,
)

UNDERFITTING = caused_by(
    "underfitting_capacity",
    obvious("circles_without_hidden_layers", drawn(circles(0.12), 300), LOG_LOSS).trained_with(
        lecture(hidden_layers=None), repair={"hidden_layers": (16, 16)}
    ),
    obvious("xor_one_unit", drawn(parity(2, 2, 0.1), 300), LOG_LOSS).trained_with(
        lecture(hidden_layers=(1,)), repair={"hidden_layers": (16, 16)}
    ),
    obvious("digits_two_units", drawn(real("digits"), 600), ACCURACY).trained_with(
        tabular(hidden_layers=(2,)), repair={"hidden_layers": (32, 32)}
    ),
    subtle("friedman_without_hidden_layers", drawn(friedman(0.5), 800), R2).trained_with(
        tabular(hidden_layers=None, dropout=0.0), repair={"hidden_layers": (64, 64)}
    ),
    subtle("spirals_three_units", drawn(spirals(2, 0.1, 1.5), 500), LOG_LOSS).trained_with(
        lecture(hidden_layers=(3,), activation="tanh", optimizer="adam", learning_rate=0.02),
        repair={"hidden_layers": (32, 32)},
    ),
    subtle("waves_two_units", drawn(waves(1.0), 400), R2).trained_with(
        lecture(hidden_layers=(2,)), repair={"hidden_layers": (32, 32)}
    ),
)

OVERFITTING = caused_by(
    "overfitting",
    obvious("overlap_wide_network", drawn(overlap(1.5, 10), 100), LOG_LOSS).trained_with(
        lecture(hidden_layers=(128, 128), optimizer="adam", learning_rate=0.003, epochs=300),
        repair={"patience": 10},
    ),
    subtle("linear_few_noisy_rows", drawn(linear(8, 1.0), 100), R2).trained_with(
        lecture(hidden_layers=(128, 128), optimizer="adam", learning_rate=0.003, epochs=300),
        repair={"patience": 10},
    ),
    subtle("diabetes_memorised", drawn(real("diabetes"), 240), R2).trained_with(
        lecture(hidden_layers=(32, 32), epochs=200), repair={"patience": 10}
    ),
    obvious("moons_memorised", drawn(moons(0.4), 120), LOG_LOSS).trained_with(
        tabular(dropout=0.0, patience=None, epochs=300, learning_rate=0.005),
        repair={"patience": 20},
    ),
    subtle("breast_cancer_memorised", drawn(real("breast_cancer"), 150), LOG_LOSS).trained_with(
        lecture(hidden_layers=(64, 64), optimizer="adam", learning_rate=0.003, epochs=300),
        repair={"patience": 10},
    ),
)

HELD_BACK = caused_by(
    "too_much_regularization",
    obvious("spirals_dropout_0.8", drawn(spirals(2, 0.15, 0.7), 400), LOG_LOSS).trained_with(
        lecture(dropout=0.8), repair={"dropout": 0.0}
    ),
    obvious("friedman_decay_1", drawn(friedman(), 400), R2).trained_with(
        lecture(weight_decay=1.0), repair={"weight_decay": 0.0}
    ),
    subtle("digits_dropout_0.8", drawn(real("digits"), 500), ACCURACY).trained_with(
        tabular(dropout=0.8, hidden_layers=(32, 32)), repair={"dropout": 0.1}
    ),
    subtle("moons_decay_0.05", drawn(moons(0.2), 300), LOG_LOSS).trained_with(
        lecture(weight_decay=0.05), repair={"weight_decay": 0.0}
    ),
    subtle("friedman_adam_decay", drawn(friedman(), 400), R2).trained_with(
        tabular(optimizer="adam", weight_decay=0.1, hidden_layers=(32, 32)),
        repair={"weight_decay": 0.0},
    ),
)

CLIPPED = caused_by(
    "clipping_too_tight",
    obvious("moons_clipped_to_1e-4", drawn(moons(0.2), 300), LOG_LOSS).trained_with(
        lecture(clip_norm=1e-4), repair={"clip_norm": None}
    ),
    obvious("friedman_clipped_to_1e-3", drawn(friedman(), 400), R2).trained_with(
        lecture(clip_norm=1e-3, optimizer="momentum", learning_rate=0.02),
        repair={"clip_norm": None},
    ),
    subtle("digits_clipped_to_0.02", drawn(real("digits"), 500), ACCURACY).trained_with(
        lecture(clip_norm=0.02), repair={"clip_norm": None}
    ),
    subtle("waves_clipped_to_0.02", drawn(waves(1.0), 400), R2).trained_with(
        lecture(clip_norm=0.02, hidden_layers=(32, 32)), repair={"clip_norm": None}
    ),
)

PATIENTS = UNDERFITTING + OVERFITTING + HELD_BACK + CLIPPED
