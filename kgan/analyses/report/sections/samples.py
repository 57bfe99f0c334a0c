"""Figures of generated images below the real images of their training set."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from kgan.analyses.report.model_names import pool_name, refined_pools
from kgan.data.store.gan_view import GANView, PaddedView, gan_view
from kgan.data.store.store import ImageStore
from kgan.features.image_set import Images
from kgan.pipeline.records.run_folder import FinishedStep, Steps
from kgan.random.streams import rng
from kgan.report.elements import Gallery, Tile, Tiles
from kgan.report.figures.galleries import gallery
from kgan.report.figures.image_grid import as_png, rows
from kgan.report.formatting import title
from kgan.report.html import Figure, Section
from kgan.steps.settings.pools import GenerateSettings
from kgan.steps.settings.prepare import PrepareSettings
from kgan.steps.settings.shared import PlacedView
from kgan.steps.settings.training import TrainGanSettings

_FILE = "pool.h5"
_COLUMNS = 6
_MAX_POOLS = 5
_MAX_FIRST = 12
_NO_CLASS = -1
REAL = "real"


@dataclass(frozen=True)
class _Pool:
    """One pool, and the view of the real images that its model was trained on.

    Args:
        name: in the recipe.
        store: its images.
        seen: how the model saw the real images; ``None`` for unchanged images.
    """

    name: str
    store: ImageStore
    seen: PlacedView | None

    @property
    def key(self) -> str:
        """Equal for pools that share a figure."""
        return self.seen.model_dump_json() if self.seen else f"refined/{self.store.image_shape}"


@dataclass(frozen=True, eq=False)
class _Drawn:
    """Some images of one set and class.

    Args:
        name: of the set, as it is shown.
        class_name: empty for none.
        images: (n, height, width, channels) uint8.
    """

    name: str
    class_name: str
    images: np.ndarray


_NOTE = (
    "Drawn at random, not chosen. Real images are from the training split, so a generated image that looks "
    "just like one of them would be a copy."
)


def samples_section(run: Steps, folder: Path, seed: int, labels: Mapping[str, str]) -> Iterator[Section]:
    """Draw generated images and yield their section; none without pools.

    Args:
        run: finished steps.
        folder: of the PNG files.
        seed: of the choice of images.
        labels: display names of GANs and refiners.

    Raises:
        DataError: an image store cannot be read.
    """
    figures = draw_samples(run, folder, seed, labels)
    if figures:
        yield Section("samples", "Generated images", [_NOTE], figures=figures)


def draw_samples(steps: Steps, folder: Path, seed: int, labels: Mapping[str, str]) -> list[Gallery | Figure]:
    """Draw each pool below real images; pools whose models saw the same images share a figure.

    Args:
        steps: finished steps.
        folder: of the PNG files.
        seed: of the choice of images.
        labels: display names of GANs and refiners.

    Raises:
        DataError: an image store cannot be read.
    """
    prepare = steps.first_of(PrepareSettings)
    if prepare is None:
        return []
    figures = []
    for pools in _groups(_pools(steps)):
        first, last = pools[0].name, pools[-1].name
        path = folder / f"samples-{first if len(pools) == 1 else f'{first}-to-{last}'}.png"
        named = _rows(ImageStore(prepare.folder / "train.h5"), pools, seed, labels)
        if named:
            rows(named, _COLUMNS, path)
            models = ", ".join(labels.get(pool.name, pool.name) for pool in pools)
            caption = f"{models} below real images of the same kind."
            figures.append(gallery(path, f"Rows of images: {', '.join(named)}", caption))
    return figures


def first_images(steps: Steps, seed: int, labels: Mapping[str, str]) -> Iterator[Gallery]:
    """Yield one row of pictures: a real image and one of each pool, of the last class; none without pools.

    Args:
        steps: finished steps.
        seed: of the choice of images.
        labels: display names of GANs and refiners.
    """
    prepare = steps.first_of(PrepareSettings)
    cards: list[list[Tile]] = []
    views: set[str] = set()
    class_name = ""
    if prepare is None:
        return
    for pools in _groups(_pools(steps)):
        train = ImageStore(prepare.folder / "train.h5")
        drawn = list(_drawn(train, pools, seed, labels))
        view = pools[0].seen.view.model_dump_json() if pools[0].seen else ""
        for images in drawn:
            of_last_class = images.class_name == drawn[-1].class_name
            if of_last_class and (images.name != REAL or not views or (view and view not in views)):
                class_name = images.class_name
                picture = as_png(images.images[0])
                cards.append([Tile(picture, images.name)])
        views.add(view)
    if cards:
        kind = f" {title(class_name)}" if class_name else ""
        caption = f"One{kind} image of each kind, drawn at random, not chosen. More are below."
        yield Gallery(f"One{kind} image of each kind", [Tiles("", cards[:_MAX_FIRST])], caption)


def _pools(steps: Steps) -> Iterator[_Pool]:
    for generated in steps.of(GenerateSettings):
        training = steps.named(generated.settings.models[0].step)
        yield _Pool(pool_name(generated), ImageStore(generated.folder / _FILE), _seen(training))
    for refined in refined_pools(steps):
        yield _Pool(pool_name(refined), ImageStore(refined.folder / _FILE), None)


def _seen(training: FinishedStep[Any] | None) -> PlacedView | None:
    """Return how a GAN saw the real images; ``None`` where its training step is not known."""
    if training is None or not isinstance(training.settings, TrainGanSettings):
        return None
    settings = training.settings
    return PlacedView(view=settings.view, canvas=settings.canvas, crop=settings.crop)


def _groups(pools: Iterator[_Pool]) -> Iterator[list[_Pool]]:
    by_key: dict[str, list[_Pool]] = {}
    for pool in pools:
        by_key.setdefault(pool.key, []).append(pool)
    for group in by_key.values():
        remaining = iter(group)
        while part := list(islice(remaining, _MAX_POOLS)):
            yield part


def _rows(
    train: ImageStore, pools: Sequence[_Pool], seed: int, labels: Mapping[str, str]
) -> dict[str, np.ndarray]:
    """Return row title -> images (n, height, width, channels) uint8."""
    named = {}
    for drawn in _drawn(train, pools, seed, labels):
        kind = f" {title(drawn.class_name)}" if drawn.class_name else " images" * (drawn.name == REAL)
        named[f"{drawn.name}{kind}"] = drawn.images
    return named


def _drawn(
    train: ImageStore, pools: Sequence[_Pool], seed: int, labels: Mapping[str, str]
) -> Iterator[_Drawn]:
    """Yield images of each class, first real ones, then those of the pools."""
    seen = pools[0].seen
    real = gan_view(train, seen.view if seen else None)
    shown: Images = PaddedView(real, seen.canvas, seen.crop, seed) if seen else real
    classes = sorted({label for pool in pools for label in np.unique(pool.store.labels).tolist()})
    for label in classes:
        class_name = "" if label == _NO_CLASS else pools[0].store.classes[label]
        chosen = _some(real, label, seed, REAL)
        if len(chosen):
            yield _Drawn(REAL, class_name, shown.images(chosen))
        for pool in pools:
            name = labels.get(pool.name, pool.name)
            chosen = _some(pool.store, label, seed, name)
            if len(chosen):
                yield _Drawn(name, class_name, pool.store.images(chosen))


def _some(images: GANView | ImageStore, label: int, seed: int, name: str) -> np.ndarray:
    """Choose images of a class, or of all images if there are no classes, at random."""
    indices = np.arange(len(images)) if label == _NO_CLASS else np.flatnonzero(images.labels == label)
    return np.sort(rng(seed, f"report/{name}", max(label, 0)).permutation(indices)[:_COLUMNS])
