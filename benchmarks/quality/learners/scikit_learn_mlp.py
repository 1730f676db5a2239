"""scikit-learn's MLP in its usual pipeline: gaps filled, one-hot, standardised, early stopping.

The target of a regression is standardised too, without which the MLP does far worse.
"""

from typing import Any

import numpy as np
import pandas as pd
from sklearn.compose import ColumnTransformer, TransformedTargetRegressor
from sklearn.impute import SimpleImputer
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from benchmarks.quality.tables import RealTable, categorical, plain


def answers(table: RealTable, train: pd.DataFrame, test: pd.DataFrame, seed: int) -> np.ndarray:
    """Fit the pipeline and predict."""
    x, y = _features(table, train), train[table.target]
    words = categorical(x)
    numbers = [name for name in x if name not in words]
    prepared = ColumnTransformer(
        [
            ("numbers", make_pipeline(SimpleImputer(strategy="median"), StandardScaler()), numbers),
            (
                "words",
                make_pipeline(
                    SimpleImputer(strategy="most_frequent"), OneHotEncoder(handle_unknown="ignore")
                ),
                words,
            ),
        ]
    )
    if table.task == "regression":
        network: Any = TransformedTargetRegressor(
            MLPRegressor(early_stopping=True, random_state=seed), transformer=StandardScaler()
        )
    else:
        network = MLPClassifier(early_stopping=True, random_state=seed)
    pipeline = make_pipeline(prepared, network).fit(x, y)
    unknown = _features(table, test)
    return (
        pipeline.predict(unknown) if table.task == "regression" else pipeline.predict_proba(unknown)
    )


def _features(table: RealTable, frame: pd.DataFrame) -> pd.DataFrame:
    features = plain(frame.drop(columns=table.target))
    words = categorical(features)
    # Its imputer knows None, and no other mark of a gap among text.
    features[words] = features[words].astype(object).where(features[words].notna(), np.nan)
    return features
