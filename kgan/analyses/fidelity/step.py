"""Step: measure realism and diversity of every pool against the real images that it learnt from."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from kgan.analyses.fidelity.distances_step import write_distances
from kgan.analyses.fidelity.metrics.pca import Components, components, diversity, realism
from kgan.analyses.fidelity.settings import (
    DistanceSettings,
    FidelitySettings,
    MeasuredPool,
    PublishedMeasures,
)
from kgan.analyses.fidelity.tables import DISTANCES, PCA_METRICS, PcaMetrics
from kgan.data.store.gan_view import PaddedView, gan_view
from kgan.data.store.store import ImageStore
from kgan.errors import DataError
from kgan.features.image_set import Images, ImageSubset
from kgan.pipeline.context import StepContext
from kgan.random.streams import rng
from kgan.steps.checks.cohort_limits import Limit, analysis_limits
from kgan.steps.checks.leakage_guard import LeakageGuard, source_patients
from kgan.steps.checks.pretrained_weights import missing_features
from kgan.steps.persons import persons_of
from kgan.steps.settings.shared import PlacedView, classifier_behind

#: Where there are too few images for the components requested.
_IMAGES_PER_COMPONENT = 4
#: Fewer training patients cannot be cut in two halves of two patients each.
_PATIENTS_WITH_BASELINE = 4


@dataclass(frozen=True)
class _Reference:
    """Real images as one or more pools' GANs saw them.

    Args:
        name: in the table.
        images: those that are measured.
        components: of them.
    """

    name: str
    images: Images
    components: Components


def run(context: StepContext[FidelitySettings]) -> dict[str, Any]:
    """Write `PCA_METRICS`, a row for the training images and one for each pool, and `DISTANCES`.

    Where the cohort is too small for the settings, there are fewer components and neighbours (`supported`).

    Returns:
        dict: how many sets were measured, ``limits`` (what was reduced, in words), and the tables to publish.

    Raises:
        DataError: there are too few images, or they hardly differ.
        RunError: a pool, or the classifier behind the features, derives from a test patient.
    """
    count, distances, notes = supported(context.settings, context.prepared)
    settings = context.settings
    behind = classifier_behind(distances.features) if distances else []
    steps = [*(pool.step for pool in settings.pools), *behind]
    patients = source_patients(context, steps, LeakageGuard.of(context.prepared))
    names = _names([_view(pool) for pool in settings.pools])
    rows = _pca_metrics(context, names, count)
    PCA_METRICS.write(context.out, rows)
    files = [PCA_METRICS.file]
    if distances is not None:
        write_distances(context, distances, lambda pool: (names[_view(pool)], _real(context, _view(pool))))
        files.append(DISTANCES.file)
    publish = {f"results/{file}": file for file in files}
    return {"sets": len(rows), "patients": patients, "limits": notes, "publish": publish}


def limits(name: str, settings: FidelitySettings, prepared: Path) -> list[Limit]:
    """Return what the cohort is too small for; see `kgan.steps.checks.cohort_limits`."""
    missing = missing_features(settings.distances.features if settings.distances else None)
    late = [Limit(name, f"it will fail, unless this is mended meanwhile: {missing}")] if missing else []
    return [*analysis_limits(name, lambda: supported(settings, prepared)[2]), *late]


def supported(settings: FidelitySettings, prepared: Path) -> tuple[int, DistanceSettings | None, list[str]]:
    """Return for which components and distances the cohort is large enough, and what was reduced, in words.

    Of fewer images than components a quarter are taken as components; of fewer than neighbours half, less
    one, as neighbours.

    Raises:
        DataError: too few training images for any component.
    """
    with ImageStore(prepared / "train.h5") as store:
        available = min((len(gan_view(store, pool.view)) for pool in settings.pools), default=settings.images)
        patients = len(np.unique(persons_of(prepared, store.patients)))
    wanted, count = settings.images, settings.components
    notes = []
    if available < wanted:
        notes.append(f"{available} training images instead of {wanted} (measures.images)")
    if min(available, wanted) <= count:
        fewer = min(available, wanted) // _IMAGES_PER_COMPONENT
        if not fewer:
            raise DataError(
                f"measures: {available} training images; expected {_IMAGES_PER_COMPONENT} or more. Add "
                "patients, or write null for measures"
            )
        notes.append(f"{fewer} principal components instead of {count} (measures.pca.components)")
        count = fewer
    distances, more = _supported_distances(settings.distances, available, patients)
    return count, distances, [*notes, *more]


def _supported_distances(
    distances: DistanceSettings | None, available: int, patients: int
) -> tuple[DistanceSettings | None, list[str]]:
    if distances is None:
        return None, []
    wanted, neighbours = distances.images, distances.neighbours
    notes = []
    if available < wanted:
        notes.append(
            f"distances of {available} training images and as many synthetic ones instead of {wanted} "
            "(measures.distances.images)"
        )
    if min(available, wanted) <= neighbours:
        fewer = max(1, min(available, wanted) // 2 - 1)
        notes.append(f"{fewer} neighbours instead of {neighbours} (measures.distances.neighbours)")
        neighbours = fewer
    if patients < _PATIENTS_WITH_BASELINE:
        lacks = "intervals nor baselines" if patients < 2 else "a baseline of the classifier two-sample test"
        notes.append(f"distances without {lacks}, as there are {patients} training patients")
    return distances.model_copy(update={"neighbours": neighbours}), notes


def deviations(settings: FidelitySettings) -> dict[str, str]:
    """Return what this step does that the papers do not say, or say otherwise: key -> sentence."""
    sentences = {
        "pca": "Images are centred by the training images' mean before realism is taken, which Delplace et "
        "al. leave open; diversity is given by their text and, beside a published figure, as their code "
        "computes it."
    }
    if settings.distances is not None:
        sentences["kid"] = (
            "KID leaves out pairs of images of one patient, so it is 0 on average of a perfect generator. "
            "Of images of as many patients it is the published form."
        )
        sentences["baseline"] = (
            "Distances stand beside those of other patients' real images, one of each, from the same "
            "reference; the papers have neither."
        )
    return sentences


def _view(pool: MeasuredPool) -> PlacedView:
    """Return how a pool's model saw the real images; pools of equal views share their real images."""
    return PlacedView(view=pool.view, canvas=pool.canvas, crop=pool.crop)


