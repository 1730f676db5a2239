"""From the problem to the output activation to the loss.

regression                 → linear  → mse or mae
binary classification      → sigmoid → bce
multiclass classification  → softmax → cce
"""

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int

from descenso.components import OUTPUT_ACTIVATIONS, losses_of
from descenso.engine import activations, losses
from descenso.errors import RecipeError
from descenso.i18n import gettext as _

PAIRS: dict[str, tuple[str, tuple[str, ...]]] = {
    task: (activation, losses_of(task)) for task, activation in OUTPUT_ACTIVATIONS.items()
}


class Task(eqx.Module):
    """What is asked of a network, and how its answers are judged.

    Attributes:
        problem: regression, binary or multiclass.
        output_activation: the function of the last layer, applied for people; the loss may skip it.
        loss: mse, mae, bce or cce.
        outputs: how many numbers the network answers with: the classes of a multiclass problem,
            else 1 (binary classification has one logit).
    """

    problem: str = eqx.field(static=True)
    output_activation: str = eqx.field(static=True)
    loss: str = eqx.field(static=True)
    outputs: int = eqx.field(static=True)

    def activate(self, z: Float[Array, "rows outputs"]) -> Float[Array, "rows outputs"]:
        """The prediction ŷ of the last layer's z."""
        return activations.OUTPUT[self.output_activation](z)

    def deactivate(self, prediction: Float[np.ndarray, " _"]) -> Float[np.ndarray, " _"]:
        """A z that `activate` turns into this prediction for one row.

        Probabilities are kept 1e-7 from 0 and 1, whose z would be infinite: a class may have no
        weight in the training rows.
        """
        likely = np.clip(prediction, losses.CLIP, 1 - losses.CLIP)
        match self.output_activation:
            case "sigmoid":
                return np.log(likely) - np.log1p(-likely)
            case "softmax":
                return np.log(likely)
            case _:
                return prediction

    def row_losses(
        self, z: Float[Array, "rows outputs"], y: Float[Array, " rows"] | Int[Array, " rows"]
    ) -> Float[Array, " rows"]:
        """The loss of each row, from the last layer's z.

        sigmoid with bce and softmax with cce are computed from z itself, which is exact where a
        probability rounds to 0 or 1. Every other pair applies the loss to the activated output.
        """
        truth = self.truth(y)
        from_logits = losses.FROM_LOGITS.get((self.output_activation, self.loss))
        if from_logits is not None:
            return from_logits(z, truth)
        return losses.FUNCTIONS[self.loss](self.activate(z), truth)

    def truth(self, y: Float[Array, " rows"] | Int[Array, " rows"]) -> Float[Array, "rows outputs"]:
        """What the outputs should be: one-hot classes, or the number itself."""
        if self.problem == "multiclass":
            return jax.nn.one_hot(y, self.outputs)
        return jnp.asarray(y)[:, None]


def natural_pair(problem: str) -> tuple[str, str]:
    """The output activation and the loss that follow from a problem."""
    output_activation, fitting = PAIRS[problem]
    return output_activation, fitting[0]


def check_pair(problem: str, output_activation: str, loss: str) -> None:
    """Refuse an output activation or a loss that does not follow from the problem, with the reason.

    Raises:
        RecipeError: naming the field, the reason and the right word.
    """
    right_activation, right_losses = PAIRS[problem]
    if output_activation == right_activation and loss in right_losses:
        return
    field, found, right = (
        ("output_activation", output_activation, right_activation)
        if output_activation != right_activation
        else ("loss", loss, " / ".join(right_losses))
    )
    raise RecipeError(
        _(
            "{field} is {found!r}, but the task is {problem}, which goes with {right}: {reason} "
            "Leave {field} out, or train it all the same with allow_mismatch."
        ).format(
            field=field, found=found, problem=problem, right=right, reason=_reason(problem, field)
        )
    )


def _reason(problem: str, field: str) -> str:
    if field == "output_activation":
        return {
            "regression": _("a number may take any value, and only a linear output can."),
            "binary": _(
                "the output is the probability of a class, between 0 and 1, which a sigmoid gives."
            ),
            "multiclass": _("the outputs are probabilities that sum to 1, which a softmax gives."),
        }[problem]
    return {
        "regression": _("an error in a number is measured by its distance, not by a probability."),
        "binary": _(
            "binary cross-entropy is the likelihood of two classes, so confident errors cost most."
        ),
        "multiclass": _(
            "categorical cross-entropy is the likelihood of the true class among several."
        ),
    }[problem]
