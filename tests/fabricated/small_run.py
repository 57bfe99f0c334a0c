"""A finished run small enough for tests: random images as its data and pools, with manifests and a record."""

import json
from pathlib import Path

import numpy as np

from kgan.data.store.store import StoreWriter
from kgan.pipeline.records import manifest
from kgan.pipeline.settings import type_name
from kgan.schema.base import Plugin
from kgan.schema.data import Labels, Split, ViewSettings
from kgan.schema.training import GanTrain
from kgan.steps.settings.pools import GenerateSettings, PoolModel, RefineSettings
from kgan.steps.settings.prepare import PrepareSettings, RequestSettings
from kgan.steps.settings.training import TrainGanSettings

CLASSES = ("non_tumor", "tumor")
SPLITS = {"train": 9, "validation": 2, "test": 7}


def small_run(
    folder: Path,
    *,
    classes=CLASSES,
    per_class=60,
    sequences=("t1c",),
    concat=False,
    gans=("pggan",),
    kind="real",
):
    """Write a run whose GANs saw images of 12x12 on a canvas of 16x16, and a refiner of the first's pool."""
    run = _Run(folder, classes, per_class, kind)
    run.prepare(sequences)
    channels = 1 if concat else len(sequences)
    for name in gans:
        run.finish(f"train-{name}", _train_settings(ViewSettings(concat=concat), classes))
        models = (PoolModel(step=f"train-{name}", label=0, count=per_class),)
        settings = GenerateSettings(seed=1, models=models, classes=classes)
        run.pool(f"generate-{name}", settings, (16, 16, channels))
    models = (PoolModel(step="train-simgan", label=0, count=per_class),)
    refined = RefineSettings(seed=1, source=f"generate-{gans[0]}", models=models, classes=classes)
    run.pool("refine-simgan", refined, (14, 14, channels))
    recipe = {"seed": 5, "gans": {name: {"title": name.upper()} for name in gans}, "refiners": {"simgan": {}}}
    record_run(folder, recipe, run.steps)
    return folder


def finish_step(run: Path, name, settings, facts):
    """Write the manifest of a finished step of a run; return its folder."""
    place = run / "steps" / name / "0"
    place.mkdir(parents=True, exist_ok=True)
    values = {
        "step": name,
        "id": "0",
        "kind": settings.kind,
        "settings_type": type_name(settings),
        "settings": settings.to_json(),
        "facts": facts,
        "outputs": {},
    }
    manifest.write(place, values)
    return place


def record_run(folder, recipe, steps):
    """Write the record of a run of these finished steps."""
    record = {"recipe": recipe, "steps": {name: {"id": "0"} for name in steps}}
    (folder / "run.json").write_text(json.dumps(record))


def prepare_settings(sequences=("t1c",)):
    """Return settings of a preparation."""
    request = RequestSettings(
        first=0, last=9, sequences=sequences, plane="axial", image_size=None, center_crop=None
    )
    return PrepareSettings(
        seed=1, reader=Plugin(plugin="phantom"), request=request, labels=Labels(), exclude=None,
        split=Split(**SPLITS), min_patients=None,
    )  # fmt: skip


class _Run:
    def __init__(self, folder, classes, per_class, kind):
        self.folder, self.classes, self.per_class, self.kind = folder, classes, per_class, kind
        self.steps = []

    def finish(self, name, settings, **facts):
        self.steps.append(name)
        return finish_step(self.folder, name, settings, facts)

    def prepare(self, sequences):
        members = {
            split: [f"{split}-{number}" for number in range(patients)] for split, patients in SPLITS.items()
        }
        place = self.finish("prepare", prepare_settings(sequences), classes=self.classes, patients=members)
        for split, patients in SPLITS.items():
            shape = (12, 12, len(sequences))
            self.write(place / f"{split}.h5", shape, split, patients, sequences)

    def pool(self, name, settings, shape):
        place = self.finish(name, settings, patients=["train-1"])
        self.write(place / "pool.h5", shape, name, 0, ())

    def write(self, path, shape, name, patients, sequences):
        classes, per_class = self.classes, self.per_class
        labels = np.repeat(np.arange(len(classes)), per_class) if classes else np.full(per_class, -1)
        images = np.random.default_rng(sum(name.encode())).integers(1, 256, (len(labels), *shape), np.uint8)
        owners = [f"{name}-{number % patients}" if patients else "" for number in range(len(labels))]
        slices = np.arange(len(labels)) if patients else np.full(len(labels), -1)
        with StoreWriter(
            path,
            image_shape=shape,
            classes=classes,
            provenance={"sequences": list(sequences), "kind": self.kind},
        ) as store:
            store.append(images, labels, owners, slices)


def _train_settings(view, classes):
    return TrainGanSettings(
        seed=1, gan=Plugin(plugin="dcgan"), loss=None, view=view, canvas=(16, 16), crop=4, classes=classes,
        train=GanTrain(batch_size=2, steps=1), class_name=None, label=None,
    )  # fmt: skip
