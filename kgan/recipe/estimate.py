"""What a plan will make: images, training steps, disk; as far as it can be known before it runs."""

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kgan.recipe.plan import Step


@dataclass(frozen=True)
class Estimate:
    """Sums over a plan.

    Args:
        images: pool's step -> number of images.
        bytes: pool's step -> bytes before compression.
        steps: training steps of GANs whose number is given.
        epochs: training step's name -> passes through its images, where the recipe gives those instead.
        classifiers: how many are trained.
    """

    images: Mapping[str, int]
    bytes: Mapping[str, int]
    steps: int
    epochs: Mapping[str, float]
    classifiers: int


def estimate(steps: Sequence[Step], of: Collection[str] | None = None) -> Estimate:
    """Add up what the steps of a plan will make.

    Args:
        steps: the whole plan.
        of: names of the steps that are counted; ``None`` for all.
    """
    known = {step.name: step for step in steps}
    counted = [step for step in steps if of is None or step.name in of]
    pools = [step for step in counted if step.does in ("generate", "refine")]
    trained = [step for step in counted if step.does in ("train_gan", "train_refiner")]
    images = {step.name: sum(model["count"] for model in step.settings["models"]) for step in pools}
    epochs = {step.name: step.settings["train"].get("epochs") for step in trained}
    return Estimate(
        images=images,
        bytes={step.name: images[step.name] * _pixels(known, step.settings) for step in pools},
        steps=sum(step.settings["train"].get("steps") or 0 for step in trained),
        epochs={name: passes for name, passes in epochs.items() if passes},
        classifiers=sum(step.does == "classify" for step in counted),
    )


def _pixels(known: Mapping[str, Step], settings: Mapping[str, Any]) -> int:
    """Return the values of one image of a pool, a byte each."""
    train = known[settings["models"][0]["step"]].settings
    prepare = next(step for step in known.values() if step.does == "prepare")
    seen = train.get("view") or {}
    sequences = seen.get("sequences") or prepare.settings["request"]["sequences"]
    channels = 1 if seen.get("concat") else len(sequences)
    return math.prod(train.get("canvas") or train["image_size"]) * channels
