"""A preparation of black images of so many patients and classes, as its folder."""

import numpy as np

from kgan.data.store.store import StoreWriter
from kgan.pipeline.records import manifest

CLASSES = ("non_tumor", "tumor")


def preparation(
    folder,
    train=(40, 30),
    validation=(20, 20),
    test=(20, 20),
    patients=6,
    classes=CLASSES,
    size=8,
    further=(),
):
    """Write so many images of each class of each split; patients take turns. Return the folder."""
    parts, splits = {}, {"train": train, "validation": validation, "test": test}
    for split, counts in {**splits, **({"further": further} if further else {})}.items():
        labels = np.repeat(np.arange(len(counts)), counts) if classes else np.full(sum(counts), -1)
        owners = [f"{split}-{number % patients}" for number in range(len(labels))]
        folder.mkdir(exist_ok=True)
        with StoreWriter(
            folder / f"{split}.h5", image_shape=(size, size, 1), classes=classes, provenance={}
        ) as store:
            store.append(np.zeros((len(labels), size, size, 1), np.uint8), labels, owners, range(len(labels)))
        parts[split] = sorted(set(owners))
    record_preparation(folder, parts)
    return folder


def record_preparation(folder, patients, subjects=None):
    """Write the manifest of a preparation: the patients of each split, and whose scans these are."""
    facts = {"patients": patients, "subjects": subjects or {}}
    manifest.write(folder, {"kind": "prepare", "facts": facts, "outputs": {}})
