"""Galleries: each image of a PNG that `kgan.report.figures.image_grid` drew, by itself."""

from collections.abc import Iterator, Sequence
from itertools import zip_longest
from pathlib import Path

from kgan.report.elements import ColourScale, Gallery, Tile, Tiles
from kgan.report.figures.image_grid import DIFFERENCE, read_rows
from kgan.report.html import Figure

#: Of the differences that `kgan.report.figures.image_grid.pairs` draws.
DIFFERENCES = ColourScale(
    colours=("rgb(63, 127, 255)", "rgb(0, 0, 0)", "rgb(255, 85, 0)"),
    labels=(f"{DIFFERENCE} grey levels darker, or more", "no change", f"{DIFFERENCE} brighter, or more"),
)

_Rows = Sequence[tuple[str, list[bytes]]]


def gallery(
    path: Path,
    alt: str,
    caption: str,
    *,
    together: Sequence[str] = (),
    scale: ColourScale | None = None,
) -> Gallery | Figure:
    """Return the images of a figure as a gallery; the figure itself where an older version of kgan drew it.

    Args:
        path: the PNG file.
        alt: what it shows, for screen readers.
        caption: the text below.
        together: labels of rows whose images belong together, first below first, and stand in one card; empty
            for rows by themselves.
        scale: of the colours, if they stand for values.
    """
    rows = read_rows(path)
    if not rows:
        return Figure(path, alt, caption)
    groups = list(_cards(rows, together) if together else _lines(rows))
    return Gallery(alt, groups, caption, scale)


def _lines(rows: _Rows) -> Iterator[Tiles]:
    """Yield a group for each row with a title, with the rows without one that follow it."""
    titled: list[tuple[str, list[bytes]]] = []
    for title, images in rows:
        if title or not titled:
            titled.append((title, list(images)))
        else:
            titled[-1][1].extend(images)
    for title, images in titled:
        yield Tiles(title, [[Tile(image)] for image in images])


def _cards(rows: _Rows, together: Sequence[str]) -> Iterator[Tiles]:
    """Yield a group for each set of rows that belong together, under the class that their titles name."""
    for start in range(0, len(rows), len(together)):
        part = rows[start : start + len(together)]
        class_name = part[0][0].partition(", ")[2]
        columns = zip_longest(*(images for _, images in part))
        yield Tiles(
            class_name,
            [
                [
                    Tile(image, label)
                    for image, label in zip(column, together, strict=False)
                    if image is not None
                ]
                for column in columns
            ],
        )
