"""Faults of the starting weights: all alike, too large or too small."""

from patients.patient import Patient
from patients.problems import blobs, circles, drawn, friedman, moons, real, spirals

SYMMETRIC = (
    Patient(
        name="moons_zeros",
        cause="symmetric_init",
        regime="obvious",
        tables=drawn(moons(0.2), 300),
        recipe={"preset": "lecture", "init": "zeros"},
        repair={"init": "he"},
        measure="log_loss_skill",
    ),
    Patient(
        name="friedman_zeros",
        cause="symmetric_init",
        regime="obvious",
        tables=drawn(friedman(), 400),
        recipe={"preset": "tabular", "init": "zeros", "hidden_layers": (32, 32)},
        repair={"init": "auto"},
        measure="r2",
    ),
    Patient(
        name="circles_constant",
        cause="symmetric_init",
        regime="subtle",
        tables=drawn(circles(0.12), 300),
        recipe={"preset": "lecture", "activation": "tanh", "init": "constant", "init_scale": 0.3},
        repair={"init": "xavier", "init_scale": 1.0},
        measure="log_loss_skill",
    ),
    Patient(
        name="digits_constant",
        cause="symmetric_init",
        regime="subtle",
        tables=drawn(real("digits"), 500),
        recipe={
            "preset": "tabular",
            "init": "constant",
            "init_scale": 0.05,
            "hidden_layers": (32, 32),
            "dropout": 0.0,
        },
        repair={"init": "lecun", "init_scale": 1.0},
        measure="accuracy",
    ),
    Patient(
        name="blobs_sigmoid_zeros",
        cause="symmetric_init",
        regime="subtle",
        tables=drawn(blobs(5, 4, 4.0), 400),
        recipe={
            "preset": "lecture",
            "activation": "sigmoid",
            "init": "zeros",
            "optimizer": "adam",
            "learning_rate": 0.01,
        },
        repair={"init": "xavier"},
        measure="log_loss_skill",
    ),
)

SCALES = (
    Patient(
        name="moons_relu_scale_5",
        cause="bad_init_scale",
        regime="obvious",
        tables=drawn(moons(0.2), 300),
        recipe={"preset": "lecture", "init": "normal", "init_scale": 5.0},
        repair={"init": "he", "init_scale": 1.0},
        measure="log_loss_skill",
    ),
    Patient(
        name="friedman_12_relu_layers_scale_2",
        cause="bad_init_scale",
        regime="obvious",
        tables=drawn(friedman(), 400),
        recipe={"preset": "lecture", "hidden_layers": (16,) * 12, "init_scale": 2.0},
        repair={"init_scale": 0.7},
        measure="r2",
    ),
    Patient(
        name="spirals_scale_1e-4",
        cause="bad_init_scale",
        regime="obvious",
        tables=drawn(spirals(2, 0.15, 0.7), 400),
        recipe={
            "preset": "lecture",
            "hidden_layers": (32, 32, 32),
            "init": "normal",
            "init_scale": 1e-4,
        },
        repair={"init": "he", "init_scale": 1.0},
        measure="log_loss_skill",
    ),
    Patient(
        name="digits_relu_scale_4",
        cause="bad_init_scale",
        regime="subtle",
        tables=drawn(real("digits"), 500),
        recipe={"preset": "lecture", "hidden_layers": (32, 32, 32), "init_scale": 3.0},
        repair={"init_scale": 1.0},
        measure="log_loss_skill",
    ),
    Patient(
        name="friedman_tabular_scale_6",
        cause="bad_init_scale",
        regime="subtle",
        tables=drawn(friedman(), 400),
        recipe={"preset": "tabular", "hidden_layers": (32, 32), "init_scale": 6.0},
        repair={"init_scale": 1.0},
        measure="r2",
    ),
    Patient(
        name="breast_cancer_4_layers_scale_0.05",
        cause="bad_init_scale",
        regime="subtle",
        tables=drawn(real("breast_cancer"), 350),
        recipe={"preset": "lecture", "hidden_layers": (16,) * 4, "init_scale": 0.05},
        repair={"init_scale": 1.0},
        measure="log_loss_skill",
    ),
)

PATIENTS = SYMMETRIC + SCALES
