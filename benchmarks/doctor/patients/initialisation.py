"""Faults of the starting weights: all alike, too large or too small."""

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
from benchmarks.doctor.problems import blobs, circles, drawn, friedman, moons, real, spirals

SYMMETRIC = caused_by(
    "symmetric_init",
    obvious("moons_zeros", drawn(moons(0.2), 300), LOG_LOSS).trained_with(
        lecture(init="zeros"), repair={"init": "he"}
    ),
    obvious("friedman_zeros", drawn(friedman(), 400), R2).trained_with(
        tabular(init="zeros", hidden_layers=(32, 32)), repair={"init": "auto"}
    ),
    subtle("circles_constant", drawn(circles(0.12), 300), LOG_LOSS).trained_with(
        lecture(activation="tanh", init="constant", init_scale=0.3),
        repair={"init": "xavier", "init_scale": 1.0},
    ),
    subtle("digits_constant", drawn(real("digits"), 500), ACCURACY).trained_with(
        tabular(init="constant", init_scale=0.05, hidden_layers=(32, 32), dropout=0.0),
        repair={"init": "lecun", "init_scale": 1.0},
    ),
    subtle("blobs_sigmoid_zeros", drawn(blobs(5, 4, 4.0), 400), LOG_LOSS).trained_with(
        lecture(activation="sigmoid", init="zeros", optimizer="adam", learning_rate=0.01),
        repair={"init": "xavier"},
    ),
)

SCALES = caused_by(
    "bad_init_scale",
    obvious("moons_relu_scale_5", drawn(moons(0.2), 300), LOG_LOSS).trained_with(
        lecture(init="normal", init_scale=5.0), repair={"init": "he", "init_scale": 1.0}
    ),
    obvious("friedman_12_relu_layers_scale_2", drawn(friedman(), 400), R2).trained_with(
        lecture(hidden_layers=(16,) * 12, init_scale=2.0), repair={"init_scale": 0.7}
    ),
    obvious("spirals_scale_1e-4", drawn(spirals(2, 0.15, 0.7), 400), LOG_LOSS).trained_with(
        lecture(hidden_layers=(32, 32, 32), init="normal", init_scale=1e-4),
        repair={"init": "he", "init_scale": 1.0},
    ),
    subtle("digits_relu_scale_4", drawn(real("digits"), 500), LOG_LOSS).trained_with(
        lecture(hidden_layers=(32, 32, 32), init_scale=3.0), repair={"init_scale": 1.0}
    ),
    subtle("friedman_tabular_scale_6", drawn(friedman(), 400), R2).trained_with(
        tabular(hidden_layers=(32, 32), init_scale=6.0), repair={"init_scale": 1.0}
    ),
    subtle(
        "breast_cancer_4_layers_scale_0.05", drawn(real("breast_cancer"), 350), LOG_LOSS
    ).trained_with(lecture(hidden_layers=(16,) * 4, init_scale=0.05), repair={"init_scale": 1.0}),
)

PATIENTS = SYMMETRIC + SCALES
