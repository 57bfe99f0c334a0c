"""Step: write Visual Turing Tests, one page each that raters open from disk, and the keys to them.

Which real images are shown, the papers do not say. Ours are of patients whom the GAN has not seen, as far as
there are enough of them: the test split first, then the validation split too, and last the training split.
Raters may see the test split, since nothing is fitted to their answers.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from kgan.analyses.visual_turing.facts import WrittenTest
from kgan.analyses.visual_turing.files import Key, Provenance, identity, key_text
from kgan.analyses.visual_turing.sampling import REAL, SYNTHETIC, Group, Item, Picture, draw
from kgan.analyses.visual_turing.settings import TuringTest, VisualTuringSettings
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

Context = StepContext[VisualTuringSettings]


@dataclass(frozen=True)
class _Sources:
    """Where a test's images come from.

    Args:
        real: the real images as the GAN saw them, by split, and before they were put on its canvas.
        pool: the synthetic ones.
        classes: names of the classes; empty where the pool has none.
        prepared: folder of the preparation.
    """

    real: Mapping[str, tuple[GANView, PaddedView]]
    pool: ImageStore
    classes: tuple[str, ...]
    prepared: Path


def run(context: Context) -> dict[str, Any]:
    """Write ``<name>.html`` and ``<name>.key.json`` for each test.

    Where the splits have fewer real images of a class, as many are shown, and synthetic ones and repeats are
    fewer in proportion.

    Returns:
        dict: what each test holds (see `kgan.analyses.visual_turing.facts`), ``limits`` (what it uses less
        of, a sentence each), and the files to publish.

    Raises:
        DataError: there are too few images of a class.
        RunError: a pool does not say whom it derives from, or it derives from a test patient, whose images
            would stand beside copies of them.
    """
    tests = context.settings.tests
    guard = LeakageGuard.of(context.prepared)
    source_patients(context, [test.step for test in tests], guard)
    settings, reductions = reduced(context.settings, context.prepared)
    context = replace(context, settings=settings)
    context.progress.begin(context.name, len(tests))
    phantom = ImageStore(context.prepared / "test.h5").provenance.get("kind") == "phantom"
    facts: list[WrittenTest] = []
    publish: dict[str, str] = {}
    for test in tests:
        key, images = _build(context, test)
        page, key_file = f"{test.name}.html", f"{test.name}.key.json"
        write_text(context.out / page, turing_page(key, images, phantom=phantom))
        write_text(context.out / key_file, key_text(key))
        publish |= {f"{PAGES}/{page}": page, f"{KEYS}/{test.name}.json": key_file}
        facts.append(_facts(key))
        context.progress.advance(1, test.name)
    tests_written = [test.model_dump(mode="json") for test in facts]
    return {"tests": tests_written, "limits": reductions, "publish": publish}


def limits(name: str, settings: VisualTuringSettings, prepared: Path) -> list[Limit]:
    """Return what the cohort is too small for; see `kgan.steps.checks.cohort_limits`."""
    return analysis_limits(name, lambda: reduced(settings, prepared)[1])


def reduced(settings: VisualTuringSettings, prepared: Path) -> tuple[VisualTuringSettings, list[str]]:
    """Return settings that the cohort is large enough for, and a sentence where they are not those given.

    Raises:
        DataError: too few real images of a class for any test.
    """
    splits = settings.real_from or ORDER[-1]
    counts = (_real_images(test, settings.classes, prepared, splits) for test in settings.tests)
    available, class_name = min(counts, default=(settings.real, ""))
    if available >= settings.real:
        return settings, []
    if available < FEWEST:
        raise DataError(
            f"Turing test: {available} real images{of_class(class_name)}; expected {FEWEST} or more. Add "
            "patients, take real images of more splits (turing.real_from), or write null for turing"
        )
    full = {"real": settings.real, "synthetic": settings.synthetic, "repeats": settings.repeats}
    less = {name: max(number and 1, number * available // settings.real) for name, number in full.items()}
    text = ", ".join(f"{less[name]} instead of {number} {name}" for name, number in full.items() if number)
    sentence = f"{text}, as there are {available} real images{of_class(class_name)} (turing.real)"
    return settings.model_copy(update=less), [sentence]


def _real_images(
    test: TuringTest, class_names: Sequence[str], prepared: Path, splits: Sequence[str]
) -> tuple[int, str]:
    """Return how many real images of each class a test can show, and which class has so few."""
    classes = class_names if test.per_class else ()
    counts = [0] * max(1, len(classes))
    parts = 1
    for split in splits:
        seen = gan_view(ImageStore(prepared / f"{split}.h5"), test.view)
        labels, parts = seen.store.labels, seen.copies
        for label in range(len(counts)):
            counts[label] += int(np.count_nonzero(labels == label)) if classes else len(labels)
    return min((count * parts, classes[label] if classes else "") for label, count in enumerate(counts))


def deviations(settings: VisualTuringSettings) -> dict[str, str]:
    """Return what this step does that the papers do not say, or say otherwise: key -> sentence."""
    sentences = {
        "draw": "Real images are of patients that no GAN has seen, where there are enough, and of as many of "
        "them as there are; the papers draw at random and do not say of whom."
    }
    if settings.repeats:
        sentences["repeats"] = (
            f"{settings.repeats} images are shown a second time, which counts for consistency alone; the "
            "papers show each image once."
        )
    return sentences


def _facts(key: Key) -> WrittenTest:
    origins = [item.picture.origin for item in key.shown.values()]
    return WrittenTest(
        name=key.name,
        test=key.test,
        images=len(origins),
        real=origins.count(REAL),
        synthetic=origins.count(SYNTHETIC),
        repeats=len(key.repeated),
        image_size=key.provenance.image_size,
        real_from=key.provenance.real_from,
        patients=key.provenance.patients,
    )


def _build(context: Context, test: TuringTest) -> tuple[Key, dict[str, np.ndarray]]:
    """Draw a test's images; return its key, and what is shown by the names of the items."""
    settings = context.settings
    sources = _sources(context, test)
    groups, splits = _groups(sources, settings, test.name)
    items = draw(groups, settings.repeats, context.seed, f"turing/{test.name}")
    height, width = settings.image_size or sources.pool.image_shape[:2]
    images = _images(sources, items, (height, width))
    pixels = [hashlib.sha256(images[item.name].tobytes()).hexdigest() for item in items]
    patients = {item.picture.patient for item in items if item.picture.origin == REAL}
    identifier = identity(test.name, sources.classes, items, pixels)
    size = (height, width)
    provenance = Provenance(test.step, splits, len(patients), size, settings.margin, context.seed)
    return Key(identifier, test.name, test.title, sources.classes, items, provenance), images


