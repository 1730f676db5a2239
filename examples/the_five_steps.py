# %% [markdown]
# # The five steps of learning
#
# All training is one cycle: ① **forward**, from a row to the network's answer; ② **loss**, how wrong the answer
# is; ③ **gradient**, how the loss would change with each weight; ④ **update**, a small step downhill; and again,
# until ⑤ an **epoch** has seen every row. In descenso each step is one function, in
# `descenso/engine/cycle.py`. Here they are taken one by one, by hand, and then the whole cycle on real data.

# %%
import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import polars as pl

import descenso

# %% [markdown]
# ## By hand
#
# One neuron, ŷ = w·x + b, and four points on the line y = 2x + 1. The loss is the mean squared error.

# %%
x = np.array([0.0, 1.0, 2.0, 3.0])
y = 2 * x + 1
w, b = 0.0, 0.0
learning_rate = 0.1
losses = []

for epoch in range(1, 201):
    prediction = w * x + b  # ① forward
    error = prediction - y
    losses.append(np.mean(error**2))  # ② loss
    gradient_w, gradient_b = np.mean(2 * error * x), np.mean(2 * error)  # ③ gradient
    w, b = w - learning_rate * gradient_w, b - learning_rate * gradient_b  # ④ update
    if epoch in (1, 10, 200):  # ⑤ all rows at once: an epoch is one update
        print(f"epoch {epoch:3}: loss {losses[-1]:.4f}, w {w:.3f}, b {b:.3f}")

# %% [markdown]
# ## The same with descenso
#
# No hidden layer, all rows in each update (`batch_size="full"`), weights from zero, nothing scaled: the
# theory to the letter. It finds the same line, and the losses on the way are the same.

# %%
line = descenso.train(
    (x[:, None], y),
    preset="lecture",
    task="regression",
    hidden_layers=None,
    init="zeros",
    batch_size="full",
    epochs=200,
    scale_features=False,
    scale_target=False,
    validation=0,
)
assert np.allclose(line.history["loss"], losses, rtol=1e-4, atol=1e-5)
print(
    "descenso predicts", line.predict(np.array([[4.0]]))[0].round(3), "for x = 4; the line says 9."
)
line

# %% [markdown]
# ## Batch, mini-batch, stochastic
#
# How many rows for one update? All of them (*batch* descent), a few (*mini-batch*) or a single one (*stochastic*).
# The `lecture` preset is the plain theory: two hidden layers of 16, ReLU, SGD. Each training below passes over the
# same penguins 30 times, to predict how many grams they weigh. With fewer rows in a batch there are more updates in an
# epoch, so the loss falls faster, and less evenly.

# %%
plain = descenso.Recipe(preset="lecture", epochs=30, learning_rate=0.01)
courses = {}
for name, batch_size in {"batch": "full", "mini-batch": 32, "stochastic": 1}.items():
    run = descenso.train(
        "penguins", "body_mass_g", recipe=plain, batch_size=batch_size, progress=False
    )
    courses[name] = run
    error = run.metrics["validation"]["rmse"]
    print(f"{name:10}: {run.summary()['iterations']:5} updates, off by {error:.0f} g")

# %%
epochs = courses["batch"].history["epoch"]
pl.DataFrame({"epoch": epochs} | {name: run.history["loss"] for name, run in courses.items()})

# %%
courses["stochastic"]

# %% [markdown]
# ## The size of the step
#
# Too small a learning rate hardly moves; too large a one jumps over the valley, or out of it: the loss
# becomes infinite. descenso calls that *diverged*. It is a result, not an error.

# %%
for learning_rate in (0.00001, 0.01, 0.1, 100.0):
    run = descenso.train(
        "penguins", "body_mass_g", recipe=plain, learning_rate=learning_rate, progress=False
    )
    measured = run.metrics["validation"]
    shown = f"off by {measured['rmse']:.0f} g" if measured else run.stopped
    print(f"learning rate {learning_rate:<5}: {shown}")

# %% [markdown]
# ## A network of your own
#
# The network may be any [Equinox](https://docs.kidger.site/equinox/) module that maps one row to the outputs.
# This one adds to a line what a hidden layer makes of the row, a *skip connection*. descenso trains it through the
# same five steps.


# %%
class Skip(eqx.Module):
    """ŷ = W₁ x + W₃ tanh(W₂ x)."""

    straight: eqx.nn.Linear
    hidden: eqx.nn.Linear
    out: eqx.nn.Linear

    def __init__(self, columns: int, units: int, key: jax.Array) -> None:
        keys = jax.random.split(key, 3)
        self.straight = eqx.nn.Linear(columns, 1, key=keys[0])
        self.hidden = eqx.nn.Linear(columns, units, key=keys[1])
        self.out = eqx.nn.Linear(units, 1, key=keys[2])

    def __call__(self, row: jax.Array) -> jax.Array:
        """The answer for one row."""
        return self.straight(row) + self.out(jnp.tanh(self.hidden(row)))


random = np.random.default_rng(0)
X = random.normal(size=(600, 3))
target = X @ [1.0, -2.0, 0.5] + np.sin(3 * X[:, 0])
own = descenso.train(
    (X, target),
    network=Skip(3, 32, jax.random.key(0)),
    preset="lecture",
    epochs=60,
)
own
