"""Faults of the signal that flows through the layers: it fades, it grows, or units let none by."""

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
from benchmarks.doctor.problems import blobs, circles, drawn, friedman, linear, moons, real
from benchmarks.doctor.row_changes import heavy_tailed

VANISHING = caused_by(
    "vanishing_gradient",
    obvious("moons_10_sigmoid_layers", drawn(moons(0.2), 300), LOG_LOSS).trained_with(
        lecture(activation="sigmoid", hidden_layers=(16,) * 10), repair={"activation": "relu"}
    ),
    obvious("friedman_8_sigmoid_layers_adam", drawn(friedman(), 400), R2).trained_with(
        tabular(activation="sigmoid", hidden_layers=(16,) * 8), repair={"activation": "relu"}
    ),
    subtle("friedman_3_sigmoid_layers", drawn(friedman(), 400), R2).trained_with(
        lecture(activation="sigmoid", hidden_layers=(16,) * 4), repair={"activation": "relu"}
    ),
    subtle("digits_4_sigmoid_layers", drawn(real("digits"), 600), ACCURACY).trained_with(
        lecture(activation="sigmoid", hidden_layers=(32,) * 4), repair={"activation": "relu"}
    ),
)

EXPLODING = caused_by(
    "exploding_gradient",
    obvious("linear_stack_of_6", drawn(linear(), 400), R2).trained_with(
        lecture(activation="linear", hidden_layers=(16,) * 6), repair={"clip_norm": 1.0}
    ),
    obvious("elu_stack_of_8", drawn(friedman(), 400), R2).trained_with(
        lecture(activation="elu", hidden_layers=(16,) * 8), repair={"clip_norm": 1.0}
    ),
    subtle(
        "heavy_tails_throw_it_off", drawn(linear(4, 0.2), 500, for_all=heavy_tailed()), R2
    ).trained_with(lecture(learning_rate=0.3), repair={"clip_norm": 1.0}),
    subtle("diabetes_elu_stack_of_6", drawn(real("diabetes"), 300), R2).trained_with(
        lecture(activation="elu", hidden_layers=(16,) * 6), repair={"clip_norm": 0.3}
    ),
)

DEAD = caused_by(
    "dead_units",
    obvious("moons_deep_and_narrow_relu", drawn(moons(0.2), 300), LOG_LOSS).trained_with(
        lecture(hidden_layers=(3,) * 8), repair={"activation": "elu"}
    ),
    obvious(
        "eight_blobs_deep_and_narrow_relu", drawn(blobs(8, 3, 6.0), 500), ACCURACY
    ).trained_with(lecture(hidden_layers=(4,) * 8), repair={"activation": "elu"}),
    subtle("digits_deep_and_narrow_relu", drawn(real("digits"), 600), ACCURACY).trained_with(
        lecture(hidden_layers=(6,) * 8), repair={"activation": "elu"}
    ),
    obvious("circles_narrow_relu", drawn(circles(0.12), 300), LOG_LOSS).trained_with(
        lecture(hidden_layers=(3,) * 6, learning_rate=0.3), repair={"activation": "elu"}
    ),
)

SATURATED = caused_by(
    "saturated_units",
    obvious("moons_tanh_saturated", drawn(moons(0.2), 300), LOG_LOSS).trained_with(
        lecture(activation="tanh", init="normal", init_scale=10.0),
        repair={"init": "xavier", "init_scale": 1.0},
    ),
    obvious("friedman_sigmoid_saturated", drawn(friedman(), 400), R2).trained_with(
        lecture(activation="sigmoid", init="xavier", init_scale=30.0), repair={"init_scale": 1.0}
    ),
    subtle("digits_tanh_saturated", drawn(real("digits"), 500), ACCURACY).trained_with(
        tabular(activation="tanh", hidden_layers=(32, 32), init="normal", init_scale=1.5),
        repair={"init": "xavier", "init_scale": 1.0},
    ),
    subtle("circles_tanh_saturated", drawn(circles(0.12), 300), LOG_LOSS).trained_with(
        lecture(activation="tanh", init="xavier", init_scale=8.0, hidden_layers=(16, 16)),
        repair={"init_scale": 1.0},
    ),
)

PATIENTS = VANISHING + EXPLODING + DEAD + SATURATED
