"""What a plan will make: images, training steps, disk; as far as it can be known before it runs."""

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeGuard

from kgan.analyses.checkpoint_selection.settings import CheckpointSelectionSettings
from kgan.analyses.curation.settings import CurationSettings
from kgan.pipeline.settings import StepSettings
from kgan.pipeline.step import Step
from kgan.plan.cohort import patients, slices
from kgan.plan.work import warm_up_steps
from kgan.steps.settings.classify import ClassifySettings
from kgan.steps.settings.pools import GenerateSettings, RefineSettings
from kgan.steps.settings.prepare import PrepareSettings
from kgan.steps.settings.training import TrainGanSettings, TrainRefinerSettings


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


def estimate(steps: Sequence[Step[Any]], of: Collection[str] | None = None) -> Estimate:
    """Add up what the steps of a plan will make.

    Args:
        steps: the whole plan.
        of: names of the steps that are counted; ``None`` for all.
    """
    known = {step.name: step.settings for step in steps}
    counted = {name: settings for name, settings in known.items() if of is None or name in of}
    trained = {
        name: settings
        for name, settings in counted.items()
        if isinstance(settings, TrainGanSettings | TrainRefinerSettings)
    }
    epochs = {name: settings.train.epochs for name, settings in trained.items() if _is_gan(settings)}
    chosen = {
        name: _taken_over(settings, known)
        for name, settings in counted.items()
        if isinstance(settings, CheckpointSelectionSettings)
    }
    written = {
        name: _written(settings, known)
        for name, settings in counted.items()
        if isinstance(settings, _WRITING)
    }
    return Estimate(
        images={name: _made(pool) for name, pool in counted.items() if isinstance(pool, _MAKING)},
        bytes={name: size for name, size in written.items() if size is not None},
        linked=chosen,
        unknown=[name for name, size in written.items() if size is None],
        steps=sum(settings.train.steps or 0 for settings in trained.values()),
        warm_up=sum(map(warm_up_steps, trained.values())),
        epochs={name: passes for name, passes in epochs.items() if passes},
        classifiers=sum(isinstance(settings, ClassifySettings) for settings in counted.values()),
    )


_Training = TrainGanSettings | TrainRefinerSettings
_Pool = GenerateSettings | RefineSettings
_MAKING = (GenerateSettings, RefineSettings)
_WRITING = (PrepareSettings, *_MAKING, CurationSettings)


def _is_gan(settings: _Training) -> TypeGuard[TrainGanSettings]:
    return isinstance(settings, TrainGanSettings)


def _made(settings: _Pool) -> int:
    return sum(model.count for model in settings.models)


def _prepared(settings: PrepareSettings) -> int | None:
    """Return the bytes of all slices of all patients; ``None`` where their number or size is not known."""
    request, everyone, of_each = settings.request, patients(settings), slices(settings)
    size = request.center_crop or request.image_size
    if everyone is None or size is None or of_each is None:
        return None
    return everyone * of_each * math.prod(size) * len(request.sequences)


def _pool_bytes(settings: _Pool, known: Mapping[str, StepSettings]) -> int:
    """Return the bytes of a pool that is made."""
    train = known[settings.models[0].step]
    prepare = next(step for step in known.values() if isinstance(step, PrepareSettings))
    channels = len(prepare.request.sequences)
    if isinstance(train, TrainGanSettings):
        channels = 1 if train.view.concat else len(train.view.sequences or prepare.request.sequences)
        return _made(settings) * math.prod(train.canvas) * channels
    if not isinstance(train, TrainRefinerSettings):
        raise TypeError(f"{settings.models[0].step} trains no GAN")
    return _made(settings) * math.prod(train.image_size) * channels


def _taken_over(settings: CheckpointSelectionSettings, known: Mapping[str, StepSettings]) -> int:
    pools = [known[candidate.pool] for candidate in settings.candidates]
    return max(_pool_bytes(pool, known) for pool in pools if isinstance(pool, _MAKING))


def _written(settings: StepSettings, known: Mapping[str, StepSettings]) -> int | None:
    """Return the bytes of images that a step writes, at most; ``None`` where they are not known."""
    if isinstance(settings, PrepareSettings):
        return _prepared(settings)
    if isinstance(settings, _MAKING):
        return _pool_bytes(settings, known)
    if isinstance(settings, CheckpointSelectionSettings):
        return _taken_over(settings, known)
    if isinstance(settings, CurationSettings):  # all may be kept
        return _written(known[settings.source], known)
    raise TypeError(f"a step of kind {settings.kind} writes no images")
