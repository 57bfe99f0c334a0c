"""ResNet-50, from scratch or from ImageNet weights, with the heads of both published protocols."""

from collections.abc import Sequence
from typing import Any

import keras
import tensorflow as tf
from keras import layers

from kgan.contracts.classifier import Classifier
from kgan.contracts.config import ImageShape
from kgan.nn import optimizers
from kgan.nn.batch_norm import BatchNorm
from kgan.nn.convolution import Conv2D
from kgan.nn.functional import built
from kgan.random import tensors
from kgan_plugins.classifiers.resnet50 import pretrained
from kgan_plugins.classifiers.resnet50.config import ResNet50Config

_STAGES = (64, 128, 256, 512)


@keras.saving.register_keras_serializable("kgan_plugins")
class ImageNetInput(layers.Layer):
    """Images in [-1, 1] as Keras's ImageNet weights want them: BGR, 0 to 255, minus ImageNet's means.

    Grey images are repeated to three channels.
    """

    def call(self, images: tf.Tensor) -> tf.Tensor:
        """Map (n, height, width, 1 or 3, RGB) to (n, height, width, 3)."""
        images = (images + 1.0) * 127.5
        colours = tf.repeat(images, 3, axis=-1) if images.shape[-1] == 1 else images[..., ::-1]
        return colours - tf.constant([103.939, 116.779, 123.68], images.dtype)

    def compute_output_shape(self, input_shape: Sequence[int | None]) -> tuple[Any, ...]:
        """Return the shape with three channels."""
        return (*input_shape[:-1], 3)


