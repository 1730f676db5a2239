"""Trainings that learn what there is to learn, some of which look ill at first sight."""

from patients.changes import (
    constants,
    heavy_tailed,
    leaking,
    noise_columns,
    scaled,
    scaled_target,
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
    parity,
    real,
    saddle,
    spirals,
    waves,
)

ADAM = {"preset": "lecture", "optimizer": "adam", "learning_rate": 0.01}
SMALL_TABULAR = {"preset": "tabular", "hidden_layers": (32, 32)}

EASY = (
    Patient(
        name="moons_lecture",
        tables=drawn(moons(0.2), 800),
        recipe={"preset": "lecture", "learning_rate": 0.3},
        measure="log_loss_skill",
    ),
    Patient(
        name="moons_tabular",
        tables=drawn(moons(0.2), 800),
        recipe={"preset": "tabular"},
        measure="log_loss_skill",
    ),
    Patient(
        name="circles_adam",
        tables=drawn(circles(0.12), 1000),
        recipe=ADAM,
        measure="log_loss_skill",
    ),
    Patient(
        name="spirals_adam",
        tables=drawn(spirals(2, 0.15, 0.7), 400),
        recipe={**ADAM, "hidden_layers": (32, 32)},
        measure="log_loss_skill",
    ),
    Patient(
        name="xor_adam",
        tables=drawn(parity(2, 2, 0.1), 400),
        recipe=ADAM,
        measure="log_loss_skill",
    ),
    Patient(
        name="eight_blobs_lecture",
        tables=drawn(blobs(8, 3, 6.0), 600),
        recipe={"preset": "lecture"},
        measure="log_loss_skill",
    ),
    Patient(
        name="saddle_adam",
        tables=drawn(saddle(), 400),
        recipe={**ADAM, "hidden_layers": (32, 32)},
        measure="r2",
    ),
    Patient(
        name="waves_tabular",
        tables=drawn(waves(1.0), 400),
        recipe={**SMALL_TABULAR, "dropout": 0.0, "learning_rate": 0.005},
        measure="r2",
    ),
    Patient(
        name="friedman_tabular",
        tables=drawn(friedman(), 1000),
        recipe={"preset": "tabular"},
        measure="r2",
    ),
)

REAL = (
    Patient(
        name="iris_lecture",
        tables=drawn(real("iris"), 100),
        recipe={"preset": "lecture"},
        measure="accuracy",
    ),
    Patient(
        name="iris_tabular",
        tables=drawn(real("iris"), 90),
        recipe={"preset": "tabular", "epochs": 150},
        measure="accuracy",
    ),
    # Petals all but name the species, and honestly so.
    Patient(
        name="iris_petals_only",
        tables=drawn(
            altered(
                real("iris"),
                lambda _rng, frame: frame.select("petal_length_(cm)", "petal_width_(cm)", "y"),
            ),
            100,
        ),
        recipe={"preset": "lecture"},
        measure="accuracy",
    ),
    Patient(
        name="wine_tabular",
        tables=drawn(real("wine"), 120),
        recipe={"preset": "tabular"},
        measure="accuracy",
    ),
    Patient(
        name="breast_cancer_tabular",
        tables=drawn(real("breast_cancer"), 400),
        recipe={"preset": "tabular"},
        measure="accuracy",
    ),
    Patient(
        name="penguins_tabular",
        tables=drawn(real("penguins"), 240),
        recipe={"preset": "tabular"},
        measure="accuracy",
    ),
    Patient(
        name="penguins_lecture",
        tables=drawn(real("penguins"), 240),
        recipe={"preset": "lecture", "epochs": 50},
        measure="accuracy",
    ),
    Patient(
        name="digits_tabular",
        tables=drawn(real("digits"), 900, fresh=800),
        recipe={"preset": "tabular"},
        measure="accuracy",
    ),
    # Many pixels are the same in all rows.
    Patient(
        name="digits_0_to_2_with_constant_pixels",
        tables=drawn(real("digits", classes=3), 400),
        recipe={"preset": "lecture"},
        measure="accuracy",
    ),
    Patient(
        name="diabetes_tabular",
        tables=drawn(real("diabetes"), 300),
        recipe={"preset": "tabular"},
        measure="r2",
    ),
)

