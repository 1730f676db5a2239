"""Faults of the steps: their size, their number, and how many rows each is drawn from."""

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
from benchmarks.doctor.problems import blobs, circles, drawn, friedman, moons, real, spirals, waves

TOO_LARGE = caused_by(
    "learning_rate_too_large",
    obvious("moons_rate_10", drawn(moons(0.2), 300), LOG_LOSS).trained_with(
        lecture(learning_rate=10.0), repair={"learning_rate": 0.3}
    ),
    obvious("friedman_momentum_rate_3", drawn(friedman(), 400), R2).trained_with(
        lecture(optimizer="momentum", learning_rate=3.0), repair={"learning_rate": 0.02}
    ),
    subtle("friedman_adam_rate_too_bold", drawn(friedman(), 400), R2).trained_with(
        tabular(optimizer="adam", learning_rate=0.2, dropout=0.0), repair={"learning_rate": 0.003}
    ),
    obvious("digits_nesterov_rate_0.5", drawn(real("digits"), 500), ACCURACY).trained_with(
        lecture(optimizer="nesterov", learning_rate=0.5, epochs=40), repair={"learning_rate": 0.02}
    ),
    subtle("waves_rate_on_the_edge", drawn(waves(1.5), 300), R2).trained_with(
        lecture(learning_rate=0.5, hidden_layers=(32, 32)), repair={"learning_rate": 0.1}
    ),
    # Their units die of it, but leaky ones do not always learn either; a usual rate does.
    obvious("digits_relu_killed_by_momentum", drawn(real("digits"), 500), ACCURACY).trained_with(
        lecture(optimizer="momentum", learning_rate=0.2), repair={"learning_rate": 0.02}
    ),
    obvious(
        "eight_blobs_relu_killed_by_momentum", drawn(blobs(8, 3, 6.0), 500), ACCURACY
    ).trained_with(
        lecture(optimizer="momentum", learning_rate=0.3), repair={"learning_rate": 0.02}
    ),
)

TOO_SMALL = caused_by(
    "learning_rate_too_small",
    obvious("moons_adam_rate_1e-5", drawn(moons(0.2), 300), LOG_LOSS).trained_with(
        lecture(optimizer="adam", learning_rate=1e-5), repair={"learning_rate": 0.01}
    ),
    obvious("wine_rate_1e-4", drawn(real("wine"), 100), ACCURACY).trained_with(
        lecture(learning_rate=1e-4), repair={"learning_rate": 0.1}
    ),
    subtle("friedman_slow_descent", drawn(friedman(), 400), R2).trained_with(
        lecture(learning_rate=0.002), repair={"learning_rate": 0.05}
    ),
    subtle("spirals_slow_adamw", drawn(spirals(2, 0.15, 1.0), 400), LOG_LOSS).trained_with(
        tabular(learning_rate=2e-4, hidden_layers=(32, 32)), repair={"learning_rate": 0.01}
    ),
)

TOO_FEW = caused_by(
    "too_few_epochs",
    obvious("friedman_3_epochs", drawn(friedman(), 400), R2).trained_with(
        lecture(learning_rate=0.02, epochs=3), repair={"epochs": 100}
    ),
    obvious("digits_1_epoch", drawn(real("digits"), 600), ACCURACY).trained_with(
        tabular(epochs=1, hidden_layers=(32, 32)), repair={"epochs": 40}
    ),
    subtle("circles_stopped_on_the_way", drawn(circles(0.12), 300), LOG_LOSS).trained_with(
        lecture(optimizer="adam", learning_rate=0.005, epochs=12), repair={"epochs": 120}
    ),
    subtle("waves_stopped_on_the_way", drawn(waves(1.0), 400), R2).trained_with(
        lecture(epochs=20, hidden_layers=(32, 32)), repair={"epochs": 200}
    ),
)

LARGE_BATCHES = caused_by(
    "batch_too_large",
    obvious("friedman_full_batch", drawn(friedman(), 2000), R2).trained_with(
        lecture(batch_size="full", epochs=20), repair={"batch_size": 32}
    ),
    obvious(
        "digits_full_batch_adam", drawn(real("digits"), 1000, fresh=700), ACCURACY
    ).trained_with(
        lecture(batch_size="full", optimizer="adam", learning_rate=0.002, epochs=30),
        repair={"batch_size": 32},
    ),
    subtle("moons_batch_of_half", drawn(moons(0.2), 1500), LOG_LOSS).trained_with(
        lecture(batch_size=600, epochs=60), repair={"batch_size": 32}
    ),
    subtle("spirals_full_batch_tabular", drawn(spirals(3, 0.15, 0.8), 900), LOG_LOSS).trained_with(
        tabular(batch_size=512, hidden_layers=(32, 32)), repair={"batch_size": 16}
    ),
)

SMALL_BATCHES = caused_by(
    "batch_too_small",
    obvious("friedman_one_row_at_a_time", drawn(friedman(2.0), 300), R2).trained_with(
        lecture(batch_size=1, epochs=40), repair={"batch_size": 32}
    ),
    obvious("blobs_one_row_at_a_time", drawn(blobs(3, 5, 2.0), 300), LOG_LOSS).trained_with(
        lecture(batch_size=1, optimizer="momentum", learning_rate=0.05, epochs=30),
        repair={"batch_size": 64},
    ),
    subtle("waves_two_rows_at_a_time", drawn(waves(1.0, noise=0.7), 300), R2).trained_with(
        lecture(batch_size=2, epochs=60), repair={"batch_size": 64}
    ),
    subtle("diabetes_one_row_adam", drawn(real("diabetes"), 240), R2).trained_with(
        lecture(batch_size=1, optimizer="adam", learning_rate=0.01, epochs=30),
        repair={"batch_size": 64},
    ),
)

PATIENTS = TOO_LARGE + TOO_SMALL + TOO_FEW + LARGE_BATCHES + SMALL_BATCHES
