"""Step: lay real and synthetic images out in a plane by t-SNE, all at once, and draw each set."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from kgan.analyses.tsne.embedding import embed
from kgan.analyses.tsne.figure import draw_points
from kgan.data.sampling.augmentation import ClassicTransform
from kgan.data.sampling.sources import ClassicSource, PoolSource, RealSource, Source
from kgan.data.store.store import ImageStore
from kgan.errors import DataError
from kgan.files.tables import write_table
from kgan.pipeline.context import StepContext
from kgan.random.streams import rng
from kgan.steps.checks.cohort_limits import Limit, borne, fewest, of_class

REAL = "real"
TABLE = "tsne.csv"
#: Images of a class, at least: fewer make no map.
FEWEST = 10


def run(context: StepContext) -> dict[str, Any]:
    """Write ``tsne.csv`` (set, class, x, y) and ``tsne-<set>.png``, or ``tsne.png`` with all sets together.

    Settings: ``sources`` (a list of ``name``, ``title``, ``kind`` classic/pool and ``step``), ``classic``,
    ``classes``, ``images`` (of each class of each set), ``image_size`` [height, width] px, ``perplexity``,
    ``iterations``, ``together``.

    Where a class has fewer real images, as many of it are taken of each set, and the perplexity falls in
    proportion.

    Returns:
        dict: points, ``limits`` (what it does with less of, in words), and files to publish.

    Raises:
        DataError: a set has too few images of a class, or other channels than the real ones.
    """
    figures, said = bearable(context.settings, context.prepared)
    settings = {**context.settings, **figures}
    context = replace(context, settings=settings)
    sets = {REAL: _real(context)}
    titles = {REAL: REAL}
    for about in settings["sources"]:
        sets[about["name"]] = _source(about, context)
        titles[about["name"]] = about["title"]
    chosen = {name: _choose(source, name, context) for name, source in sets.items()}
    images = [source.fetch(chosen[name], settings["image_size"]) for name, source in sets.items()]
    _check_channels(dict(zip(sets, images, strict=True)))
    total = sum(map(len, images))
    context.progress.begin(f"{context.name}: t-SNE of {total} images", 1)
    points = embed(
        np.concatenate(images),
        seed=context.seed,
        perplexity=settings["perplexity"],
        iterations=settings["iterations"],
    )
    context.progress.advance(1)
    ends = np.cumsum([len(one) for one in images])[:-1]
    placed = {
        name: (mine, sets[name].labels[chosen[name]])
        for name, mine in zip(sets, np.split(points, ends), strict=True)
    }
    write_table(context.out / TABLE, ("set", "class", "x", "y"), _points(context, placed))
    return {"points": total, "limits": said, "publish": _draw(context, placed, titles)}


def limits(name: str, settings: Mapping[str, Any], prepared: Path) -> list[Limit]:
    """Return what the cohort does not bear; see `kgan.steps.checks.cohort_limits`."""
    return borne(name, lambda: bearable(settings, prepared)[1])


def deviations(settings: Mapping[str, Any]) -> dict[str, str]:
    """Return what this step does that the papers do not say, or say otherwise: key -> sentence."""
    return {
        "start": "t-SNE starts at the first two principal components, so that equal images give equal maps; "
        "the papers name no start.",
        "draw": "Real images are drawn at random from the training patients; the papers do not say of whom "
        "they are.",
    }


def bearable(settings: Mapping[str, Any], prepared: Path) -> tuple[dict[str, Any], list[str]]:
    """Return ``images`` and ``perplexity`` that the cohort bears, and what is said of it.

    Raises:
        DataError: too few images of a class for any map.
    """
    asked, perplexity = settings["images"], settings["perplexity"]
    there, kind = fewest(prepared, settings["classes"])
    if there >= asked:
        return {"images": asked, "perplexity": perplexity}, []
    if there < FEWEST:
        raise DataError(
            f"t-SNE: {there} training images{of_class(kind)}; expected {FEWEST} or more for a map. Add "
            "patients, or write null for tsne"
        )
    less = perplexity * there / asked
    return {"images": there, "perplexity": less}, [
        f"{there} images of each class instead of {asked} (tsne.images), as there are so many training "
        f"images{of_class(kind)}; perplexity {less:.3g} instead of {perplexity:g}, in proportion"
    ]


def _real(context: StepContext) -> Source:
    return RealSource(ImageStore(context.prepared / "train.h5"))


def _source(about: Mapping[str, Any], context: StepContext) -> Source:
    if about["kind"] == "classic":
        store = ImageStore(context.prepared / "train.h5")
        count = len(context.settings["classes"]) * context.settings["images"]
        return ClassicSource(store, count, ClassicTransform(**context.settings["classic"]), context.seed)
    return PoolSource(ImageStore(context.inputs[about["step"]] / "pool.h5"), name=about["name"])


def _choose(source: Source, name: str, context: StepContext) -> np.ndarray:
    """Return the numbers of as many images of each class as asked for, at random."""
    wanted = context.settings["images"]
    found = []
    for label, kind in enumerate(context.settings["classes"]):
        mine = np.flatnonzero(source.labels == label)
        if len(mine) < wanted:
            raise DataError(
                f"t-SNE: {len(mine)} images of class {kind} in {name}; expected {wanted} or more: lower "
                "tsne.images, or make more"
            )
        found.append(rng(context.seed, f"embed/{name}", label).permutation(mine)[:wanted])
    return np.concatenate(found)


def _check_channels(images: Mapping[str, np.ndarray]) -> None:
    channels = images[REAL].shape[-1]
    for name, mine in images.items():
        if mine.shape[-1] != channels:
            raise DataError(
                f"t-SNE: images of {name} have {mine.shape[-1]} channels and the real ones {channels}; "
                "expected the same: leave it out of tsne.sources"
            )


def _points(
    context: StepContext, placed: Mapping[str, tuple[np.ndarray, np.ndarray]]
) -> Iterator[tuple[str, ...]]:
    for name, (points, labels) in placed.items():
        for (x, y), label in zip(points, labels, strict=True):
            yield name, context.settings["classes"][label], f"{x:.6g}", f"{y:.6g}"


def _draw(
    context: StepContext, placed: Mapping[str, tuple[np.ndarray, np.ndarray]], titles: Mapping[str, str]
) -> dict[str, str]:
    everything = np.concatenate([points for points, _ in placed.values()])
    limits = np.stack([everything.min(0), everything.max(0)])
    others = [name for name in placed if name != REAL]
    figures = {"tsne.png": others}
    if not context.settings["together"]:
        figures = {f"tsne-{name}.png": [name] for name in others}
    for file, names in figures.items():
        shown = {titles[name]: placed[name] for name in [REAL, *names]}
        draw_points(shown, context.settings["classes"], limits, context.out / file)
    return {f"results/{TABLE}": TABLE, **{f"figures/{file}": file for file in figures}}
