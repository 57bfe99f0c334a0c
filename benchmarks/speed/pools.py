"""Making and refining images into a file, batch by batch."""

import tempfile
from collections.abc import Callable
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.speed.job import KGAN, Job, Work

#: Images that are generated together, as kgan does, and that are refined together.
BATCH, REFINED = 50, 10


class Pool:
    """Batches of images that are written as fast as they are made.

    Args:
        make: makes ``units`` batches of images, (n, side, side, 1) uint8 each.
        write: appends a batch.
    """

    def __init__(self, make: Callable[[int], Any], write: Callable[[Any], None]) -> None:
        self.make, self.write = make, write

    def run(self, units: int) -> None:
        for images in self.make(units):
            self.write(images)


def _store(side: int) -> Callable[[np.ndarray], None]:
    from kgan.data.store.store import StoreWriter

    path = Path(tempfile.mkdtemp()) / "pool.h5"
    writer = StoreWriter(path, image_shape=(side, side, 1), classes=("a",), provenance={})
    writer.__enter__()
    return lambda images: _append(writer, images)


def _append(writer: Any, images: np.ndarray) -> None:
    count = len(images)
    writer.append(images, [0] * count, [""] * count, [-1] * count)


def _plain_file(side: int) -> Callable[[np.ndarray], None]:
    import h5py

    path = Path(tempfile.mkdtemp()) / "pool.h5"
    images = h5py.File(path, "w").create_dataset(
        "images", (0, side, side, 1), "uint8", maxshape=(None, side, side, 1), chunks=(1, side, side, 1)
    )

    def append(batch: np.ndarray) -> None:
        images.resize(len(images) + len(batch), axis=0)
        images[-len(batch) :] = batch

    return append


def _kgan_generation(side: int) -> Work:
    from benchmarks.speed.kgan_training import noise_to_image
    from kgan.training.generation import generate_images

    gan = noise_to_image("pggan", side, 16, "wgan_gp").model
    endless = generate_images(gan, 10**9, 0, "pool")
    return Pool(lambda units: (next(endless) for _ in range(units)), _store(side))


def _kgan_refinement(side: int) -> Work:
    from benchmarks.speed.kgan_training import simgan
    from kgan.training.generation import refine_function

    refined = refine_function(simgan(side, 10).model)
    images = np.random.default_rng(0).integers(0, 256, (REFINED, side, side, 1), np.uint8)
    return Pool(lambda units: (refined(images) for _ in range(units)), _store(side))


def _peer(training: str, network: str, side: int) -> Work:
    import torch

    from benchmarks.peers import models

    model = getattr(models, training)(side, 4).networks[network].eval()
    source = torch.rand(REFINED, 1, side, side).contiguous(memory_format=torch.channels_last)

    def make(units: int) -> Any:
        with torch.inference_mode():
            for _ in range(units):
                inputs = torch.randn(BATCH, 512) if network == "generator" else source
                grey = (model(inputs).clamp(-1, 1) * 127.5 + 127.5).round().to(torch.uint8)
                yield grey.permute(0, 2, 3, 1).numpy()

    return Pool(make, _plain_file(side))


class BatchesOf:
    """Batches that an endless iterator yields."""

    def __init__(self, batches: Any) -> None:
        self.batches = batches

    def run(self, units: int) -> None:
        for _ in range(units):
            next(self.batches)


SIDE, DA_BATCH = 224, 96


def _pictures() -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (960, SIDE, SIDE, 1), np.uint8)


def _kgan_augmentation() -> Work:
    from kgan.data.sampling.augmentation import ClassicTransform, matrices, warp
    from kgan.data.sampling.batches import stream

    images, size, transform = _pictures(), (SIDE, SIDE), ClassicTransform()

    def fetch(indices: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        moves = matrices(transform, 0, indices, size, size)
        return warp(images[indices], moves, size), indices

    signature = [((*size, 1), "uint8"), ((), "int64")]
    return BatchesOf(iter(stream(fetch, len(images), DA_BATCH, 0, 0, signature)))


def _opencv() -> Work:
    import cv2

    cv2.setNumThreads(1)
    images, draws = _pictures(), np.random.default_rng(0)

    def batches() -> Any:
        for start in count(0, DA_BATCH):
            changed = np.empty((DA_BATCH, SIDE, SIDE, 1), np.uint8)
            for number in range(DA_BATCH):
                image = images[(start + number) % len(images)]
                angle, zoom = draws.uniform(-10, 10), draws.uniform(0.92, 1.08)
                move = cv2.getRotationMatrix2D((SIDE / 2, SIDE / 2), angle, zoom)
                move[:, 2] += draws.uniform(-0.08, 0.08, 2) * SIDE
                move[0, 1] += draws.uniform(-0.08, 0.08)
                if draws.random() < 0.5:
                    move[0] = [-move[0, 0], -move[0, 1], SIDE - 1 - move[0, 2]]
                cv2.warpAffine(image, move, (SIDE, SIDE), changed[number])
            yield changed

    return BatchesOf(batches())


def _albumentations() -> Work:
    import albumentations
    import cv2

    cv2.setNumThreads(1)
    change = albumentations.Compose(
        [
            albumentations.HorizontalFlip(p=0.5),
            albumentations.Affine(
                scale=(0.92, 1.08), translate_percent=(-0.08, 0.08), rotate=(-10, 10), shear=(-4.6, 4.6), p=1
            ),
        ]
    )
    images = _pictures()

    def batches() -> Any:
        for start in count(0, DA_BATCH):
            numbers = range(start, start + DA_BATCH)
            yield np.stack([change(image=images[number % len(images)])["image"] for number in numbers])

    return BatchesOf(batches())


POOLS = (
    Job(
        "generation 256",
        "PGGAN, 50 images into a file",
        "50 images",
        {
            KGAN: partial(_kgan_generation, 256),
            "PyTorch, h5py": partial(_peer, "pggan", "generator", 256),
        },
    ),
    Job(
        "refinement 224",
        "SimGAN, 10 images into a file",
        "10 images",
        {
            KGAN: partial(_kgan_refinement, 224),
            "PyTorch, h5py": partial(_peer, "simgan", "refiner", 224),
        },
    ),
    Job(
        "classic DA 224",
        "flip, rotation, shift, shear, zoom of 96 images",
        "96 images",
        {KGAN: _kgan_augmentation, "OpenCV": _opencv, "albumentations": _albumentations},
        # What was made in advance takes no time, so that one unit does not say how many fill a turn.
        most=300,
        quick=True,
    ),
)
