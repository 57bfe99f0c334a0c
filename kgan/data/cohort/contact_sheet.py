"""A contact sheet: rows of small images with a title each, for a look at what was prepared."""

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from kgan.data.resize import interpolate
from kgan.files import atomic
from kgan.files.disk import explaining

_GAP = 4
_TITLE_HEIGHT = 16
_PAPER, _INK = 16, 235


def write_contact_sheet(
    path: Path,
    rows: Sequence[tuple[str, np.ndarray]],
    channels: Sequence[str] = (),
    columns: int = 10,
    side: int = 120,
) -> None:
    """Draw rows of images into one PNG file.

    Args:
        path: the file.
        rows: title and (n, height, width, channels) uint8 images of each row; channels become rows of
            their own; rows of no images are left out.
        channels: their names, added to the titles where there are several.
        columns: at most this many images a row; of more, evenly spaced ones are shown.
        side: greatest height and width of a small image, in pixels.

    Raises:
        RunError: the file cannot be written.
    """
    strips = [
        (
            title + (f", {channels[channel]}" if len(channels) > 1 else ""),
            np.concatenate([_small(image[..., channel], side) for image in shown], axis=1),
        )
        for title, shown in ((title, evenly_spaced(images, columns)) for title, images in rows)
        if len(shown)
        for channel in range(shown.shape[-1])
    ]
    width = max((strip.shape[1] for _, strip in strips), default=side)
    height = sum(strip.shape[0] + _TITLE_HEIGHT for _, strip in strips)
    sheet = Image.new("L", (width + _GAP, max(height, _TITLE_HEIGHT)), _PAPER)
    draw, font, top = ImageDraw.Draw(sheet), ImageFont.load_default(11), 0
    for title, strip in strips:
        draw.text((_GAP, top + 2), title, fill=_INK, font=font)
        sheet.paste(Image.fromarray(strip), (_GAP, top + _TITLE_HEIGHT))
        top += _TITLE_HEIGHT + strip.shape[0]
    with explaining(path), atomic.replacing(path) as aside:
        sheet.save(aside, format="PNG")


def evenly_spaced(items: np.ndarray, count: int) -> np.ndarray:
    """Return at most ``count`` of the items, evenly spaced, the first and the last among them."""
    if len(items) <= count:
        return items
    return items[np.linspace(0, len(items) - 1, count).round().astype(int)]


def _small(image: np.ndarray, side: int) -> np.ndarray:
    """Return an image at most ``side`` high and wide, with a gap to the right and below."""
    scale = side / max(image.shape)
    size = max(1, round(image.shape[0] * scale)), max(1, round(image.shape[1] * scale))
    (small,) = interpolate(image[None], size, cv2.INTER_AREA if scale < 1 else cv2.INTER_NEAREST)
    return np.pad(small, ((0, _GAP), (0, _GAP)), constant_values=_PAPER)
