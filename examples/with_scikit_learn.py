# %% [markdown]
# # With scikit-learn
#
# `descenso.Classifier` and `descenso.Regressor` are estimators like any of
# [scikit-learn](https://scikit-learn.org)'s: they stand in pipelines, are cross-validated and searched. What they
# learned is a run all the same, with everything that a run can show.

# %%
import numpy as np
from sklearn.datasets import load_wine
from sklearn.decomposition import PCA
from sklearn.dummy import DummyClassifier
from sklearn.model_selection import GridSearchCV, cross_val_score, train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import descenso

# %% [markdown]
# 178 wines from three growers, with 13 measurements each. A third is kept for the end.

# %%
X, y = load_wine(return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(
    X, y, test_size=0.33, stratify=y, random_state=0
)
print(X_train.shape, X_test.shape)

# %% [markdown]
# ## A pipeline, cross-validated
#
# Thirteen measurements become five principal components, from which the network learns. Five trainings, of which
# each leaves another fifth of the wines out, share one compiled program. An answer that is always the same is
# right in two wines out of five.

# %%
classifier = descenso.Classifier(epochs=40, random_state=0)
pipeline = make_pipeline(StandardScaler(), PCA(n_components=5, random_state=0), classifier)
scores = cross_val_score(pipeline, X_train, y_train, cv=5)
constant = cross_val_score(DummyClassifier(), X_train, y_train, cv=5)
print(
    f"accuracy {scores.mean():.3f} ± {scores.std():.3f}; always the same answer: {constant.mean():.3f}"
)

# %% [markdown]
# ## A grid search
#
# Numbers such as the learning rate compile nothing anew, so a search over them is quick.

# %%
search = GridSearchCV(
    pipeline,
    {"classifier__learning_rate": [0.0001, 0.002, 0.01], "classifier__weight_decay": [0.0, 0.1]},
    cv=3,
)
search.fit(X_train, y_train)
print(search.best_params_)

# %%
accuracy = search.score(X_test, y_test)
print(f"accuracy on the wines kept for the end: {accuracy:.3f}")
assert accuracy > np.mean(constant)

# %% [markdown]
# ## What the best one learned
#
# `run_` is the run inside the estimator: its course, its metrics, and why each choice was made.

# %%
run = search.best_estimator_[-1].run_
run

# %%
run.evaluate((search.best_estimator_[:-1].transform(X_test), y_test))
