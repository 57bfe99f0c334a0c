import keras
import numpy as np
import pytest
import tensorflow as tf

from kgan.nn import convolution
from kgan.nn.convolution import Conv2D, convolve


@pytest.fixture(autouse=True)
def small_ones_too(monkeypatch):
    monkeypatch.setattr(convolution, "LEAST_FEATURES_AVX512", 1)
    monkeypatch.setattr(convolution, "LEAST_PIXELS", 1)
    monkeypatch.setattr(convolution, "LEAST_FEATURES", 1)


def draws(*shapes):
    generator = np.random.default_rng(0)
    return [tf.constant(generator.standard_normal(shape), tf.float32) for shape in shapes]


def close(first, other):
    np.testing.assert_allclose(first, other, rtol=1e-4, atol=1e-4)


def plainly(images, kernel, padding):
    return tf.nn.conv2d(images, kernel, 1, padding)


CASES = [
    (count, size, padding)
    for count in (1, 3)
    for size in ((1, 1), (3, 3), (4, 4), (2, 5))
    for padding in ("SAME", "VALID")
]


@pytest.mark.parametrize(("count", "size", "padding"), CASES)
def test_values_and_derivatives_of_first_and_second_order_are_tensorflows(count, size, padding):
    images, kernel = draws((count, 8, 7, 3), (*size, 3, 4))

    def results(function):
        with tf.GradientTape() as outer:
            outer.watch([images, kernel])
            with tf.GradientTape() as inner:
                inner.watch([images, kernel])
                outputs = function(images, kernel, padding)
                loss = tf.reduce_sum(outputs**3)
            first = inner.gradient(loss, [images, kernel])
            penalty = tf.reduce_sum(first[0] ** 2) + tf.reduce_sum(first[1] ** 3) * 1e-3
        scale = tf.reduce_max(tf.abs(penalty))
        return [outputs, *first, *(value / scale for value in outer.gradient(penalty, [images, kernel]))]

    for ours, theirs in zip(results(convolve), results(plainly), strict=True):
        close(ours / tf.reduce_max(tf.abs(theirs)), theirs / tf.reduce_max(tf.abs(theirs)))


@pytest.mark.parametrize("dtype", ["float64", "bfloat16"])
def test_other_types_are_left_to_tensorflow(monkeypatch, dtype):
    monkeypatch.setattr(convolution, "_forward", None)
    images, kernel = (tf.cast(values, dtype) for values in draws((2, 8, 8, 3), (3, 3, 3, 4)))
    assert convolve(images, kernel, "SAME").dtype == dtype


def test_small_images_and_narrow_kernels_are_left_to_tensorflow(monkeypatch):
    monkeypatch.undo()
    monkeypatch.setattr(convolution, "_forward", None)
    for images, kernel in (((2, 40, 40, 64), (3, 3, 64, 64)), ((2, 48, 48, 1), (3, 3, 1, 64))):
        assert convolve(*draws(images, kernel), "SAME").shape == (*images[:3], 64)


@pytest.mark.parametrize("options", [{}, {"use_bias": False}, {"activation": "relu"}, {"strides": 2}])
def test_the_layer_is_kerass(options):
    (images,) = draws((2, 9, 9, 3))
    options = {"padding": "same", "bias_initializer": "ones", **options}
    ours, theirs = (kind(4, 3, **options) for kind in (Conv2D, keras.layers.Conv2D))
    theirs.build(images.shape)
    ours.build(images.shape)
    ours.set_weights(theirs.get_weights())
    for training in (True, False):
        close(ours(images, training=training), theirs(images))
    assert [w.path.split("/")[-1] for w in ours.weights] == [w.path.split("/")[-1] for w in theirs.weights]


def test_a_network_in_training_uses_it_and_one_in_inference_does_not(monkeypatch):
    used = []
    monkeypatch.setattr(convolution, "_forward", lambda *given: used.append(given) or plainly(*given))
    inputs = keras.Input((8, 8, 3))
    network = keras.Model(inputs, Conv2D(4, 3, padding="same")(inputs))
    (images,) = draws((2, 8, 8, 3))
    used.clear()
    network(images, training=False)
    assert not used
    network(images, training=True)
    assert len(used) == 1


@pytest.mark.parametrize(
    ("flags", "features", "own"),
    [("avx2", 31, False), ("avx2", 32, True), ("avx512f", 255, False), ("avx512f", 256, True)],
)
def test_with_avx_512_narrow_kernels_are_left_to_tensorflow(monkeypatch, flags, features, own):
    """Decision 040 has the measurements."""
    monkeypatch.undo()
    monkeypatch.setattr(convolution, "flags_here", lambda: frozenset({"avx2", flags}))
    used = []
    monkeypatch.setattr(convolution, "_forward", lambda *given: used.append(given) or plainly(*given))
    images, kernel = draws((1, 48, 48, features), (1, 1, features, features))
    close(convolve(images, kernel, "SAME"), plainly(images, kernel, "SAME"))
    assert bool(used) is own


ON_REPLICAS = """
from kgan.testing.devices import two_cpus
two_cpus()
import numpy as np
import tensorflow as tf
from kgan.nn import convolution

convolution.LEAST_PIXELS = convolution.LEAST_FEATURES = convolution.LEAST_FEATURES_AVX512 = 1
strategy = tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"])
draws = np.random.default_rng(0)
images = tf.constant(draws.standard_normal((4, 8, 8, 3)), tf.float32)
kernel = tf.constant(draws.standard_normal((3, 3, 3, 4)), tf.float32)

def gradient(images):
    with tf.GradientTape() as tape:
        tape.watch(kernel)
        loss = tf.reduce_sum(convolution.convolve(images, kernel, "SAME") ** 2)
    return tape.gradient(loss, kernel)

def distributed():
    parts = strategy.experimental_distribute_values_from_function(
        lambda context: images[2 * context.replica_id_in_sync_group :][:2]
    )
    run = tf.function(lambda parts: strategy.run(gradient, (parts,)), autograph=False)
    return strategy.reduce("SUM", run(parts), axis=None)

print(float(tf.reduce_max(tf.abs(distributed() - gradient(images)))) < 1e-3)
"""


def test_replicas_derive_it_as_one_device_does(forks):
    assert forks.run(ON_REPLICAS) == ["True"]
