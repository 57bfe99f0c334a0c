import pytest
import tensorflow as tf

from kgan.nn.bias import add_bias


@pytest.mark.parametrize("dtype", ["float32", "bfloat16", "float16"])
def test_the_derivative_is_added_up_as_in_float32(dtype):
    # TensorFlow's own bias_add makes 256 of these 32,768 ones in bfloat16.
    outputs, bias = tf.zeros((8, 64, 64, 3), dtype), tf.zeros(3)

    @tf.function(autograph=False)
    def derivative():
        with tf.GradientTape() as tape:
            tape.watch(bias)
            total = tf.reduce_sum(tf.cast(add_bias(outputs, tf.cast(bias, dtype)), tf.float32))
        return tape.gradient(total, bias)

    assert derivative().numpy().tolist() == [8 * 64 * 64] * 3


def test_each_feature_gets_its_own_number():
    sums = add_bias(tf.ones((2, 3, 3, 2), tf.bfloat16), tf.constant([1.0, -1.0], tf.bfloat16))
    assert sums.dtype == tf.bfloat16
    assert sums[0, 0, 0].numpy().tolist() == [2.0, 0.0] == sums[1, 2, 2].numpy().tolist()


@pytest.mark.parametrize("dtype", ["float32", "bfloat16"])
def test_the_second_derivative_is_added_up_as_in_float32(dtype):
    outputs, bias = tf.ones((8, 64, 64, 3), dtype), tf.zeros(3)

    @tf.function(autograph=False)
    def derivative():
        with tf.GradientTape() as outer:
            outer.watch(bias)
            with tf.GradientTape() as inner:
                inner.watch(bias)
                sums = add_bias(outputs, tf.cast(bias, dtype))
                total = tf.reduce_sum(tf.square(tf.cast(sums, tf.float32)))
            first = inner.gradient(total, bias)
        return outer.gradient(first, bias)

    # Of the sum of (x + b)^2: two for each pixel.
    assert derivative().numpy().tolist() == [2.0 * 8 * 64 * 64] * 3
