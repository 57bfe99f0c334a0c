"""Near copies among images: stored again with loss, with other grey levels, mirrored, a few pixels changed.

A hash of 255 bits finds candidates: the signs of the low frequencies of an image's cosine transform without
the mean (after Zauner). Mirroring an image changes the sign of its odd frequencies, so the hashes of all
mirror images follow from one. Candidates are confirmed by the correlation of both images at a small size,
after what varies slowly has been taken away: brains of two people agree in outline and shading, copies agree
in their folds.

The limits are those between the copies and the two people that decision 023 has measured.

Reference: C. Zauner, Implementation and benchmarking of perceptual image hash functions, Hagenberg 2010,
section 3.2 (signs in place of comparisons with the median: of a mean-free spectrum they are nearly the same).
"""

import cv2
import numpy as np
from scipy.fft import dctn

from kgan.data.resize import interpolate

#: Bits that the hashes of two copies differ in, at most.
FAR = 32
#: Correlation of two copies, at least.
LIKE = 0.93
#: Candidates that are looked at for each image and group, the nearest first.
MOST = 4
#: What may have been done to a copy, in words, in the order of the forms.
FORMS = ("", "mirrored left to right", "upside down", "turned by 180 degrees")

_SIDE, _FREQUENCIES = 64, 16
_BLUR = 4.0
#: Of an image's length, what rounding leaves of a flat one.
_NOTHING = 1e-5
_ROWS, _COLUMNS = 1024, 2048

_ODD_ROW, _ODD_COLUMN = (index[1:] for index in np.divmod(np.arange(_FREQUENCIES**2), _FREQUENCIES))
_BITS = len(_ODD_ROW)
#: Of a hash.
BYTES = -(-_BITS // 8)
#: Numbers of the frequencies that are even in both directions, odd in the columns, in the rows, in both.
_PARTS = [
    np.flatnonzero((row == _ODD_ROW % 2) & (column == _ODD_COLUMN % 2)) for row in (0, 1) for column in (0, 1)
]


def hashes(images: np.ndarray) -> np.ndarray:
    """Return the hashes of images, (n, 32) uint8.

    Args:
        images: (n, height, width, channels) of any dtype; of several channels the mean counts.
    """
    if not len(images):
        return np.empty((0, BYTES), np.uint8)
    small = np.stack([_shrunk(image, _SIDE) for image in images])
    spectrum = dctn(small, axes=(1, 2))[:, :_FREQUENCIES, :_FREQUENCIES]
    return np.packbits(spectrum.reshape(len(images), -1)[:, 1:] >= 0, axis=1)


def candidates(hashed: np.ndarray, owners: np.ndarray, groups: np.ndarray) -> np.ndarray:
    """Return pairs of images of different owners whose hashes, as they are or mirrored, are near.

    Memory does not grow with the number of pairs that are compared.

    Args:
        hashed: (n, 32) uint8, hashes.
        owners: (n,) int64, whose each image is.
        groups: (n,) int64; of each group the `MOST` nearest are given.

    Returns:
        (k, 2) int64: the number of an image and that of an earlier one, ascending.
    """
    pairs = [np.empty((0, 2), np.int64)]
    for start in range(0, len(hashed), _ROWS):
        rows = np.arange(start, min(start + _ROWS, len(hashed)))
        near = []
        for first in range(0, rows[-1], _COLUMNS):
            columns = np.arange(first, min(first + _COLUMNS, rows[-1]))
            far = _distances(hashed[rows], hashed[columns])
            far[(rows[:, None] <= columns) | (owners[rows][:, None] == owners[columns])] = _BITS
            row, column = np.nonzero(far <= FAR)
            near.append(np.stack([rows[row], columns[column], far[row, column].astype(np.int64)], 1))
            if sum(map(len, near)) > _COLUMNS:
                near = [_nearest(np.concatenate(near), groups)]
        if near:
            pairs.append(_nearest(np.concatenate(near), groups)[:, :2])
    return np.concatenate(pairs)


def similarity(first: np.ndarray, second: np.ndarray) -> tuple[float, str]:
    """Return how much two images are alike, at most 1, and what was done to the one, of `FORMS`.

    Args:
        first: (height, width, channels) of any dtype.
        second: of any size and dtype.
    """
    side = min(_SIDE, max(*first.shape[:2], *second.shape[:2]))
    detail, mirrored = _detail(first, side), _detail(second, side)
    forms = (mirrored, mirrored[:, ::-1], mirrored[::-1], mirrored[::-1, ::-1])
    values = [float((detail * form).sum()) for form in forms]
    best = int(np.argmax(values))
    return values[best], FORMS[best]


def _shrunk(image: np.ndarray, side: int) -> np.ndarray:
    grey = image.astype(np.float32).mean(axis=-1)
    return interpolate(grey[None], (side, side), cv2.INTER_AREA)[0]


def _detail(image: np.ndarray, side: int) -> np.ndarray:
    """Return an image without what varies slowly, of mean 0 and length 1; all zeros where it is flat."""
    small = _shrunk(image, side)
    rest = small - cv2.GaussianBlur(small, (0, 0), _BLUR)
    rest -= rest.mean()
    length = np.linalg.norm(rest)
    return rest / length if length > _NOTHING * np.linalg.norm(small) else np.zeros_like(rest)


def _signs(hashed: np.ndarray) -> np.ndarray:
    return np.unpackbits(hashed, axis=1, count=_BITS).astype(np.float32) * 2 - 1


def _distances(rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """Return in how many bits hashes differ at least, over the four forms of one of two images."""
    first, second = _signs(rows), _signs(columns)
    plain, odd_columns, odd_rows, odd = (first[:, part] @ second[:, part].T for part in _PARTS)
    # Agreements less disagreements, upright or mirrored left to right, and turned upside down. In place, as
    # this is where a large cohort's time goes.
    upright, turned = odd_columns + odd, odd_columns - odd
    for sums, rest in ((upright, odd_rows), (turned, -odd_rows)):
        np.abs(sums, out=sums)
        sums += plain
        sums += rest
    np.maximum(upright, turned, out=upright)
    return (_BITS - upright) / 2


def _nearest(pairs: np.ndarray, groups: np.ndarray) -> np.ndarray:
    """Keep of each image's candidates (image, earlier one, distance) the nearest of each group."""
    order = np.lexsort((pairs[:, 1], pairs[:, 2], groups[pairs[:, 1]], pairs[:, 0]))
    pairs = pairs[order]
    keys = np.stack([pairs[:, 0], groups[pairs[:, 1]]], 1)
    begins = np.flatnonzero(np.r_[True, (keys[1:] != keys[:-1]).any(1)]) if len(keys) else np.empty(0, int)
    rank = np.arange(len(pairs)) - np.repeat(begins, np.diff(np.r_[begins, len(pairs)]))
    kept = pairs[rank < MOST]
    return kept[np.lexsort((kept[:, 1], kept[:, 0]))]
