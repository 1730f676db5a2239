"""Faults of units: columns or targets far from the numbers that a network starts with."""

from patients.changes import scaled, scaled_target, shifted
from patients.patient import Patient
from patients.problems import drawn, friedman, linear, moons, real, saddle, spirals

FEATURES = (
    Patient(
        name="moons_in_thousands",
        cause="unscaled_features",
        regime="obvious",
        tables=drawn(moons(0.2), 300, for_all=scaled(1e4)),
        recipe={"preset": "lecture", "scale_features": False},
        repair={"scale_features": True},
        measure="log_loss_skill",
    ),
    Patient(
        name="wine_as_measured",
        cause="unscaled_features",
        regime="obvious",
        tables=drawn(real("wine"), 110),
        recipe={"preset": "lecture", "scale_features": False},
        repair={"scale_features": True},
        measure="accuracy",
    ),
    Patient(
        name="spirals_in_thousandths",
        cause="unscaled_features",
        regime="obvious",
        tables=drawn(spirals(2, 0.15, 0.7), 400, for_all=scaled(1e-3)),
        recipe={"preset": "tabular", "scale_features": False, "hidden_layers": (32, 32)},
        repair={"scale_features": True},
        measure="log_loss_skill",
    ),
    Patient(
        name="friedman_one_column_tiny",
        cause="unscaled_features",
        regime="subtle",
        tables=drawn(friedman(), 400, for_all=scaled(1e-4, "x4")),
        recipe={"preset": "lecture", "scale_features": False},
        repair={"scale_features": True},
        measure="r2",
    ),
    Patient(
        name="breast_cancer_as_measured",
        cause="unscaled_features",
        regime="subtle",
        tables=drawn(real("breast_cancer"), 350),
        recipe={
            "preset": "lecture",
            "scale_features": False,
            "optimizer": "adam",
            "learning_rate": 0.002,
        },
        repair={"scale_features": True},
        measure="log_loss_skill",
    ),
    Patient(
        name="saddle_far_from_zero",
        cause="unscaled_features",
        regime="subtle",
        tables=drawn(saddle(), 400, for_all=shifted(20.0, "x1", "x2")),
        recipe={
            "preset": "lecture",
            "scale_features": False,
            "optimizer": "adam",
            "learning_rate": 0.005,
        },
        repair={"scale_features": True},
        measure="r2",
    ),
)

TARGETS = (
    Patient(
        name="friedman_target_in_cents",
        cause="unscaled_target",
        regime="obvious",
        tables=drawn(friedman(), 400, for_all=scaled_target(1e4)),
        recipe={"preset": "lecture", "scale_target": False},
        repair={"scale_target": True},
        measure="r2",
    ),
    Patient(
        name="linear_target_far_from_zero",
        cause="unscaled_target",
        regime="obvious",
        tables=drawn(linear(), 400, for_all=scaled_target(1.0, 1e4)),
        recipe={
            "preset": "lecture",
            "scale_target": False,
            "optimizer": "adam",
            "learning_rate": 0.005,
        },
        repair={"scale_target": True},
        measure="r2",
    ),
    Patient(
        name="diabetes_as_measured",
        cause="unscaled_target",
        regime="subtle",
        tables=drawn(real("diabetes"), 300),
        recipe={
            "preset": "lecture",
            "scale_target": False,
            "optimizer": "adam",
            "learning_rate": 0.001,
            "epochs": 60,
        },
        repair={"scale_target": True},
        measure="r2",
    ),
    Patient(
        name="friedman_target_in_millions",
        cause="unscaled_target",
        regime="subtle",
        tables=drawn(friedman(), 400, for_all=scaled_target(1e-3)),
        recipe={"preset": "lecture", "scale_target": False},
        repair={"scale_target": True},
        measure="r2",
    ),
    Patient(
        name="saddle_target_50_times",
        cause="unscaled_target",
        regime="subtle",
        tables=drawn(saddle(), 400, for_all=scaled_target(50.0)),
        recipe={"preset": "lecture", "scale_target": False, "learning_rate": 0.01},
        repair={"scale_target": True},
        measure="r2",
    ),
)

PATIENTS = FEATURES + TARGETS
