"""What the check of a section may know of the rest of its recipe, and checks that several sections share.

The recipe stands above the analyses and gives these facts (`kgan.recipe.facts`); a check yields mistakes, and
the recipe adds file and line.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Protocol, TypeAlias

from kgan.errors import did_you_mean
from kgan.schema.features import Features, NetworkFeatures
from kgan.schema.sources import FURTHER_REAL

#: A key of the recipe: names of mappings and numbers of list items.
Key: TypeAlias = tuple[str | int, ...]
#: Where a recipe is wrong, and what was expected and received.
Mistake: TypeAlias = tuple[Key, str]

#: What is wrong with a source whose images are of all classes together.
CLASSLESS = "its images have no class; expected a source with 'per_class: true'"


class RecipeFacts(Protocol):
    """A recipe whose plugins and classes are valid, as the checks of its sections see it."""

    #: Names of the GANs.
    gans: Sequence[str]
    #: Names of the GANs, curations and refiners, each of which has a pool.
    pools: Sequence[str]
    #: Names of the refiners.
    refiners: Sequence[str]
    #: Setup -> source -> images.
    setups: Mapping[str, Mapping[str, int | str]]
    #: Variants of the classifier; ``None`` without a classifier.
    variants: Sequence[str] | None
    #: Patients of the training split: a number, or a fraction of all.
    training_patients: int | float
    #: Splits of the patients on which everything is done.
    splits: int
    #: Whether images have a class.
    has_labels: bool

    @property
    def classes(self) -> int:
        """Number of classes; 1 where images have none."""

    def has_classes(self, source: str) -> bool:
        """Tell whether the images of a source have a class."""

    def source_of(self, pool: str) -> str | None:
        """Return whose pool a curation or refiner takes; ``None`` for anything else."""

    def pool_size(self, pool: str) -> int:
        """Return how many images a pool holds, over all classes."""


def unknown_name(here: Key, name: str, known: Iterable[str], what: str, listed: str) -> Iterator[Mistake]:
    """Refuse a name that the recipe does not define.

    Args:
        here: where it is written.
        name: as written.
        known: all that are defined.
        what: what it should name, such as ``"source"``.
        listed: the words before the list of those known, such as ``"Sources"``.
    """
    names = list(known)
    if name not in names:
        hint = did_you_mean(name, names) or "."
        yield here, f"no {what} {name!r}{hint} {listed}: {', '.join(names) or 'none'}"


def setup_mistakes(
    here: Key, setup: str, variant: str | None, facts: RecipeFacts, key: str
) -> Iterator[Mistake]:
    """Refuse a classifier of a setup, or of a variant, that the recipe does not define.

    Of a setup with further patients it is refused too: what is made or chosen by it would derive from them.

    Args:
        here: the section that names it.
        setup: name of the setup.
        variant: name of the variant; ``None`` where the section names none.
        facts: of the recipe.
        key: of the setup in the section.
    """
    yield from unknown_name((*here, key), setup, facts.setups, "setup", "There are")
    if facts.setups.get(setup, {}).get(FURTHER_REAL):
        text = f"{setup!r} learns from further patients, who are held back for positive controls"
        yield (*here, key), f"{text}; expected a setup without {FURTHER_REAL}"
    if variant is not None:
        known = facts.variants or ()
        yield from unknown_name((*here, "variant"), variant, known, "variant of the classifier", "There are")


def feature_mistakes(here: Key, features: Features, facts: RecipeFacts) -> Iterator[Mistake]:
    """Refuse features of a classifier that the recipe does not train, or of a file that does not exist.

    Args:
        here: where the features are written.
        features: by which a section compares images.
        facts: of the recipe.
    """
    if not isinstance(features, NetworkFeatures):
        return
    if features.network and features.weights != "imagenet" and not Path(features.weights).is_file():
        yield (*here, "weights"), f"no file {features.weights}; expected imagenet or a file of weights"
    if features.classifier is not None:
        yield from setup_mistakes(here, features.classifier, features.variant, facts, "classifier")
