"""CatBoost with its defaults; it knows which columns are categories."""

import catboost
import numpy as np
import pandas as pd

from benchmarks.quality.tables import RealTable, categorical, plain


def answers(table: RealTable, train: pd.DataFrame, test: pd.DataFrame, seed: int) -> np.ndarray:
    """Fit and predict."""
    x, unknown = (_features(table, each) for each in (train, test))
    options = {
        "random_seed": seed,
        "verbose": False,
        "thread_count": 1,
        "allow_writing_files": False,
        "cat_features": categorical(x),
    }
    if table.task == "regression":
        model = catboost.CatBoostRegressor(**options).fit(x, train[table.target])
        return model.predict(unknown)
    model = catboost.CatBoostClassifier(**options).fit(x, train[table.target])
    return model.predict_proba(unknown)


def _features(table: RealTable, frame: pd.DataFrame) -> pd.DataFrame:
    features = plain(frame.drop(columns=table.target))
    words = categorical(features)
    # CatBoost takes no gap among categories, but any text.
    features[words] = features[words].astype(object).fillna("missing").astype(str)
    return features
