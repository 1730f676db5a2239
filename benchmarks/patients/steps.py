"""Faults of the steps: their size, their number, and how many rows each is drawn from."""

from patients.patient import Patient
from patients.problems import blobs, circles, drawn, friedman, moons, real, spirals, waves

TOO_LARGE = (
    Patient(
        name="moons_rate_10",
        cause="learning_rate_too_large",
        regime="obvious",
        tables=drawn(moons(0.2), 300),
        recipe={"preset": "lecture", "learning_rate": 10.0},
        repair={"learning_rate": 0.3},
        measure="log_loss_skill",
    ),
    Patient(
        name="friedman_momentum_rate_3",
        cause="learning_rate_too_large",
        regime="obvious",
        tables=drawn(friedman(), 400),
        recipe={"preset": "lecture", "optimizer": "momentum", "learning_rate": 3.0},
        repair={"learning_rate": 0.02},
        measure="r2",
    ),
    Patient(
        name="friedman_adam_rate_too_bold",
        cause="learning_rate_too_large",
        regime="subtle",
        tables=drawn(friedman(), 400),
        recipe={"preset": "tabular", "optimizer": "adam", "learning_rate": 0.2, "dropout": 0.0},
        repair={"learning_rate": 0.003},
        measure="r2",
    ),
    Patient(
        name="digits_nesterov_rate_0.5",
        cause="learning_rate_too_large",
        regime="obvious",
        tables=drawn(real("digits"), 500),
        recipe={"preset": "lecture", "optimizer": "nesterov", "learning_rate": 0.5, "epochs": 40},
        repair={"learning_rate": 0.02},
        measure="accuracy",
    ),
    Patient(
        name="waves_rate_on_the_edge",
        cause="learning_rate_too_large",
        regime="subtle",
        tables=drawn(waves(1.5), 300),
        recipe={"preset": "lecture", "learning_rate": 0.5, "hidden_layers": (32, 32)},
        repair={"learning_rate": 0.1},
        measure="r2",
    ),
)

TOO_SMALL = (
    Patient(
        name="moons_adam_rate_1e-5",
        cause="learning_rate_too_small",
        regime="obvious",
        tables=drawn(moons(0.2), 300),
        recipe={"preset": "lecture", "optimizer": "adam", "learning_rate": 1e-5},
        repair={"learning_rate": 0.01},
        measure="log_loss_skill",
    ),
    Patient(
        name="wine_rate_1e-4",
        cause="learning_rate_too_small",
        regime="obvious",
        tables=drawn(real("wine"), 100),
        recipe={"preset": "lecture", "learning_rate": 1e-4},
        repair={"learning_rate": 0.1},
        measure="accuracy",
    ),
    Patient(
        name="friedman_slow_descent",
        cause="learning_rate_too_small",
        regime="subtle",
        tables=drawn(friedman(), 400),
        recipe={"preset": "lecture", "learning_rate": 0.002},
        repair={"learning_rate": 0.05},
        measure="r2",
    ),
    Patient(
        name="spirals_slow_adamw",
        cause="learning_rate_too_small",
        regime="subtle",
        tables=drawn(spirals(2, 0.15, 1.0), 400),
        recipe={"preset": "tabular", "learning_rate": 2e-4, "hidden_layers": (32, 32)},
        repair={"learning_rate": 0.01},
        measure="log_loss_skill",
    ),
)

TOO_FEW = (
    Patient(
        name="friedman_3_epochs",
        cause="too_few_epochs",
        regime="obvious",
        tables=drawn(friedman(), 400),
        recipe={"preset": "lecture", "learning_rate": 0.02, "epochs": 3},
        repair={"epochs": 100},
        measure="r2",
    ),
    Patient(
        name="digits_1_epoch",
        cause="too_few_epochs",
        regime="obvious",
        tables=drawn(real("digits"), 600),
        recipe={"preset": "tabular", "epochs": 1, "hidden_layers": (32, 32)},
        repair={"epochs": 40},
        measure="accuracy",
    ),
    Patient(
        name="circles_stopped_on_the_way",
        cause="too_few_epochs",
        regime="subtle",
        tables=drawn(circles(0.12), 300),
        recipe={"preset": "lecture", "optimizer": "adam", "learning_rate": 0.005, "epochs": 12},
        repair={"epochs": 120},
        measure="log_loss_skill",
    ),
    Patient(
        name="waves_stopped_on_the_way",
        cause="too_few_epochs",
        regime="subtle",
        tables=drawn(waves(1.0), 400),
        recipe={"preset": "lecture", "epochs": 20, "hidden_layers": (32, 32)},
        repair={"epochs": 200},
        measure="r2",
    ),
)

LARGE_BATCHES = (
    Patient(
        name="friedman_full_batch",
        cause="batch_too_large",
        regime="obvious",
        tables=drawn(friedman(), 2000),
        recipe={"preset": "lecture", "batch_size": "full", "epochs": 20},
        repair={"batch_size": 32},
        measure="r2",
    ),
    Patient(
        name="digits_full_batch_adam",
        cause="batch_too_large",
        regime="obvious",
        tables=drawn(real("digits"), 1000, fresh=700),
        recipe={
            "preset": "lecture",
            "batch_size": "full",
            "optimizer": "adam",
            "learning_rate": 0.002,
            "epochs": 30,
        },
        repair={"batch_size": 32},
        measure="accuracy",
    ),
    Patient(
        name="moons_batch_of_half",
        cause="batch_too_large",
        regime="subtle",
        tables=drawn(moons(0.2), 1500),
        recipe={"preset": "lecture", "batch_size": 600, "epochs": 60},
        repair={"batch_size": 32},
        measure="log_loss_skill",
    ),
    Patient(
        name="spirals_full_batch_tabular",
        cause="batch_too_large",
        regime="subtle",
        tables=drawn(spirals(3, 0.15, 0.8), 900),
        recipe={"preset": "tabular", "batch_size": 512, "hidden_layers": (32, 32)},
        repair={"batch_size": 16},
        measure="log_loss_skill",
    ),
)

SMALL_BATCHES = (
    Patient(
        name="friedman_one_row_at_a_time",
        cause="batch_too_small",
        regime="obvious",
        tables=drawn(friedman(2.0), 300),
        recipe={"preset": "lecture", "batch_size": 1, "epochs": 40},
        repair={"batch_size": 32},
        measure="r2",
    ),
    Patient(
        name="blobs_one_row_at_a_time",
        cause="batch_too_small",
        regime="obvious",
        tables=drawn(blobs(3, 5, 2.0), 300),
        recipe={
            "preset": "lecture",
            "batch_size": 1,
            "optimizer": "momentum",
            "learning_rate": 0.05,
            "epochs": 30,
        },
        repair={"batch_size": 64},
        measure="log_loss_skill",
    ),
    Patient(
        name="waves_two_rows_at_a_time",
        cause="batch_too_small",
        regime="subtle",
        tables=drawn(waves(1.0, noise=0.7), 300),
        recipe={"preset": "lecture", "batch_size": 2, "epochs": 60},
        repair={"batch_size": 64},
        measure="r2",
    ),
    Patient(
        name="diabetes_one_row_adam",
        cause="batch_too_small",
        regime="subtle",
        tables=drawn(real("diabetes"), 240),
        recipe={
            "preset": "lecture",
            "batch_size": 1,
            "optimizer": "adam",
            "learning_rate": 0.01,
            "epochs": 30,
        },
        repair={"batch_size": 64},
        measure="r2",
    ),
)

PATIENTS = TOO_LARGE + TOO_SMALL + TOO_FEW + LARGE_BATCHES + SMALL_BATCHES
