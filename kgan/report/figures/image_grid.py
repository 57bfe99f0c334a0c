"""Image grids: labelled rows, and images before and after refinement."""

import math
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from kgan.files.atomic import replacing

_GAP = 3
_BAND = 26
_PAPER = (255, 255, 255)
_INK = (34, 40, 49)
_GAINS = (16, 8, 4, 2, 1)


def grid(
    images: np.ndarray, columns: int, path: Path, *, titles: Sequence[str] = (), cell: int = 128
) -> None:
    """Write images as a PNG, row by row, each row below its title if it has one.

    Args:
        images: (n, height, width, channels) uint8; several channels (sequences) are shown side by side.
        columns: images per row.
        path: the PNG file, replaced atomically.
        titles: one per row, from the top; missing ones leave the remaining rows without a title.
        cell: approximate width in pixels of one channel of an image.
    """
    rows = [(title, images[start : start + columns]) for start, title in _rows(len(images), columns, titles)]
    cell = _near(cell, images.shape[2])
    _write(path, _stack([(title, _row(chunk, columns, cell)) for title, chunk in rows]))


def rows(named: Mapping[str, np.ndarray], columns: int, path: Path, *, cell: int = 128) -> None:
    """Write a PNG with one row per name: its first ``columns`` images below the name.

    Args:
        named: row title -> (n, height, width, channels) uint8; sizes may differ between rows.
        columns: images per row.
        path: the PNG file, replaced atomically.
        cell: width in pixels of one channel of an image, equal in all rows.
    """
    cell = _near(cell, max((images.shape[2] for images in named.values()), default=cell))
    _write(path, _stack([(name, _row(images[:columns], columns, cell)) for name, images in named.items()]))


def pairs(source: np.ndarray, refined: np.ndarray, path: Path, *, cell: int = 128) -> None:
    """Write a PNG with three rows: images, refined images, and their difference.

    Args:
        source: (n, height, width, channels) uint8.
        refined: the same shape, in the same order.
        path: the PNG file, replaced atomically.
        cell: approximate width in pixels of one channel of an image.
    """
    change = refined.astype(np.int16) - source
    gain = _gain(change)
    columns, cell = max(1, len(source)), _near(cell, source.shape[2])
    times = f", amplified {gain} times" if gain > 1 else ""
    drawn = _row_of_colours(_side_by_side(change), gain, columns, cell)
    _write(
        path,
        _stack(
            [
                ("before refinement", _row(source, columns, cell)),
                ("after refinement", _row(refined, columns, cell)),
                (f"difference (red brighter, blue darker{times})", drawn),
            ]
        ),
    )


def _rows(count: int, columns: int, titles: Sequence[str]) -> list[tuple[int, str]]:
    starts = range(0, max(count, 1), columns)
    return [(start, titles[row] if row < len(titles) else "") for row, start in enumerate(starts)]


def _near(cell: int, width: int) -> int:
    """Return the whole multiple of a small image's width that is closest to ``cell``, or ``cell``."""
    return max(1, round(cell / width)) * width if 0 < width <= cell else cell


def _side_by_side(images: np.ndarray) -> np.ndarray:
    """(n, h, w, c) -> (n, h, c * w): channels are sequences, not colours."""
    return np.concatenate(np.moveaxis(images, -1, 0), axis=2) if images.shape[-1] else images[..., 0]


def _row(images: np.ndarray, columns: int, cell: int) -> Image.Image:
    pictures = [_scaled(Image.fromarray(image), images.shape[-1], cell) for image in _side_by_side(images)]
    return _beside(pictures, columns, cell)


def _row_of_colours(change: np.ndarray, gain: int, columns: int, cell: int) -> Image.Image:
    strength = np.clip(change.astype(np.int32) * gain, -255, 255)
    up, down = np.maximum(strength, 0), np.maximum(-strength, 0)
    # Zero is black, as the background of the images; green makes the two hues distinguishable for the
    # colour-blind.
    colours = np.stack([up + down // 4, up // 3 + down // 2, down], axis=-1).clip(0, 255).astype(np.uint8)
    channels = max(1, colours.shape[2] // max(1, colours.shape[1]))
    return _beside([_scaled(Image.fromarray(image), channels, cell) for image in colours], columns, cell)


def _gain(change: np.ndarray) -> int:
    strongest = float(np.percentile(np.abs(change), 98)) if change.size else 0.0
    return next((gain for gain in _GAINS if strongest * gain <= 255), 1)


def _scaled(picture: Image.Image, channels: int, cell: int) -> Image.Image:
    width = picture.width // max(1, channels)
    size = (cell * max(1, channels), max(1, round(picture.height * cell / max(1, width))))
    whole = cell % max(1, width) == 0
    return picture.resize(size, Image.Resampling.NEAREST if whole else Image.Resampling.LANCZOS)


def _beside(pictures: Sequence[Image.Image], columns: int, cell: int) -> Image.Image:
    width = max((picture.width for picture in pictures), default=cell)
    height = max((picture.height for picture in pictures), default=cell)
    sheet = Image.new("RGB", (columns * (width + _GAP) - _GAP, height), _PAPER)
    for column, picture in enumerate(pictures):
        sheet.paste(picture.convert("RGB"), (column * (width + _GAP), 0))
    return sheet


def _stack(titled: Sequence[tuple[str, Image.Image]]) -> Image.Image:
    font = _font()
    widths = [max(picture.width, math.ceil(font.getlength(title))) for title, picture in titled]
    heights = [picture.height + (_BAND if title else 0) + _GAP for title, picture in titled]
    sheet = Image.new("RGB", (max(widths, default=1), max(1, sum(heights) - _GAP)), _PAPER)
    pen, top = ImageDraw.Draw(sheet), 0
    for (title, picture), height in zip(titled, heights, strict=True):
        if title:
            pen.text((0, top + _BAND - 6), title, font=font, fill=_INK, anchor="ls")
        sheet.paste(picture, (0, top + (_BAND if title else 0)))
        top += height
    return sheet


@cache
def _font() -> ImageFont.FreeTypeFont:
    # DejaVu of Matplotlib covers more languages than the default font of Pillow.
    import matplotlib

    return ImageFont.truetype(Path(matplotlib.get_data_path()) / "fonts/ttf/DejaVuSans.ttf", 15)


def _write(path: Path, sheet: Image.Image) -> None:
    with replacing(path) as aside:
        sheet.save(aside, format="PNG", optimize=True)
