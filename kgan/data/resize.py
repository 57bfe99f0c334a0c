"""Resizing of images and of label masks: averages of areas where they shrink, bilinear where they grow."""

import cv2
import numpy as np


def resize(images: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """Resize stored images: area averages where no side grows, bilinear otherwise.

    Args:
        images: (n, h, w, channels) uint8.
        size: (height, width) in pixels.

    Returns:
        ndarray (n, height, width, channels) uint8; ``images`` itself where the size is right already.
    """
    no_side_grows = size[0] <= images.shape[1] and size[1] <= images.shape[2]
    return interpolate(images, size, cv2.INTER_AREA if no_side_grows else cv2.INTER_LINEAR)


def resize_intensities(images: np.ndarray, size: tuple[int, int] | None) -> np.ndarray:
    """Resize intensities: area averages where the image has fewer pixels then, bilinear otherwise.

    Args:
        images: (n, height, width) float32.
        size: (height, width) in pixels, or ``None`` to leave the images as they are.

    Returns:
        (n, size) float32; ``images`` itself where the size is right already.
    """
    if size is None:
        return images
    fewer_pixels = size[0] * size[1] < images.shape[1] * images.shape[2]
    return interpolate(images, size, cv2.INTER_AREA if fewer_pixels else cv2.INTER_LINEAR)


def resize_labels(masks: np.ndarray, size: tuple[int, int] | None) -> np.ndarray:
    """Resize label masks, each pixel taking the nearest label.

    Args:
        masks: (n, height, width) uint8.
        size: (height, width) in pixels, or ``None`` to leave the masks as they are.

    Returns:
        (n, size) uint8; ``masks`` itself where the size is right already.
    """
    return masks if size is None else interpolate(masks, size, cv2.INTER_NEAREST)


def interpolate(images: np.ndarray, size: tuple[int, int], method: int) -> np.ndarray:
    """Resize images one by one.

    Args:
        images: (n, h, w) or (n, h, w, channels), uint8 or float32.
        size: (height, width) in pixels.
        method: one of OpenCV's ``INTER_`` constants.

    Returns:
        ndarray (n, height, width) or (n, height, width, channels) of the same type; ``images`` itself where
        the size is right already.
    """
    if images.shape[1:3] == tuple(size):
        return images
    resized = np.empty((len(images), *size, *images.shape[3:]), images.dtype)
    for image, target in zip(images, resized, strict=True):
        pixels = cv2.resize(np.ascontiguousarray(image), (size[1], size[0]), interpolation=method)
        target[...] = pixels.reshape(target.shape)
    return resized
