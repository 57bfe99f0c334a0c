"""For what later steps request a prepared cohort is too small, known before anything is trained.

A step's module states it beside the step, in a function ``limits(name, settings, prepared)``; the step
``check_cohort`` calls all of them right after the preparation. A step applies the same rule when its turn
comes, so that its identity is a function of its settings alone.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from kgan.data.cohort.limits_table import Outcome
from kgan.data.store.store import ImageStore
from kgan.errors import DataError


@dataclass(frozen=True)
class Limit:
    """One request of a step that the cohort is too small for.

    Args:
        step: its name.
        text: a sentence without its full stop: what is done instead and why; of what is refused, what to do.
        outcome: whether the step uses less, is left out, or no run begins.
    """

    step: str
    text: str
    outcome: Outcome = Outcome.REDUCED


def analysis_limits(step: str, reductions: Callable[[], Iterable[str]]) -> list[Limit]:
    """Return the limits of an analysis, by the function that it applies itself.

    Args:
        step: its name.
        reductions: gives the sentences on what it uses less of; raises a `DataError` where it is left out.
    """
    try:
        return [Limit(step, text) for text in reductions()]
    except DataError as error:
        return [Limit(step, str(error), Outcome.LEFT_OUT)]


def reductions(limits: Iterable[Limit]) -> list[str]:
    """Return the sentences on what steps use less of, for ``facts.limits``."""
    return [limit.text for limit in limits if limit.outcome is Outcome.REDUCED]


def fewest(prepared: Path, classes: Sequence[str], split: str = "train") -> tuple[int, str]:
    """Return the number of images of the class with the fewest, and its name.

    Args:
        prepared: folder of a preparation.
        classes: names by label; empty where images have none, so that all are counted.
        split: whose images.
    """
    with ImageStore(prepared / f"{split}.h5") as store:
        labels = store.labels
    counts = [(int(np.count_nonzero(labels == label)), name) for label, name in enumerate(classes)]
    return min(counts, default=(len(labels), ""))


def batch_text(images: int, batch: int) -> list[str]:
    """Say that a batch contains images several times, where fewer are available than it takes."""
    if images >= batch:
        return []
    return [f"a batch of {batch} (batch_size) contains images several times, as only {images} are available"]


def of_class(name: str) -> str:
    """Return ``" of class tumor"``; nothing where images have no class."""
    return f" of class {name}" if name else ""
