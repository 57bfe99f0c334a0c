"""The page of a Visual Turing Test: one HTML file that shows images, and keeps and saves a rater's answers.

Nothing in the file separates real images from synthetic ones but what is to be seen: all have one size, one
bit depth and one PNG encoding without metadata or compression, so that they are equally long too; their names
are random, and what each image is stands in the key alone.
"""

import base64
from collections.abc import Mapping

import cv2
import numpy as np

from kgan.analyses.visual_turing.files import Key
from kgan.data.resize import resize
from kgan.errors import DataError
from kgan.report.formatting import title
from kgan.report.html import render

#: Letters that the page itself takes: real, synthetic, unanswered, help.
_TAKEN = "rsuh"


def turing_page(key: Key, images: Mapping[str, np.ndarray], *, phantom: bool = False) -> str:
    """Return the page as HTML.

    Args:
        key: of the test; only names and order of its items reach the page.
        images: (height, width) or (height, width, 3) uint8, all alike, by the names of the items.
        phantom: whether the real images are phantoms, which the page then says.

    Raises:
        DataError: images differ in size or channels.
    """
    shapes = {images[item.name].shape for item in key.items}
    if len(shapes) != 1:
        listed = ", ".join(map(str, sorted(shapes)))
        raise DataError(
            f"Turing test {key.name!r}: images of shapes {listed}; expected one, as size or colour would "
            "tell what they are"
        )
    words = [title(name) for name in reversed(key.classes)]
    test = {
        "test": key.test,
        "name": key.name,
        "classes": [
            {"name": name, "words": word, "key": letter}
            for name, word, letter in zip(reversed(key.classes), words, _letters(words), strict=True)
        ],
        "images": [{"item": item.name, "png": _encoded(images[item.name])} for item in key.items],
    }
    return render("turing.html", test=test, phantom=phantom)


def flat(images: np.ndarray, size: tuple[int, int], colour: bool) -> np.ndarray:
    """Bring images to what a page can show: grey or colour, several sequences as tiles of one image.

    Args:
        images: (n, height, width, channels) uint8.
        size: (height, width) in pixels of one channel.
        colour: whether three channels are red, green and blue.

    Returns:
        (n, rows, columns) or, in colour, (n, rows, columns, 3) uint8.
    """
    images = resize(images, size)
    channels = images.shape[-1]
    if channels == 3 and colour:
        return images
    across = channels if channels < 4 else -(-channels // 2)
    rows = []
    for start in range(0, channels, across):
        row = images[..., start : start + across]
        blank = np.zeros((*row.shape[:3], across - row.shape[-1]), np.uint8)
        row = np.concatenate([row, blank], axis=-1)
        rows.append(np.moveaxis(row, -1, 2).reshape(len(row), row.shape[1], -1))
    return np.concatenate(rows, axis=1)


def png(image: np.ndarray) -> bytes:
    """Encode (height, width) or (height, width, 3) uint8 as a PNG without metadata or compression.

    All images of one shape take the same number of bytes.
    """
    stored = image if image.ndim == 2 else cv2.cvtColor(image, cv2.COLOR_RGB2BGR)
    return cv2.imencode(".png", stored, [cv2.IMWRITE_PNG_COMPRESSION, 0])[1].tobytes()


def _encoded(image: np.ndarray) -> str:
    return base64.b64encode(png(image)).decode("ascii")


def _letters(words: list[str]) -> list[str]:
    """Return the key of each class: its first letter, or its number where that is taken or not Latin."""
    first = [word[0].lower() for word in words]
    free = len(set(first)) == len(first) and not set(first) & set(_TAKEN)
    free = free and all(letter.isascii() and letter.isalpha() for letter in first)
    return first if free else [str(number + 1) for number in range(len(words))]
