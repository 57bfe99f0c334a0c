"""A refined pool is the source pool, image by image, through the model of its class."""

import numpy as np
import pytest

from kgan.data.resize import resize
from kgan.data.store.pixels import to_model, to_store
from kgan.data.store.store import ImageStore
from kgan.pipeline.context import StepContext
from kgan.pipeline.records import manifest
from kgan.steps import refine
from kgan.steps.settings.pools import PoolModel, RefineSettings
from kgan.training import model_files

SIZE = (32, 32)
CLASSES = ("non_tumor", "tumor")
RECIPE = {
    "kind": "gans",
    "plugin": "simgan",
    "parameters": {"width": 0.05, "blocks": 1},
    "image_shape": [*SIZE, 1],
}


@pytest.fixture(scope="module")
def inputs(small_run, tmp_path_factory):
    """A pool of 60 images of 16x16 for each of two classes, and a model for each, one with a snapshot."""
    folder = small_run(tmp_path_factory.mktemp("run"))
    folders = {"generate-pggan": folder / "steps" / "generate-pggan" / "0"}
    for seed, kind in enumerate(CLASSES):
        place = tmp_path_factory.mktemp(f"train-{kind}")
        model_files.save(model_files.build(RECIPE, seed), RECIPE, place)
        model_files.save(model_files.build(RECIPE, seed + 10), RECIPE, place / "snapshots" / "5")
        record = {"step": f"train-{kind}", "facts": {"patients": [f"refined-{kind}"]}, "outputs": {}}
        manifest.write(place, record)
        folders[f"train-{kind}"] = place
    return folders


def run(inputs, out, count, **changes):
    models = tuple(
        PoolModel(step=f"train-{kind}", label=label, count=count) for label, kind in enumerate(CLASSES)
    )
    settings = RefineSettings(source="generate-pggan", models=models, classes=CLASSES, seed=1, **changes)
    facts = refine.run(StepContext("refine-simgan", settings, inputs, out))
    with ImageStore(out / "pool.h5") as pool:
        return facts, pool.images(np.arange(len(pool))), pool.labels.tolist()


def expected(inputs, snapshot, kind, label, count):
    with ImageStore(inputs["generate-pggan"] / "pool.h5") as source:
        before = resize(source.images(np.flatnonzero(source.labels == label)[:count]), SIZE)
    folder = inputs[f"train-{kind}"] / snapshot
    return to_store(model_files.load(folder).refine(to_model(before)).numpy())


@pytest.mark.parametrize(
    ("requested", "made", "changes", "snapshot"),
    [(100, 60, {}, "."), (4, 4, {"snapshot": 5}, "snapshots/5")],
    ids=["more-than-the-source-has", "snapshot"],
)
def test_each_image_by_the_model_of_its_class(inputs, tmp_path, requested, made, changes, snapshot):
    facts, images, labels = run(inputs, tmp_path, requested, **changes)
    assert labels == [0] * made + [1] * made
    for label, kind in enumerate(CLASSES):
        wanted = expected(inputs, snapshot, kind, label, made).astype(int)
        assert np.abs(images[made * label :][:made].astype(int) - wanted).max() <= 1
    assert facts["images"] == len(images) == 2 * made
    assert facts["patients"] == ["refined-non_tumor", "refined-tumor", "train-1"]
    assert sorted(facts["publish"]) == [f"figures/simgan-pairs-{kind}.png" for kind in CLASSES]
