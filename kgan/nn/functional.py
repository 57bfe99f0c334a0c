"""Networks as pure functions, and the one place where losses are reduced."""

from typing import Any

import keras
import tensorflow as tf

Values = tuple[list[tf.Tensor], list[tf.Tensor]]

#: How the names of floating-point types begin.
FLOATS = ("float", "bfloat")


def replica_mean(values: tf.Tensor) -> tf.Tensor:
    """Mean over this replica's batch, scaled so that the sum over replicas is the global mean.

    Gradients are summed over replicas, so a bare mean would train with R times the gradient.
    """
    values = tf.cast(values, tf.float32)
    return tf.reduce_mean(values) / tf.distribute.get_strategy().num_replicas_in_sync


def values_of(network: keras.Model) -> Values:
    """Read a network's (trainable, non-trainable) variables as tensors."""
    trainable = [tf.convert_to_tensor(variable.value) for variable in network.trainable_variables]
    other = [tf.convert_to_tensor(variable.value) for variable in network.non_trainable_variables]
    return trainable, other


class Functional:
    """A network as a function of tensors: nothing is read from or written to its variables.

    State that a training call would change (the moving statistics of batch normalisation) is carried in
    ``updates`` from one call to the next; `assign_updates` writes it after differentiation.

    Args:
        network: a built Keras model.
        values: what `values_of` returned for it; differentiate with respect to ``trainable``.
    """

    def __init__(self, network: keras.Model, values: Values) -> None:
        self.network = network
        self.trainable = list(values[0])
        self.updates = list(values[1])

    def __call__(self, inputs: Any, training: bool = True) -> tf.Tensor:
        """Call the network; in training, remember its state's updates."""
        outputs, updates = self.network.stateless_call(
            self.trainable, self.updates, inputs, training=training
        )
        if training:
            self.updates = list(updates)
        return outputs


def assign_updates(network: keras.Model, updates: list[tf.Tensor]) -> None:
    """Write the state that a differentiation carried out (a no-op for networks without such state).

    Replicas write the mean of theirs: each saw a part of the batch, and a checkpoint keeps one copy.
    """
    pairs = zip(network.non_trainable_variables, updates, strict=True)
    floats = [pair for pair in pairs if pair[0].dtype.startswith(FLOATS)]
    values = [value for _, value in floats]
    context = tf.distribute.get_replica_context()
    if values and context is not None and context.num_replicas_in_sync > 1:
        values = context.all_reduce(tf.distribute.ReduceOp.MEAN, values)
    for (variable, _), value in zip(floats, values, strict=True):
        variable.assign(value)


def built(
    optimizer: keras.optimizers.Optimizer, variables: list[keras.Variable]
) -> keras.optimizers.Optimizer:
    """Return the optimiser, built on what it trains; under float16 it scales the loss against underflow."""
    if keras.config.dtype_policy().compute_dtype == "float16":
        optimizer = keras.optimizers.LossScaleOptimizer(optimizer)
    optimizer.build(variables)
    return optimizer


def clean(gradients: list[tf.Tensor | None], names: list[str]) -> list[tf.Tensor]:
    """Return gradients of which none is missing.

    Raises:
        ValueError: a variable got no gradient; a penalty through an operation without second derivative
            (bilinear resizing) ends like this.
    """
    missing = [name for name, gradient in zip(names, gradients, strict=True) if gradient is None]
    if missing:
        raise ValueError(f"no gradient reached {', '.join(missing)}")
    return list(gradients)
