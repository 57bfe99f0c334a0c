"""Adversarial losses: pairs of functions of raw critic scores, and perhaps a penalty."""

import abc
from typing import ClassVar

import tensorflow as tf

from kgan.contracts.configured import Configured
from kgan.contracts.needs import NEEDS
from kgan.nn.gradient_norm import Critic

__all__ = ["NEEDS", "AdversarialLoss", "Critic"]


class AdversarialLoss(Configured, abc.ABC):
    """What the critic and the generator minimise. Nothing here reduces over the batch.

    A plugin is final and its constructor's keyword arguments are recipe parameters, kept as attributes of
    the same names. Scores are raw (no sigmoid), float32, of shape (n,) or (n, 1) or (n, rows, columns, 1);
    each method returns one value a score in the same shape, except `penalty`.
    """

    #: What a critic must offer, out of `NEEDS`; written out in the class, as recipes are checked by it.
    needs: ClassVar[tuple[str, ...]] = ()

    #: Largest absolute value that the critic's weights may have after an update; ``None`` for any.
    clip: float | None = None

    @abc.abstractmethod
    def discriminator(self, real: tf.Tensor, fake: tf.Tensor) -> tf.Tensor:
        """Return the critic's loss for paired scores of real and generated samples."""

    @abc.abstractmethod
    def generator(self, fake: tf.Tensor) -> tf.Tensor:
        """Return the generator's loss for scores of generated samples."""

    def penalty(self, critic: Critic, real: tf.Tensor, fake: tf.Tensor, seed: tf.Tensor) -> tf.Tensor | None:
        """Return what is added to the critic's loss beside the scores, or ``None``.

        Args:
            critic: images -> scores, differentiable twice.
            real: (n, height, width, channels) float32 images in [-1, 1].
            fake: the same shape, generated.
            seed: (2,) int64 for stateless draws; draw with `kgan.random.tensors`.

        Returns:
            Tensor (n,) float32, already weighted, or ``None`` for a loss without penalty.
        """
        return None
