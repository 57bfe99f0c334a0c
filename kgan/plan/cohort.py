"""How many images a cohort will give: known from the recipe, from the prepared data, or assumed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kgan import registry
from kgan.data.cohort.split import PARTS
from kgan.schema.data import ALL_SLICES, Labels
from kgan.steps.settings.prepare import PrepareSettings

#: Assumed where neither the recipe nor the reader tells.
PATIENTS, SLICES = 100, 100
#: Share of the slices that rules on the mask leave in a class: 8,429 of 154 x 101 in Han et al. (2019).
LABELLED = 0.55
#: Name of the images of a cohort without classes, as the facts of a preparation have it.
ALL = "all"


@dataclass(frozen=True)
class CohortImages:
    """Images of a prepared cohort.

    Args:
        counts: split -> class -> images; the class is `ALL` where there are none.
        patients: of the training split.
        assumed: what was assumed in order to count them, in words; empty if all is known.
    """

    counts: Mapping[str, Mapping[str, float]]
    patients: float
    assumed: tuple[str, ...] = ()

    def of(self, split: str, class_name: str | None = None) -> float:
        """Return how many images a split has of a class, or of all."""
        counts = self.counts.get(split, {})
        return sum(counts.values()) if class_name is None else counts.get(class_name, 0)


def patients(settings: PrepareSettings) -> int | None:
    """Return how many patients there are, as the split or the reader's parameter ``patients`` has it."""
    split, reader = settings.split, settings.reader
    counts = [count for count in split.model_dump().values() if isinstance(count, int)]
    if len(counts) == len(PARTS):
        return sum(counts)
    config = registry.configure("readers", reader.plugin, reader.parameters, needs_data=False)
    known = getattr(config, "patients", None)
    return known if isinstance(known, int) else None


def slices(settings: PrepareSettings) -> int | None:
    """Return how many slices of each patient are read, at most; ``None`` for all that there are."""
    request = settings.request
    if request.last == ALL_SLICES:
        return None
    return len(range(request.first, request.last + 1, request.step))


def expected_images(settings: PrepareSettings, classes: tuple[str, ...]) -> CohortImages:
    """Count the images of a cohort that is not prepared yet; classes are assumed to be of equal size.

    Args:
        settings: of the preparation.
        classes: names of the classes; none where images have no class.
    """
    everyone, of_each, labels = patients(settings), slices(settings), settings.labels
    assumed = []
    if everyone is None:
        assumed.append(f"{PATIENTS} patients")
    if of_each is None:
        assumed.append(f"{SLICES} slices of each patient")
    kept = 1.0
    if labels is not None and labels != Labels():
        kept = LABELLED
        assumed.append(f"{LABELLED:.0%} of the slices in a class")
    shares = {name: getattr(settings.split, name) for name in PARTS}
    scale = everyone or PATIENTS if isinstance(settings.split.train, float) else 1
    per_class = kept * (of_each or SLICES) / max(len(classes), 1)
    counts = {
        split: dict.fromkeys(classes or (ALL,), share * scale * per_class) for split, share in shares.items()
    }
    return CohortImages(counts, shares["train"] * scale, tuple(assumed))


def prepared_images(facts: Mapping[str, Any]) -> CohortImages:
    """Return the images of a prepared cohort.

    Args:
        facts: of the finished step.
    """
    return CohortImages(facts["counts"], len(facts["patients"]["train"]))
