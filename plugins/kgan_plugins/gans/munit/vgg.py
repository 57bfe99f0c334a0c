"""VGG16 as a fixed measure of what an image shows: its features after the thirteenth convolution.

Reference:
    Simonyan and Zisserman, Very Deep Convolutional Networks, 2015, arXiv:1409.1556; Huang et al., Multimodal
    Unsupervised Image-to-Image Translation, 2018, arXiv:1804.04732, section 5.1.
"""

from pathlib import Path

import keras
import tensorflow as tf
from keras import layers

from kgan.features import weights as files
from kgan.features.weights import Weights

#: Convolutions and their filters, block by block.
BLOCKS = ((2, 64), (2, 128), (3, 256), (3, 512), (3, 512))

FILE = "vgg16_weights_tf_dim_ordering_tf_kernels_notop.h5"
ADDRESS = f"https://storage.googleapis.com/tensorflow/keras-applications/vgg16/{FILE}"

# Of ImageNet's images, blue, green, red, from 0 to 255.
_MEANS = (103.939, 116.779, 123.68)


def build_features() -> keras.Model:
    """Return VGG16 up to block5_conv3 and its ReLU, with random weights, not to be trained.

    The pool before the fifth block is left out, as in the authors' public code: the features are an eighth of
    the image's size, and no weight depends on it. In float32 whatever the precision of the training is.

    Returns:
        keras.Model: what `as_imagenet` gives (n, height, width, 3) -> features (n, rows, columns, 512).
    """
    images = keras.Input((None, None, 3), dtype="float32")
    x = images
    for block, (convolutions, filters) in enumerate(BLOCKS, 1):
        if 1 < block < len(BLOCKS):
            x = layers.MaxPooling2D(2, dtype="float32", name=f"block{block - 1}_pool")(x)
        for number in range(1, convolutions + 1):
            layer = layers.Conv2D(
                filters,
                3,
                padding="same",
                activation="relu",
                dtype="float32",
                name=f"block{block}_conv{number}",
            )
            x = layer(x)
    model = keras.Model(images, x, name="vgg16")
    model.trainable = False
    return model


def as_imagenet(images: tf.Tensor) -> tf.Tensor:
    """Map images (n, h, w, 3) in [-1, 1], RGB, to VGG16's own: BGR, 0 to 255, less ImageNet's means."""
    return (images[..., ::-1] + 1.0) * 127.5 - tf.constant(_MEANS, images.dtype)


def load(features: keras.Model, weights: str) -> None:
    """Put trained weights into `build_features`' network, matched by layer name.

    Args:
        features: the network.
        weights: "imagenet" or the path of a file of VGG16 weights in Keras's layouts, with or without top.

    Raises:
        DataError: the weights cannot be had, read, or do not fit; says the first layer that does not.
    """
    files.put(
        features,
        imagenet() if weights == files.IMAGENET else files.read(Path(weights)),
        what="VGG16",
        origin=files.origin_of(weights),
        way_out=f"Name a file of VGG16 weights, such as {FILE}, or leave vgg_weights out.",
        trunk="block",
    )


def imagenet() -> Weights:
    """Fetch Keras's ImageNet weights of VGG16 into its cache, or find them there.

    Raises:
        DataError: they are not there and cannot be fetched; says which file to put where.
    """
    way_out = f"Put the file {FILE} (published at {ADDRESS}) into {{cache}}, or name its path as "
    return files.fetch(
        keras.applications.VGG16,
        "munit: Keras could not load VGG16's ImageNet weights",
        f"{way_out}'vgg_weights'.",
    )
