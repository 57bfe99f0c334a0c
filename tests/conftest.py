"""What all tests share."""

import gc
import os

import pytest

pytest_plugins = [
    "fabricated.elsewhere",
    "fabricated.fixtures",
    "fabricated.forks",
    "fabricated.recipe",
    "fabricated.finished_run",
    "third_party.distributions",
]

# What XLA compiles here runs once or twice: LLVM need not optimise it, and fused loops need not be written by
# way of MLIR, which saves half of the time. XLA's own passes stay as they are. TensorFlow reads this when it
# starts.
os.environ.setdefault(
    "XLA_FLAGS",
    "--xla_backend_optimization_level=0 --xla_cpu_use_fusion_emitters=false"
    " --xla_cpu_parallel_codegen_split_count=1",
)

# One thread for linear algebra, as there is a process of tests for each core: OpenBLAS's threads spin while
# they wait (seven times the CPU time of the fidelity step where other processes used both cores). OpenBLAS
# reads this when NumPy is imported.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
# One thread for TensorFlow's operations too, as steps have: the same bits as in a process of their own.
os.environ.setdefault("TF_NUM_INTRAOP_THREADS", "1")
# oneDNN's operations, as in steps. TensorFlow reads this when it is imported.
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1")

#: Memory that a process of the suite takes when the networks of the papers are trained at full size.
GIBIBYTES = 6


def pytest_xdist_auto_num_workers(config):
    """Return how many processes ``pytest`` takes: none of its own for a part of the suite; else one a core.

    As far as the memory goes: TensorFlow keeps what it once took.
    """
    if config.args_source is not pytest.Config.ArgsSource.TESTPATHS:
        return 0
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // (GIBIBYTES << 30)
    return max(1, min(len(os.sched_getaffinity(0)), memory))


def pytest_configure(config):
    """Let pytest-xdist keep the order below; of itself it begins with the files of the most tests."""
    if hasattr(config.option, "loadscopereorder"):
        config.option.loadscopereorder = False


def pytest_collection_modifyitems(items):
    """Begin with the files of slow tests, so that none of them is left to a single process at the end.

    Make two CPU devices where a selected test asks for them: possible only before TensorFlow starts.
    """
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)
    if any("two_replicas" in getattr(item, "fixturenames", ()) for item in items):
        from kgan.testing.devices import two_cpus

        two_cpus()


def pytest_collection():
    """Collect no garbage while modules are imported, which leave none, and seldom later."""
    gc.disable()


def pytest_runtestloop():
    """Let garbage collections skip what the imports have left: libraries ask for one at each call."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 10)
    gc.enable()


@pytest.fixture(scope="session")
def two_replicas():
    """A strategy of two replicas on two virtual CPU devices, the one that the laws use too."""
    from kgan.testing.checks import Unchecked
    from kgan.testing.trainables import two_replicas

    try:
        return two_replicas()
    except Unchecked as why:
        pytest.skip(str(why))


def pytest_unconfigure():
    """Let the interpreter end without a search for garbage among all that the tests have left."""
    gc.freeze()
