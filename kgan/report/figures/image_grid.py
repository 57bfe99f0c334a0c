"""Image grids: labelled rows, and images before and after refinement.

A file says where its images are, so that a page can show each by itself (`read_rows`).
"""

import io
import json
import math
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont, PngImagePlugin

from kgan.files.atomic import replacing

_GAP = 3
_BAND = 26
_PAPER = (255, 255, 255)
_INK = (34, 40, 49)
#: Change in grey levels that has the strongest colour, in all figures, so that they can be compared.
DIFFERENCE = 64
#: Where the file says where its images are.
_LAYOUT = "rows"

#: Images of a row, and how many times each is enlarged.
_Pictures = tuple[Sequence[Image.Image], int]


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
    _write(path, [(title, _enlarged(chunk, cell)) for title, chunk in rows], columns, cell)


def rows(named: Mapping[str, np.ndarray], columns: int, path: Path, *, cell: int = 128) -> None:
    """Write a PNG with one row per name: its first ``columns`` images below the name.

    Args:
        named: row title -> (n, height, width, channels) uint8; sizes may differ between rows.
        columns: images per row.
        path: the PNG file, replaced atomically.
        cell: width in pixels of one channel of an image, equal in all rows.
    """
    cell = _near(cell, max((images.shape[2] for images in named.values()), default=cell))
    _write(path, [(name, _enlarged(images[:columns], cell)) for name, images in named.items()], columns, cell)


def pairs(source: np.ndarray, refined: np.ndarray, path: Path, *, cell: int = 128) -> None:
    """Write a PNG with three rows: images, refined images, and their difference.

    Args:
        source: (n, height, width, channels) uint8.
        refined: the same shape, in the same order.
        path: the PNG file, replaced atomically.
        cell: approximate width in pixels of one channel of an image.
    """
    change = refined.astype(np.int16) - source
    cell = _near(cell, source.shape[2])
    _write(
        path,
        [
            ("before refinement", _enlarged(source, cell)),
            ("after refinement", _enlarged(refined, cell)),
            (
                f"difference: red brighter, blue darker, up to {DIFFERENCE} grey levels",
                _coloured(change, cell),
            ),
        ],
        max(1, len(source)),
        cell,
    )


def read_rows(path: Path) -> list[tuple[str, list[bytes]]]:
    """Return the titles of a figure's rows, and each row's images as PNG files without the enlargement.

    No rows where the file does not say where its images are.
    """
    with Image.open(path) as sheet:
        layout = json.loads(sheet.info.get(_LAYOUT, "[]"))
        return [
            (row["title"], [_cut(sheet, row, number) for number in range(row["images"])]) for row in layout
        ]


def as_png(image: np.ndarray) -> bytes:
    """Return one image (height, width, channels) uint8 as a PNG file; channels stand side by side."""
    return _file(Image.fromarray(_side_by_side(image[None])[0]))


def _cut(sheet: Image.Image, row: Mapping[str, int], number: int) -> bytes:
    left = number * (row["width"] + _GAP)
    image = sheet.crop((left, row["top"], left + row["width"], row["top"] + row["height"]))
    times = row["enlarged"]
    small = image.resize((image.width // times, image.height // times), Image.Resampling.NEAREST)
    red, *others = small.split()
    return _file(red if all(channel.tobytes() == red.tobytes() for channel in others) else small)


def _file(image: Image.Image) -> bytes:
    file = io.BytesIO()
    image.save(file, format="PNG", optimize=True)
    return file.getvalue()


def _rows(count: int, columns: int, titles: Sequence[str]) -> list[tuple[int, str]]:
    starts = range(0, max(count, 1), columns)
    return [(start, titles[row] if row < len(titles) else "") for row, start in enumerate(starts)]


def _near(cell: int, width: int) -> int:
    """Return the whole multiple of a small image's width that is closest to ``cell``, or ``cell``."""
    return max(1, round(cell / width)) * width if 0 < width <= cell else cell


def _side_by_side(images: np.ndarray) -> np.ndarray:
    """(n, h, w, c) -> (n, h, c * w): channels are sequences, not colours."""
    return np.concatenate(np.moveaxis(images, -1, 0), axis=2) if images.shape[-1] else images[..., 0]


def _enlarged(images: np.ndarray, cell: int) -> _Pictures:
    return _scaled(_side_by_side(images), images.shape[-1], cell)


def _coloured(change: np.ndarray, cell: int) -> _Pictures:
    strength = np.clip(_side_by_side(change).astype(np.float64) * 255 / DIFFERENCE, -255, 255)
    up, down = np.maximum(strength, 0), np.maximum(-strength, 0)
    # Zero is black, as the background of the images; green makes the two hues distinguishable for the
    # colour-blind.
    colours = np.stack([up + down / 4, up / 3 + down / 2, down], axis=-1).clip(0, 255).astype(np.uint8)
    return _scaled(colours, change.shape[-1], cell)


def _scaled(images: np.ndarray, channels: int, cell: int) -> _Pictures:
    width = images.shape[2] // max(1, channels)
    size = (cell * max(1, channels), max(1, round(images.shape[1] * cell / max(1, width))))
    whole = cell % max(1, width) == 0
    sampling = Image.Resampling.NEAREST if whole else Image.Resampling.LANCZOS
    pictures = [Image.fromarray(image).resize(size, sampling) for image in images]
    return pictures, cell // width if whole and width else 1


def _beside(pictures: Sequence[Image.Image], columns: int, cell: int) -> Image.Image:
    width = max((picture.width for picture in pictures), default=cell)
    height = max((picture.height for picture in pictures), default=cell)
    sheet = Image.new("RGB", (columns * (width + _GAP) - _GAP, height), _PAPER)
    for column, picture in enumerate(pictures):
        sheet.paste(picture.convert("RGB"), (column * (width + _GAP), 0))
    return sheet


def _write(path: Path, rows: Sequence[tuple[str, _Pictures]], columns: int, cell: int) -> None:
    """Draw the rows below each other, each below its title, and write where the images are."""
    font = _font()
    sheets = [_beside(pictures, columns, cell) for _, (pictures, _) in rows]
    widths = [
        max(sheet.width, math.ceil(font.getlength(title)))
        for (title, _), sheet in zip(rows, sheets, strict=True)
    ]
    bands = [_BAND if title else 0 for title, _ in rows]
    height = sum(sheet.height + band + _GAP for sheet, band in zip(sheets, bands, strict=True)) - _GAP
    whole = Image.new("RGB", (max(widths, default=1), max(1, height)), _PAPER)
    pen, top, layout = ImageDraw.Draw(whole), 0, []
    for (title, (pictures, times)), sheet, band in zip(rows, sheets, bands, strict=True):
        if title:
            pen.text((0, top + _BAND - 6), title, font=font, fill=_INK, anchor="ls")
        top += band
        whole.paste(sheet, (0, top))
        width, sheet_height = (pictures[0].width, pictures[0].height) if pictures else (cell, cell)
        place = {"top": top, "width": width, "height": sheet_height}
        layout.append({"title": title, "images": len(pictures), "enlarged": times, **place})
        top += sheet.height + _GAP
    notes = PngImagePlugin.PngInfo()
    notes.add_itxt(_LAYOUT, json.dumps(layout))
    with replacing(path) as aside:
        whole.save(aside, format="PNG", optimize=True, pnginfo=notes)


@cache
def _font() -> ImageFont.FreeTypeFont:
    # DejaVu of Matplotlib covers more languages than the default font of Pillow.
    import matplotlib

    return ImageFont.truetype(Path(matplotlib.get_data_path()) / "fonts/ttf/DejaVuSans.ttf", 15)
