"""Classic data augmentation: flips, rotation, shifts, shear and zoom as one affine warp for each image.

The parameters of image i of a pool are a function of (seed, i) alone, so "200,000 classic images" is a
definite pool that needs no disk. The resize to the classifier's size is part of the same matrix: every image
is interpolated once.

Reference: C. Han et al., "Combining noise-to-image and image-to-image GANs", IEEE Access 2019, section III-D.
The paper gives the ranges alone; the order, the signs and the independent zooms of the two axes are ours (the
paper's wording is that of Keras's ``ImageDataGenerator``, which zooms so; its shear of 0.08 *degrees* is not
followed: 8 % of the distance from the centre is).
"""

from dataclasses import dataclass

import cv2
import numpy as np

from kgan.errors import RecipeError
from kgan.random.counter import uniforms
from kgan.random.streams import rng

Size = tuple[int, int]

_FLAGS = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP


@dataclass(frozen=True)
class ClassicTransform:
    """The ranges from which each image's transform is drawn.

    Args:
        horizontal_flip: mirror left and right in half of the images.
        vertical_flip: mirror top and bottom in half of the images.
        rotation: degrees; the angle is uniform in [-rotation, rotation].
        shift: fraction of the width and of the height; each shift is uniform in [-shift, shift].
        shear: fraction; the shear is uniform in [-shear, shear].
        zoom: fraction; each axis is enlarged by a factor uniform in [1 - zoom, 1 + zoom].
        fill: value in 0 ... 255 of the points outside the source image.

    Raises:
        RecipeError: a range is negative, zoom is not below 1 or fill is no uint8 value.
    """

    horizontal_flip: bool = True
    vertical_flip: bool = True
    rotation: float = 10.0
    shift: float = 0.08
    shear: float = 0.08
    zoom: float = 0.08
    fill: int = 0

    def __post_init__(self) -> None:
        limits = {"rotation": 180.0, "shift": 1.0, "shear": 1.0, "zoom": 0.99, "fill": 255}
        for name, limit in limits.items():
            if not 0 <= getattr(self, name) <= limit:
                received = getattr(self, name)
                raise RecipeError(f"classic DA: {name} is {received!r}, expected a number from 0 to {limit}")


@dataclass(frozen=True)
class Parameters:
    """What was drawn for n images; each field is (n,) float64.

    Coordinates are pixels from the image's centre, x to the right and y downwards. A source point p goes to
    ``shift + rotate · shear · zoom · flip · p``: first mirrored, then zoomed, sheared, turned, and moved.

    Args:
        flip_x: -1 where left and right are exchanged, else 1.
        flip_y: -1 where top and bottom are exchanged, else 1.
        zoom_x: factor by which x grows; above 1 enlarges what is seen.
        zoom_y: factor by which y grows.
        shear: x grows by ``shear`` times y; above 0 moves the lower half to the right.
        angle: radians, counter-clockwise as seen on the screen.
        shift_x: fraction of the width by which the image moves to the right.
        shift_y: fraction of the height by which the image moves down.
    """

    flip_x: np.ndarray
    flip_y: np.ndarray
    zoom_x: np.ndarray
    zoom_y: np.ndarray
    shear: np.ndarray
    angle: np.ndarray
    shift_x: np.ndarray
    shift_y: np.ndarray


def draw(transform: ClassicTransform, seed: int, indices: np.ndarray) -> Parameters:
    """Draw the parameters of the images ``indices`` of the pool.

    Args:
        transform: the ranges.
        seed: the pool's seed.
        indices: (n,) integers, at least 0, in any order.

    Returns:
        Parameters: those of image ``indices[k]`` at k, whatever else is in ``indices``.
    """
    key = rng(seed, "classic").integers(2**32, size=2, dtype=np.uint32)
    numbers = uniforms((int(key[0]), int(key[1])), indices, 8).T
    around_zero = 2.0 * numbers - 1.0
    return Parameters(
        flip_x=np.where(transform.horizontal_flip & (numbers[0] < 0.5), -1.0, 1.0),
        flip_y=np.where(transform.vertical_flip & (numbers[1] < 0.5), -1.0, 1.0),
        zoom_x=1.0 + transform.zoom * around_zero[2],
        zoom_y=1.0 + transform.zoom * around_zero[3],
        shear=transform.shear * around_zero[4],
        angle=np.deg2rad(transform.rotation) * around_zero[5],
        shift_x=transform.shift * around_zero[6],
        shift_y=transform.shift * around_zero[7],
    )


def compose(drawn: Parameters, source_size: Size, size: Size) -> np.ndarray:
    """Compose transform and resize into one matrix for each image.

    Pixel (row, column) covers the unit square around it: column X of a W wide picture of a w wide image is
    column ``(X + 0.5) · w / W - 0.5`` of the image.

    Args:
        drawn: parameters of n images.
        source_size: (height, width) in pixels of the images.
        size: (height, width) in pixels of the pictures wanted.

    Returns:
        ndarray (n, 2, 3) float64: from (column, row, 1) of the picture to (column, row) of the image.
    """
    sizes = np.array(source_size[::-1], np.float64)
    steps = sizes / size[::-1]
    cosine, sine = np.cos(drawn.angle), np.sin(drawn.angle)
    to_x, to_y = drawn.flip_x / drawn.zoom_x, drawn.flip_y / drawn.zoom_y
    back = np.empty((len(drawn.angle), 2, 2))
    back[:, 0, 0] = to_x * (cosine - drawn.shear * sine)
    back[:, 0, 1] = to_x * (-sine - drawn.shear * cosine)
    back[:, 1, 0] = to_y * sine
    back[:, 1, 1] = to_y * cosine
    first = (steps - sizes) / 2 - np.stack([drawn.shift_x, drawn.shift_y], axis=1) * sizes
    offsets = (back * first[:, None]).sum(axis=2) + (sizes - 1) / 2
    return np.concatenate([back * steps, offsets[:, :, None]], axis=2)


def matrices(
    transform: ClassicTransform, seed: int, indices: np.ndarray, source_size: Size, size: Size
) -> np.ndarray:
    """Return the matrices of the images ``indices`` of the pool: `draw`, then `compose`.

    Returns:
        ndarray (n, 2, 3) float64, from picture to image, in pixels.
    """
    return compose(draw(transform, seed, indices), source_size, size)


def warp(images: np.ndarray, matrices: np.ndarray, size: Size, fill: int = 0) -> np.ndarray:
    """Warp each image by its own matrix, bilinearly.

    Args:
        images: (n, h, w, channels) uint8, at most 4 channels.
        matrices: (n, 2, 3) float64 from picture to image, in pixels.
        size: (height, width) in pixels of the pictures.
        fill: value outside the source image.

    Returns:
        ndarray (n, height, width, channels) uint8.
    """
    channels = images.shape[-1]
    pictures = np.empty((len(images), *size, channels), np.uint8)
    # OpenCV knows an image of one channel as a plain matrix.
    sources, targets = (images[..., 0], pictures[..., 0]) if channels == 1 else (images, pictures)
    for source, matrix, target in zip(sources, matrices, targets, strict=True):
        cv2.warpAffine(source, matrix, size[::-1], target, _FLAGS, borderValue=(fill,) * channels)
    return pictures
