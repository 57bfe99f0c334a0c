"""What all tests share."""

import pytest


def pytest_collection_modifyitems(items):
    """Make two CPU devices where a selected test asks for them: possible only before TensorFlow starts."""
    if any("two_replicas" in getattr(item, "fixturenames", ()) for item in items):
        from kgan.testing.replicas import two_cpus

        two_cpus()


@pytest.fixture(scope="session")
def two_replicas():
    """A strategy of two replicas on two virtual CPU devices.

    One for all tests: a second one in a process numbers its collectives anew and clashes with the first's.
    """
    import tensorflow as tf

    devices = [device.name for device in tf.config.list_logical_devices("CPU")]
    if len(devices) < 2:
        pytest.skip("TensorFlow was started with one CPU device")
    return tf.distribute.MirroredStrategy(devices[:2])
