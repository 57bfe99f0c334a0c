"""The list of a plan's steps while it grows."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from kgan.plan.step import Step
from kgan.recipe.schema.recipe import Plugin


class Steps:
    """Steps in the order in which they were added.

    Args:
        seed: the recipe's.
    """

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.all: list[Step] = []

    def add(
        self, name: str, does: str, needs: Sequence[str], settings: Mapping[str, Any], stream: str = ""
    ) -> str:
        """Append a step and return its name; its seed is a function of the recipe's and of ``stream``.

        Args:
            name: unique in the plan.
            does: kind of step.
            needs: names of earlier steps; repeats are dropped.
            settings: what changes the result.
            stream: by default the name.

        Raises:
            ValueError: a step of that name is there, whose result would be taken for this one's.
        """
        if any(step.name == name for step in self.all):
            raise ValueError(f"two steps are called {name!r}")
        seeded = {**settings, "seed": seed_of(self.seed, stream or name)}
        plain = json.loads(json.dumps(seeded))
        self.all.append(Step(name, does, tuple(dict.fromkeys(needs)), plain))
        return name

    def move(self, name: str, after: Sequence[str]) -> None:
        """Put a step right after the last of some others that stand before it."""
        step = next(one for one in self.all if one.name == name)
        self.all.remove(step)
        last = max(place for place, one in enumerate(self.all) if one.name in after)
        self.all.insert(last + 1, step)


def seed_of(seed: int, stream: str) -> int:
    """Return a 31-bit seed for one part of a recipe, from the recipe's own."""
    return int.from_bytes(hashlib.sha256(f"{seed}/{stream}".encode()).digest()[:4], "little") >> 1


def plain(plugin: Plugin) -> dict[str, Any]:
    """Return which plugin with which parameters, as settings have it."""
    return {"plugin": plugin.plugin, "parameters": plugin.parameters}
