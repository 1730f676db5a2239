"""Faults of the last layer and the loss, which do not belong to the problem or to each other."""

from patients.changes import heavy_tailed
from patients.patient import Patient
from patients.problems import blobs, circles, drawn, friedman, linear, moons, overlap, real, waves

LOSSES = (
    Patient(
        name="digits_absolute_error",
        cause="loss_mismatch",
        regime="obvious",
        tables=drawn(real("digits"), 500),
        recipe={"preset": "lecture", "loss": "mae", "allow_mismatch": True},
        repair={"loss": "cce"},
        measure="accuracy",
    ),
    Patient(
        name="friedman_cross_entropy",
        cause="loss_mismatch",
        regime="obvious",
        tables=drawn(friedman(), 400),
        recipe={"preset": "lecture", "loss": "bce", "allow_mismatch": True},
        repair={"loss": "mse"},
        measure="r2",
    ),
    Patient(
        name="moons_absolute_error",
        cause="loss_mismatch",
        regime="obvious",
        tables=drawn(overlap(1.5), 400),
        recipe={"preset": "lecture", "loss": "mae", "allow_mismatch": True},
        repair={"loss": "bce"},
        measure="log_loss_skill",
    ),
    Patient(
        name="digits_squared_error",
        cause="loss_mismatch",
        regime="subtle",
        tables=drawn(real("digits"), 500),
        recipe={"preset": "lecture", "loss": "mse", "allow_mismatch": True, "epochs": 40},
        repair={"loss": "cce"},
        measure="accuracy",
    ),
    Patient(
        name="circles_squared_error",
        cause="loss_mismatch",
        regime="subtle",
        tables=drawn(circles(0.12), 300),
        recipe={"preset": "lecture", "loss": "mse", "allow_mismatch": True, "epochs": 40},
        repair={"loss": "bce"},
        measure="log_loss_skill",
    ),
    Patient(
        name="wine_squared_error",
        cause="loss_mismatch",
        regime="subtle",
        tables=drawn(blobs(5, 4, 3.0), 400),
        recipe={"preset": "lecture", "loss": "mse", "allow_mismatch": True, "epochs": 30},
        repair={"loss": "cce"},
        measure="log_loss_skill",
    ),
)

OUTPUTS = (
    Patient(
        name="friedman_through_a_sigmoid",
        cause="output_activation_mismatch",
        regime="obvious",
        tables=drawn(friedman(), 400),
        recipe={"preset": "lecture", "output_activation": "sigmoid", "allow_mismatch": True},
        repair={"output_activation": "linear"},
        measure="r2",
    ),
    Patient(
        name="linear_through_a_softmax",
        cause="output_activation_mismatch",
        regime="obvious",
        tables=drawn(linear(), 400),
        recipe={"preset": "lecture", "output_activation": "softmax", "allow_mismatch": True},
        repair={"output_activation": "linear"},
        measure="r2",
    ),
    Patient(
        name="digits_sigmoid_for_classes",
        cause="output_activation_mismatch",
        regime="obvious",
        tables=drawn(real("digits"), 500),
        recipe={"preset": "lecture", "output_activation": "sigmoid", "allow_mismatch": True},
        repair={"output_activation": "softmax"},
        measure="accuracy",
    ),
    Patient(
        name="moons_linear_probability",
        cause="output_activation_mismatch",
        regime="subtle",
        tables=drawn(moons(0.2), 300),
        recipe={"preset": "lecture", "output_activation": "linear", "allow_mismatch": True},
        repair={"output_activation": "sigmoid"},
        measure="log_loss_skill",
    ),
    Patient(
        name="waves_through_a_sigmoid",
        cause="output_activation_mismatch",
        regime="subtle",
        tables=drawn(waves(0.5), 400, for_all=heavy_tailed(1.0)),
        recipe={
            "preset": "tabular",
            "output_activation": "sigmoid",
            "allow_mismatch": True,
            "scale_target": False,
            "hidden_layers": (32, 32),
        },
        repair={"output_activation": "linear"},
        measure="r2",
    ),
    Patient(
        name="wine_linear_classes",
        cause="output_activation_mismatch",
        regime="subtle",
        tables=drawn(real("wine"), 110),
        recipe={"preset": "lecture", "output_activation": "linear", "allow_mismatch": True},
        repair={"output_activation": "softmax"},
        measure="log_loss_skill",
    ),
)

PATIENTS = LOSSES + OUTPUTS
