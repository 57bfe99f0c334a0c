import pytest
from fabricated.gans import ImageByHandConfig, NoiseByHandConfig


@pytest.fixture(scope="session")
def tiny_gans():
    """Make one trained-looking GAN of each kind: a dict of "generator" and "refiner"."""
    from kgan.training.tensorflow_import import import_tensorflow

    import_tensorflow()
    import keras
    import tensorflow as tf

    from kgan.contracts.gan import ImageToImageGAN, NoiseToImageGAN
    from kgan.random import tensors

    class Dreamer(NoiseToImageGAN):
        def __init__(self, image_shape):
            super().__init__(NoiseByHandConfig(), image_shape, loss=None)
            height, width, channels = image_shape
            latents = keras.Input((6,))
            x = keras.layers.Dense(height // 2 * width // 2 * 4)(latents)
            x = keras.layers.Reshape((height // 2, width // 2, 4))(x)
            x = keras.layers.BatchNormalization()(keras.layers.UpSampling2D()(x))
            self._generator = keras.Model(latents, 3 * keras.layers.Conv2D(channels, 3, padding="same")(x))

        generator = property(lambda self: self._generator)
        critic = property(lambda self: None)
        optimizers = property(lambda self: {})

        def sample_latents(self, count, seed):
            return tensors.normal((count, 6), seed)

    class Polisher(ImageToImageGAN):
        def __init__(self, image_shape):
            super().__init__(ImageByHandConfig(), image_shape)
            images = keras.Input((None, None, image_shape[-1]))
            x = keras.layers.BatchNormalization()(keras.layers.Conv2D(4, 3, padding="same")(images))
            x = keras.layers.ReLU()(x)
            self._refiner = keras.Model(images, images + keras.layers.Conv2D(image_shape[-1], 1)(x))

        refiner = property(lambda self: self._refiner)
        networks = property(lambda self: {"refiner": self._refiner})
        optimizers = property(lambda self: {})

        def train_step(self, data):
            return {}

    tf.random.set_seed(1)
    return {"generator": Dreamer((8, 12, 1)), "refiner": Polisher((8, 12, 1))}
