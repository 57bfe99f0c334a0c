"""What the machine can do at most: matrix products, convolutions, copies."""

from collections.abc import Callable
from functools import partial

import numpy as np

from benchmarks.speed.analyses import Repeated
from benchmarks.speed.job import Job, Work

GEMM, CONVOLUTION, COPY = "matrix product", "convolution", "copy"

#: Side of the matrices.
_SIDE = 1536
#: Images, side, features of both sides of a convolution of 3x3.
_IMAGES, _PIXELS, _FEATURES = 16, 56, 128
_BYTES = 2**28

#: Floating-point operations of a unit, or bytes read and written.
AMOUNTS = {
    GEMM: 2 * _SIDE**3,
    CONVOLUTION: 2 * _IMAGES * _PIXELS**2 * 9 * _FEATURES**2,
    COPY: 2 * _BYTES,
}


def _tensorflow_gemm() -> Work:
    import tensorflow as tf

    matrix = tf.random.normal((_SIDE, _SIDE))
    return Repeated(tf.function(lambda: tf.reduce_sum((matrix @ matrix)[0]), autograph=False))


def _tensorflow_convolution() -> Work:
    import tensorflow as tf

    images = tf.random.normal((_IMAGES, _PIXELS, _PIXELS, _FEATURES))
    kernel = tf.random.normal((3, 3, _FEATURES, _FEATURES))
    convolve = lambda: tf.nn.conv2d(images, kernel, 1, "SAME")[0, 0, 0, 0]  # noqa: E731
    return Repeated(tf.function(convolve, autograph=False))


def _pytorch(function: Callable[[], Callable[[], object]]) -> Work:
    return Repeated(function())


def _pytorch_gemm() -> Callable[[], object]:
    import torch

    matrix = torch.randn(_SIDE, _SIDE)
    return lambda: matrix @ matrix


def _pytorch_convolution() -> Callable[[], object]:
    import torch

    images = torch.randn(_IMAGES, _FEATURES, _PIXELS, _PIXELS).contiguous(memory_format=torch.channels_last)
    kernel = torch.randn(_FEATURES, _FEATURES, 3, 3).contiguous(memory_format=torch.channels_last)
    return lambda: torch.nn.functional.conv2d(images, kernel, padding=1)


def _copy() -> Work:
    source = np.ones(_BYTES, np.uint8)
    target = np.zeros_like(source)
    return Repeated(lambda: np.copyto(target, source))


PEAKS = (
    Job(
        GEMM,
        f"{_SIDE} x {_SIDE}, float32",
        "product",
        {"TensorFlow": _tensorflow_gemm, "PyTorch": partial(_pytorch, _pytorch_gemm)},
    ),
    Job(
        CONVOLUTION,
        f"3x3, {_IMAGES} images of {_PIXELS}x{_PIXELS}x{_FEATURES}, float32",
        "convolution",
        {"TensorFlow": _tensorflow_convolution, "PyTorch": partial(_pytorch, _pytorch_convolution)},
    ),
    Job(COPY, f"{_BYTES >> 20} MB", "copy", {"NumPy": _copy}),
)
