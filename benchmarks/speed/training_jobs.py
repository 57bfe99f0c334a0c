"""Training of the papers' networks at their full widths, beside PyTorch's."""

from collections.abc import Callable
from functools import partial
from typing import Any

from benchmarks.speed.job import KGAN, Job, Work

#: PGGAN at the demo's widths, all layers from the first step on: `benchmarks.time_to_quality`.
NARROW: dict[str, Any] = {
    "job": "PGGAN narrow 64",
    "side": 64,
    "batch": 8,
    "latent": 64,
    "channels": {4: 64, 8: 64, 16: 48, 32: 32, 64: 16},
    "learning_rate": 2e-3,
}


def _kgan(function: str, *arguments: Any) -> Work:
    from benchmarks.speed import kgan_training

    return getattr(kgan_training, function)(*arguments)


def _peer(function: str, compiled: bool, *arguments: Any) -> Work:
    import torch

    from benchmarks.peers import models

    return getattr(models, function)(*arguments, torch.compile if compiled else models.eager)


def _sides(ours: tuple[Any, ...], theirs: tuple[Any, ...]) -> dict[str, Callable[[], Work]]:
    return {
        KGAN: partial(_kgan, *ours),
        "PyTorch": partial(_peer, theirs[0], False, *theirs[1:]),
        "compiled PyTorch": partial(_peer, theirs[0], True, *theirs[1:]),
    }


def _training(
    name: str,
    what: str,
    wanted: float | None,
    ours: tuple[Any, ...],
    theirs: tuple[Any, ...],
    quick: bool = False,
) -> Job:
    return Job(name, what, "step", _sides(ours, theirs), wanted, trained=True, quick=quick)


TRAINING_JOBS = (
    _training(
        "PGGAN 64",
        "batch 16, WGAN-GP, last phase",
        1.5,
        ("noise_to_image", "pggan", 64, 16, "wgan_gp"),
        ("pggan", 64, 16),
    ),
    _training(NARROW["job"], "batch 8, the demo's widths", None, ("narrow",), ("narrow_pggan",)),
    _training(
        "PGGAN 256",
        "batch 16, WGAN-GP, last phase",
        2.0,
        ("noise_to_image", "pggan", 256, 16, "wgan_gp"),
        ("pggan", 256, 16),
    ),
    _training("MUNIT 224", "batch 1, UNIT loss", 1.4, ("unit", 224, 1), ("unit", 224, 1)),
    _training(
        "DCGAN zoo 64",
        "batch 64, DRAGAN",
        1.4,
        ("noise_to_image", "dcgan", 64, 64, "dragan", {"architecture": "zoo"}),
        ("dcgan_zoo_64", 64),
        quick=True,
    ),
    _training("ResNet-50 224", "batch 32", 1.4, ("resnet50", 224, 32), ("resnet50", 224, 32)),
    _training(
        "SimGAN 224",
        "batch 10, one update of each network",
        1.7,
        ("simgan", 224, 10),
        ("simgan", 224, 10),
    ),
    _training(
        "WGAN 128",
        "batch 64, five updates of the critic",
        None,
        ("noise_to_image", "wgan", 128, 64, "wgan"),
        ("wgan_128", 64),
    ),
    _training(
        "SRResNet 256",
        "batch 8, DRAGAN, two updates of the generator",
        None,
        ("noise_to_image", "srresnet", 256, 8, "dragan"),
        ("srresnet", 256, 8),
    ),
)
