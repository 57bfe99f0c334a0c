"""What a plan will make: images, training steps, disk; as far as it can be known before it runs."""

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kgan import registry
from kgan.plan.plan import Step
from kgan.recipe.schema.recipe import ALL_SLICES


@dataclass(frozen=True)
class Estimate:
    """Sums over a plan.

    Args:
        images: pool's step -> number of images to make.
        bytes: step -> bytes of the images that it writes, at most, before compression: prepared images,
            pools, and what is kept of a pool.
        linked: step -> bytes of a pool that it takes over, which are written again only on a disk without
            hard links.
        unknown: steps that write images whose number or size is not known.
        steps: training steps of GANs whose number is given; those of a warm-up are not among them.
        warm_up: steps of GANs before these.
        epochs: training step's name -> passes through its images, where the recipe gives those instead.
        classifiers: how many are trained: of setups, choices, features and equivalent patients.
    """

    images: Mapping[str, int]
    bytes: Mapping[str, int]
    linked: Mapping[str, int]
    unknown: Sequence[str]
    steps: int
    warm_up: int
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
    trained = [step for step in counted if step.does in ("train_gan", "train_refiner")]
    epochs = {step.name: step.settings["train"].get("epochs") for step in trained}
    written = {
        step.name: _written(step, known) for step in counted if step.does in _SIZES and step.does != "choose"
    }
    return Estimate(
        images={step.name: _made(step) for step in counted if step.does in ("generate", "refine")},
        bytes={name: size for name, size in written.items() if size is not None},
        linked={step.name: _taken_over(step, known) for step in counted if step.does == "choose"},
        unknown=[name for name, size in written.items() if size is None],
        steps=sum(step.settings["train"].get("steps") or 0 for step in trained),
        warm_up=sum(map(_warm_up, trained)),
        epochs={name: passes for name, passes in epochs.items() if passes},
        classifiers=sum(step.does == "classify" for step in counted),
    )


def _made(step: Step) -> int:
    return sum(model["count"] for model in step.settings["models"])


def _warm_up(step: Step) -> int:
    """Return the steps before those that the recipe counts: a parameter of that name (`kgan.contracts`)."""
    gan = step.settings["gan"]
    return int(registry.figures_of("gans", gan["plugin"], gan["parameters"]).get("warm_up") or 0)


def _prepared(step: Step, known: Mapping[str, Step]) -> int | None:
    """Return the bytes of all slices of all patients; ``None`` where their number or size is not known."""
    request, patients = step.settings["request"], _patients(step.settings)
    size = request["center_crop"] or request["image_size"]
    if patients is None or size is None or request["last"] == ALL_SLICES:
        return None
    slices = len(range(request["first"], request["last"] + 1, request["step"]))
    return patients * slices * math.prod(size) * len(request["sequences"])


def _patients(settings: Mapping[str, Any]) -> int | None:
    """Return how many there are, as the split or the reader's parameter ``patients`` has it."""
    counts = [count or 0 for count in settings["split"].values()]
    if all(isinstance(count, int) for count in counts):
        return sum(counts)
    reader = settings["reader"]
    there = registry.figures_of("readers", reader["plugin"], reader["parameters"]).get("patients")
    return there if isinstance(there, int) else None


def _pool(step: Step, known: Mapping[str, Step]) -> int:
    """Return the bytes of a pool that is made."""
    train = known[step.settings["models"][0]["step"]].settings
    prepare = next(one for one in known.values() if one.does == "prepare")
    seen = train.get("view") or {}
    sequences = seen.get("sequences") or prepare.settings["request"]["sequences"]
    channels = 1 if seen.get("concat") else len(sequences)
    return _made(step) * math.prod(train.get("canvas") or train["image_size"]) * channels


def _curated(step: Step, known: Mapping[str, Step]) -> int | None:
    """Return the bytes of the pool that is curated: all may be kept."""
    return _written(known[step.settings["source"]], known)


def _taken_over(step: Step, known: Mapping[str, Step]) -> int:
    return max(_pool(known[one["pool"]], known) for one in step.settings["candidates"])


_SIZES = {"prepare": _prepared, "generate": _pool, "refine": _pool, "curate": _curated, "choose": _taken_over}


def _written(step: Step, known: Mapping[str, Step]) -> int | None:
    return _SIZES[step.does](step, known)
