"""Two replicas without a GPU."""

import contextlib


def two_cpus() -> bool:
    """Split the CPU into two logical devices; tell whether there are two now.

    TensorFlow fixes its devices when it first runs something, so call this before.
    """
    from kgan.training.tensorflow_import import import_tensorflow

    import_tensorflow()
    import tensorflow as tf

    cpu = tf.config.list_physical_devices("CPU")[0]
    half = tf.config.LogicalDeviceConfiguration()
    with contextlib.suppress(RuntimeError):
        tf.config.set_logical_device_configuration(cpu, [half, half])
    return len(tf.config.list_logical_devices("CPU")) >= 2
