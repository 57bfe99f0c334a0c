"""What all tests share."""

import pytest


def pytest_collection_modifyitems(items):
    """Make two CPU devices where a selected test asks for them: possible only before TensorFlow starts."""
    if any("two_replicas" in getattr(item, "fixturenames", ()) for item in items):
        from kgan.testing.replicas import two_cpus

        two_cpus()


@pytest.fixture(scope="session")
def two_replicas():
    """A strategy of two replicas on two virtual CPU devices, the one that the laws use too."""
    from kgan.testing.laws import Unchecked
    from kgan.testing.trainables import two_replicas

    try:
        return two_replicas()
    except Unchecked as why:
        pytest.skip(str(why))
