"""A loss with a parameter."""

import keras
import tensorflow as tf

from kgan.contracts.loss import AdversarialLoss


@keras.saving.register_keras_serializable("kgan_checkers")
class Plain(AdversarialLoss):
    """Scores as they are.

    Reference:
        Arjovsky et al. 2017, arXiv:1701.07875, algorithm 1,
        without the clipping.
    """

    def __init__(self, *, scale: float = 1.0) -> None:
        self.scale = scale

    def discriminator(self, real: tf.Tensor, fake: tf.Tensor) -> tf.Tensor:
        return self.scale * (fake - real)

    def generator(self, fake: tf.Tensor) -> tf.Tensor:
        return -self.scale * fake
