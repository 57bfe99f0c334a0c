"""Uniform numbers that are a function of (key, index): a counter-based generator, vectorised over indices.

`kgan.random.streams` gives one generator for one purpose; making one for every image of a pool costs more
than warping the image. Here the index *is* the counter, so the numbers of an image do not depend on which
other images are requested with it.

Reference: Philox4x32-10 of Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011, section 3.
"""

import numpy as np

_MULTIPLIERS = np.uint64(0xD2511F53), np.uint64(0xCD9E8D57)
_WEYL = 0x9E3779B9, 0xBB67AE85
_ROUNDS = 10
_LOW = np.uint64(0xFFFFFFFF)
_HALF = np.uint64(32)


def philox4x32(counters: np.ndarray, key: tuple[int, int]) -> np.ndarray:
    """Return the 128-bit block of each counter.

    Args:
        counters: (n, 4) integers in [0, 2³²).
        key: two integers in [0, 2³²).

    Returns:
        ndarray (n, 4) uint64, each in [0, 2³²).
    """
    first, second, third, fourth = counters.astype(np.uint64).T
    for turn in range(_ROUNDS):
        keys = (np.uint64((part + turn * weyl) % 2**32) for part, weyl in zip(key, _WEYL, strict=True))
        left, right = first * _MULTIPLIERS[0], third * _MULTIPLIERS[1]
        first, third = (right >> _HALF) ^ second ^ next(keys), (left >> _HALF) ^ fourth ^ next(keys)
        second, fourth = right & _LOW, left & _LOW
    return np.stack([first, second, third, fourth], axis=1)


def uniforms(key: tuple[int, int], indices: np.ndarray, count: int) -> np.ndarray:
    """Return ``count`` numbers for each index.

    Args:
        key: two integers in [0, 2³²).
        indices: (n,) integers, at least 0.
        count: numbers an index, at least 1.

    Returns:
        ndarray (n, count) float64 in (0, 1), multiples of 2⁻³² shifted by half of one.
    """
    indices = np.asarray(indices, np.uint64)
    blocks = -(-count // 4)
    counters = np.zeros((len(indices), blocks, 4), np.uint64)
    counters[..., 0] = (indices & _LOW)[:, None]
    counters[..., 1] = (indices >> _HALF)[:, None]
    counters[..., 2] = np.arange(blocks, dtype=np.uint64)
    numbers = philox4x32(counters.reshape(-1, 4), key).reshape(len(indices), -1)[:, :count]
    return (numbers.astype(np.float64) + 0.5) / 2.0**32