# What is left after the best prediction that there is: noise.
NOISY = (
    Patient(
        name="linear_half_noise",
        tables=drawn(linear(6, 1.0), 600),
        recipe={"preset": "lecture", "hidden_layers": None, "learning_rate": 0.01},
        measure="r2",
    ),
    Patient(
        name="linear_little_signal",
        tables=drawn(linear(4, 3.0), 1500, fresh=3000),
        recipe={"preset": "lecture", "hidden_layers": None, "learning_rate": 0.005},
        measure="r2",
    ),
    Patient(
        name="overlap_much_tabular",
        tables=drawn(overlap(1.0, 4), 800, fresh=3000),
        recipe=SMALL_TABULAR,
        measure="log_loss_skill",
    ),
    Patient(
        name="overlap_much_logistic",
        tables=drawn(overlap(1.0, 4), 800, fresh=3000),
        recipe={"preset": "lecture", "hidden_layers": None, "learning_rate": 0.02},
        measure="log_loss_skill",
    ),
    Patient(
        name="saddle_half_noise",
        tables=drawn(saddle(0.4), 1500),
        recipe={**SMALL_TABULAR, "dropout": 0.0},
        measure="r2",
    ),
    Patient(
        name="moons_some_wrong_labels",
        tables=drawn(altered(moons(0.15), wrong_labels(0.1)), 1000),
        recipe={**SMALL_TABULAR, "dropout": 0.0, "learning_rate": 0.01},
        measure="log_loss_skill",
    ),
    Patient(
        name="linear_absolute_error",
        tables=drawn(linear(4, 0.5), 500),
        recipe={"preset": "lecture", "loss": "mae", "hidden_layers": (8,), "learning_rate": 0.02},
        measure="r2",
    ),
)

# Settings that are ill elsewhere.
BOLD = (
    Patient(
        name="moons_rate_0.5",
        tables=drawn(moons(0.2), 600),
        recipe={"preset": "lecture", "learning_rate": 0.5},
        measure="log_loss_skill",
    ),
    Patient(
        name="saddle_momentum",
        tables=drawn(saddle(), 400),
        recipe={"preset": "lecture", "optimizer": "momentum", "learning_rate": 0.05},
        measure="r2",
    ),
    Patient(
        name="linear_small_rate_many_epochs",
        tables=drawn(linear(), 400),
        recipe={
            "preset": "lecture",
            "hidden_layers": None,
            "learning_rate": 0.001,
            "epochs": 400,
        },
        measure="r2",
    ),
    Patient(
        name="blobs_adam_3e-4_many_epochs",
        tables=drawn(blobs(3, 4, 4.0), 400),
        recipe={**ADAM, "learning_rate": 3e-4, "epochs": 300},
        measure="log_loss_skill",
    ),
    Patient(
        name="moons_full_batch",
        tables=drawn(moons(0.2), 1000),
        recipe={**ADAM, "learning_rate": 0.02, "batch_size": "full", "epochs": 250},
        measure="log_loss_skill",
    ),
    Patient(
        name="linear_one_row_at_a_time",
        tables=drawn(linear(), 400),
        recipe={
            "preset": "lecture",
            "hidden_layers": None,
            "learning_rate": 0.003,
            "batch_size": 1,
            "epochs": 20,
        },
        measure="r2",
    ),
    Patient(
        name="spirals_six_relu_layers",
        tables=drawn(spirals(2, 0.15, 0.7), 600),
        recipe={**ADAM, "learning_rate": 0.003, "hidden_layers": (16,) * 6},
        measure="log_loss_skill",
    ),
    Patient(
        name="moons_eight_normalised_layers",
        tables=drawn(moons(0.2), 800),
        recipe={
            **ADAM,
            "learning_rate": 0.003,
            "hidden_layers": (16,) * 8,
            "normalization": "layer",
            "patience": 20,
        },
        measure="log_loss_skill",
    ),
    Patient(
        name="circles_one_sigmoid_layer",
        tables=drawn(circles(0.12), 600),
        recipe={
            **ADAM,
            "learning_rate": 0.03,
            "activation": "sigmoid",
            "hidden_layers": (16,),
            "epochs": 150,
        },
        measure="log_loss_skill",
    ),
    Patient(
        name="moons_tanh_clipped_loosely",
        tables=drawn(moons(0.2), 800),
        recipe={**ADAM, "activation": "tanh", "clip_norm": 1.0},
        measure="log_loss_skill",
    ),
    Patient(
        name="diabetes_dropout_half",
        tables=drawn(real("diabetes"), 300),
        recipe={"preset": "tabular", "dropout": 0.5},
        measure="r2",
    ),
    Patient(
        name="linear_two_units",
        tables=drawn(linear(6, 0.3), 500),
        recipe={**ADAM, "hidden_layers": (2,), "activation": "linear"},
        measure="r2",
    ),
    Patient(
        name="blobs_in_table_order",
        tables=drawn(blobs(3, 4, 4.0), 400),
        recipe={"preset": "lecture", "shuffle": False},
        measure="log_loss_skill",
    ),
    Patient(
        name="circles_features_as_they_are",
        tables=drawn(circles(0.12), 400),
        recipe={**ADAM, "scale_features": False},
        measure="log_loss_skill",
    ),
    Patient(
        name="saddle_target_as_it_is",
        tables=drawn(saddle(), 400),
        recipe={**ADAM, "scale_target": False, "hidden_layers": (32, 32)},
        measure="r2",
    ),
    Patient(
        name="moons_normal_weights",
        tables=drawn(moons(0.2), 800),
        recipe={**ADAM, "init": "normal", "init_scale": 0.3},
        measure="log_loss_skill",
    ),
)

