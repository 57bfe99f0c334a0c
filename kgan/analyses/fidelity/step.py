"""Step: measure realism and diversity of every pool against the real images that it learnt from."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from kgan.analyses.fidelity.distances_step import write_distances
from kgan.analyses.fidelity.metrics.pca import Components, components, diversity, realism
from kgan.data.store.gan_view import PaddedView, gan_view
from kgan.data.store.store import ImageStore
from kgan.errors import DataError
from kgan.features.image_set import Images, ImageSubset
from kgan.files.tables import write_records
from kgan.pipeline.context import StepContext
from kgan.random.streams import rng
from kgan.steps.checks.cohort_limits import Limit, analysis_limits
from kgan.steps.checks.leakage_guard import LeakageGuard, source_patients
from kgan.steps.checks.pretrained_weights import missing_features
from kgan.steps.persons import persons_of

FIGURES = ("rho", "sigma", "delta")
COLUMNS = (
    *("pool", "against", "images", "explained", *FIGURES),
    *("sigma_as_published", "delta_as_published", *(f"published_{name}" for name in FIGURES)),
)
TABLE = "measures.csv"
#: Where there are too few images for the components asked for.
_IMAGES_A_COMPONENT = 4
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


def run(context: StepContext) -> dict[str, Any]:
    """Write ``measures.csv``, a row for the training images and one for each pool, and ``distances.csv``.

    Settings:
        pools: a list of {name, step, view, canvas, crop, published}: whose pool, which step holds it, how its
            GAN saw the real images, and what a paper found.
        components: principal components that realism is measured by.
        images: of each set, at most.
        published: what a paper found of the training images; may be empty.
        distances: see `kgan.analyses.fidelity.distances_step`; left out or ``None`` for no such table.

    Where the cohort does not bear them, there are fewer components and neighbours (`bearable`).

    Returns:
        dict: how many sets were measured, ``limits`` (what it does with less of, in words), and the tables to
        publish.

    Raises:
        DataError: there are too few images, or they hardly differ.
        RunError: a pool, or the classifier behind the features, derives from a test patient.
    """
    figures, said = bearable(context.settings, context.prepared)
    settings = {**context.settings, **figures}
    context = replace(context, settings=settings)
    pools = settings["pools"]
    by = (settings.get("distances") or {}).get("features")
    behind = [by["classifier"]] if isinstance(by, Mapping) and by.get("classifier") else []
    steps = [*(pool["step"] for pool in pools), *behind]
    patients = source_patients(context, steps, LeakageGuard.of(context.prepared))
    names = _names([_key(pool) for pool in pools])
    context.progress.begin(context.name, len(names) + len(pools))
    rows, references = [], {}
    for key, name in names.items():
        images = _chosen(_real(context, key), settings["images"], context.seed, name)
        references[key] = _Reference(name, images, components(images, settings["components"]))
        rows.append(_row(name, references[key], images, settings["published"]))
        context.progress.advance(1, name)
    for pool in pools:
        store = ImageStore(context.inputs[pool["step"]] / "pool.h5")
        images = _chosen(store, settings["images"], context.seed, pool["name"])
        rows.append(_row(pool["name"], references[_key(pool)], images, pool["published"]))
        context.progress.advance(1, pool["name"])
    write_records(context.out / TABLE, COLUMNS, rows)
    published = {f"results/{TABLE}": TABLE}
    if settings.get("distances"):
        published |= write_distances(context, lambda pool: (names[_key(pool)], _real(context, _key(pool))))
    return {"sets": len(rows), "patients": patients, "limits": said, "publish": published}


def limits(name: str, settings: Mapping[str, Any], prepared: Path) -> list[Limit]:
    """Return what the cohort is too small for; see `kgan.steps.checks.cohort_limits`."""
    missing = missing_features((settings.get("distances") or {}).get("features"))
    late = [Limit(name, f"it will fail, unless this is mended meanwhile: {missing}")] if missing else []
    return [*analysis_limits(name, lambda: bearable(settings, prepared)[1]), *late]


def bearable(settings: Mapping[str, Any], prepared: Path) -> tuple[dict[str, Any], list[str]]:
    """Return ``components`` and ``distances`` that the cohort bears, and what is said of it.

    Of fewer images than components a quarter are taken as components; of fewer than neighbours half, less
    one, as neighbours.

    Raises:
        DataError: too few training images for any component.
    """
    with ImageStore(prepared / "train.h5") as store:
        there = min(
            (len(gan_view(store, pool["view"])) for pool in settings["pools"]), default=settings["images"]
        )
        patients = len(np.unique(persons_of(prepared, store.patients)))
    asked, components = settings["images"], settings["components"]
    said = [f"{there} training images instead of {asked} (measures.images)"] if there < asked else []
    if min(there, asked) <= components:
        fewer = min(there, asked) // _IMAGES_A_COMPONENT
        if not fewer:
            raise DataError(
                f"measures: {there} training images; expected {_IMAGES_A_COMPONENT} or more. Add patients, "
                "or write null for measures"
            )
        said.append(f"{fewer} principal components instead of {components} (measures.pca.components)")
        components = fewer
    distances, more = _bearable_distances(settings.get("distances"), there, patients)
    return {"components": components, "distances": distances}, [*said, *more]


def _bearable_distances(
    distances: Mapping[str, Any] | None, there: int, patients: int
) -> tuple[dict[str, Any] | None, list[str]]:
    if distances is None:
        return None, []
    asked, neighbours, said = distances["images"], distances["neighbours"], []
    if there < asked:
        said.append(
            f"distances of {there} training images and as many synthetic ones instead of {asked} "
            "(measures.distances.images)"
        )
    if min(there, asked) <= neighbours:
        fewer = max(1, min(there, asked) // 2 - 1)
        said.append(f"{fewer} neighbours instead of {neighbours} (measures.distances.neighbours)")
        neighbours = fewer
    if patients < _PATIENTS_WITH_BASELINE:
        lacks = "intervals nor baselines" if patients < 2 else "a baseline of the classifier two-sample test"
        said.append(f"distances without {lacks}, as there are {patients} training patients")
    return {**distances, "neighbours": neighbours}, said


def deviations(settings: Mapping[str, Any]) -> dict[str, str]:
    """Return what this step does that the papers do not say, or say otherwise: key -> sentence."""
    found = {
        "pca": "Images are centred by the training images' mean before realism is taken, which Delplace et "
        "al. leave open; diversity is given by their text and, beside a published figure, as their code "
        "computes it."
    }
    if settings.get("distances"):
        found["kid"] = (
            "KID leaves out pairs of images of one patient, so it is 0 on average of a perfect generator. "
            "Of images of as many patients it is the published form."
        )
        found["baseline"] = (
            "Distances stand beside those of other patients' real images, one of each, from the same "
            "reference; the papers have neither."
        )
    return found


def _key(pool: Mapping[str, Any]) -> str:
    return json.dumps([pool["view"], pool["canvas"], pool["crop"]], sort_keys=True)


def _names(keys: Sequence[str]) -> dict[str, str]:
    """Name the sets of real images that the pools are held against: "real", or by what is seen of them."""
    distinct = list(dict.fromkeys(keys))
    return dict.fromkeys(distinct, "real") if len(distinct) == 1 else {key: _words(key) for key in distinct}


def _words(key: str) -> str:
    seen, canvas, crop = json.loads(key)
    sequences = "+".join((seen or {}).get("sequences") or [])
    concat = "one by one" if (seen or {}).get("concat") else ""
    within = (seen or {}).get("image_size") or canvas
    inside = "" if within == canvas else f" around {within[0]}x{within[1]}"
    size = f"{canvas[0]}x{canvas[1]}{inside}{', shifted' if crop else ''}"
    return " ".join(part for part in ("real", sequences, concat, size) if part)


def _real(context: StepContext, key: str) -> PaddedView:
    seen, canvas, crop = json.loads(key)
    store = ImageStore(context.prepared / "train.h5")
    return PaddedView(gan_view(store, seen), canvas, crop, context.seed)


def _chosen(images: Images, count: int, seed: int, name: str) -> Images:
    """Choose at most so many at random, in their order."""
    if len(images) <= count:
        return images
    return ImageSubset(images, np.sort(rng(seed, f"measure/{name}").permutation(len(images))[:count]))


def _row(
    name: str, reference: _Reference, images: Images, published: Mapping[str, Any] | None
) -> dict[str, Any]:
    varied = diversity(images)
    own = images is reference.images
    return {
        "pool": name,
        "against": "" if own else reference.name,
        "images": len(images),
        "explained": reference.components.explained if own else None,
        "rho": float(realism(images, reference.components).mean()),
        "sigma": varied.sigma,
        "delta": varied.delta,
        "sigma_as_published": varied.published_sigma,
        "delta_as_published": varied.published_delta,
        **{f"published_{figure}": (published or {}).get(figure) for figure in FIGURES},
    }
