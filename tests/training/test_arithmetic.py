"""The promise of decision 035: on one processor the bits depend on ``compute.threads`` and on nothing else.

Processes of their own, as TensorFlow takes its threads at its first operation: one imports it and is forked
for each case, as steps are.
"""

import os
import subprocess
import sys

import pytest

from kgan.training.arithmetic import arithmetic_environment, thread_count

#: Prints, for each case, a digest of the weights of a network after two steps, and one of NumPy's algebra.
_TRAINING = """
import hashlib, os
from kgan.training.tensorflow_import import import_tensorflow
import_tensorflow()
import keras, numpy as np, tensorflow as tf
from kgan.training.arithmetic import configure

def digest(arrays):
    return hashlib.sha256(b"".join(np.asarray(array).tobytes() for array in arrays)).hexdigest()[:12]

def algebra():
    values = np.random.default_rng(1).standard_normal((700, 1300))
    product = values[:, :500] @ values[:500]
    return product, *np.linalg.eigh(product[:300, :300])

def trained():
    keras.utils.set_random_seed(1)
    layers = [keras.layers.Conv2D(32, 3, activation="relu") for _ in range(2)]
    layers += [keras.layers.Flatten(), keras.layers.Dense(1)]
    model = keras.Sequential([keras.Input((28, 28, 1)), *layers])
    optimizer = keras.optimizers.Adam()
    optimizer.build(model.trainable_variables)
    images = tf.constant(np.random.default_rng(2).uniform(-1, 1, (32, 28, 28, 1)), tf.float32)

    @tf.function
    def step():
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(tf.square(model(images) - 1.0))
        optimizer.apply(tape.gradient(loss, model.trainable_variables))

    step(), step()
    return model.get_weights()

def case(compute, cores, inter_op):
    os.sched_setaffinity(0, cores)
    configure(compute)
    if inter_op:
        tf.config.threading.set_inter_op_parallelism_threads(inter_op)
    print(digest(trained()), digest(algebra()), flush=True)

def late():
    tf.zeros(1)
    try:
        configure({})
    except RuntimeError as error:
        print(error, flush=True)

def fork(function, *arguments):
    child = os.fork()
    if not child:
        function(*arguments)
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0

every = os.sched_getaffinity(0)
first = {min(every)}
fork(case, {}, every, 0)
fork(case, {}, first, 0)
fork(case, {}, every, 4)
fork(case, {"deterministic": True}, every, 0)
fork(case, {"threads": 2}, every, 0)
fork(case, {"threads": 2}, first, 0)
fork(late)
"""


@pytest.fixture(scope="module")
def output():
    """One thread on all cores, on one core, with four inter-op threads, deterministic; two; too late.

    By TensorFlow's own operations: oneDNN's have the same bits with two threads in so small a network.
    """
    environment = {
        name: value for name, value in os.environ.items() if name not in arithmetic_environment({})
    }
    environment["TF_ENABLE_ONEDNN_OPTS"] = "0"
    command = [sys.executable, "-c", _TRAINING]
    result = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return result.stdout.splitlines()


def test_one_thread_gives_the_same_bits_on_any_number_of_cores(output):
    all_cores, one_core, inter_op, deterministic, *_ = output
    assert all_cores == one_core == inter_op == deterministic


def test_threads_of_tensorflow_change_the_bits_and_are_as_many_on_one_core(output):
    single, double, on_one_core = (output[number].split() for number in (0, 4, 5))
    assert double == on_one_core
    assert single[0] != double[0]
    assert single[1] == double[1]


def test_an_operation_before_configure_is_a_fault(output):
    assert output[-1] == "Intra op parallelism cannot be modified after initialization."


def test_libraries_that_are_loaded_later_take_the_threads_too():
    code = (
        "from kgan.training.arithmetic import configure; configure({'threads': 3})\n"
        "import numpy, scipy.linalg, sklearn.cluster, threadpoolctl\n"
        "print(sorted({(pool['user_api'], pool['num_threads']) for pool in threadpoolctl.threadpool_info()}))"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout == "[('blas', 1), ('openmp', 3)]\n"


@pytest.mark.parametrize("compute", [{}, {"threads": 1}])
def test_the_default_is_one_thread_whatever_the_machine(compute):
    assert thread_count(compute) == 1
    assert arithmetic_environment(compute)["TF_NUM_INTRAOP_THREADS"] == "1"


@pytest.mark.parametrize(("present", "expected"), [(0, "2"), (4, "0")])
def test_tensorflow_chooses_the_threads_that_feed_gpus(monkeypatch, present, expected):
    monkeypatch.setattr("kgan.training.arithmetic.gpu_count", lambda: present)
    environment = arithmetic_environment({"threads": 2, "deterministic": True})
    assert environment["TF_NUM_INTEROP_THREADS"] == expected
    assert environment["TF_NUM_INTRAOP_THREADS"] == environment["OMP_NUM_THREADS"] == "2"
    assert environment["OPENBLAS_NUM_THREADS"] == "1"
    assert environment["TF_DETERMINISTIC_OPS"] == "1"
