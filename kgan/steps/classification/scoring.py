"""Scores of images by a classifier."""

from typing import Any

import numpy as np

from kgan.data.resize import resize
from kgan.data.sampling.batches import predict_batches
from kgan.data.store.pixels import to_model
from kgan.features.image_set import Images

_BATCH = 100


class Scorer:
    """Scores of images by a model as it is now.

    Args:
        model: a classifier.
        size: (height, width) px of its images, to which others are resized.
    """

    def __init__(self, model: Any, size: tuple[int, int]) -> None:
        import tensorflow as tf

        self.size = size
        self._scores = tf.function(model.scores, autograph=False, reduce_retracing=True)

    def __call__(self, images: Images) -> np.ndarray:
        """Return (n,) float32 in [0, 1], the model's belief in the positive class."""

        def fetch(indices: np.ndarray) -> tuple[np.ndarray]:
            return (to_model(resize(images.images(indices), self.size)),)

        signature = [((*self.size, images.image_shape[-1]), "float32")]
        batches = predict_batches(fetch, len(images), _BATCH, signature)
        return np.concatenate([self._scores(batch).numpy() for (batch,) in batches])
