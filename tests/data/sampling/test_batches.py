import itertools
import subprocess
import sys
import time

import numpy as np
import pytest

from kgan.data.sampling.batches import batch_indices, own_errors, predict_batches, stream
from kgan.errors import DataError

NUMBERS = [((), "int64")]


def itself(indices):
    return (indices,)


def take(dataset, count):
    return [tuple(array.numpy() for array in element) for element in itertools.islice(dataset, count)]


def test_each_epoch_holds_each_item_once_in_another_order():
    order = np.concatenate([batch_indices(10, 4, 1, step) for step in range(5)])
    first, second = order[:10], order[10:]
    assert sorted(first) == sorted(second) == list(range(10))
    assert not np.array_equal(first, second)


def test_order_is_a_function_of_seed_and_position_not_of_the_batch():
    whole = batch_indices(10, 40, 1, 0)
    assert np.array_equal(whole, np.concatenate([batch_indices(10, 8, 1, step) for step in range(5)]))
    assert not np.array_equal(whole, batch_indices(10, 40, 2, 0))


@pytest.mark.parametrize(("n", "batch"), [(0, 4), (4, 0)])
def test_no_batch_of_nothing(n, batch):
    with pytest.raises(DataError, match="no batch to make"):
        batch_indices(n, batch, 0, 0)
    with pytest.raises(DataError, match="no batch to make"):
        stream(itself, n, batch, 0, 0, NUMBERS)


def test_stream_is_the_batches_in_order_whatever_the_threads_do():
    def slow_now_and_then(indices):
        time.sleep(0.02 if indices[0] % 3 == 0 else 0.0)
        return (indices,)

    got = take(stream(slow_now_and_then, 50, 7, 3, 0, NUMBERS), 12)
    assert [batch[0].tolist() for batch in got] == [batch_indices(50, 7, 3, k).tolist() for k in range(12)]


def test_stream_resumes_at_any_step():
    whole = take(stream(itself, 50, 7, 3, 0, NUMBERS), 9)
    rest = take(stream(itself, 50, 7, 3, 5, NUMBERS), 4)
    assert all(np.array_equal(a, b) for (a,), (b,) in zip(whole[5:], rest, strict=True))


def test_no_thread_tunes_a_pipeline_for_which_the_end_of_a_training_would_wait():
    for made in (stream(itself, 50, 7, 3, 0, NUMBERS), predict_batches(itself, 50, 7, NUMBERS)):
        assert made.options().autotune.enabled is False


def test_stream_has_static_shapes():
    def images(indices):
        return np.zeros((len(indices), 4, 6, 1), np.uint8), indices

    dataset = stream(images, 5, 3, 0, 0, [((4, 6, 1), "uint8"), ((), "int64")])
    shapes = [(tuple(spec.shape), spec.dtype.name) for spec in dataset.element_spec]
    assert shapes == [((3, 4, 6, 1), "uint8"), ((3,), "int64")]


def test_predict_batches_gives_each_item_once_in_order():
    got = take(predict_batches(itself, 10, 4, NUMBERS), 9)
    assert [batch[0].tolist() for batch in got] == [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9]]


def test_own_errors_come_back_as_they_were():
    def broken(indices):
        raise DataError("damaged image store pool.h5: image 3 cannot be read; delete it")

    with pytest.raises(DataError, match=r"^damaged image store pool.h5: image 3 cannot be read; delete it$"):
        with own_errors():
            take(stream(broken, 5, 2, 0, 0, NUMBERS), 1)


def test_other_errors_stay_what_they_are():
    import tensorflow as tf

    def wrong(indices):
        raise ValueError("a fault of ours")

    with pytest.raises(tf.errors.OpError, match="a fault of ours"), own_errors():
        take(stream(wrong, 5, 2, 0, 0, NUMBERS), 1)


def test_the_rest_of_the_room_needs_no_tensorflow():
    rooms = "kgan.data.sampling.batches, kgan.data.sampling.sources"
    code = f"import sys, {rooms}; print('tensorflow' in sys.modules)"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "False"


def test_augment_sees_the_step_it_is_in():
    def shifted(arrays, step):
        return (arrays[0] + 100 * step,)

    got = take(stream(itself, 5, 5, 0, 2, NUMBERS, augment=shifted), 2)
    assert [sorted(batch[0].tolist())[0] for batch in got] == [200, 300]


CONCURRENT = """
import threading, time
import numpy as np
import tensorflow as tf
from kgan.data.sampling.batches import stream

tf.config.threading.set_inter_op_parallelism_threads(1)
running, most = set(), 0

def fetch(indices):
    global most
    running.add(threading.get_ident())
    most = max(most, len(running))
    time.sleep(0.2)
    running.discard(threading.get_ident())
    return (indices.astype(np.float32),)

for _ in zip(range(12), stream(fetch, 8, 2, 0, 0, [((), "float32")])):
    pass
print(most)
"""


def test_batches_are_read_at_once_even_where_tensorflow_has_one_thread(forks):
    (most,) = forks.run(CONCURRENT)
    assert int(most) >= 3
