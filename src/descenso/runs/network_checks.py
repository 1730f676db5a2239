"""Checks of a network that a user brings, and of one to train on from."""

import equinox as eqx
import jax
from jaxtyping import PyTree

from descenso.engine import cycle
from descenso.engine.experiment import Experiment, WarmStart, blank_network
from descenso.engine.network import Model, parameters
from descenso.engine.task import Task
from descenso.errors import RecipeError
from descenso.i18n import gettext as _
from descenso.i18n import ngettext
from descenso.layout import Layout
from descenso.recipe import NETWORK_FIELDS, Recipe


def check_describes_no_network(recipe: Recipe) -> None:
    """Refuse a recipe that describes a network where the user brings one.

    Raises:
        RecipeError: naming the fields.
    """
    named = [name for name in NETWORK_FIELDS if not recipe.is_auto(name)]
    if named:
        raise RecipeError(
            ngettext(
                "{names} describes a network, but you pass your own with network=. Leave it"
                " out, and set it in your module.",
                "{names} describe a network, but you pass your own with network=. Leave "
                "them out, and set them in your module.",
                len(named),
            ).format(names=", ".join(named))
        )


def check_network(network: Model, task: Task, layout: Layout) -> None:
    """Refuse a user's module that does not fit the data.

    Raises:
        RecipeError: it cannot take a row, answers with another number of outputs, or has nothing
            to train.
    """
    row = jax.ShapeDtypeStruct((1, layout.width), "float32")
    try:
        z = eqx.filter_eval_shape(cycle.forward, network, row)
    except Exception as error:
        # Whatever a stranger's code raises on a row of this width is the answer.
        raise RecipeError(
            _("network: it cannot process a row of {width} numbers ({error}).").format(
                width=layout.width, error=str(error).splitlines()[0] if str(error) else repr(error)
            )
        ) from error
    if z.shape != (1, task.outputs):
        raise RecipeError(
            _("network: it returns {found} outputs per row, but {task} needs {needed}.").format(
                found=z.shape[1], task=task.problem, needed=task.outputs
            )
        )
    if parameters(network) == 0:
        raise RecipeError(
            _(
                "network: it has no trainable parameters. Pass an Equinox module with "
                "arrays of floats, such as equinox.nn.MLP."
            )
        )


def check_start(experiment: Experiment, start: WarmStart) -> None:
    """Refuse to continue from a network of another shape than the recipe's.

    Raises:
        RecipeError: it has another.
    """
    wanted = blank_network(experiment.recipe, experiment.layout, experiment.task)
    if _shapes(wanted) != _shapes(start.network):
        raise RecipeError(
            _(
                "The network to continue from has another shape: its hidden layers, "
                "activation or normalization are not those requested now. Leave these as "
                "they were, or train from scratch."
            )
        )


def _shapes(network: Model) -> PyTree:
    learnt = eqx.filter(network, eqx.is_inexact_array)
    leaves, structure = jax.tree.flatten(learnt)
    return [leaf.shape for leaf in leaves], structure