class ResNet50(Classifier):
    """ResNet-50 as Han et al. 2019, table 4, has it; layers are named as in `keras.applications.ResNet50`.

    It departs from Keras's in one place: there is no zero padding before the max-pool, which so gives 55x55
    from 224x224 (and then 55, 28, 14, 7). Keras's own weights fit it, as no weight depends on that.

    The network ends in logits; the head's sigmoid or softmax is part of `loss_of` and `scores`. With the
    sigmoid head, two outputs p0 and p1 that need not sum to 1, the score is p1 / (p0 + p1), which exceeds
    0.5 exactly where class 1 has the larger output (a decision of ours, as the paper does not say how the
    class is read off).

    Args:
        config: of the classifier.
        image_shape: (height, width, channels); at least 5 px a side. With pre-training 1 or 3 channels.
    """

    def __init__(self, config: ResNet50Config, image_shape: ImageShape) -> None:
        super().__init__(config, image_shape)
        self._network, self._inference = self._build_networks()
        if config.optimizer == "sgd":
            optimizer = optimizers.SGD(config.learning_rate, momentum=config.momentum)
        else:
            optimizer = optimizers.Adam(config.learning_rate)
        self._optimizer = built(optimizer, self._network.trainable_variables)

    @property
    def network(self) -> keras.Model:
        """Images and, unless ``dropout`` is 0, what `draw` drew -> logits (n, 2) float32."""
        return self._network

    @property
    def inference(self) -> keras.Model:
        """Images (n, *image_shape) float32 in [-1, 1] -> logits (n, 2) float32, nothing dropped."""
        return self._inference

    @property
    def optimizers(self) -> dict[str, keras.optimizers.Optimizer]:
        """The one optimiser."""
        return {"classifier": self._optimizer}

    def begin(self, *, seed: int, jit: bool = False) -> None:
        """Set the run's seed and compiler and, before any training, the pre-trained weights.

        Raises:
            DataError: the weights cannot be had or do not fit.
        """
        super().begin(seed=seed, jit=jit)
        if self.config.weights is not None:
            pretrained.load(self._network, self.config.weights, head=("logits", "logits_bn"))

    def begin_epoch(self, epoch: int) -> None:
        """Multiply the learning rate by ``decay_factor`` every ``decay_every`` epochs."""
        self._optimizer.learning_rate = self.config.learning_rate * self.config.decay_factor ** (
            epoch // self.config.decay_every
        )

    def draw(self, count: tf.Tensor) -> tf.Tensor | None:
        """Draw the dropout: (count, features) float32, 0 or 1 / (1 - dropout)."""
        if not self.config.dropout:
            return None
        features = self._network.input_shape[1][-1]
        kept = tensors.uniform((count, features), self.seed_for("dropout")) >= self.config.dropout
        return tf.cast(kept, tf.float32) / (1.0 - self.config.dropout)

    def loss_of(self, outputs: tf.Tensor, labels: tf.Tensor) -> tf.Tensor:
        """Return the cross-entropy (n,): binary, mean of both outputs, or categorical."""
        truth = tf.one_hot(labels, 2)
        if self.config.head == "softmax":
            return tf.nn.softmax_cross_entropy_with_logits(truth, outputs)
        return tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(truth, outputs), axis=-1)

    def scores(self, images: tf.Tensor) -> tf.Tensor:
        """Return (n,) float32 in [0, 1], above 0.5 where class 1 has the larger output."""
        logits = self._inference(images, training=False)
        if self.config.head == "sigmoid":
            logits = tf.math.log_sigmoid(logits)  # p1 / (p0 + p1) = sigmoid(log p1 - log p0)
        return tf.sigmoid(logits[:, 1] - logits[:, 0])

    def _build_networks(self) -> tuple[keras.Model, keras.Model]:
        """Return two networks on the same layers: for training, with what is dropped, and without."""
        images = keras.Input(self.image_shape, name="images")
        x = (
            ImageNetInput(name="preprocessing", dtype="float32")(images)
            if self.config.takes_imagenet_input
            else images
        )
        features = layers.GlobalAveragePooling2D(dtype="float32", name="avg_pool")(self._build_trunk(x))
        dense = layers.Dense(2, dtype="float32", name="logits")
        norm = BatchNorm(momentum=self.config.batch_norm_momentum, dtype="float32", name="logits_bn")

        def outputs(features: keras.KerasTensor) -> keras.KerasTensor:
            return norm(dense(features)) if self.config.head == "sigmoid" else dense(features)

        inference = keras.Model(images, outputs(features), name="resnet50")
        if not self.config.dropout:
            return inference, inference
        kept = keras.Input(features.shape[1:], name="kept")
        dropped = layers.Multiply(dtype="float32", name="dropout")([features, kept])
        return keras.Model([images, kept], outputs(dropped), name="resnet50"), inference

    def _build_trunk(self, x: keras.KerasTensor) -> keras.KerasTensor:
        x = layers.ZeroPadding2D(3, name="conv1_pad")(x)
        x = self._convolve(x, 64, 7, "conv1", strides=2)
        x = layers.MaxPooling2D(3, 2, name="pool1_pool")(layers.ReLU(name="conv1_relu")(x))
        for stage, (filters, blocks) in enumerate(zip(_STAGES, self.config.blocks, strict=True), start=2):
            for block in range(1, blocks + 1):
                stride = 2 if block == 1 and stage > 2 else 1
                x = self._build_block(x, filters, stride, block == 1, f"conv{stage}_block{block}")
        return x

    def _build_block(
        self, x: keras.KerasTensor, filters: int, stride: int, projected: bool, name: str
    ) -> keras.KerasTensor:
        shortcut = self._convolve(x, 4 * filters, 1, f"{name}_0", strides=stride) if projected else x
        x = layers.ReLU(name=f"{name}_1_relu")(self._convolve(x, filters, 1, f"{name}_1", strides=stride))
        x = layers.ReLU(name=f"{name}_2_relu")(self._convolve(x, filters, 3, f"{name}_2", padding="same"))
        x = layers.Add(name=f"{name}_add")([shortcut, self._convolve(x, 4 * filters, 1, f"{name}_3")])
        return layers.ReLU(name=f"{name}_out")(x)

    def _convolve(
        self, x: keras.KerasTensor, filters: int, size: int, name: str, **options: Any
    ) -> keras.KerasTensor:
        filters = max(1, round(filters * self.config.width))
        x = Conv2D(filters, size, name=f"{name}_conv", **options)(x)
        return BatchNorm(momentum=self.config.batch_norm_momentum, epsilon=1.001e-5, name=f"{name}_bn")(x)
