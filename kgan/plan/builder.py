"""The list of a plan's steps while it grows."""

import hashlib
from collections.abc import Sequence

from kgan.pipeline.settings import StepSettings
from kgan.pipeline.step import Step


class Steps:
    """Steps in the order in which they were added.

    Args:
        seed: the recipe's.
    """

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.all: list[Step[StepSettings]] = []

    def add(self, name: str, settings: StepSettings, needs: Sequence[str]) -> str:
        """Append a step and return its name.

        Args:
            name: unique in the plan.
            settings: what changes the result.
            needs: names of earlier steps; duplicates are dropped.

        Raises:
            ValueError: a step of that name is there, whose result would be taken for this one's.
        """
        if any(step.name == name for step in self.all):
            raise ValueError(f"two steps are called {name!r}")
        self.all.append(Step(name, settings, tuple(dict.fromkeys(needs))))
        return name

    def move(self, name: str, after: Sequence[str]) -> None:
        """Put a step right after the last of some others that stand before it."""
        step = next(step for step in self.all if step.name == name)
        self.all.remove(step)
        last = max(place for place, other in enumerate(self.all) if other.name in after)
        self.all.insert(last + 1, step)


def seed_of(seed: int, stream: str) -> int:
    """Return a 31-bit seed for one part of a recipe, from the recipe's own."""
    return int.from_bytes(hashlib.sha256(f"{seed}/{stream}".encode()).digest()[:4], "little") >> 1
