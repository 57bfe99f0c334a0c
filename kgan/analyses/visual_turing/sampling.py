"""Which images a Visual Turing Test shows, in which order, and the key that says what each one is.

The paper shows 50 images of each kind "in random order" and says nothing of how they are drawn. Ours: images
of one kind are spread over as many patients as there are, since neighbouring slices of one patient look so
much alike that a rater would know the second by the first. Where a recipe asks for it, a few are shown a
second time, late, to see whether the rater agrees with themselves; the papers show each once.

Reference: C. Han et al., "Combining noise-to-image and image-to-image GANs", IEEE Access 2019, section III-E.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from kgan.errors import DataError
from kgan.random.streams import rng

REAL, SYNTHETIC = "real", "synthetic"
#: The two answers to the first question, in the order of tables.
ORIGINS = (REAL, SYNTHETIC)
#: Digits of an item's name, which says nothing.
_DIGITS = 8


@dataclass(frozen=True)
class Picture:
    """One image that may be shown.

    Args:
        origin: `REAL` or `SYNTHETIC`.
        kind: name of its class; ``None`` where there are no classes.
        source: which set it is of, such as ``"test"`` or ``"pool"``.
        index: its number in that set.
        patient: of a real image; several scans of one person are one patient.
        slice: of a real image; -1 for none.
        sequence: that it shows, where sequences are images of their own.
    """

    origin: str
    kind: str | None
    source: str
    index: int
    patient: str = ""
    slice: int = -1
    sequence: str = ""


@dataclass(frozen=True)
class Item:
    """One showing of an image.

    Args:
        name: eight hexadecimal digits drawn at random; all that the page knows it by.
        picture: what is shown.
        repeats: name of the item that showed the same image before; ``None`` for the first showing.
    """

    name: str
    picture: Picture
    repeats: str | None = None


@dataclass(frozen=True)
class Group:
    """Images of one origin and class, of which some are to be shown.

    Args:
        name: in messages, such as ``"real images of class tumor"``.
        pictures: all that there are.
        count: how many are wanted.
        parts: sequences that share the number equally; empty for none.
    """

    name: str
    pictures: Sequence[Picture]
    count: int
    parts: Sequence[str] = ()

    @property
    def quotas(self) -> dict[str, int]:
        """Return how many are wanted of each sequence; of all, under the empty name, where none shares."""
        parts = self.parts or ("",)
        share, rest = divmod(self.count, len(parts))
        return {part: share + (number < rest) for number, part in enumerate(parts)}

    def of(self, part: str) -> list[Picture]:
        """Return the images of a sequence, or all under the empty name."""
        return [picture for picture in self.pictures if not part or picture.sequence == part]

    def lacks(self) -> str:
        """Say what there is too little of, in words; empty where there is enough."""
        for part, wanted in self.quotas.items():
            available = len(self.of(part))
            if available < wanted:
                return f"{available}{f' of sequence {part}' if part else ''}, expected {wanted}"
        return ""


def draw(groups: Sequence[Group], repeats: int, seed: int, stream: str) -> tuple[Item, ...]:
    """Draw a test's images, their order and their names: a function of the arguments alone.

    Args:
        groups: images by origin and class.
        repeats: images of the first half that are shown again in the second, evenly of each group.
        seed: of the draw.
        stream: name of the test, so that tests of one seed differ.

    Returns:
        tuple: items in the order they are shown.

    Raises:
        DataError: a group has too few images, or there are fewer images than repeats.
    """
    pictures: list[Picture] = []
    for number, group in enumerate(groups):
        pictures += _choose(group, pictures, rng(seed, f"{stream}/images", number))
    order = [pictures[number] for number in rng(seed, f"{stream}/order").permutation(len(pictures))]
    again = _again(order, repeats, rng(seed, f"{stream}/repeats"))
    names = _names(len(order) + len(again), rng(seed, f"{stream}/names"))
    first = [Item(name, picture) for name, picture in zip(names, order, strict=False)]
    by_picture = {item.picture: item.name for item in first}
    second = [
        Item(name, picture, by_picture[picture])
        for name, picture in zip(names[len(order) :], again, strict=True)
    ]
    late = (len(order) + 1) // 2
    mixed = [*first[late:], *second]
    mixed = [mixed[number] for number in rng(seed, f"{stream}/second half").permutation(len(mixed))]
    return (*first[:late], *mixed)


def _choose(group: Group, before: Sequence[Picture], generator: np.random.Generator) -> list[Picture]:
    lacking = group.lacks()
    if lacking:
        raise DataError(
            f"Turing test: too few {group.name}: {lacking}; show fewer (turing.real, turing.synthetic, or "
            "--images), or make more"
        )
    chosen: list[Picture] = []
    for part, wanted in group.quotas.items():
        chosen += _spread(group.of(part), wanted, [*before, *chosen], generator)
    return chosen


def _spread(
    pictures: Sequence[Picture], count: int, before: Sequence[Picture], generator: np.random.Generator
) -> list[Picture]:
    """Choose at random, from as many patients as there are: no patient twice before every patient once."""
    taken = Counter(picture.patient for picture in before)
    ranked = []
    for place in generator.permutation(len(pictures)).tolist():
        picture = pictures[place]
        rank = taken[picture.patient] if picture.patient else 0
        taken[picture.patient] += 1
        ranked.append((rank, picture))
    ranked.sort(key=lambda pair: pair[0])  # stable: random within a rank
    return [picture for _, picture in ranked[:count]]


def _again(order: Sequence[Picture], repeats: int, generator: np.random.Generator) -> list[Picture]:
    """Choose images of the first half that are shown twice, one of each kind in turn."""
    early = order[: (len(order) + 1) // 2]
    if repeats > len(early):
        raise DataError(
            f"Turing test: {repeats} images to repeat among {len(order)}; expected at most {len(early)} "
            "(turing.repeats)"
        )
    taken: Counter[tuple[str, str | None]] = Counter()
    ranked = []
    for place in generator.permutation(len(early)).tolist():
        kind = (early[place].origin, early[place].kind)
        taken[kind] += 1
        ranked.append((taken[kind], early[place]))
    ranked.sort(key=lambda pair: pair[0])
    return [picture for _, picture in ranked[:repeats]]


def _names(count: int, generator: np.random.Generator) -> list[str]:
    names: dict[str, None] = {}
    while len(names) < count:
        names[f"{generator.integers(16**_DIGITS):0{_DIGITS}x}"] = None
    return list(names)
