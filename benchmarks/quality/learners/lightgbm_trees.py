"""LightGBM with its defaults; it knows which columns are categories."""

import lightgbm
import numpy as np
import pandas as pd
from sklearn.preprocessing import LabelEncoder

from benchmarks.quality.tables import RealTable, categorical, plain


def answers(table: RealTable, train: pd.DataFrame, test: pd.DataFrame, seed: int) -> np.ndarray:
    """Fit and predict."""
    x, unknown = (_features(table, each) for each in (train, test))
    words = categorical(x)
    for name in words:
        kind = pd.CategoricalDtype(sorted(x[name].dropna().unique()))
        x[name], unknown[name] = x[name].astype(kind), unknown[name].astype(kind)
    options = {"random_state": seed, "verbose": -1}
    if table.task == "regression":
        return lightgbm.LGBMRegressor(**options).fit(x, train[table.target]).predict(unknown)
    y = LabelEncoder().fit_transform(train[table.target])
    return lightgbm.LGBMClassifier(**options).fit(x, y).predict_proba(unknown)


def _features(table: RealTable, frame: pd.DataFrame) -> pd.DataFrame:
    features = plain(frame.drop(columns=table.target))
    # LightGBM refuses names with signs that JSON uses.
    features.columns = [f"column {index}" for index in range(features.shape[1])]
    return features
