"""descenso without options: the table as it is, dates and gaps included."""

import numpy as np
import pandas as pd

from benchmarks.quality.tables import RealTable
from descenso import train as learn


def answers(table: RealTable, train: pd.DataFrame, test: pd.DataFrame, seed: int) -> np.ndarray:
    """Train on a data frame and predict for another."""
    run = learn(train, table.target, seed=seed)
    unknown = test.drop(columns=table.target)
    return run.predict(unknown) if table.task == "regression" else run.predict_proba(unknown)
