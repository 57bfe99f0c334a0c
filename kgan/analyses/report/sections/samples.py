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
from kgan.report.figures.image_grid import rows
from kgan.report.formatting import title
from kgan.report.html import Figure, Section
from kgan.steps.settings.pools import GenerateSettings
from kgan.steps.settings.prepare import PrepareSettings
from kgan.steps.settings.shared import PlacedView
from kgan.steps.settings.training import TrainGanSettings

_FILE = "pool.h5"
_COLUMNS = 8
_MAX_POOLS = 5
_NO_CLASS = -1


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
        return self.seen.model_dump_json() if self.seen else f"alone/{self.name}"


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


def draw_samples(steps: Steps, folder: Path, seed: int, labels: Mapping[str, str]) -> list[Figure]:
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
            figures.append(Figure(path, f"Rows of images: {', '.join(named)}", caption))
    return figures


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
    """Return row title -> images (n, height, width, channels) uint8: for each class real ones, then pools."""
    seen = pools[0].seen
    real = gan_view(train, seen.view if seen else None)
    shown: Images = PaddedView(real, seen.canvas, seen.crop, seed) if seen else real
    named: dict[str, np.ndarray] = {}
    classes = sorted({label for pool in pools for label in np.unique(pool.store.labels).tolist()})
    for label in classes:
        kind = "" if label == _NO_CLASS else f" {title(pools[0].store.classes[label])}"
        chosen = _some(real, label, seed, "real")
        if len(chosen):
            named[f"real{kind or ' images'}"] = shown.images(chosen)
        for pool in pools:
            name = labels.get(pool.name, pool.name)
            chosen = _some(pool.store, label, seed, name)
            if len(chosen):
                named[f"{name}{kind}"] = pool.store.images(chosen)
    return named


def _some(images: GANView | ImageStore, label: int, seed: int, name: str) -> np.ndarray:
    """Choose images of a class, or of all images if there are no classes, at random."""
    indices = np.arange(len(images)) if label == _NO_CLASS else np.flatnonzero(images.labels == label)
    return np.sort(rng(seed, f"report/{name}", max(label, 0)).permutation(indices)[:_COLUMNS])
