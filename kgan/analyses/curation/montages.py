"""Pictures of a pool's clusters: sheets with some images of each, and one of the extremes."""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from kgan.features.image_set import Images
from kgan.random.streams import rng
from kgan.report.figures.image_grid import rows
from kgan.report.formatting import title

#: Images shown of each cluster, and clusters a sheet.
COLUMNS, ROWS = 12, 10
_CELL = 96
_EXTREMES = 3


@dataclass(frozen=True, eq=False)
class Shown:
    """A cluster as it is drawn.

    Args:
        number: of the cluster.
        class_name: of its images; ``None`` for none.
        kept: whether it stays.
        distance: from the real images.
        members: (n,) numbers of its images in the pool.
    """

    number: int
    class_name: str | None
    kept: bool
    distance: float
    members: np.ndarray

    @property
    def line(self) -> str:
        """What stands above its images."""
        images = f"{len(self.members):,} image{'s' if len(self.members) != 1 else ''}"
        decision = "kept" if self.kept else "discarded"
        return f"cluster {self.number} · {images} · {self.distance:.3g} from real · {decision}"


def sample(members: np.ndarray, count: int, seed: int, number: int) -> np.ndarray:
    """Return at most ``count`` numbers of a cluster's images, drawn at random, ascending."""
    if len(members) <= count:
        return members
    return np.sort(rng(seed, "montage", number).permutation(members)[:count])


def write_montages(clusters: Sequence[Shown], pool: Images, folder: Path, seed: int) -> list[Path]:
    """Write ``<class>-01.png``, ...: `ROWS` clusters a sheet, farthest from the real images first.

    Args:
        clusters: all of a pool.
        pool: its images.
        folder: filled.
        seed: of the images that are shown.
    """
    written = []
    for class_name, of_class in _by_class(clusters).items():
        for sheet in range(math.ceil(len(of_class) / ROWS)):
            part = of_class[sheet * ROWS : (sheet + 1) * ROWS]
            path = folder / f"{_file(class_name)}-{sheet + 1:02d}.png"
            shown = {
                cluster.line: pool.images(sample(cluster.members, COLUMNS, seed, cluster.number))
                for cluster in part
            }
            rows(shown, COLUMNS, path, cell=_CELL)
            written.append(path)
    return written


def draw_extremes(
    clusters: Sequence[Shown], pool: Images, real: Mapping[str | None, Images], path: Path, seed: int
) -> None:
    """Write one PNG: of each class real images, the kept clusters nearest to them, the farthest discarded.

    Args:
        clusters: all of a pool.
        pool: its images.
        real: training images by class.
        path: of the PNG.
        seed: of the images that are shown.
    """
    shown = {}
    for class_name, of_class in _by_class(clusters).items():
        prefix = f"{title(class_name)}, " if class_name else ""
        numbers = sample(np.arange(len(real[class_name])), COLUMNS, seed, -1)
        shown[f"{prefix}real training images"] = real[class_name].images(numbers)
        kept = [cluster for cluster in of_class if cluster.kept][::-1][:_EXTREMES]
        discarded = [cluster for cluster in of_class if not cluster.kept][:_EXTREMES]
        for cluster in (*kept, *discarded):
            images = pool.images(sample(cluster.members, COLUMNS, seed, cluster.number))
            shown[f"{prefix}{cluster.line}"] = images
    rows(shown, COLUMNS, path, cell=_CELL)


def _by_class(clusters: Sequence[Shown]) -> Mapping[str | None, list[Shown]]:
    """Sort by class, and within it from far to near; empty clusters are left out."""
    classes: dict[str | None, list[Shown]] = {}
    for cluster in sorted(clusters, key=lambda cluster: -cluster.distance):
        if len(cluster.members):
            classes.setdefault(cluster.class_name, []).append(cluster)
    return {class_name: classes[class_name] for class_name in sorted(classes, key=str)}


def _file(class_name: str | None) -> str:
    return re.sub(r"[^\w-]+", "_", class_name) if class_name else "images"
