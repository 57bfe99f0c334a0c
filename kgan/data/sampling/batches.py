"""Batches in an order that is a function of (seed, step), for training; in plain order, for evaluation.

A training run sees one endless stream of positions 0, 1, 2, ...; batch ``step`` holds the positions
``[step * batch, (step + 1) * batch)``; position k is item ``permutation(epoch)[k % n]`` of epoch ``k // n``.
So a run resumes at any step without anything saved, no item is dropped, and a batch may straddle two epochs.
Threads only decide when a batch is ready, never what is in it or when it comes.
"""

import functools
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np

from kgan import errors
from kgan.errors import DataError, KganError
from kgan.random.streams import rng

if TYPE_CHECKING:
    import tensorflow as tf

#: From (k,) int64 indices to a tuple of arrays of length k.
Fetch = Callable[[np.ndarray], tuple[np.ndarray, ...]]
#: From those arrays and the number of the step to arrays of the same length.
Augment = Callable[[tuple[np.ndarray, ...], int], tuple[np.ndarray, ...]]
#: Shape without the batch axis, and dtype, of each array that a `Fetch` returns.
Signature = Sequence[tuple[tuple[int, ...], str]]

_AHEAD = 4
_THREADS = 4


def batch_indices(n: int, batch: int, seed: int, step: int) -> np.ndarray:
    """Return which items batch number ``step`` holds.

    Args:
        n: items in the data set, at least 1.
        batch: items in a batch, at least 1; may exceed ``n``.
        seed: seed of the order.
        step: number of the batch, counted from 0.

    Returns:
        ndarray (batch,) int64 in [0, n).

    Raises:
        DataError: there is nothing to take a batch from.
    """
    if n < 1 or batch < 1:
        raise DataError(
            f"no batch to make: expected at least 1 item and a batch of 1, received {n} and {batch}"
        )
    positions = np.arange(step * batch, (step + 1) * batch)
    epochs, within = np.divmod(positions, n)
    chosen = np.empty(batch, np.int64)
    for epoch in range(epochs[0], epochs[-1] + 1):
        here = epochs == epoch
        chosen[here] = _permutation(n, seed, epoch)[within[here]]
    return chosen


@functools.lru_cache(maxsize=8)
def _permutation(n: int, seed: int, epoch: int) -> np.ndarray:
    order = rng(seed, "epoch", epoch).permutation(n)
    order.setflags(write=False)
    return order


def stream(
    fetch: Fetch,
    n: int,
    batch: int,
    seed: int,
    first_step: int,
    signature: Signature,
    augment: Augment | None = None,
) -> "tf.data.Dataset":
    """Return the endless training stream from batch ``first_step`` on.

    Args:
        fetch: reads the items of one batch; called from several threads.
        n: items in the data set.
        batch: items in a batch.
        seed: seed of the order.
        first_step: number of the first batch wanted; 0 at the start, the steps done after a resumption.
        signature: (shape of one item, dtype) of each array returned by ``fetch`` (or by ``augment``).
        augment: changes what ``fetch`` returned, by draws that depend on the step alone.

    Returns:
        tf.data.Dataset: tuples of tensors with the static shape (batch, ...). Iterate inside `own_errors`.

    Raises:
        DataError: there is nothing to take a batch from.
    """
    import tensorflow as tf

    batch_indices(n, batch, seed, first_step)
    steps = tf.data.Dataset.range(first_step, np.iinfo(np.int64).max)

    def read(step: int) -> tuple[np.ndarray, ...]:
        arrays = fetch(batch_indices(n, batch, seed, int(step)))
        return augment(arrays, int(step)) if augment else arrays

    return _mapped(steps, read, batch, signature)


def predict_batches(fetch: Fetch, n: int, batch: int, signature: Signature) -> "tf.data.Dataset":
    """Return every item once, in order, for evaluation.

    Args:
        fetch: reads the items of one batch; called from several threads.
        n: items in the data set.
        batch: items in each batch but the last, which holds what remains.
        signature: (shape of one item, dtype) of each array returned by ``fetch``.

    Returns:
        tf.data.Dataset: tuples of tensors of shape (batch or fewer, ...). Iterate inside `own_errors`.
    """
    import tensorflow as tf

    starts = tf.data.Dataset.range(0, n, batch)
    return _mapped(starts, lambda start: fetch(np.arange(start, min(start + batch, n))), None, signature)


def _mapped(
    numbers: "tf.data.Dataset", read: Callable[..., Any], batch: int | None, signature: Signature
) -> "tf.data.Dataset":
    import tensorflow as tf

    @tf.autograph.experimental.do_not_convert
    def load(number: "tf.Tensor") -> Any:
        arrays = tf.numpy_function(read, [number], [dtype for _, dtype in signature])
        shapes = [(batch, *shape) for shape, _ in signature]
        return tuple(tf.ensure_shape(array, shape) for array, shape in zip(arrays, shapes, strict=True))

    loaded = numbers.map(load, num_parallel_calls=_THREADS, deterministic=True)
    return loaded.with_options(pipeline_options()).prefetch(_AHEAD)


def pipeline_options() -> "tf.data.Options":
    """Return options of an input pipeline: threads of its own, and none that tunes it.

    TensorFlow's threads are as many as a step's share of the cores, and that is one by default. The thread
    that tunes has nothing to tune here, and sleeps up to a minute at a time. The end of each training waited
    for it.
    """
    import tensorflow as tf

    options = tf.data.Options()
    options.threading.private_threadpool_size = _THREADS
    options.autotune.enabled = False
    return options


@contextmanager
def own_errors() -> Iterator[None]:
    """Turn an error of ours that came up inside TensorFlow's input pipeline back into what it was.

    A `KganError` raised by a ``fetch`` (a corrupted store, say) reaches the training loop as a
    ``tf.errors.UnknownError`` that quotes it; everything else passes unchanged.
    """
    import tensorflow as tf

    try:
        yield
    except tf.errors.OpError as error:
        for name, message in re.findall(r"\b(\w+Error): (.+)", error.message):
            kind = getattr(errors, name, None)
            if isinstance(kind, type) and issubclass(kind, KganError):
                raise kind(message) from None
        raise
