"""Faults of the last layer and the loss, which do not belong to the problem or to each other."""

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
    blobs,
    circles,
    drawn,
    friedman,
    linear,
    moons,
    overlap,
    real,
    waves,
)
from benchmarks.doctor.row_changes import heavy_tailed

LOSSES = caused_by(
    "loss_mismatch",
    obvious("digits_absolute_error", drawn(real("digits"), 500), ACCURACY).trained_with(
        lecture(loss="mae", allow_mismatch=True), repair={"loss": "cce"}
    ),
    obvious("friedman_cross_entropy", drawn(friedman(), 400), R2).trained_with(
        lecture(loss="bce", allow_mismatch=True), repair={"loss": "mse"}
    ),
    obvious("moons_absolute_error", drawn(overlap(1.5), 400), LOG_LOSS).trained_with(
        lecture(loss="mae", allow_mismatch=True), repair={"loss": "bce"}
    ),
    subtle("digits_squared_error", drawn(real("digits"), 500), ACCURACY).trained_with(
        lecture(loss="mse", allow_mismatch=True, epochs=40), repair={"loss": "cce"}
    ),
    subtle("circles_squared_error", drawn(circles(0.12), 300), LOG_LOSS).trained_with(
        lecture(loss="mse", allow_mismatch=True, epochs=40), repair={"loss": "bce"}
    ),
    subtle("wine_squared_error", drawn(blobs(5, 4, 3.0), 400), LOG_LOSS).trained_with(
        lecture(loss="mse", allow_mismatch=True, epochs=30), repair={"loss": "cce"}
    ),
)

OUTPUTS = caused_by(
    "output_activation_mismatch",
    obvious("friedman_through_a_sigmoid", drawn(friedman(), 400), R2).trained_with(
        lecture(output_activation="sigmoid", allow_mismatch=True),
        repair={"output_activation": "linear"},
    ),
    obvious("linear_through_a_softmax", drawn(linear(), 400), R2).trained_with(
        lecture(output_activation="softmax", allow_mismatch=True),
        repair={"output_activation": "linear"},
    ),
    obvious("digits_sigmoid_for_classes", drawn(real("digits"), 500), ACCURACY).trained_with(
        lecture(output_activation="sigmoid", allow_mismatch=True),
        repair={"output_activation": "softmax"},
    ),
    subtle("moons_linear_probability", drawn(moons(0.2), 300), LOG_LOSS).trained_with(
        lecture(output_activation="linear", allow_mismatch=True),
        repair={"output_activation": "sigmoid"},
    ),
    subtle(
        "waves_through_a_sigmoid", drawn(waves(0.5), 400, for_all=heavy_tailed(1.0)), R2
    ).trained_with(
        tabular(
            output_activation="sigmoid",
            allow_mismatch=True,
            scale_target=False,
            hidden_layers=(32, 32),
        ),
        repair={"output_activation": "linear"},
    ),
    subtle("wine_linear_classes", drawn(real("wine"), 110), LOG_LOSS).trained_with(
        lecture(output_activation="linear", allow_mismatch=True),
        repair={"output_activation": "softmax"},
    ),
)

PATIENTS = LOSSES + OUTPUTS
