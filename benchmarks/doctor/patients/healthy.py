"""Trainings that learn what there is to learn. Some of them look faulty at first sight."""

from typing import Any

from benchmarks.doctor.patient import (
    ACCURACY,
    BALANCED,
    LOG_LOSS,
    R2,
    Fields,
    healthy,
    lecture,
    tabular,
)
from benchmarks.doctor.problems import (
    altered,
    blobs,
    circles,
    drawn,
    friedman,
    linear,
    linear_classes,
    moons,
    overlap,
    parity,
    real,
    saddle,
    spirals,
    waves,
)
from benchmarks.doctor.row_changes import (
    constants,
    heavy_tailed,
    leaking,
    noise_columns,
    scaled,
    scaled_target,
    wrong_labels,
)


def adam(**fields: Any) -> Fields:
    """The preset `lecture` with Adam."""
    return lecture(**{"optimizer": "adam", "learning_rate": 0.01, **fields})


def small_tabular(**fields: Any) -> Fields:
    """The preset `tabular` with two small layers."""
    return tabular(hidden_layers=(32, 32), **fields)


EASY = (
    healthy("moons_lecture", drawn(moons(0.2), 800), LOG_LOSS).trained_with(
        lecture(learning_rate=0.3)
    ),
    healthy("moons_tabular", drawn(moons(0.2), 800), LOG_LOSS).trained_with(tabular()),
    healthy("circles_adam", drawn(circles(0.12), 1000), LOG_LOSS).trained_with(adam()),
    healthy("spirals_adam", drawn(spirals(2, 0.15, 0.7), 400), LOG_LOSS).trained_with(
        adam(hidden_layers=(32, 32))
    ),
    healthy("xor_adam", drawn(parity(2, 2, 0.1), 400), LOG_LOSS).trained_with(adam()),
    healthy("eight_blobs_lecture", drawn(blobs(8, 3, 6.0), 600), LOG_LOSS).trained_with(lecture()),
    healthy("saddle_adam", drawn(saddle(), 400), R2).trained_with(adam(hidden_layers=(32, 32))),
    healthy("waves_tabular", drawn(waves(1.0), 400), R2).trained_with(
        small_tabular(dropout=0.0, learning_rate=0.005)
    ),
    healthy("friedman_tabular", drawn(friedman(), 1000), R2).trained_with(tabular()),
)

REAL = (
    healthy("iris_lecture", drawn(real("iris"), 100), ACCURACY).trained_with(lecture()),
    healthy("iris_tabular", drawn(real("iris"), 90), ACCURACY).trained_with(tabular(epochs=150)),
    # Petals all but name the species, and honestly so.
    healthy(
        "iris_petals_only",
        drawn(
            altered(
                real("iris"),
                lambda _rng, frame: frame.select("petal_length_(cm)", "petal_width_(cm)", "y"),
            ),
            100,
        ),
        ACCURACY,
    ).trained_with(lecture()),
    healthy("wine_tabular", drawn(real("wine"), 120), ACCURACY).trained_with(tabular()),
    healthy("breast_cancer_tabular", drawn(real("breast_cancer"), 400), ACCURACY).trained_with(
        tabular()
    ),
    healthy("penguins_tabular", drawn(real("penguins"), 240), ACCURACY).trained_with(tabular()),
    healthy("penguins_lecture", drawn(real("penguins"), 240), ACCURACY).trained_with(
        lecture(epochs=50)
    ),
    healthy("digits_tabular", drawn(real("digits"), 900, fresh=800), ACCURACY).trained_with(
        tabular()
    ),
    # Many pixels are the same in all rows.
    healthy(
        "digits_0_to_2_with_constant_pixels", drawn(real("digits", classes=3), 400), ACCURACY
    ).trained_with(lecture()),
    healthy("diabetes_tabular", drawn(real("diabetes"), 300), R2).trained_with(tabular()),
)

# What is left after the best prediction that there is: noise.
NOISY = (
    healthy("linear_half_noise", drawn(linear(6, 1.0), 600), R2).trained_with(
        lecture(hidden_layers=None, learning_rate=0.01)
    ),
    healthy("linear_little_signal", drawn(linear(4, 3.0), 1500, fresh=3000), R2).trained_with(
        lecture(hidden_layers=None, learning_rate=0.005)
    ),
    healthy("overlap_much_tabular", drawn(overlap(1.0, 4), 800, fresh=3000), LOG_LOSS).trained_with(
        small_tabular()
    ),
    healthy(
        "overlap_much_logistic", drawn(overlap(1.0, 4), 800, fresh=3000), LOG_LOSS
    ).trained_with(lecture(hidden_layers=None, learning_rate=0.02)),
    healthy("saddle_half_noise", drawn(saddle(0.4), 1500), R2).trained_with(
        small_tabular(dropout=0.0)
    ),
    healthy(
        "moons_some_wrong_labels", drawn(altered(moons(0.15), wrong_labels(0.1)), 1000), LOG_LOSS
    ).trained_with(small_tabular(dropout=0.0, learning_rate=0.01)),
    healthy("linear_absolute_error", drawn(linear(4, 0.5), 500), R2).trained_with(
        lecture(loss="mae", hidden_layers=(8,), learning_rate=0.02)
    ),
)

