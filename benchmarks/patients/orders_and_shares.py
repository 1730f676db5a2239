"""Faults of which rows come when, and of how many there are of each class."""

from patients.changes import sorted_by
from patients.patient import Patient
from patients.problems import blobs, drawn, friedman, overlap, real, waves

UNSHUFFLED = (
    Patient(
        name="overlap_class_after_class",
        cause="unshuffled_data",
        regime="obvious",
        tables=drawn(overlap(2.0), 1200, sorted_by()),
        recipe={"preset": "lecture", "shuffle": False},
        repair={"shuffle": True},
        measure="log_loss_skill",
    ),
    Patient(
        name="friedman_from_low_to_high",
        cause="unshuffled_data",
        regime="obvious",
        tables=drawn(friedman(), 1500, sorted_by()),
        recipe={
            "preset": "lecture",
            "shuffle": False,
            "batch_size": 16,
            "learning_rate": 0.05,
        },
        repair={"shuffle": True},
        measure="r2",
    ),
    Patient(
        name="diabetes_from_low_to_high",
        cause="unshuffled_data",
        regime="obvious",
        tables=drawn(real("diabetes"), 300, sorted_by()),
        recipe={
            "preset": "lecture",
            "shuffle": False,
            "batch_size": 8,
            "learning_rate": 0.02,
            "epochs": 30,
        },
        repair={"shuffle": True},
        measure="r2",
    ),
    Patient(
        name="digits_class_after_class",
        cause="unshuffled_data",
        regime="subtle",
        tables=drawn(real("digits"), 500, sorted_by()),
        recipe={"preset": "tabular", "shuffle": False, "hidden_layers": (32, 32)},
        repair={"shuffle": True},
        measure="accuracy",
    ),
    Patient(
        name="blobs_class_after_class",
        cause="unshuffled_data",
        regime="subtle",
        tables=drawn(blobs(5, 3, 2.5), 800, sorted_by()),
        recipe={"preset": "lecture", "shuffle": False},
        repair={"shuffle": True},
        measure="log_loss_skill",
    ),
    Patient(
        name="waves_column_in_order",
        cause="unshuffled_data",
        regime="subtle",
        tables=drawn(waves(1.0), 1000, sorted_by("x1")),
        recipe={"preset": "lecture", "shuffle": False, "batch_size": 16},
        repair={"shuffle": True},
        measure="r2",
    ),
)

IMBALANCED = (
    Patient(
        name="overlap_2_of_100",
        cause="class_imbalance",
        regime="obvious",
        tables=drawn(overlap(2.0, 5, 0.02), 1200, fresh=4000),
        recipe={"preset": "lecture"},
        repair={"class_weight": "balanced"},
        measure="balanced_accuracy",
    ),
    Patient(
        name="overlap_5_of_100_tabular",
        cause="class_imbalance",
        regime="obvious",
        tables=drawn(overlap(1.5, 5, 0.05), 800, fresh=4000),
        recipe={"preset": "tabular", "hidden_layers": (32, 32)},
        repair={"class_weight": "balanced"},
        measure="balanced_accuracy",
    ),
    Patient(
        name="overlap_15_of_100",
        cause="class_imbalance",
        regime="subtle",
        tables=drawn(overlap(1.5, 5, 0.12), 800, fresh=4000),
        recipe={"preset": "lecture", "learning_rate": 0.02},
        repair={"class_weight": "balanced"},
        measure="balanced_accuracy",
    ),
    Patient(
        name="blobs_one_rare_class",
        cause="class_imbalance",
        regime="subtle",
        tables=drawn(blobs(3, 2, 1.5, (0.48, 0.48, 0.04)), 800, fresh=4000),
        recipe={"preset": "tabular", "hidden_layers": (32, 32)},
        repair={"class_weight": "balanced"},
        measure="balanced_accuracy",
    ),
)

PATIENTS = UNSHUFFLED + IMBALANCED