def _names(views: Sequence[PlacedView]) -> dict[PlacedView, str]:
    """Name the sets of real images that pools are compared with: "real", or by the view."""
    distinct = list(dict.fromkeys(views))
    return (
        dict.fromkeys(distinct, "real") if len(distinct) == 1 else {view: _words(view) for view in distinct}
    )


def _words(placed: PlacedView) -> str:
    view, canvas = placed.view, placed.canvas
    sequences = "+".join(view.sequences or ())
    concat = "one by one" if view.concat else ""
    within = view.image_size or canvas
    inside = "" if within == canvas else f" around {within[0]}x{within[1]}"
    size = f"{canvas[0]}x{canvas[1]}{inside}{', shifted' if placed.crop else ''}"
    return " ".join(part for part in ("real", sequences, concat, size) if part)


def _real(context: StepContext[FidelitySettings], placed: PlacedView) -> PaddedView:
    store = ImageStore(context.prepared / "train.h5")
    return PaddedView(gan_view(store, placed.view), placed.canvas, placed.crop, context.seed)


def _pca_metrics(
    context: StepContext[FidelitySettings], names: dict[PlacedView, str], count: int
) -> list[PcaMetrics]:
    """Measure the real images of each view, then each pool by the components of its real images."""
    settings = context.settings
    context.progress.begin(context.name, len(names) + len(settings.pools))
    rows, references = [], {}
    for placed, name in names.items():
        images = _chosen(_real(context, placed), settings.images, context.seed, name)
        references[placed] = _Reference(name, images, components(images, count))
        rows.append(_row(name, references[placed], images, settings.published))
        context.progress.advance(1, name)
    for pool in settings.pools:
        store = ImageStore(context.inputs[pool.step] / "pool.h5")
        images = _chosen(store, settings.images, context.seed, pool.name)
        rows.append(_row(pool.name, references[_view(pool)], images, pool.published))
        context.progress.advance(1, pool.name)
    return rows


def _chosen(images: Images, count: int, seed: int, name: str) -> Images:
    """Choose at most so many at random, in their order."""
    if len(images) <= count:
        return images
    return ImageSubset(images, np.sort(rng(seed, f"measure/{name}").permutation(len(images))[:count]))


def _row(name: str, reference: _Reference, images: Images, published: PublishedMeasures | None) -> PcaMetrics:
    varied = diversity(images)
    is_reference = images is reference.images
    return PcaMetrics(
        pool=name,
        against="" if is_reference else reference.name,
        images=len(images),
        explained=reference.components.explained if is_reference else None,
        rho=float(realism(images, reference.components).mean()),
        sigma=varied.sigma,
        delta=varied.delta,
        sigma_as_published=varied.published_sigma,
        delta_as_published=varied.published_delta,
        published_rho=published.rho if published else None,
        published_sigma=published.sigma if published else None,
        published_delta=published.delta if published else None,
    )