def _sources(context: Context, test: TuringTest) -> _Sources:
    pool = ImageStore(context.inputs[test.step] / "pool.h5")
    real = {}
    for split in ORDER[-1]:
        seen = gan_view(ImageStore(context.prepared / f"{split}.h5"), test.view)
        real[split] = (seen, PaddedView(seen, test.canvas, test.crop, context.seed))
    classless = not len(pool) or bool((pool.labels == NO_CLASS).any())
    return _Sources(real, pool, () if classless else context.settings.classes, context.prepared)


def _groups(
    sources: _Sources, settings: VisualTuringSettings, name: str
) -> tuple[list[Group], tuple[str, ...]]:
    """Return all images by origin and class, and the splits that the real ones are of."""
    choices = [settings.real_from] if settings.real_from else ORDER
    synthetic = _synthetic(sources, settings.synthetic)
    for splits in choices:
        real = _real(sources, splits, settings.real)
        if not any(group.lacks() for group in real):
            break
    lacking = [f"{group.name}: {group.lacks()}" for group in [*real, *synthetic] if group.lacks()]
    if lacking:
        raise DataError(
            f"Turing test {name!r}: too few {lacking[0]}; show fewer (turing.real, turing.synthetic, or "
            f"--images), take real images of more splits than {', '.join(splits)} (turing.real_from), or "
            "make more"
        )
    return [*real, *synthetic], splits


def _real(sources: _Sources, splits: Sequence[str], count: int) -> list[Group]:
    pictures: list[Picture] = []
    parts: tuple[str, ...] = ()
    for split in splits:
        seen, _ = sources.real[split]
        parts = _sequences(seen)
        store, persons = seen.store, persons_of(sources.prepared, seen.store.patients)
        slices = list(zip(store.labels.tolist(), persons.tolist(), store.slices.tolist(), strict=True))
        for index in range(len(seen)):
            copy, place = divmod(index, len(slices))
            label, patient, number = slices[place]
            part = parts[copy] if parts else ""
            pictures.append(Picture(REAL, _class_name(sources, label), split, index, patient, number, part))
    return _by_class(sources, "real images", pictures, count, parts)


def _synthetic(sources: _Sources, count: int) -> list[Group]:
    pictures = [
        Picture(SYNTHETIC, _class_name(sources, label), POOL, index)
        for index, label in enumerate(sources.pool.labels.tolist())
    ]
    return _by_class(sources, "synthetic images", pictures, count, ())


def _by_class(
    sources: _Sources, name: str, pictures: Sequence[Picture], count: int, parts: Sequence[str]
) -> list[Group]:
    if not sources.classes:
        return [Group(name, pictures, count, parts)]
    return [
        Group(
            f"{name} of class {class_name}",
            [picture for picture in pictures if picture.kind == class_name],
            count,
            parts,
        )
        for class_name in sources.classes
    ]


def _class_name(sources: _Sources, label: int) -> str | None:
    return sources.classes[label] if sources.classes and label != NO_CLASS else None


def _sequences(seen: GANView) -> tuple[str, ...]:
    """Return the sequences that are images of their own; none where an image shows all."""
    if not seen.concat:
        return ()
    names = list(seen.store.provenance.get("sequences", []))
    return tuple(names[channel] if names else str(channel) for channel in seen.channels)


def _images(sources: _Sources, items: Sequence[Item], size: tuple[int, int]) -> dict[str, np.ndarray]:
    """Read what is shown, real and synthetic in the same way: item -> (rows, columns[, 3]) uint8."""
    stores: dict[str, Images] = {
        POOL: sources.pool,
        **{split: placed for split, (_, placed) in sources.real.items()},
    }
    seen, _ = next(iter(sources.real.values()))
    colour = not seen.concat and tuple(seen.store.provenance.get("sequences", ())) == COLOURS
    shown: dict[str, np.ndarray] = {}
    for source, stored in stores.items():
        of_source = [item for item in items if item.picture.source == source]
        if of_source:
            images = flat(stored.images(np.array([item.picture.index for item in of_source])), size, colour)
            shown |= {item.name: image for item, image in zip(of_source, images, strict=True)}
    return shown
