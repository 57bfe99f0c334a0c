"""Threads and determinism of arithmetic: what must be set before the first operation of a process.

The order in which a sum is added up depends on the number of threads of an operation, in TensorFlow
(intra-op) and in the OpenBLAS of NumPy and SciPy. By default both take one for each core, and results would
depend on the machine (decision 035). TensorFlow takes as many as the recipe says; OpenBLAS always takes one,
as it never takes more than there are cores. Operations that run side by side (inter-op) change no bit, nor do
the OpenMP threads of scikit-learn's t-SNE and the threads of ``tf.data``, which has its own: batches are read
while the one before is trained on.
"""

import os
import sys
from collections.abc import Mapping
from typing import Any

from kgan.training.gpus import gpu_count

#: Threads of a step's arithmetic unless the recipe says otherwise, on every machine.
THREADS = 1

_BLAS = ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")
_OPENMP = "OMP_NUM_THREADS"
_INTRA, _INTER, _DETERMINISTIC = "TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS", "TF_DETERMINISTIC_OPS"


def thread_count(compute: Mapping[str, Any]) -> int:
    """Return the threads of a step's arithmetic that a recipe's ``compute`` section asks for."""
    return int(compute.get("threads", THREADS))


def arithmetic_environment(compute: Mapping[str, Any]) -> dict[str, str]:
    """Return the environment variables that a step's process must be started with.

    OpenBLAS and OpenMP read theirs when they are loaded, TensorFlow at its first operation.

    Args:
        compute: a recipe's ``compute`` section: ``threads``, ``deterministic``.
    """
    threads = thread_count(compute)
    return {
        **dict.fromkeys(_BLAS, "1"),
        **dict.fromkeys((_OPENMP, _INTRA), str(threads)),
        _INTER: str(_inter_op_threads(threads)),
        _DETERMINISTIC: "1" if compute.get("deterministic") else "0",
    }


def configure(compute: Mapping[str, Any]) -> None:
    """Set threads and determinism of this process, whatever it was started with; call it once, at first.

    Args:
        compute: a recipe's ``compute`` section.

    Raises:
        RuntimeError: TensorFlow has run an operation already, with the threads it then took.
    """
    os.environ.update(arithmetic_environment(compute))
    _limit_loaded_libraries(thread_count(compute))
    if "tensorflow" in sys.modules:
        _configure_tensorflow(thread_count(compute), bool(compute.get("deterministic")))


def _inter_op_threads(threads: int) -> int:
    """Return the threads that start operations; 0, TensorFlow's own choice, where they feed GPUs."""
    return 0 if gpu_count() else threads


def _limit_loaded_libraries(threads: int) -> None:
    from threadpoolctl import threadpool_limits

    threadpool_limits({"blas": 1, "openmp": threads})


def _configure_tensorflow(threads: int, deterministic: bool) -> None:
    import tensorflow as tf

    tf.config.threading.set_intra_op_parallelism_threads(threads)
    tf.config.threading.set_inter_op_parallelism_threads(_inter_op_threads(threads))
    if deterministic:
        tf.config.experimental.enable_op_determinism()
