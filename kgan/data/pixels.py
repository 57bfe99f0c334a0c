"""Between stored pixels (uint8) and what models see (float32 in [-1, 1])."""

import numpy as np


def to_model(images: np.ndarray) -> np.ndarray:
    """Map uint8 0..255 to float32 -1..1."""
    return images.astype(np.float32) / np.float32(127.5) - np.float32(1)


def to_store(images: np.ndarray) -> np.ndarray:
    """Map float -1..1 (clipped) to the nearest uint8 0..255."""
    return np.clip(np.rint((np.asarray(images, np.float32) + 1) * 127.5), 0, 255).astype(np.uint8)
