"""Laws of classifiers."""

import numpy as np
import tensorflow as tf

from kgan.random import tensors
from kgan.testing.checks import Make
from kgan.testing.configurable import check_config_survives_json
from kgan.testing.trainables import TRAINABLE

COUNT = 4


def check_scores_are_probabilities(make: Make) -> None:
    """Scores are (n,) float32 in [0, 1]."""
    model = make()
    scores = model.scores(_images(model.image_shape))
    assert scores.shape == (COUNT,), f"scores: shape {scores.shape} for {COUNT} images; expected ({COUNT},)"
    assert scores.dtype == tf.float32, f"scores: {scores.dtype}; expected float32"
    low, high = float(tf.reduce_min(scores)), float(tf.reduce_max(scores))
    assert low >= 0.0 and high <= 1.0, f"scores from {low:g} to {high:g}; expected [0, 1]"


def check_scores_are_each_images_own(make: Make) -> None:
    """An image's score does not depend on the images beside it."""
    model = make()
    images = _images(model.image_shape)
    together, alone = model.scores(images).numpy(), model.scores(images[:1]).numpy()
    gap = float(np.abs(together[0] - alone[0]))
    assert gap <= 1e-5, f"the score of an image alone and in a batch differ by {gap:.2g}"


def check_begin_epoch_is_a_function_of_the_epoch(make: Make) -> None:
    """The learning rate of an epoch is the same whichever epochs were begun before."""
    straight, jumping = make(), make()
    for epoch in range(30):
        straight.begin_epoch(epoch)
    jumping.begin_epoch(29)
    for name, optimizer in straight.optimizers.items():
        rates = float(optimizer.learning_rate), float(jumping.optimizers[name].learning_rate)
        assert rates[0] == rates[1], (
            f"epoch 29 of {name} has the learning rates {rates[0]:g} and {rates[1]:g}"
        )


def check_losses_are_one_a_sample(make: Make) -> None:
    """The loss is (n,) float32 and finite."""
    model = make()
    images, labels = _images(model.image_shape), tf.constant([0, 1, 0, 1], tf.int64)
    model.begin(seed=1)
    drawn = model.draw(tf.constant(COUNT))
    outputs = model.network(images if drawn is None else [images, drawn], training=True)
    loss = model.loss_of(outputs, labels)
    assert loss.shape == (COUNT,), f"loss: shape {loss.shape} for {COUNT} images; expected ({COUNT},)"
    assert loss.dtype == tf.float32, f"loss: {loss.dtype}; expected float32"
    assert np.isfinite(loss).all(), "loss: not finite"


def _images(image_shape: tuple[int, ...]) -> tf.Tensor:
    return tensors.uniform((COUNT, *image_shape), tf.constant([1, 2], tf.int64), -1.0, 1.0)


CLASSIFIER = (
    check_config_survives_json,
    *TRAINABLE,
    check_scores_are_probabilities,
    check_scores_are_each_images_own,
    check_begin_epoch_is_a_function_of_the_epoch,
    check_losses_are_one_a_sample,
)
