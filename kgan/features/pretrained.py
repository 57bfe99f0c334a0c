"""What trained networks see in images: pooled features of DenseNet-169, of ResNet-50 or of a classifier."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from kgan.data.resize import resize
from kgan.data.store.pixels import to_model
from kgan.errors import DataError
from kgan.features import weights as files
from kgan.files.digest import value_digest

#: Images that a network is given at once.
BATCH = 32
#: Keras's networks take no smaller images.
LEAST_SIDE = 32

_HOST = "https://storage.googleapis.com/tensorflow/keras-applications"


@dataclass(frozen=True)
class Published:
    """A network whose weights Keras publishes.

    Args:
        title: as papers write it.
        application: its name in `keras.applications`.
        module: there, whose preprocessing it wants.
        dimension: numbers an image, after average pooling.
        file: Keras's weights without the top.
    """

    title: str
    application: str
    module: str
    dimension: int
    file: str

    @property
    def address(self) -> str:
        """Where Keras publishes the weights."""
        return f"{_HOST}/{self.module}/{self.file}"


NETWORKS = {
    "densenet169": Published(
        "DenseNet-169",
        "DenseNet169",
        "densenet",
        1664,
        "densenet169_weights_tf_dim_ordering_tf_kernels_notop.h5",
    ),
    "resnet50": Published(
        "ResNet-50", "ResNet50", "resnet", 2048, "resnet50_weights_tf_dim_ordering_tf_kernels_notop.h5"
    ),
}


class NetworkFeatures:
    """The last feature maps of a network, averaged over their pixels; of the form `Features`.

    Attributes:
        name: which network, with which weights, in words.
        dimension: length of a vector.
        digest: of everything that decides the numbers: weights, network and the size of the images.
        image_size: (height, width) that images are resized to.
    """

    def __init__(
        self,
        pooled: Any,
        prepare: Callable[[np.ndarray], np.ndarray],
        *,
        name: str,
        digest: str,
        image_size: tuple[int, int],
    ) -> None:
        import tensorflow as tf

        self.name = name
        self.digest = digest
        self.image_size = image_size
        self.dimension = int(pooled.output_shape[-1])
        self._prepare = prepare
        signature = [tf.TensorSpec((None, *pooled.input_shape[1:]), tf.float32)]
        self._pooled = tf.function(
            lambda images: pooled(images, training=False), autograph=False, input_signature=signature
        )

    def __call__(self, images: np.ndarray) -> np.ndarray:
        """Return (n, dimension) float64 of images (n, height, width, channels) uint8.

        Raises:
            DataError: the images are of a kind that the network does not take, or it gave no finite numbers.
        """
        if images.ndim != 4 or images.dtype != np.uint8:
            raise DataError(
                f"features of images {images.shape} {images.dtype}; expected uint8 (n, height, width, "
                "channels)"
            )
        vectors = np.empty((len(images), self.dimension))
        for start in range(0, len(images), BATCH):
            part = self._prepare(resize(images[start : start + BATCH], self.image_size))
            vectors[start : start + len(part)] = self._pooled(part).numpy()
        if not np.isfinite(vectors).all():
            raise DataError(
                f"{self.name}: NaN or infinite features; expected numbers. Name other weights, or other "
                "features."
            )
        return vectors


def densenet169(weights: str = files.IMAGENET, image_size: tuple[int, int] = (224, 224)) -> NetworkFeatures:
    """Return DenseNet-169's 1,664 pooled features.

    Args:
        weights: "imagenet", or the path of a file of Keras's weights, with or without the top.
        image_size: (height, width) that images are resized to; at least 32 px a side.

    Raises:
        DataError: the weights cannot be had, read, or do not fit (`kgan.features.weights.WeightsMissing`
            where only Keras's own cannot be had), or the size is too small.

    Reference:
        Huang et al., Densely Connected Convolutional Networks, CVPR 2017, arXiv:1608.06993.
    """
    return published("densenet169", weights, image_size)


def resnet50(weights: str = files.IMAGENET, image_size: tuple[int, int] = (224, 224)) -> NetworkFeatures:
    """Return ResNet-50's 2,048 pooled features; for the rest see `densenet169`.

    Reference:
        He et al., Deep Residual Learning for Image Recognition, CVPR 2016, arXiv:1512.03385.
    """
    return published("resnet50", weights, image_size)


def classifier_features(folder: Path, title: str = "") -> NetworkFeatures:
    """Return what the head of a trained kgan classifier is given: its last feature maps, averaged.

    Args:
        folder: of `kgan.training.model_files`.
        title: what the classifier learnt from, for the name; empty for the folder's name.

    Raises:
        DataError: the classifier has no feature maps that could be found.
        RunError: the folder holds no trained model.
    """
    import keras

    from kgan.training import model_files

    config = model_files.read_config(folder)
    network = model_files.load(folder).networks["classifier"]
    maps = [layer for layer in getattr(network, "layers", ()) if _gives_maps(layer)]
    if not maps:
        raise DataError(
            f"{folder}: the classifier {config['plugin']!r} has no feature maps (height, width, channels) in "
            "a chain of layers; expected some, to compare images by. Name densenet169 or resnet50 instead."
        )
    trunk = keras.Model(network.inputs[0], keras.layers.GlobalAveragePooling2D()(maps[-1].output))
    height, width, channels = config["image_shape"]

    def prepare(images: np.ndarray) -> np.ndarray:
        if images.shape[-1] != channels:
            raise DataError(
                f"{folder}: a classifier of images with {channels} channels was given {images.shape[-1]}; "
                "expected the same. Name other features."
            )
        return to_model(images)

    numbers = {layer.name: layer.get_weights() for layer in trunk.layers if layer.weights}
    return NetworkFeatures(
        trunk,
        prepare,
        name=f"the classifier trained on “{title or folder.name}”",
        digest=value_digest([files.digest(numbers), config["image_shape"]]),
        image_size=(height, width),
    )


def published(name: str, weights: str, image_size: tuple[int, int]) -> NetworkFeatures:
    """Return the features of one of `NETWORKS` by its name; for the rest see `densenet169`."""
    import keras

    facts = NETWORKS[name]
    height, width = image_size
    if min(height, width) < LEAST_SIDE:
        raise DataError(
            f"{facts.title}: image_size {height}x{width}; expected at least {LEAST_SIDE} pixels a side"
        )
    loaded = _imagenet(name) if weights == files.IMAGENET else files.read(Path(weights))
    application = getattr(keras.applications, facts.application)
    network = application(
        weights=None,
        include_top=False,
        pooling="avg",
        input_shape=(height, width, 3),
        name=facts.title,
    )
    files.put(
        network,
        loaded,
        what=facts.title,
        origin=files.origin_of(weights),
        way_out=f"Name a file of {facts.title}'s weights, such as Keras's {facts.file}.",
        trunk="conv",
    )
    preprocess = getattr(keras.applications, facts.module).preprocess_input
    origin = "ImageNet weights" if weights == files.IMAGENET else f"weights of {Path(weights).name}"
    numbers = {layer.name: layer.get_weights() for layer in network.layers if layer.weights}
    return NetworkFeatures(
        network,
        lambda images: preprocess(_coloured(images, facts.title).astype(np.float32)),
        name=f"{facts.title}, {origin}",
        digest=value_digest([name, files.digest(numbers), [height, width]]),
        image_size=(height, width),
    )


def _imagenet(name: str) -> files.Weights:
    import keras

    facts = NETWORKS[name]
    return files.fetch(
        getattr(keras.applications, facts.application),
        f"{name}: Keras could not load the ImageNet weights",
        f"Put the file {facts.file} (published at {facts.address}) into {{cache}}, or name its path as the "
        "features' 'weights', or a classifier of the run for features.",
    )


def _coloured(images: np.ndarray, title: str) -> np.ndarray:
    if images.shape[-1] == 1:
        return np.repeat(images, 3, axis=-1)
    if images.shape[-1] != 3:
        raise DataError(
            f"{title} was given images with {images.shape[-1]} channels; expected 1 (grey) or 3. Name other "
            "features, or a data set of one sequence."
        )
    return images


def _gives_maps(layer: Any) -> bool:
    """Return whether a layer's output is (n, height, width, channels); one used twice has several."""
    try:
        return len(layer.output.shape) == 4
    except (AttributeError, ValueError):
        return False
