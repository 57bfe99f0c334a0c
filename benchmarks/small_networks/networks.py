"""The small networks."""

import keras
import tensorflow as tf

from kgan.contracts.classifier import Classifier
from kgan.contracts.config import ImageShape
from kgan.contracts.gan import ImageToImageGAN, NoiseToImageGAN
from kgan.contracts.loss import AdversarialLoss
from kgan.nn.functional import replica_mean
from kgan.random import tensors
from small_networks.config import SmallClassifierConfig, SmallGANConfig, SmallRefinerConfig

#: Full size is left to single strided layers: convolutions there cost more than all else.
_LATENT, _WIDTH, _COARSE, _STRIDE = 16, 4, 32, 4


class SmallGAN(NoiseToImageGAN):
    """Upsamples a coarse map."""

    def __init__(self, config: SmallGANConfig, image_shape: ImageShape, loss: AdversarialLoss) -> None:
        super().__init__(config, image_shape, loss)
        self._generator, self._critic = _generator(self.image_shape), _critic(self.image_shape)
        self._optimizers = {name: keras.optimizers.Adam(1e-3, beta_1=0.0) for name in self.networks}
        for name, optimizer in self._optimizers.items():
            optimizer.build(self.networks[name].trainable_variables)

    @property
    def generator(self) -> keras.Model:
        """The generator."""
        return self._generator

    @property
    def critic(self) -> keras.Model:
        """The critic."""
        return self._critic

    @property
    def optimizers(self) -> dict[str, keras.optimizers.Optimizer]:
        """Two of Adam."""
        return self._optimizers

    def sample_latents(self, count: int | tf.Tensor, seed: tf.Tensor) -> tf.Tensor:
        """Draw from a normal distribution."""
        return tensors.normal((count, _LATENT), seed)


class SmallRefiner(ImageToImageGAN):
    """Adds to an image what two convolutions make of it."""

    def __init__(self, config: SmallRefinerConfig, image_shape: ImageShape) -> None:
        super().__init__(config, image_shape)
        inputs = keras.Input(self.image_shape)
        hidden = keras.layers.Conv2D(_WIDTH, 4, _STRIDE, "same", activation="relu")(inputs)
        change = keras.layers.Conv2DTranspose(self.image_shape[-1], _STRIDE, _STRIDE)(hidden)
        self._refiner = keras.Model(inputs, keras.layers.Add(dtype="float32")([inputs, change]))
        self._optimizers = {"refiner": keras.optimizers.SGD(1e-3)}
        self._optimizers["refiner"].build(self._refiner.trainable_variables)

    @property
    def refiner(self) -> keras.Model:
        """The refiner."""
        return self._refiner

    @property
    def networks(self) -> dict[str, keras.Model]:
        """The one network."""
        return {"refiner": self._refiner}

    @property
    def optimizers(self) -> dict[str, keras.optimizers.Optimizer]:
        """Its SGD."""
        return self._optimizers

    def train_step(self, data: tuple[tf.Tensor, tf.Tensor]) -> dict[str, tf.Tensor]:
        """Bring mean and deviation of the refined images near those of the real ones."""
        source, target = data
        with tf.GradientTape() as tape:
            refined = self._refiner(source, training=True)
            loss = sum(
                tf.square(of(refined, axis=(1, 2, 3)) - of(target, axis=(1, 2, 3)))
                for of in (tf.reduce_mean, tf.math.reduce_variance)
            )
            objective = replica_mean(loss)
        variables = self._refiner.trainable_variables
        self._optimizers["refiner"].apply(tape.gradient(objective, variables), variables)
        return self.report(loss=loss)


class SmallClassifier(Classifier):
    """Two strided convolutions, an average and a neuron."""

    def __init__(self, config: SmallClassifierConfig, image_shape: ImageShape) -> None:
        super().__init__(config, image_shape)
        inputs = keras.Input(self.image_shape)
        maps = keras.layers.Conv2D(8, 4, _STRIDE, "same", activation="relu")(inputs)
        maps = keras.layers.Conv2D(64, 5, 4, "same", activation="relu")(maps)
        pooled = keras.layers.GlobalAveragePooling2D()(maps)
        self._network = keras.Model(inputs, keras.layers.Dense(1, dtype="float32")(pooled))
        self._optimizers = {"classifier": keras.optimizers.Adam(1e-3)}
        self._optimizers["classifier"].build(self._network.trainable_variables)

    @property
    def network(self) -> keras.Model:
        """The network, one output."""
        return self._network

    @property
    def optimizers(self) -> dict[str, keras.optimizers.Optimizer]:
        """Its Adam."""
        return self._optimizers

    def loss_of(self, outputs: tf.Tensor, labels: tf.Tensor) -> tf.Tensor:
        """Return the cross-entropy, (n,)."""
        labels = tf.cast(labels, tf.float32)
        return tf.nn.sigmoid_cross_entropy_with_logits(labels=labels, logits=outputs[:, 0])

    def scores(self, images: tf.Tensor) -> tf.Tensor:
        """Return the sigmoid, (n,)."""
        return tf.sigmoid(self._network(images, training=False)[:, 0])


def _generator(shape: tuple[int, ...]) -> keras.Model:
    height, width = shape[0] // _COARSE, shape[1] // _COARSE
    inputs = keras.Input((_LATENT,))
    maps = keras.layers.Dense(height * width * 2 * _WIDTH, activation="relu")(inputs)
    maps = keras.layers.Reshape((height, width, 2 * _WIDTH))(maps)
    maps = keras.layers.UpSampling2D(_COARSE // _STRIDE)(maps)
    maps = keras.layers.Conv2D(_WIDTH, 3, padding="same", activation="relu")(maps)
    pixels = keras.layers.Conv2DTranspose(shape[-1], _STRIDE, _STRIDE, activation="tanh", dtype="float32")
    return keras.Model(inputs, pixels(maps))


def _critic(shape: tuple[int, ...]) -> keras.Model:
    inputs = keras.Input(shape)
    maps = keras.layers.Conv2D(8, 4, _STRIDE, "same", activation="leaky_relu")(inputs)
    maps = keras.layers.Conv2D(16, 5, 4, "same", activation="leaky_relu")(maps)
    pooled = keras.layers.GlobalAveragePooling2D()(maps)
    return keras.Model(inputs, keras.layers.Dense(1, dtype="float32")(pooled))
