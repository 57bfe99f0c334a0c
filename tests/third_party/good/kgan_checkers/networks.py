"""Networks of `Tiles`."""

import math

import keras


def generator(image_shape: tuple, latent: int) -> keras.Model:
    inputs = keras.Input((latent,))
    values = keras.layers.Dense(math.prod(image_shape), activation="tanh", dtype="float32")(inputs)
    return keras.Model(inputs, keras.layers.Reshape(image_shape)(values))


def critic(image_shape: tuple) -> keras.Model:
    inputs = keras.Input(image_shape)
    return keras.Model(inputs, keras.layers.Dense(1, dtype="float32")(keras.layers.Flatten()(inputs)))
