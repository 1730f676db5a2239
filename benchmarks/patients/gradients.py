"""Faults of the signal that flows through the layers: it fades, it grows, or units let none by."""

from patients.changes import heavy_tailed
from patients.patient import Patient
from patients.problems import blobs, circles, drawn, friedman, linear, moons, real

VANISHING = (
    Patient(
        name="moons_10_sigmoid_layers",
        cause="vanishing_gradient",
        regime="obvious",
        tables=drawn(moons(0.2), 300),
        recipe={"preset": "lecture", "activation": "sigmoid", "hidden_layers": (16,) * 10},
        repair={"activation": "relu"},
        measure="log_loss_skill",
    ),
    Patient(
        name="friedman_8_sigmoid_layers_adam",
        cause="vanishing_gradient",
        regime="obvious",
        tables=drawn(friedman(), 400),
        recipe={
            "preset": "tabular",
            "activation": "sigmoid",
            "hidden_layers": (16,) * 8,
        },
        repair={"activation": "relu"},
        measure="r2",
    ),
    Patient(
        name="friedman_3_sigmoid_layers",
        cause="vanishing_gradient",
        regime="subtle",
        tables=drawn(friedman(), 400),
        recipe={"preset": "lecture", "activation": "sigmoid", "hidden_layers": (16,) * 4},
        repair={"activation": "relu"},
        measure="r2",
    ),
    Patient(
        name="digits_4_sigmoid_layers",
        cause="vanishing_gradient",
        regime="subtle",
        tables=drawn(real("digits"), 600),
        recipe={"preset": "lecture", "activation": "sigmoid", "hidden_layers": (32,) * 4},
        repair={"activation": "relu"},
        measure="accuracy",
    ),
)

EXPLODING = (
    Patient(
        name="linear_stack_of_6",
        cause="exploding_gradient",
        regime="obvious",
        tables=drawn(linear(), 400),
        recipe={"preset": "lecture", "activation": "linear", "hidden_layers": (16,) * 6},
        repair={"clip_norm": 1.0},
        measure="r2",
    ),
    Patient(
        name="elu_stack_of_8",
        cause="exploding_gradient",
        regime="obvious",
        tables=drawn(friedman(), 400),
        recipe={"preset": "lecture", "activation": "elu", "hidden_layers": (16,) * 8},
        repair={"clip_norm": 1.0},
        measure="r2",
    ),
    Patient(
        name="heavy_tails_throw_it_off",
        cause="exploding_gradient",
        regime="subtle",
        tables=drawn(linear(4, 0.2), 500, for_all=heavy_tailed()),
        recipe={"preset": "lecture", "learning_rate": 0.3},
        repair={"clip_norm": 1.0},
        measure="r2",
    ),
    Patient(
        name="diabetes_elu_stack_of_6",
        cause="exploding_gradient",
        regime="subtle",
        tables=drawn(real("diabetes"), 300),
        recipe={"preset": "lecture", "activation": "elu", "hidden_layers": (16,) * 6},
        repair={"clip_norm": 0.3},
        measure="r2",
    ),
)

DEAD = (
    Patient(
        name="moons_deep_and_narrow_relu",
        cause="dead_units",
        regime="obvious",
        tables=drawn(moons(0.2), 300),
        recipe={"preset": "lecture", "hidden_layers": (3,) * 8},
        repair={"activation": "elu"},
        measure="log_loss_skill",
    ),
    Patient(
        name="eight_blobs_deep_and_narrow_relu",
        cause="dead_units",
        regime="obvious",
        tables=drawn(blobs(8, 3, 6.0), 500),
        recipe={"preset": "lecture", "hidden_layers": (4,) * 8},
        repair={"activation": "elu"},
        measure="accuracy",
    ),
    Patient(
        name="digits_deep_and_narrow_relu",
        cause="dead_units",
        regime="subtle",
        tables=drawn(real("digits"), 600),
        recipe={"preset": "lecture", "hidden_layers": (6,) * 8},
        repair={"activation": "elu"},
        measure="accuracy",
    ),
    Patient(
        name="circles_narrow_relu",
        cause="dead_units",
        regime="obvious",
        tables=drawn(circles(0.12), 300),
        recipe={"preset": "lecture", "hidden_layers": (3,) * 6, "learning_rate": 0.3},
        repair={"activation": "elu"},
        measure="log_loss_skill",
    ),
)

SATURATED = (
    Patient(
        name="moons_tanh_saturated",
        cause="saturated_units",
        regime="obvious",
        tables=drawn(moons(0.2), 300),
        recipe={"preset": "lecture", "activation": "tanh", "init": "normal", "init_scale": 10.0},
        repair={"init": "xavier", "init_scale": 1.0},
        measure="log_loss_skill",
    ),
    Patient(
        name="friedman_sigmoid_saturated",
        cause="saturated_units",
        regime="obvious",
        tables=drawn(friedman(), 400),
        recipe={
            "preset": "lecture",
            "activation": "sigmoid",
            "init": "xavier",
            "init_scale": 30.0,
        },
        repair={"init_scale": 1.0},
        measure="r2",
    ),
    Patient(
        name="digits_tanh_saturated",
        cause="saturated_units",
        regime="subtle",
        tables=drawn(real("digits"), 500),
        recipe={
            "preset": "tabular",
            "activation": "tanh",
            "hidden_layers": (32, 32),
            "init": "normal",
            "init_scale": 1.5,
        },
        repair={"init": "xavier", "init_scale": 1.0},
        measure="accuracy",
    ),
    Patient(
        name="circles_tanh_saturated",
        cause="saturated_units",
        regime="subtle",
        tables=drawn(circles(0.12), 300),
        recipe={
            "preset": "lecture",
            "activation": "tanh",
            "init": "xavier",
            "init_scale": 8.0,
            "hidden_layers": (16, 16),
        },
        repair={"init_scale": 1.0},
        measure="log_loss_skill",
    ),
)

PATIENTS = VANISHING + EXPLODING + DEAD + SATURATED