# Data that look odd, but can be learnt as they are.
ODD = (
    Patient(
        name="overlap_little_imbalanced_but_far",
        tables=drawn(overlap(6.0, 4, 0.05), 800, fresh=3000),
        recipe={"preset": "lecture"},
        measure="balanced_accuracy",
    ),
    Patient(
        name="overlap_imbalanced_and_weighted",
        tables=drawn(overlap(2.0, 4, 0.1), 1000, fresh=4000),
        recipe={
            "preset": "lecture",
            "hidden_layers": None,
            "learning_rate": 0.02,
            "class_weight": "balanced",
        },
        measure="balanced_accuracy",
    ),
    Patient(
        name="blobs_one_in_ten",
        tables=drawn(blobs(2, 3, 2.5, (0.9, 0.1)), 800, fresh=3000),
        recipe=SMALL_TABULAR,
        measure="log_loss_skill",
    ),
    Patient(
        name="linear_heavy_tails",
        tables=drawn(linear(3, 0.1), 800, for_all=heavy_tailed(1.0)),
        recipe={"preset": "tabular", "dropout": 0.0},
        measure="r2",
    ),
    Patient(
        name="linear_forty_columns",
        tables=drawn(linear(40, 0.3), 1000),
        recipe={"preset": "lecture", "hidden_layers": None, "learning_rate": 0.01},
        measure="r2",
    ),
    Patient(
        name="linear_one_strong_column",
        tables=drawn(altered(linear(4, 0.1), leaking(0.5, "strong")), 400),
        recipe={"preset": "lecture", "hidden_layers": None, "learning_rate": 0.01},
        measure="r2",
    ),
    Patient(
        name="waves_validated_by_a_table",
        tables=drawn(waves(0.5), 400, validated_on=waves(0.5)),
        recipe={**ADAM, "hidden_layers": (32, 32)},
        measure="r2",
    ),
    Patient(
        name="blobs_in_other_units",
        tables=drawn(blobs(4, 4, 5.0), 400, for_all=scaled(1e4, "x1", "x2")),
        recipe=SMALL_TABULAR,
        measure="log_loss_skill",
    ),
    Patient(
        name="saddle_target_in_thousands",
        tables=drawn(saddle(), 400, for_all=scaled_target(1000.0, 5000.0)),
        recipe={**ADAM, "hidden_layers": (32, 32)},
        measure="r2",
    ),
    Patient(
        name="linear_some_constants",
        tables=drawn(linear(5, 0.3), 500, for_all=constants(2, 1.0)),
        recipe={**SMALL_TABULAR, "dropout": 0.0},
        measure="r2",
    ),
    Patient(
        name="blobs_some_noise_columns",
        tables=drawn(blobs(3, 3, 5.0), 600, for_all=noise_columns(3)),
        recipe=SMALL_TABULAR,
        measure="log_loss_skill",
    ),
    Patient(
        name="linear_classes_logistic",
        tables=drawn(linear_classes(6, 0.3), 800),
        recipe={"preset": "lecture", "hidden_layers": None},
        measure="log_loss_skill",
    ),
)

PATIENTS: tuple[Patient, ...] = EASY + REAL + NOISY + BOLD + ODD
