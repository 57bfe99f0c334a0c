"""Near-duplicates: detection rate, and false positives among pairs of images of two patients.

    python benchmarks/near_copies.py
    python benchmarks/near_copies.py --image-size 240 --patients 96
    python benchmarks/near_copies.py --image-size 240 --patients 220 --data /data/BRATS2016

The images are those of each shipped recipe's demo or, with ``--image-size``, every axial T1c slice from 30 to
130 at that size. All pairs of images of two patients are compared. Duplicates of some images, changed in a
known way, must be detected. See docs/decisions/023.
"""

import argparse
import io
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from PIL import Image

from kgan import recipe as recipes
from kgan.data.cohort import near_duplicates
from kgan.data.cohort.split import SPLITS
from kgan.data.store.store import ImageStore
from kgan.pipeline import run, status
from kgan.pipeline.execution.local import Local
from kgan.pipeline.execution.machine import this_machine
from kgan.plan import plan, steps_until

RECIPES = ("two_step", "mri_generation", "multi_sequence")
DUPLICATES = 200
WHOLE = """
name: whole
title: every slice
data:
  reader: {{plugin: brats}}
  stand_in: {{plugin: phantom, parameters: {{patients: {patients}}}}}
  sequences: [t1c]
  slices: {{first: 30, last: 130}}
  image_size: {size}
  split: {{train: {patients}, validation: 0, test: 0}}
gans:
  any: {{plugin: dcgan, loss: {{plugin: original}}, canvas: 256, per_class: false,
        train: {{batch_size: 1, steps: 1}}}}
"""


def jpeg(quality: int) -> Callable[[np.ndarray], np.ndarray]:
    def stored(image: np.ndarray) -> np.ndarray:
        buffer = io.BytesIO()
        Image.fromarray(image[..., 0]).save(buffer, "JPEG", quality=quality)
        return np.asarray(Image.open(buffer))[..., None]

    return stored


def pixel(image: np.ndarray) -> np.ndarray:
    changed = image.copy()
    changed[image.shape[0] // 2, image.shape[1] // 2] ^= 255
    return changed


def sixteen_bits(image: np.ndarray) -> np.ndarray:
    low, high = np.percentile(image[image > 0], (0.5, 99.5))
    return np.rint(np.clip((image.astype(float) - low) / (high - low), 0, 1) * 65535).astype(np.uint16)


def mirrored(image: np.ndarray) -> np.ndarray:
    return np.ascontiguousarray(image[:, ::-1])


CHANGES: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "JPEG 95": jpeg(95),
    "JPEG 75": jpeg(75),
    "JPEG 50": jpeg(50),
    "JPEG 30": jpeg(30),
    "a pixel inverted": pixel,
    "scaled from 16 bits": sixteen_bits,
    "mirrored": mirrored,
    "mirrored, JPEG 75": lambda image: jpeg(75)(mirrored(image)),
}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--out", type=Path, default=Path("build/near_copies"))
    parser.add_argument(
        "--image-size", type=int, help="use every slice, resized to this number of pixels, at most 256"
    )
    parser.add_argument("--patients", type=int, default=48, help="number of phantoms, with --image-size")
    parser.add_argument("--data", type=Path, help="a folder of scans instead of phantoms, with --image-size")
    options = parser.parse_args()
    names = ("",) if options.image_size else RECIPES
    for name in names:
        images, patients = prepared(name, options)
        report(name or f"every slice, {options.image_size} pixels", images, patients)


def prepared(name: str, options: argparse.Namespace) -> tuple[np.ndarray, np.ndarray]:
    """Return all images of a recipe's demo, (n, height, width, channels) uint8, and their patients."""
    options.out.mkdir(parents=True, exist_ok=True)
    if not name:
        name = str(options.out / "whole.yaml")
        text = WHOLE.format(size=options.image_size, patients=options.patients)
        Path(name).write_text(text)
    steps = steps_until(plan(recipes.load(name, data=options.data)), "prepare")
    folder = options.out / Path(name).stem
    run(steps, folder, backend=Local(this_machine(), jobs=1, forked=False))
    place = status(steps, folder)[0].folder
    stores = [store for store in (ImageStore(place / f"{split}.h5") for split in SPLITS) if len(store)]
    images = np.concatenate([store.images(np.arange(len(store))) for store in stores])
    return images, np.concatenate([store.patients for store in stores])


def report(name: str, images: np.ndarray, patients: np.ndarray) -> None:
    print(f"{name}: {len(images):,} images of {len(np.unique(patients))} patients")
    owners = np.unique(patients, return_inverse=True)[1]
    pairs = near_duplicates.candidates(
        near_duplicates.hashes(images), owners, np.zeros(len(owners), np.int64)
    )
    alike = [near_duplicates.similarity(images[one], images[other])[0] for one, other in pairs.tolist()]
    highest = f"highest correlation {max(alike):.3f}, " if alike else ""
    false = sum(value >= near_duplicates.LIKE for value in alike)
    own = np.bincount(owners)
    total = (len(images) ** 2 - (own**2).sum()) // 2
    print(f"  {total:,} pairs of two patients: {len(pairs)} candidates, {highest}{false} false positives")
    for change, share in detection_rates(images):
        print(f"  {change}: {100 * share:.1f} % detected")


def detection_rates(images: np.ndarray) -> Iterator[tuple[str, float]]:
    chosen = np.random.default_rng(3).permutation(len(images))[:DUPLICATES]
    originals = images[chosen][..., :1]
    known = near_duplicates.hashes(originals)
    for change, make in CHANGES.items():
        duplicates = np.stack([make(image) for image in originals])
        far = [
            len(two_pairs(one, other))
            for one, other in zip(near_duplicates.hashes(duplicates), known, strict=True)
        ]
        like = [
            near_duplicates.similarity(one, other)[0]
            for one, other in zip(duplicates, originals, strict=True)
        ]
        yield change, float(np.mean((np.array(far) > 0) & (np.array(like) >= near_duplicates.LIKE)))


def two_pairs(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    return near_duplicates.candidates(np.stack([one, other]), np.arange(2), np.zeros(2, np.int64))


if __name__ == "__main__":
    main()
