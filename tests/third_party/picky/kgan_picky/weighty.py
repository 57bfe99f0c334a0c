"""Imports Keras, which a check must not."""

import keras  # noqa: F401


def check(figures, image_shape, batch_size): ...
