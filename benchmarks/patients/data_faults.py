"""Faults of the data that another recipe cannot undo."""

from patients.changes import (
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
from patients.patient import Patient
from patients.problems import (
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

WIDE_ADAM = {
    "preset": "lecture",
    "hidden_layers": (64, 64),
    "optimizer": "adam",
    "learning_rate": 0.005,
}

WRONG_LABELS = (
    Patient(
        name="moons_40_of_100_wrong",
        cause="label_noise",
        regime="obvious",
        tables=drawn(moons(0.15), 400, wrong_labels(0.4)),
        mended=drawn(moons(0.15), 400),
        recipe={**WIDE_ADAM, "epochs": 200},
        measure="accuracy",
    ),
    Patient(
        name="digits_40_of_100_wrong",
        cause="label_noise",
        regime="obvious",
        tables=drawn(real("digits"), 600, wrong_labels(0.4)),
        mended=drawn(real("digits"), 600),
        recipe={"preset": "lecture", "hidden_layers": (64, 64)},
        measure="accuracy",
    ),
    Patient(
        name="blobs_25_of_100_wrong",
        cause="label_noise",
        regime="subtle",
        tables=drawn(blobs(4, 4, 4.0), 400, wrong_labels(0.25)),
        mended=drawn(blobs(4, 4, 4.0), 400),
        recipe=WIDE_ADAM,
        measure="accuracy",
    ),
    Patient(
        name="breast_cancer_20_of_100_wrong",
        cause="label_noise",
        regime="subtle",
        tables=drawn(real("breast_cancer"), 350, wrong_labels(0.2)),
        mended=drawn(real("breast_cancer"), 350),
        recipe={"preset": "tabular", "hidden_layers": (64, 64)},
        measure="log_loss_skill",
    ),
)

WITHOUT_SIGNAL = (
    Patient(
        name="friedman_random_target",
        cause="no_signal",
        regime="obvious",
        tables=drawn(friedman(), 400, random_target),
        mended=drawn(friedman(), 400),
        recipe={"preset": "lecture"},
        measure="r2",
    ),
    Patient(
        name="overlap_random_target",
        cause="no_signal",
        regime="obvious",
        tables=drawn(overlap(3.0), 400, random_target),
        mended=drawn(overlap(3.0), 400),
        recipe={"preset": "tabular", "hidden_layers": (32, 32)},
        measure="log_loss_skill",
    ),
    Patient(
        name="wine_random_target",
        cause="no_signal",
        regime="subtle",
        tables=drawn(real("wine"), 110, random_target),
        mended=drawn(real("wine"), 110),
        recipe={"preset": "tabular", "hidden_layers": (32, 32)},
        measure="accuracy",
    ),
    Patient(
        name="waves_columns_that_matter_left_out",
        cause="no_signal",
        regime="subtle",
        tables=drawn(waves(0.5, 2), 400, for_all=chained(noise_columns(6), without("x1", "x2"))),
        mended=drawn(waves(0.5, 2), 400, for_all=noise_columns(6)),
        recipe={"preset": "lecture", "hidden_layers": (32, 32), "learning_rate": 0.02},
        measure="r2",
    ),
)

# What leaks is not known yet where predictions are needed: fresh rows hold it in any order.
LEAKS = (
    Patient(
        name="friedman_target_in_a_column",
        cause="target_leakage",
        regime="obvious",
        tables=drawn(altered(friedman(), leaking(0.01)), 400, for_fresh=without_knowledge("leak")),
        mended=drawn(friedman(), 400),
        recipe={"preset": "lecture", "learning_rate": 0.03},
        measure="r2",
    ),
    Patient(
        name="blobs_class_in_a_code",
        cause="target_leakage",
        regime="obvious",
        tables=drawn(
            altered(blobs(4, 4, 3.0), leaking_code()), 400, for_fresh=without_knowledge("code")
        ),
        mended=drawn(blobs(4, 4, 3.0), 400),
        recipe={"preset": "lecture"},
        measure="accuracy",
    ),
    Patient(
        name="overlap_class_in_a_noisy_column",
        cause="target_leakage",
        regime="subtle",
        tables=drawn(altered(overlap(2.5), leaking(0.3)), 400, for_fresh=without_knowledge("leak")),
        mended=drawn(overlap(2.5), 400),
        recipe={"preset": "tabular", "hidden_layers": (32, 32)},
        measure="log_loss_skill",
    ),
    Patient(
        name="diabetes_computed_from_the_target",
        cause="target_leakage",
        regime="subtle",
        tables=drawn(
            altered(real("diabetes"), leaking(0.15)),
            300,
            for_fresh=without_knowledge("leak"),
        ),
        mended=drawn(real("diabetes"), 300),
        recipe={"preset": "tabular", "hidden_layers": (32, 32)},
        measure="r2",
    ),
)

OUTLIERS = (
    Patient(
        name="friedman_2_of_100_times_100",
        cause="outliers_in_target",
        regime="obvious",
        tables=drawn(friedman(), 400, outliers(0.02, 100.0)),
        mended=drawn(friedman(), 400),
        recipe={"preset": "lecture", "learning_rate": 0.03},
        measure="r2",
    ),
    Patient(
        name="linear_1_of_100_times_1000",
        cause="outliers_in_target",
        regime="obvious",
        tables=drawn(linear(), 400, outliers(0.01, 1000.0)),
        mended=drawn(linear(), 400),
        recipe={"preset": "tabular", "hidden_layers": (32, 32)},
        measure="r2",
    ),
    Patient(
        name="saddle_2_of_100_times_10",
        cause="outliers_in_target",
        regime="subtle",
        tables=drawn(saddle(), 400, outliers(0.02, 10.0)),
        mended=drawn(saddle(), 400),
        recipe={"preset": "lecture"},
        measure="r2",
    ),
    Patient(
        name="diabetes_1_of_100_times_20",
        cause="outliers_in_target",
        regime="subtle",
        tables=drawn(real("diabetes"), 300, outliers(0.01, 20.0)),
        mended=drawn(real("diabetes"), 300),
        recipe={"preset": "tabular", "hidden_layers": (32, 32)},
        measure="r2",
    ),
)

DEGENERATE = (
    Patient(
        name="friedman_80_copies",
        cause="constant_or_duplicate_features",
        regime="obvious",
        tables=drawn(friedman(), 400, for_all=copies("x10", 80)),
        mended=drawn(friedman(), 400),
        recipe={"preset": "lecture"},
        measure="r2",
    ),
    Patient(
        name="moons_40_constants",
        cause="constant_or_duplicate_features",
        regime="obvious",
        tables=drawn(moons(0.2), 300, for_all=constants(40, 3.0)),
        mended=drawn(moons(0.2), 300),
        recipe={"preset": "lecture", "scale_features": False},
        measure="log_loss_skill",
    ),
    Patient(
        name="circles_30_copies_of_noise",
        cause="constant_or_duplicate_features",
        regime="subtle",
        tables=drawn(circles(0.12, columns=3), 200, for_all=copies("x3", 30)),
        mended=drawn(circles(0.12, columns=3), 200),
        recipe={"preset": "lecture"},
        measure="log_loss_skill",
    ),
    Patient(
        name="saddle_10_constants",
        cause="constant_or_duplicate_features",
        regime="subtle",
        tables=drawn(saddle(), 400, for_all=constants(10, 1.0)),
        mended=drawn(saddle(), 400),
        recipe={"preset": "lecture", "scale_features": False},
        measure="r2",
    ),
)

FEW_ROWS = (
    Patient(
        name="moons_16_rows",
        cause="too_little_data",
        regime="obvious",
        tables=drawn(moons(0.2), 16),
        mended=drawn(moons(0.2), 400),
        recipe={"preset": "lecture"},
        measure="log_loss_skill",
    ),
    Patient(
        name="friedman_20_rows",
        cause="too_little_data",
        regime="obvious",
        tables=drawn(friedman(), 20),
        mended=drawn(friedman(), 500),
        recipe={"preset": "tabular", "hidden_layers": (32, 32)},
        measure="r2",
    ),
    Patient(
        name="digits_40_rows",
        cause="too_little_data",
        regime="subtle",
        tables=drawn(real("digits"), 40),
        mended=drawn(real("digits"), 600),
        recipe={"preset": "tabular", "hidden_layers": (32, 32)},
        measure="accuracy",
    ),
    Patient(
        name="spirals_30_rows",
        cause="too_little_data",
        regime="subtle",
        tables=drawn(spirals(2, 0.15, 0.7), 30),
        mended=drawn(spirals(2, 0.15, 0.7), 500),
        recipe={"preset": "lecture", "hidden_layers": (32, 32)},
        measure="log_loss_skill",
    ),
)

SHIFTED = (
    Patient(
        name="saddle_validated_elsewhere",
        cause="train_validation_shift",
        regime="obvious",
        tables=drawn(
            saddle(0.1, -1.0, 0.5),
            400,
            validated_on=saddle(0.1, 1.0, 2.0),
            judged_on=saddle(0.1, 1.0, 2.0),
        ),
        mended=drawn(saddle(0.1, 1.0, 2.0), 400, validated_on=saddle(0.1, 1.0, 2.0)),
        recipe={"preset": "lecture", "learning_rate": 0.03},
        measure="r2",
    ),
    Patient(
        name="blobs_columns_moved",
        cause="train_validation_shift",
        regime="obvious",
        tables=drawn(
            blobs(3, 4, 3.0),
            400,
            validated_on=altered(blobs(3, 4, 3.0), shifted(4.0, "x1", "x2")),
            judged_on=altered(blobs(3, 4, 3.0), shifted(4.0, "x1", "x2")),
        ),
        mended=drawn(
            altered(blobs(3, 4, 3.0), shifted(4.0, "x1", "x2")),
            400,
            validated_on=altered(blobs(3, 4, 3.0), shifted(4.0, "x1", "x2")),
        ),
        recipe={"preset": "lecture"},
        measure="log_loss_skill",
    ),
    Patient(
        name="friedman_one_column_moved",
        cause="train_validation_shift",
        regime="subtle",
        tables=drawn(
            friedman(),
            400,
            validated_on=altered(friedman(), shifted(0.6, "x4")),
            judged_on=altered(friedman(), shifted(0.6, "x4")),
        ),
        mended=drawn(
            altered(friedman(), shifted(0.6, "x4")),
            400,
            validated_on=altered(friedman(), shifted(0.6, "x4")),
        ),
        recipe={"preset": "tabular", "hidden_layers": (32, 32)},
        measure="r2",
    ),
    Patient(
        name="linear_classes_columns_moved",
        cause="train_validation_shift",
        regime="subtle",
        tables=drawn(
            linear_classes(),
            400,
            validated_on=altered(linear_classes(), shifted(1.5, "x1")),
            judged_on=altered(linear_classes(), shifted(1.5, "x1")),
        ),
        mended=drawn(
            altered(linear_classes(), shifted(1.5, "x1")),
            400,
            validated_on=altered(linear_classes(), shifted(1.5, "x1")),
        ),
        recipe={"preset": "lecture", "learning_rate": 0.03},
        measure="log_loss_skill",
    ),
)

NOT_FINITE = (
    Patient(
        name="friedman_5_infinities",
        cause="non_finite_input",
        regime="obvious",
        tables=drawn(friedman(), 400, infinities(5, "x2")),
        mended=drawn(friedman(), 400),
        recipe={"preset": "lecture", "learning_rate": 0.03},
        measure="r2",
    ),
    Patient(
        name="iris_2_infinities",
        cause="non_finite_input",
        regime="obvious",
        tables=drawn(real("iris"), 100, infinities(2, "petal_width_(cm)")),
        mended=drawn(real("iris"), 100),
        recipe={"preset": "tabular", "hidden_layers": (32, 32)},
        measure="accuracy",
    ),
    Patient(
        name="moons_1_negative_infinity",
        cause="non_finite_input",
        regime="subtle",
        tables=drawn(moons(0.2), 300, infinities(1, "x1", negative=True)),
        mended=drawn(moons(0.2), 300),
        recipe={"preset": "lecture"},
        measure="log_loss_skill",
    ),
    Patient(
        name="penguins_1_infinity_among_gaps",
        cause="non_finite_input",
        regime="subtle",
        tables=drawn(real("penguins"), 240, infinities(1, "body_mass_g")),
        mended=drawn(real("penguins"), 240),
        recipe={"preset": "tabular", "hidden_layers": (32, 32)},
        measure="accuracy",
    ),
)

PATIENTS = (
    WRONG_LABELS + WITHOUT_SIGNAL + LEAKS + OUTLIERS + DEGENERATE + FEW_ROWS + SHIFTED + NOT_FINITE
)
