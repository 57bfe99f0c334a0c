"""A finished run small enough for tests: random images as its data and pools, with manifests and a record."""

import json
from pathlib import Path

import numpy as np

from kgan.data.store.store import StoreWriter
from kgan.pipeline import manifest

CLASSES = ("non_tumor", "tumor")
SPLITS = {"train": 9, "validation": 2, "test": 7}


def small_run(
    folder: Path, *, classes=CLASSES, per_class=60, sequences=("t1c",), concat=False, gans=("pggan",)
):
    """Write a run whose GANs saw images of 12x12 on a canvas of 16x16, and a refiner of the first's pool."""
    steps = {"prepare": {"classes": list(classes)}}
    prepare = folder / "steps" / "prepare" / "0"
    prepare.mkdir(parents=True)
    for split, patients in SPLITS.items():
        shape = (12, 12, len(sequences))
        _write(prepare / f"{split}.h5", shape, classes, per_class, split, patients, sequences)
    members = {
        split: [f"{split}-{number}" for number in range(patients)] for split, patients in SPLITS.items()
    }
    facts = {"classes": list(classes), "patients": members}
    manifest.write(prepare, _about("prepare", "prepare", {}, facts))
    seen = {"view": {"sequences": None, "concat": concat, "image_size": None}, "canvas": [16, 16], "crop": 4}
    for name in gans:
        _pool(folder, f"generate-{name}", (16, 16, 1 if concat else len(sequences)), classes, per_class)
        manifest.write(
            folder / "steps" / f"generate-{name}" / "0",
            _about(
                f"generate-{name}",
                "generate",
                {"models": [{"step": f"train-{name}", "label": 0}]},
                {"patients": ["train-1"]},
            ),
        )
        trained = folder / "steps" / f"train-{name}" / "0"
        trained.mkdir(parents=True)
        manifest.write(trained, _about(f"train-{name}", "train_gan", seen, {}))
        steps |= {f"train-{name}": {}, f"generate-{name}": {}}
    _pool(folder, "refine-simgan", (14, 14, 1 if concat else len(sequences)), classes, per_class)
    refined = {"source": f"generate-{gans[0]}", "models": [{"step": "train-simgan"}]}
    manifest.write(
        folder / "steps" / "refine-simgan" / "0",
        _about("refine-simgan", "refine", refined, {"patients": ["train-1"]}),
    )
    steps["refine-simgan"] = {}
    recipe = {"seed": 5, "gans": {name: {"title": name.upper()} for name in gans}, "refiners": {"simgan": {}}}
    record = {"recipe": recipe, "steps": {name: {"id": "0"} for name in steps}}
    (folder / "run.json").write_text(json.dumps(record))
    return folder


def _about(step, kind, settings, facts):
    return {"step": step, "id": "0", "kind": kind, "settings": settings, "facts": facts, "outputs": {}}


def _pool(folder, step, shape, classes, per_class):
    place = folder / "steps" / step / "0"
    place.mkdir(parents=True)
    _write(place / "pool.h5", shape, classes, per_class, step, 0, ())


def _write(path, shape, classes, per_class, name, patients, sequences):
    labels = np.repeat(np.arange(len(classes)), per_class) if classes else np.full(per_class, -1)
    images = np.random.default_rng(sum(name.encode())).integers(1, 256, (len(labels), *shape), np.uint8)
    owners = [f"{name}-{number % patients}" if patients else "" for number in range(len(labels))]
    with StoreWriter(
        path, image_shape=shape, classes=classes, provenance={"sequences": list(sequences)}
    ) as store:
        store.append(images, labels, owners, np.arange(len(labels)) if patients else np.full(len(labels), -1))
