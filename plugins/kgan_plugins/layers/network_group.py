"""Several networks that one optimiser trains."""

from collections.abc import Mapping
from dataclasses import dataclass

import keras
import tensorflow as tf

from kgan.nn.functional import Functional, Values, clean, replica_mean, values_of


@dataclass(frozen=True)
class Group:
    """Networks by name, and their optimiser, built on the variables of all of them in this order.

    Args:
        networks: without state other than what is trained.
        optimizer: of them all.
    """

    networks: Mapping[str, keras.Model]
    optimizer: keras.optimizers.Optimizer

    @property
    def variables(self) -> list[keras.Variable]:
        """Trainable variables, network after network."""
        return trainable(self.networks)

    def values(self) -> dict[str, Values]:
        """Read the variables of each network as tensors."""
        return {name: values_of(network) for name, network in self.networks.items()}

    def pure(self, values: Mapping[str, Values]) -> dict[str, Functional]:
        """Return the networks as functions of what `values` returned."""
        return {name: Functional(network, values[name]) for name, network in self.networks.items()}

    def objective(self, losses: tf.Tensor) -> tf.Tensor:
        """Return what is to be differentiated: the mean over all images, scaled for the precision."""
        return self.optimizer.scale_loss(replica_mean(losses))

    def gradients(
        self, tape: tf.GradientTape, objective: tf.Tensor, functions: Mapping[str, Functional]
    ) -> list[tf.Tensor]:
        """Differentiate, in the order of `variables`.

        Raises:
            ValueError: a variable got no gradient.
        """
        values = watched(functions)
        return clean(tape.gradient(objective, values), [variable.path for variable in self.variables])

    def apply(self, gradients: list[tf.Tensor]) -> None:
        """Let the optimiser take a step."""
        self.optimizer.apply(gradients, self.variables)


def trainable(networks: Mapping[str, keras.Model]) -> list[keras.Variable]:
    """Return the trainable variables of all networks, in their order."""
    return [variable for network in networks.values() for variable in network.trainable_variables]


def watched(functions: Mapping[str, Functional]) -> list[tf.Tensor]:
    """Return what is to be trained of all functions, in their order."""
    return [value for function in functions.values() for value in function.trainable]
