"""Pre-trained weights for ResNet-50: Keras's own, with or without their top, and those that kgan saved."""

from pathlib import Path

import keras

from kgan.features import weights as files
from kgan.features.weights import Weights

FILE = "resnet50_weights_tf_dim_ordering_tf_kernels_notop.h5"
ADDRESS = f"https://storage.googleapis.com/tensorflow/keras-applications/resnet/{FILE}"


def load(network: keras.Model, weights: str, head: tuple[str, ...]) -> None:
    """Put pre-trained weights into a network, layer by layer, matched by name.

    Args:
        network: ResNet-50 with the layer names of `keras.applications.ResNet50`.
        weights: "imagenet" or the path of a file.
        head: names of layers that may be missing from the file.

    Raises:
        DataError: the weights cannot be had, read, or do not fit; says the first layer that does not.
    """
    files.put(
        network,
        imagenet() if weights == files.IMAGENET else files.read(Path(weights)),
        what="this ResNet-50",
        origin=files.origin_of(weights),
        way_out="Name a file of ResNet-50 (v1), or give the classifier the width, blocks, head and "
        "preprocessing that the file was made with.",
        trunk="conv",
        optional=head,
    )


def imagenet() -> Weights:
    """Fetch Keras's ImageNet weights of ResNet-50 into its cache, or find them there.

    Raises:
        DataError: they are not there and cannot be fetched; says which file to put where.
    """
    way_out = f"Put the file {FILE} (published at {ADDRESS}) into {{cache}}, or name its path as the "
    return files.fetch(
        keras.applications.ResNet50,
        "resnet50: Keras could not load the ImageNet weights",
        f"{way_out}classifier's 'weights'.",
    )
