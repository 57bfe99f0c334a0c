import numpy as np
import tensorflow as tf

from kgan.steps.classification.scoring import Scorer


class Grey:
    def scores(self, images):
        assert images.shape[1:] == (4, 4, 1)
        return tf.reduce_mean(images, axis=(1, 2, 3)) / 2 + 0.5


class Greys:
    """Images of one grey value each, larger than the classifier's."""

    image_shape = (8, 8, 1)

    def __len__(self):
        return 250

    def images(self, indices):
        return np.broadcast_to(indices[:, None, None, None], (len(indices), 8, 8, 1)).astype(np.uint8)


def test_images_are_resized_and_scored_in_their_order():
    scores = Scorer(Grey(), (4, 4))(Greys())
    np.testing.assert_allclose(scores, np.arange(250) / 255, atol=1e-6)
