"""Points of several sets of images in a plane; markers stand for sets and colours for classes."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from kgan.files.atomic import replacing
from kgan.report.formatting import title

# Blue and vermilion, then green and purple, of Okabe and Ito's palette; light and dark in print too.
_COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7")
_MARKERS = ("o", "^", "s", "D")
_MARGIN = 0.05


def draw_points(
    sets: Mapping[str, tuple[np.ndarray, np.ndarray]],
    classes: Sequence[str],
    limits: np.ndarray,
    path: Path,
) -> None:
    """Draw sets of points and write the picture as PNG, whole or not at all.

    The first set is drawn filled and the others open, each with a marker of its own; colours are classes.

    Args:
        sets: name -> points (n, 2) and labels (n,), each an index into the classes.
        classes: names.
        limits: (2, 2), the smallest and the largest x and y that are drawn, the same for each figure of an
            embedding, so that points that are in several stand at one place.
        path: the PNG file.
    """
    figure = Figure(figsize=(6.4, 6.8), layout="constrained")
    canvas = FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    for place, (name, (points, labels)) in enumerate(sets.items()):
        for label, class_name in enumerate(classes):
            points_of_class = points[labels == label]
            colour = _COLOURS[label % len(_COLOURS)]
            axes.scatter(
                points_of_class[:, 0],
                points_of_class[:, 1],
                s=16 if place == 0 else 22,
                marker=_MARKERS[place % len(_MARKERS)],
                facecolors=colour if place == 0 else "none",
                edgecolors="white" if place == 0 else colour,
                linewidths=0.3 if place == 0 else 0.8,
                label=f"{name}, {title(class_name)}: {len(points_of_class)}",
            )
    centre, half = limits.mean(0), (0.5 + _MARGIN) * np.ptp(limits, axis=0)
    axes.set_xlim(centre[0] - half[0], centre[0] + half[0])
    axes.set_ylim(centre[1] - half[1], centre[1] + half[1])
    axes.set_aspect("equal")
    axes.set_xticks([])
    axes.set_yticks([])
    figure.legend(loc="outside lower center", ncols=min(2, len(classes)), frameon=False, fontsize=9)
    with replacing(path) as aside:
        canvas.print_png(aside)
