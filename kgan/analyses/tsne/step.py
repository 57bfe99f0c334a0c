"""Step: lay real and synthetic images out in a plane by t-SNE, all at once, and draw each set."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from kgan.analyses.tsne.embedding import embed
from kgan.analyses.tsne.figure import draw_points
from kgan.analyses.tsne.settings import MappedSource, TsneSettings, figure_files
from kgan.analyses.tsne.tables import POINTS, REAL, MapPoint
from kgan.data.sampling.augmentation import ClassicTransform
from kgan.data.sampling.sources import ClassicSource, PoolSource, RealSource, Source
from kgan.data.store.store import ImageStore
from kgan.errors import DataError
from kgan.pipeline.context import StepContext
from kgan.random.streams import rng
from kgan.steps.checks.cohort_limits import Limit, borne, fewest, of_class

#: Images of a class, at least: fewer make no map.
FEWEST = 10


@dataclass(frozen=True, eq=False)
class _PlacedSet:
    """Images of one set on the map: points (n, 2) float64, and the label of each (n,)."""

    points: np.ndarray
    labels: np.ndarray


def run(context: StepContext[TsneSettings]) -> dict[str, Any]:
    """Write the table `POINTS` and ``tsne-<set>.png``, or ``tsne.png`` with all sets together.

    Where a class has fewer real images, as many of it are taken of each set, and the perplexity falls in
    proportion.

    Returns:
        dict: points, ``limits`` (what it uses less of, a sentence each), and files to publish.

    Raises:
        DataError: a set has too few images of a class, or other channels than the real ones.
    """
    settings, reductions = reduced(context.settings, context.prepared)
    context = replace(context, settings=settings)
    placed = _place(context, _sets(context))
    POINTS.write(context.out, _rows(placed, settings.classes))
    points = sum(len(placed_set.points) for placed_set in placed.values())
    return {"points": points, "limits": reductions, "publish": _draw(context, placed)}


def limits(name: str, settings: TsneSettings, prepared: Path) -> list[Limit]:
    """Return what the cohort is too small for; see `kgan.steps.checks.cohort_limits`."""
    return borne(name, lambda: reduced(settings, prepared)[1])


def deviations(settings: TsneSettings) -> dict[str, str]:
    """Return what this step does that the papers do not say, or say otherwise: key -> sentence."""
    return {
        "start": "t-SNE starts at the first two principal components, so that equal images give equal maps; "
        "the papers name no start.",
        "draw": "Real images are drawn at random from the training patients; the papers do not say of whom "
        "they are.",
    }


def reduced(settings: TsneSettings, prepared: Path) -> tuple[TsneSettings, list[str]]:
    """Return settings that the cohort is large enough for, and a sentence where they are not those given.

    Raises:
        DataError: too few images of a class for any map.
    """
    available, class_name = fewest(prepared, settings.classes)
    if available >= settings.images:
        return settings, []
    if available < FEWEST:
        raise DataError(
            f"t-SNE: {available} training images{of_class(class_name)}; expected {FEWEST} or more for a map. "
            "Add patients, or write null for tsne"
        )
    perplexity = settings.perplexity * available / settings.images
    return settings.model_copy(update={"images": available, "perplexity": perplexity}), [
        f"{available} images of each class instead of {settings.images} (tsne.images), as there are so many "
        f"training images{of_class(class_name)}; perplexity {perplexity:.3g} instead of "
        f"{settings.perplexity:g}, in proportion"
    ]


def _sets(context: StepContext[TsneSettings]) -> dict[str, Source]:
    """Return the sets of images by name, the real one first."""
    real = RealSource(ImageStore(context.prepared / "train.h5"))
    return {REAL: real, **{source.name: _source(source, context) for source in context.settings.sources}}


def _source(source: MappedSource, context: StepContext[TsneSettings]) -> Source:
    classic = context.settings.classic
    if source.kind == "classic" and classic is not None:
        store = ImageStore(context.prepared / "train.h5")
        count = len(context.settings.classes) * context.settings.images
        return ClassicSource(store, count, ClassicTransform(**classic.model_dump()), context.seed)
    return PoolSource(ImageStore(context.inputs[source.step] / "pool.h5"), name=source.name)


def _place(context: StepContext[TsneSettings], sets: Mapping[str, Source]) -> dict[str, _PlacedSet]:
    """Choose images of each set and embed all of them at once."""
    settings = context.settings
    chosen = {name: _choose(source, name, context) for name, source in sets.items()}
    images = {name: source.fetch(chosen[name], settings.image_size) for name, source in sets.items()}
    _check_channels(images)
    counts = [len(images_of_set) for images_of_set in images.values()]
    context.progress.begin(f"{context.name}: t-SNE of {sum(counts)} images", 1)
    points = embed(
        np.concatenate(list(images.values())),
        seed=context.seed,
        perplexity=settings.perplexity,
        iterations=settings.iterations,
    )
    context.progress.advance(1)
    parts = np.split(points, np.cumsum(counts)[:-1])
    return {
        name: _PlacedSet(part, source.labels[chosen[name]])
        for (name, source), part in zip(sets.items(), parts, strict=True)
    }


def _choose(source: Source, name: str, context: StepContext[TsneSettings]) -> np.ndarray:
    """Return the numbers of as many images of each class as the settings say, at random."""
    count = context.settings.images
    chosen = []
    for label, class_name in enumerate(context.settings.classes):
        numbers = np.flatnonzero(source.labels == label)
        if len(numbers) < count:
            raise DataError(
                f"t-SNE: {len(numbers)} images of class {class_name} in {name}; expected {count} or more: "
                "lower tsne.images, or make more"
            )
        chosen.append(rng(context.seed, f"embed/{name}", label).permutation(numbers)[:count])
    return np.concatenate(chosen)


def _check_channels(images: Mapping[str, np.ndarray]) -> None:
    expected = images[REAL].shape[-1]
    for name, images_of_set in images.items():
        channels = images_of_set.shape[-1]
        if channels != expected:
            raise DataError(
                f"t-SNE: images of {name} have {channels} channels and the real ones {expected}; "
                "expected the same: leave it out of tsne.sources"
            )


def _rows(placed: Mapping[str, _PlacedSet], classes: tuple[str, ...]) -> Iterator[MapPoint]:
    for name, placed_set in placed.items():
        for (x, y), label in zip(placed_set.points.tolist(), placed_set.labels.tolist(), strict=True):
            yield MapPoint(image_set=name, class_name=classes[label], x=x, y=y)


def _draw(context: StepContext[TsneSettings], placed: Mapping[str, _PlacedSet]) -> dict[str, str]:
    """Draw the figures and return the files to publish."""
    settings = context.settings
    all_points = np.concatenate([placed_set.points for placed_set in placed.values()])
    corners = np.stack([all_points.min(0), all_points.max(0)])
    titles = {REAL: REAL, **{source.name: source.title for source in settings.sources}}
    figures = figure_files(settings)
    for file, names in figures.items():
        shown = {titles[name]: (placed[name].points, placed[name].labels) for name in (REAL, *names)}
        draw_points(shown, settings.classes, corners, context.out / file)
    return {f"results/{POINTS.file}": POINTS.file, **{f"figures/{file}": file for file in figures}}
