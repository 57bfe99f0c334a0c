"""Images per second of classic DA at 224×224×1: kgan's input pipeline and five other implementations.

Run from the repository root: ``python benchmarks/classic_da.py``. All rows are measured in one process,
alternately, on images in memory (except the one that reads an HDF5 store). The value of a row is its best
repetition, the one least disturbed by other processes. Compare the ratios: rates depend on the machine.
"""

import argparse
import itertools
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import cv2
import keras
import numpy as np
import tensorflow as tf

from kgan.data.sampling.augmentation import ClassicTransform, matrices, warp
from kgan.data.sampling.batches import stream
from kgan.data.sampling.sources import ClassicSource
from kgan.data.store.store import ImageStore, StoreWriter

SIZE = (224, 224)
BATCH = 96
TRANSFORM = ClassicTransform()
SIGNATURE = [((*SIZE, 1), "uint8"), ((), "int64")]


def brains(count: int) -> np.ndarray:
    """Make smooth ovals on black, (count, 224, 224, 1) uint8; they compress like brain slices."""
    rows, columns = np.mgrid[-1:1:224j, -1:1:224j]
    oval = (rows**2 / 0.7 + columns**2 / 0.5 < 1)[None]
    grain = np.random.default_rng(0).normal(120, 25, (count, 56, 56)).astype(np.float32)
    smooth = np.stack([cv2.resize(one, SIZE, interpolation=cv2.INTER_CUBIC) for one in grain])
    return np.clip(smooth * oval, 0, 255).astype(np.uint8)[..., None]


def ours(images: np.ndarray) -> Iterator:
    """Warp a batch in one numpy_function: the input pipeline of training."""

    def fetch(indices):
        moves = matrices(TRANSFORM, 0, indices, SIZE, SIZE)
        return warp(images[indices], moves, SIZE), indices

    return iter(stream(fetch, len(images), BATCH, 0, 0, SIGNATURE))


def ours_from_disk(images: np.ndarray, folder: Path) -> Iterator:
    """Also read the slices from a store."""
    path = folder / "train.h5"
    with StoreWriter(path, image_shape=(*SIZE, 1), classes=("a", "b"), provenance={}) as writer:
        writer.append(images, np.arange(len(images)) % 2, [""] * len(images), np.arange(len(images)))
    source = ClassicSource(ImageStore(path), 200_000, TRANSFORM, 0)

    def fetch(indices: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        return source.fetch(indices, SIZE), source.labels[indices]

    return iter(stream(fetch, len(source), BATCH, 0, 0, SIGNATURE))


def plain_threads(images: np.ndarray) -> Iterator:
    """Warp on one thread per core, without TensorFlow."""
    threads = os.cpu_count() or 1

    def part(indices):
        return warp(images[indices], matrices(TRANSFORM, 0, indices, SIZE, SIZE), SIZE)

    with ThreadPoolExecutor(threads) as pool:
        for start in itertools.count(0, BATCH):
            indices = np.arange(start, start + BATCH) % len(images)
            yield list(pool.map(part, np.array_split(indices, threads)))


def one_at_a_time(images: np.ndarray) -> Iterator:
    """Call numpy_function for each image."""

    def read(index):
        indices = np.array([index])
        return warp(images[indices], matrices(TRANSFORM, 0, indices, SIZE, SIZE), SIZE)[0]

    def load(index):
        return tf.ensure_shape(tf.numpy_function(read, [index % len(images)], "uint8"), (*SIZE, 1))

    return iter(endless().map(load, num_parallel_calls=tf.data.AUTOTUNE).batch(BATCH).prefetch(4))


def tensorflow_warp(images: np.ndarray) -> Iterator:
    """Use TensorFlow's own affine kernel in a parallel map."""
    moves = matrices(TRANSFORM, 0, np.arange(len(images)), SIZE, SIZE).reshape(-1, 6)
    moves = tf.constant(np.pad(moves, ((0, 0), (0, 2))), tf.float32)
    held = tf.constant(images)

    def load(index):
        chosen = index % len(images)
        return tf.raw_ops.ImageProjectiveTransformV3(
            images=held[chosen][None],
            transforms=moves[chosen][None],
            output_shape=SIZE,
            fill_value=0.0,
            interpolation="BILINEAR",
            fill_mode="CONSTANT",
        )[0]

    return iter(endless().map(load, num_parallel_calls=tf.data.AUTOTUNE).batch(BATCH).prefetch(4))


def keras_layers(images: np.ndarray) -> Iterator:
    """Apply Keras's five preprocessing layers to each batch in a parallel map."""
    fill = {"fill_mode": "constant", "seed": 0}
    layers = [
        keras.layers.RandomFlip(seed=0),
        keras.layers.RandomRotation(10 / 360, **fill),
        keras.layers.RandomTranslation(0.08, 0.08, **fill),
        keras.layers.RandomShear(0.08, 0.08, **fill),
        keras.layers.RandomZoom(0.08, 0.08, **fill),
    ]
    held = tf.constant(images)

    def load(indices):
        batch = tf.cast(tf.gather(held, indices % len(images)), tf.float32)
        for layer in layers:
            batch = layer(batch, training=True)
        return batch

    return iter(endless().batch(BATCH).map(load, num_parallel_calls=tf.data.AUTOTUNE).prefetch(4))


def endless() -> tf.data.Dataset:
    return tf.data.Dataset.range(np.iinfo(np.int64).max)


def images_per_second(make: Callable[[], Iterator], seconds: float) -> float:
    """Return the rate over at least ``seconds``, after eight warm-up batches (tracing, buffers)."""
    batches = make()
    for _ in range(8):
        next(batches)
    begun, done = time.perf_counter(), 0
    while time.perf_counter() - begun < seconds:
        next(batches)
        done += BATCH
    return done / (time.perf_counter() - begun)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--images", type=int, default=960, help="source images")
    parser.add_argument("--seconds", type=float, default=2.0, help="measured time of each repetition")
    parser.add_argument("--turns", type=int, default=3, help="repetitions of each row")
    options = parser.parse_args()
    images = brains(options.images)
    with tempfile.TemporaryDirectory() as folder:
        rows: dict[str, Callable[[], Iterator]] = {
            "kgan: OpenCV, a batch in one numpy_function": lambda: ours(images),
            "kgan, reading the slices from HDF5": lambda: ours_from_disk(images, Path(folder)),
            "OpenCV on plain threads, no TensorFlow": lambda: plain_threads(images),
            "OpenCV, one image in each numpy_function": lambda: one_at_a_time(images),
            "ImageProjectiveTransformV3, parallel map": lambda: tensorflow_warp(images),
            "five Keras layers, parallel map": lambda: keras_layers(images),
        }
        turns = [
            {name: images_per_second(make, options.seconds) for name, make in rows.items()}
            for _ in range(options.turns)
        ]
    rates = {name: max(turn[name] for turn in turns) for name in rows}
    first = next(iter(rates.values()))
    versions = f"OpenCV {cv2.__version__}, TensorFlow {tf.__version__}, Keras {keras.__version__}"
    print(f"{os.cpu_count()} cores, {versions}")
    print(f"{'at 224x224x1':<46}{'images/s':>10}{'ratio':>9}")
    for name, rate in rates.items():
        print(f"{name:<46}{rate:>10,.0f}{rate / first:>9.2f}")


if __name__ == "__main__":
    main()