# Settings that are a fault elsewhere.
BOLD = (
    healthy("moons_rate_0.5", drawn(moons(0.2), 600), LOG_LOSS).trained_with(
        lecture(learning_rate=0.5)
    ),
    healthy("saddle_momentum", drawn(saddle(), 400), R2).trained_with(
        lecture(optimizer="momentum", learning_rate=0.05)
    ),
    healthy("linear_small_rate_many_epochs", drawn(linear(), 400), R2).trained_with(
        lecture(hidden_layers=None, learning_rate=0.001, epochs=400)
    ),
    healthy("blobs_adam_3e-4_many_epochs", drawn(blobs(3, 4, 4.0), 400), LOG_LOSS).trained_with(
        adam(learning_rate=3e-4, epochs=300)
    ),
    healthy("moons_full_batch", drawn(moons(0.2), 1000), LOG_LOSS).trained_with(
        adam(learning_rate=0.02, batch_size="full", epochs=250)
    ),
    healthy("linear_one_row_at_a_time", drawn(linear(), 400), R2).trained_with(
        lecture(hidden_layers=None, learning_rate=0.003, batch_size=1, epochs=20)
    ),
    healthy("spirals_six_relu_layers", drawn(spirals(2, 0.15, 0.7), 600), LOG_LOSS).trained_with(
        adam(learning_rate=0.003, hidden_layers=(16,) * 6)
    ),
    healthy("moons_eight_normalised_layers", drawn(moons(0.2), 800), LOG_LOSS).trained_with(
        adam(learning_rate=0.003, hidden_layers=(16,) * 8, normalization="layer", patience=20)
    ),
    healthy("circles_one_sigmoid_layer", drawn(circles(0.12), 600), LOG_LOSS).trained_with(
        adam(learning_rate=0.03, activation="sigmoid", hidden_layers=(16,), epochs=150)
    ),
    healthy("moons_tanh_clipped_loosely", drawn(moons(0.2), 800), LOG_LOSS).trained_with(
        adam(activation="tanh", clip_norm=1.0)
    ),
    healthy("diabetes_dropout_half", drawn(real("diabetes"), 300), R2).trained_with(
        tabular(dropout=0.5)
    ),
    healthy("linear_two_units", drawn(linear(6, 0.3), 500), R2).trained_with(
        adam(hidden_layers=(2,), activation="linear")
    ),
    healthy("blobs_in_table_order", drawn(blobs(3, 4, 4.0), 400), LOG_LOSS).trained_with(
        lecture(shuffle=False)
    ),
    healthy("circles_features_as_they_are", drawn(circles(0.12), 400), LOG_LOSS).trained_with(
        adam(scale_features=False)
    ),
    healthy("saddle_target_as_it_is", drawn(saddle(), 400), R2).trained_with(
        adam(scale_target=False, hidden_layers=(32, 32))
    ),
    healthy("moons_normal_weights", drawn(moons(0.2), 800), LOG_LOSS).trained_with(
        adam(init="normal", init_scale=0.3)
    ),
)

# Data that look odd, but can be learnt as they are.
ODD = (
    healthy(
        "overlap_little_imbalanced_but_far", drawn(overlap(6.0, 4, 0.05), 800, fresh=3000), BALANCED
    ).trained_with(lecture()),
    healthy(
        "overlap_imbalanced_and_weighted", drawn(overlap(2.0, 4, 0.1), 1000, fresh=4000), BALANCED
    ).trained_with(lecture(hidden_layers=None, learning_rate=0.02, class_weight="balanced")),
    healthy(
        "blobs_one_in_ten", drawn(blobs(2, 3, 2.5, (0.9, 0.1)), 800, fresh=3000), LOG_LOSS
    ).trained_with(small_tabular()),
    healthy(
        "linear_heavy_tails", drawn(linear(3, 0.1), 800, for_all=heavy_tailed(1.0)), R2
    ).trained_with(tabular(dropout=0.0)),
    healthy("linear_forty_columns", drawn(linear(40, 0.3), 1000), R2).trained_with(
        lecture(hidden_layers=None, learning_rate=0.01)
    ),
    healthy(
        "linear_one_strong_column", drawn(altered(linear(4, 0.1), leaking(0.5, "strong")), 400), R2
    ).trained_with(lecture(hidden_layers=None, learning_rate=0.01)),
    healthy(
        "waves_validated_by_a_table", drawn(waves(0.5), 400, validated_on=waves(0.5)), R2
    ).trained_with(adam(hidden_layers=(32, 32))),
    healthy(
        "blobs_in_other_units",
        drawn(blobs(4, 4, 5.0), 400, for_all=scaled(1e4, "x1", "x2")),
        LOG_LOSS,
    ).trained_with(small_tabular()),
    healthy(
        "saddle_target_in_thousands",
        drawn(saddle(), 400, for_all=scaled_target(1000.0, 5000.0)),
        R2,
    ).trained_with(adam(hidden_layers=(32, 32))),
    healthy(
        "linear_some_constants", drawn(linear(5, 0.3), 500, for_all=constants(2, 1.0)), R2
    ).trained_with(small_tabular(dropout=0.0)),
    healthy(
        "blobs_some_noise_columns", drawn(blobs(3, 3, 5.0), 600, for_all=noise_columns(3)), LOG_LOSS
    ).trained_with(small_tabular()),
    healthy("linear_classes_logistic", drawn(linear_classes(6, 0.3), 800), LOG_LOSS).trained_with(
        lecture(hidden_layers=None)
    ),
)

PATIENTS = EASY + REAL + NOISY + BOLD + ODD
