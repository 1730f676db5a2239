# %% [markdown]
# # From a table to predictions
#
# 344 penguins were measured near Palmer Station, Antarctica. Which species is a penguin of, given its
# measurements? descenso brings this table along under the name `penguins`; the path of a CSV file, a
# Parquet file or a data frame would do as well.
#
# As a script: `python from_a_table_to_predictions.py`. As a notebook: open it with
# [Jupytext](https://jupytext.readthedocs.io), or in an editor that knows `# %%` cells.

# %%
import tempfile
from pathlib import Path

import polars as pl

import descenso

# %% [markdown]
# ## Look before you train
#
# What does descenso take each column for, and is anything suspicious? Here nothing is. `skill` says how well
# a column alone predicts the species: the bill and the flipper best, the year not at all.

# %%
descenso.inspect("penguins", "species")

# %% [markdown]
# ## Train
#
# The problem, the network and the training follow from the table. A fifth of the rows is kept for a test, and
# a tenth is the validation set: the weights that do best there are kept.

# %%
run = descenso.train("penguins", "species", test=0.2, seed=0)

# %% [markdown]
# A run shows its course, its metrics, and under “Recipe” each choice with the reason for it.

# %%
run

# %%
print(f"{run.metrics['test']['accuracy']:.0%} of the test's penguins are classified right.")

# %% [markdown]
# `run.history` is a Polars data frame with one row for each epoch.

# %%
run.history.select("epoch", "loss", "validation_loss", "validation_accuracy").tail(3)

# %% [markdown]
# ## Evaluate
#
# On the rows of the test, which the network has never seen: each metric with an interval, which species is
# taken for which, and whether a probability of 90% is right nine times in ten. The rows that are furthest off
# are worth a look: they are odd penguins, or their labels are wrong.

# %%
evaluation = run.evaluate()
evaluation

# %%
low, high = evaluation["intervals"]["accuracy"]
print(f"With 95% confidence the accuracy lies between {low:.0%} and {high:.0%}.")

# %% [markdown]
# ## Predict
#
# New penguins need not be complete: what is missing counts as missing.

# %%
new = pl.DataFrame(
    {
        "island": ["Biscoe", "Dream"],
        "bill_length_mm": [46.1, 49.8],
        "bill_depth_mm": [13.2, 18.9],
        "flipper_length_mm": [211, 197],
        "body_mass_g": [4500, None],
        "sex": ["female", None],
        "year": [2009, 2009],
    }
)
predictions, notes = run.predictions(new, keep=["island"])
predictions

# %% [markdown]
# ## Keep
#
# A run is a folder. It can be loaded, used and trained on, on this machine or another.

# %%
folder = Path(tempfile.mkdtemp()) / "penguins"
run.save(folder)
loaded = descenso.load(folder)
assert (loaded.predict(new) == run.predict(new)).all()
loaded
