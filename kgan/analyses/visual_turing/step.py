"""Step: write Visual Turing Tests, one page each that readers open from disk, and the keys to them.

Which real images are shown, the papers do not say. Ours are of patients whom the GAN has not seen, as far as
there are enough of them: the test split first, then the validation split too, and last the training split.
Readers may see the test split, since nothing is fitted to what they say.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from kgan.analyses.visual_turing.files import Key, identity, key_text
from kgan.analyses.visual_turing.sampling import ORIGINS, REAL, SYNTHETIC, Group, Item, Picture, draw
from kgan.analyses.visual_turing.test_page import flat, turing_page
from kgan.data.pictures.files import COLOURS
from kgan.data.store.gan_view import GANView, PaddedView, gan_view
from kgan.data.store.store import NO_CLASS, ImageStore
from kgan.errors import DataError
from kgan.features.image_set import Images
from kgan.files.atomic import write_text
from kgan.pipeline.context import StepContext
from kgan.steps.checks.cohort_limits import Limit, analysis_limits, of_class
from kgan.steps.checks.leakage_guard import LeakageGuard, source_patients
from kgan.steps.persons import persons_of

#: Sets of splits that real images may be of, the best first.
ORDER = (("test",), ("validation", "test"), ("train", "validation", "test"))
POOL = "pool"
#: Real images of a class, at least.
FEWEST = 5
#: Folders of the run that pages and keys are published in.
PAGES, KEYS = "turing", "turing/keys"


@dataclass(frozen=True)
class _Sources:
    """Where a test's images come from.

    Args:
        real: the real images as the GAN saw them, by split, and before they were put on its canvas.
        pool: the synthetic ones.
        kinds: names of the classes; empty where the pool has none.
        prepared: folder of the preparation.
    """

    real: Mapping[str, tuple[GANView, PaddedView]]
    pool: ImageStore
    kinds: tuple[str, ...]
    prepared: Path


def run(context: StepContext) -> dict[str, Any]:
    """Write ``<name>.html`` and ``<name>.key.json`` for each test.

    Settings:
        tests: a list of {name, title, step, view, canvas, crop, per_class}: whose pool, which step holds it,
            how its GAN saw the real images, and whether its images have a class (unless it says no).
        real: real images of each class, or in all where there are no classes; of several sequences that are
            images of their own in equal parts.
        synthetic: synthetic images, likewise.
        repeats: images that are shown a second time.
        image_size: [height, width] px that all images are brought to; ``None`` for the pool's.
        real_from: splits that real images are of; ``None`` for the best that has enough.
        margin: half the width of what counts as chance, a share; for the scoring.
        classes: names of the classes.
        prepare: step that has the real images; ``"prepare"`` if left out.

    Where the splits have fewer real images of a class, as many are shown, and synthetic ones and repeats are
    fewer in proportion.

    Returns:
        dict: what each test holds, ``limits`` (what it does with less of, in words), and the files to
        publish.

    Raises:
        DataError: there are too few images of a kind.
        RunError: a pool does not say whom it derives from, or it derives from a test patient, whose images
            would stand beside copies of them.
    """
    tests = context.settings["tests"]
    seal = LeakageGuard.of(context.inputs[context.settings.get("prepare", "prepare")])
    source_patients(context, [about["step"] for about in tests], seal)
    figures, said = bearable(context.settings, context.inputs[context.settings.get("prepare", "prepare")])
    context = replace(context, settings={**context.settings, **figures})
    context.progress.begin(context.name, len(tests))
    facts: list[dict[str, Any]] = []
    publish: dict[str, str] = {}
    for about in tests:
        name = about["name"]
        key, images = _test(context, about)
        write_text(context.out / f"{name}.html", turing_page(key, images))
        write_text(context.out / f"{name}.key.json", key_text(key))
        publish |= {f"{PAGES}/{name}.html": f"{name}.html", f"{KEYS}/{name}.json": f"{name}.key.json"}
        facts.append(_facts(key))
        context.progress.advance(1, name)
    return {"tests": facts, "limits": said, "publish": publish}


def limits(name: str, settings: Mapping[str, Any], prepared: Path) -> list[Limit]:
    """Return what the cohort is too small for; see `kgan.steps.checks.cohort_limits`."""
    return analysis_limits(name, lambda: bearable(settings, prepared)[1])


def bearable(settings: Mapping[str, Any], prepared: Path) -> tuple[dict[str, int], list[str]]:
    """Return ``real``, ``synthetic`` and ``repeats`` that the cohort bears, and what is said of it.

    Raises:
        DataError: too few real images of a class for any test.
    """
    splits = tuple(settings["real_from"] or ORDER[-1])
    asked = {name: settings[name] for name in ("real", "synthetic", "repeats")}
    held = (_there(about, settings["classes"], prepared, splits) for about in settings["tests"])
    there, kind = min(held, default=(asked["real"], ""))
    if there >= asked["real"]:
        return asked, []
    if there < FEWEST:
        raise DataError(
            f"Turing test: {there} real images{of_class(kind)}; expected {FEWEST} or more. Add patients, "
            "take real images of more splits (turing.real_from), or write null for turing"
        )
    less = {name: max(number and 1, number * there // asked["real"]) for name, number in asked.items()}
    words = ", ".join(f"{less[name]} instead of {number} {name}" for name, number in asked.items() if number)
    return less, [f"{words}, as there are {there} real images{of_class(kind)} (turing.real)"]


def _there(
    about: Mapping[str, Any], classes: Sequence[str], prepared: Path, splits: Sequence[str]
) -> tuple[int, str]:
    """Return how many real images of each class a test can show, and of which class there are so few."""
    kinds = classes if about.get("per_class", True) else ()
    counts = [0] * max(1, len(kinds))
    parts = 1
    for split in splits:
        seen = gan_view(ImageStore(prepared / f"{split}.h5"), about["view"])
        labels, parts = seen.store.labels, seen.copies
        for label in range(len(counts)):
            counts[label] += int(np.count_nonzero(labels == label)) if kinds else len(labels)
    return min((count * parts, kinds[label] if kinds else "") for label, count in enumerate(counts))


def deviations(settings: Mapping[str, Any]) -> dict[str, str]:
    """Return what this step does that the papers do not say, or say otherwise: key -> sentence."""
    found = {
        "draw": "Real images are of patients that no GAN has seen, where there are enough, and of as many of "
        "them as there are; the papers draw at random and do not say of whom."
    }
    if settings["repeats"]:
        found["repeats"] = (
            f"{settings['repeats']} images are shown a second time, which counts for consistency alone; the "
            "papers show each image once."
        )
    return found


def _facts(key: Key) -> dict[str, Any]:
    origins = [item.picture.origin for item in key.shown.values()]
    return {
        "name": key.name,
        "test": key.test,
        "images": len(origins),
        **{origin: origins.count(origin) for origin in ORIGINS},
        "repeats": len(key.repeated),
        **{name: key.about[name] for name in ("image_size", "real_from", "patients")},
    }


def _test(context: StepContext, about: Mapping[str, Any]) -> tuple[Key, dict[str, np.ndarray]]:
    settings = context.settings
    sources = _sources(context, about)
    groups, splits = _groups(sources, settings, about["name"])
    items = draw(groups, settings["repeats"], context.seed, f"turing/{about['name']}")
    size = tuple(settings["image_size"] or sources.pool.image_shape[:2])
    images = _images(sources, items, (size[0], size[1]))
    pixels = [hashlib.sha256(images[item.name].tobytes()).hexdigest() for item in items]
    patients = {item.picture.patient for item in items if item.picture.origin == REAL}
    key = Key(
        identity(about["name"], sources.kinds, items, pixels),
        about["name"],
        about["title"],
        sources.kinds,
        items,
        {
            "pool": about["step"],
            "real_from": list(splits),
            "patients": len(patients),
            "image_size": list(size),
            "margin": settings["margin"],
            "seed": context.seed,
        },
    )
    return key, images


def _sources(context: StepContext, about: Mapping[str, Any]) -> _Sources:
    prepared = context.inputs[context.settings.get("prepare", "prepare")]
    pool = ImageStore(context.inputs[about["step"]] / "pool.h5")
    real = {}
    for split in ORDER[-1]:
        seen = gan_view(ImageStore(prepared / f"{split}.h5"), about["view"])
        canvas = about["canvas"] or seen.image_shape[:2]
        real[split] = (seen, PaddedView(seen, canvas, about["crop"] or 0, context.seed))
    classless = not len(pool) or bool((pool.labels == NO_CLASS).any())
    return _Sources(real, pool, () if classless else tuple(context.settings["classes"]), prepared)


def _groups(sources: _Sources, settings: Mapping[str, Any], name: str) -> tuple[list[Group], tuple[str, ...]]:
    """Return all images by origin and class, and the splits that the real ones are of."""
    asked = settings["real_from"]
    choices = [tuple(asked)] if asked else ORDER
    made = _synthetic(sources, settings["synthetic"])
    for splits in choices:
        real = _real(sources, splits, settings["real"])
        if not any(group.lacks() for group in real):
            break
    lacking = [f"{group.name}: {group.lacks()}" for group in [*real, *made] if group.lacks()]
    if lacking:
        raise DataError(
            f"Turing test {name!r}: too few {lacking[0]}; show fewer (turing.real, turing.synthetic, or "
            f"--images), take real images of more splits than {', '.join(splits)} (turing.real_from), or "
            "make more"
        )
    return [*real, *made], splits


def _real(sources: _Sources, splits: Sequence[str], count: int) -> list[Group]:
    pictures: list[Picture] = []
    parts: tuple[str, ...] = ()
    for split in splits:
        seen, _ = sources.real[split]
        parts = _sequences(seen)
        store, owners = seen.store, persons_of(sources.prepared, seen.store.patients)
        slices = list(zip(store.labels.tolist(), owners.tolist(), store.slices.tolist(), strict=True))
        for index in range(len(seen)):
            copy, place = divmod(index, len(slices))
            label, patient, number = slices[place]
            part = parts[copy] if parts else ""
            pictures.append(Picture(REAL, _kind(sources, label), split, index, patient, number, part))
    return _by_kind(sources, "real images", pictures, count, parts)


def _synthetic(sources: _Sources, count: int) -> list[Group]:
    pictures = [
        Picture(SYNTHETIC, _kind(sources, label), POOL, index)
        for index, label in enumerate(sources.pool.labels.tolist())
    ]
    return _by_kind(sources, "synthetic images", pictures, count, ())


def _by_kind(
    sources: _Sources, name: str, pictures: Sequence[Picture], count: int, parts: Sequence[str]
) -> list[Group]:
    if not sources.kinds:
        return [Group(name, pictures, count, parts)]
    return [
        Group(f"{name} of class {kind}", [one for one in pictures if one.kind == kind], count, parts)
        for kind in sources.kinds
    ]


def _kind(sources: _Sources, label: int) -> str | None:
    return sources.kinds[label] if sources.kinds and label != NO_CLASS else None


def _sequences(seen: GANView) -> tuple[str, ...]:
    """Return the sequences that are images of their own; none where an image shows all."""
    if not seen.concat:
        return ()
    names = list(seen.store.provenance.get("sequences", []))
    return tuple(names[channel] if names else str(channel) for channel in seen.channels)


def _images(sources: _Sources, items: Sequence[Item], size: tuple[int, int]) -> dict[str, np.ndarray]:
    """Read what is shown, real and synthetic in the same way: item -> (rows, columns[, 3]) uint8."""
    readers: dict[str, Images] = {
        POOL: sources.pool,
        **{split: placed for split, (_, placed) in sources.real.items()},
    }
    seen, _ = next(iter(sources.real.values()))
    colour = not seen.concat and tuple(seen.store.provenance.get("sequences", ())) == COLOURS
    found: dict[str, np.ndarray] = {}
    for source, reader in readers.items():
        mine = [item for item in items if item.picture.source == source]
        if mine:
            images = flat(reader.images(np.array([item.picture.index for item in mine])), size, colour)
            found |= {item.name: image for item, image in zip(mine, images, strict=True)}
    return found
