"""What all tests share."""

import os

import pytest

pytest_plugins = [
    "fabricated.fixtures",
    "fabricated.recipe",
    "fabricated.finished_run",
    "third_party.exposing",
]

# What XLA compiles here runs once or twice: LLVM need not optimise it, which saves a third of the time. XLA's
# own passes stay as they are. TensorFlow reads this when it starts.
os.environ.setdefault("XLA_FLAGS", "--xla_backend_optimization_level=0")


def pytest_configure(config):
    """Let pytest-xdist keep the order below; of itself it begins with the files of the most tests."""
    if hasattr(config.option, "loadscopereorder"):
        config.option.loadscopereorder = False


def pytest_collection_modifyitems(items):
    """Begin with the files of slow tests, lest one of them be left to a single process at the end.

    Make two CPU devices where a selected test asks for them: possible only before TensorFlow starts.
    """
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)
    if any("two_replicas" in getattr(item, "fixturenames", ()) for item in items):
        from kgan.testing.devices import two_cpus

        two_cpus()


@pytest.fixture(scope="session")
def two_replicas():
    """A strategy of two replicas on two virtual CPU devices, the one that the laws use too."""
    from kgan.testing.checks import Unchecked
    from kgan.testing.trainables import two_replicas

    try:
        return two_replicas()
    except Unchecked as why:
        pytest.skip(str(why))
