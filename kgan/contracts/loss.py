"""Adversarial losses: pairs of functions of raw critic scores, and perhaps a penalty. No TensorFlow."""

import abc
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeAlias

from kgan.contracts.config import LossConfig, from_json

if TYPE_CHECKING:
    import tensorflow as tf

#: Images -> scores, differentiable twice.
Critic: TypeAlias = "Callable[[tf.Tensor], tf.Tensor]"


class AdversarialLoss(abc.ABC):
    """What the critic and the generator minimise. Nothing here reduces over the batch.

    A plugin is final. Scores are raw (no sigmoid), float32, of shape (n,) or (n, 1) or (n, rows, columns, 1);
    each method returns one value a score in the same shape, except `penalty`.

    Args:
        config: of the loss, kept as ``config``.
    """

    #: Largest absolute value that the critic's weights may have after an update; ``None`` for any.
    clip: float | None = None

    def __init__(self, config: LossConfig) -> None:
        self.config: Any = config

    @abc.abstractmethod
    def discriminator(self, real: "tf.Tensor", fake: "tf.Tensor") -> "tf.Tensor":
        """Return the critic's loss for paired scores of real and generated samples."""

    @abc.abstractmethod
    def generator(self, fake: "tf.Tensor") -> "tf.Tensor":
        """Return the generator's loss for scores of generated samples."""

    def penalty(
        self, critic: Critic, real: "tf.Tensor", fake: "tf.Tensor", seed: "tf.Tensor"
    ) -> "tf.Tensor | None":
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

    def get_config(self) -> dict[str, Any]:
        """Return the configuration's JSON form."""
        return dict(self.config.to_json())

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Any:
        """Build a loss from what `get_config` returned."""
        return from_json(config).build()
