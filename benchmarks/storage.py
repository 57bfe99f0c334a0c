"""Storage of images: bytes on disk, and images a second that are written and read in random order.

    python benchmarks/storage.py
    python benchmarks/storage.py --pool runs/two_step-demo/steps/generate-pggan/1f0c/pool.h5

The images are phantoms' slices, the same with the noise of a scanner (which compresses as badly as generated
images do), and those of ``--pool``. "read" is HDF5 in one thread; "kgan" is `ImageStore.images`, and "cores"
is how many cores it uses with four threads, beside HDF5's. Rates are images by CPU second. See
docs/decisions/034.
"""

import argparse
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import h5py
import numpy as np

from kgan import registry
from kgan.contracts.reader import SliceRequest
from kgan.data.sampling.augmentation import ClassicTransform, matrices, warp
from kgan.data.store.pixels import to_model
from kgan.data.store.store import ImageStore, StoreWriter

BATCH = 50
WAYS: dict[str, dict[str, object]] = {
    "gzip 1": {"compression": "gzip", "compression_opts": 1},
    "gzip 4": {"compression": "gzip", "compression_opts": 4},
    "gzip 1, shuffle": {"compression": "gzip", "compression_opts": 1, "shuffle": True},
    "gzip 1, 16 images a chunk": {"compression": "gzip", "compression_opts": 1, "chunk": 16},
    "lzf": {"compression": "lzf"},
    "uncompressed": {},
}


def phantoms(count: int, size: int) -> np.ndarray:
    """Return (count, size, size, 1) uint8 slices of phantoms."""
    reader = registry.configure("readers", "phantom", {"patients": count // 100 + 1}).build()
    request = SliceRequest(first=30, last=130, image_size=(size, size))
    slices = [reader.read(patient, request).images for patient in reader.patients()]
    return np.rint(np.concatenate(slices)[:count] * 255).astype(np.uint8)


def noisy(images: np.ndarray) -> np.ndarray:
    """Add Gaussian noise of two grey levels, clipped at black."""
    noise = np.random.default_rng(0).normal(0, 2, images.shape)
    return np.clip(np.rint(images + noise), 0, 255).astype(np.uint8)


def rate(count: int, work: Callable[[], object]) -> float:
    """Return how many of ``count`` are done by CPU second, the best of three."""
    best = np.inf
    for _ in range(3):
        begun = time.process_time()
        work()
        best = min(best, time.process_time() - begun)
    return count / best


def cores(read: Callable[[np.ndarray], object], order: np.ndarray) -> float:
    """Return how many cores four threads use that read batches, at best of five."""
    best = 0.0
    batches = np.array_split(order, max(1, len(order) // BATCH))
    with ThreadPoolExecutor(4) as threads:
        for _ in range(5):
            begun, used = time.perf_counter(), time.process_time()
            list(threads.map(read, batches))
            best = max(best, (time.process_time() - used) / (time.perf_counter() - begun))
    return best


def write(path: Path, images: np.ndarray, way: dict[str, object]) -> None:
    options = {"fletcher32": True, **way}
    chunk = (options.pop("chunk", 1), *images.shape[1:])
    with h5py.File(path, "w") as file:
        data = file.create_dataset("images", shape=images.shape, dtype="u1", chunks=chunk, **options)
        for start in range(0, len(images), BATCH):
            data[start : start + BATCH] = images[start : start + BATCH]


def read(file: h5py.File, order: np.ndarray) -> np.ndarray:
    data = file["images"]
    return np.stack([data[index] for index in order.tolist()])


def compare(name: str, images: np.ndarray, folder: Path) -> None:
    order = np.random.default_rng(1).permutation(len(images))
    for way, options in WAYS.items():
        path = folder / "a.h5"
        written = rate(len(images), lambda path=path, options=options: write(path, images, options))
        some = order[:100] if "chunk" in options else order
        with h5py.File(path) as file:
            got = rate(len(some), lambda file=file, some=some: read(file, some))
        print(f"| {name} | {way} | {path.stat().st_size / len(images):,.0f} | {written:,.0f} | {got:,.0f} |")


def compare_readers(name: str, images: np.ndarray, folder: Path) -> None:
    order = np.random.default_rng(1).permutation(len(images))
    path = folder / "store.h5"
    with StoreWriter(path, image_shape=images.shape[1:], classes=(), provenance={}) as writer:
        for start in range(0, len(images), BATCH):
            part = images[start : start + BATCH]
            writer.append(part, [-1] * len(part), [""] * len(part), [-1] * len(part))
    with ImageStore(path) as store, h5py.File(path, locking=False) as file:
        ours = rate(len(order), lambda: [store.images(part) for part in np.array_split(order, 30)])
        theirs = rate(len(order), lambda: [read(file, part) for part in np.array_split(order, 30)])
        used = cores(store.images, order), cores(lambda part: read(file, part), order)
    print(f"| {name} | {ours:,.0f} | {theirs:,.0f} | {used[0]:.2f} | {used[1]:.2f} |")


def pool_images(path: Path, count: int) -> np.ndarray:
    with ImageStore(path) as store:
        return store.images(np.arange(min(count, len(store))))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--images", type=int, default=1500)
    parser.add_argument("--size", type=int, default=224)
    parser.add_argument("--pool", type=Path, help="A store of generated images.")
    chosen = parser.parse_args()
    slices = phantoms(chosen.images, chosen.size)
    kinds = {"phantoms": slices, "with noise": noisy(slices)}
    if chosen.pool:
        kinds["generated"] = pool_images(chosen.pool, chosen.images)
    with tempfile.TemporaryDirectory() as folder:
        print("| images | storage | bytes an image | written/s | read/s |\n|---|---|---:|---:|---:|")
        for name, images in kinds.items():
            compare(name, images, Path(folder))
        print("\n| images | kgan/s | HDF5/s | cores, kgan | cores, HDF5 |\n|---|---:|---:|---:|---:|")
        for name, images in kinds.items():
            compare_readers(name, images, Path(folder))
    size = (chosen.size, chosen.size)
    part = slices[:BATCH]
    moves = matrices(ClassicTransform(), 0, np.arange(len(part)), size, size)
    print(f"\nto float32: {rate(len(part), lambda: to_model(part)):,.0f} images/s; ", end="")
    print(f"classic augmentation: {rate(len(part), lambda: warp(part, moves, size)):,.0f} images/s")


if __name__ == "__main__":
    main()
