"""A run whose GAN's pool was curated by rule: dark, middling and bright squares on two greys, by class."""

import json
from pathlib import Path
from unittest import mock

import numpy as np

from kgan.analyses.curation import step as curate
from kgan.data.store.store import StoreWriter
from kgan.features.fixed import PixelFeatures
from kgan.pipeline import manifest
from kgan.pipeline.context import StepContext
from kgan.steps.features import ChosenFeatures

CLASSES = ("non_tumor", "tumor")
SIDE = 16
LEVELS = (90, 230, 100, 110)


class _Pixels(PixelFeatures):
    digest = "d" * 64


def curated_run(folder: Path, *, each=6, clusters=8):
    """Write the run; of the pool's 8 x ``each`` images the rule discards the bright quarter."""
    parts = {"train": ["p1"], "validation": [], "test": ["t1"]}
    finish(folder, "prepare", {"patients": parts, "classes": CLASSES})
    for split, owner in (("train", "p1"), ("test", "t1")):
        store(place(folder, "prepare") / f"{split}.h5", LEVELS[::2], 6, owner, {"sequences": ["t1c"]}, seed=2)
    store(place(folder, "generate-pggan") / "pool.h5", LEVELS, each, "", {"gan": "pggan"}, seed=1)
    finish(folder, "generate-pggan", {"patients": ["p1"]})
    settings = {
        "seed": 3, "source": "generate-pggan", "rule": "automatic", "clusters": clusters, "discard": 0.25,
        "decisions": None, "features": {}, "classes": CLASSES, "need": [],
    }  # fmt: skip
    facts = curate_again(folder, settings, place(folder, "curate-pggan_good"))
    finish(folder, "curate-pggan_good", facts, settings)
    recipe = {"gans": {"pggan": {"title": "PGGAN"}}, "curations": {"pggan_good": {"source": "pggan"}}}
    ids = {name: {"id": "0"} for name in ("prepare", "generate-pggan", "curate-pggan_good")}
    (folder / "run.json").write_text(json.dumps({"recipe": recipe, "steps": ids}))
    return folder


def curate_again(folder: Path, settings, out: Path):
    """Run the step on the run's pool with pixels as features; return its facts."""
    inputs = {name: place(folder, name) for name in ("prepare", "generate-pggan")}
    out.mkdir(parents=True, exist_ok=True)
    chosen = ChosenFeatures(_Pixels((SIDE, SIDE)))
    with (
        mock.patch.object(curate, "import_tensorflow"),
        mock.patch.object(curate, "choose_features", return_value=chosen),
    ):
        return curate.run(StepContext("curate-pggan_good", settings, inputs, out))


def place(folder, step):
    return folder / "steps" / step / "0"


def finish(folder, step, facts, settings=()):
    kind = step.partition("-")[0]
    place(folder, step).mkdir(parents=True, exist_ok=True)
    about = {"step": step, "id": "0", "kind": kind, "settings": dict(settings), "facts": facts, "outputs": {}}
    manifest.write(place(folder, step), about)


def store(path, levels, each, owner, provenance, seed):
    path.parent.mkdir(parents=True, exist_ok=True)
    draws = np.random.default_rng(seed)
    with StoreWriter(path, image_shape=(SIDE, SIDE, 1), classes=CLASSES, provenance=provenance) as writer:
        for label in (0, 1):
            for level in levels:
                images = np.full((each, SIDE, SIDE, 1), 20 + 60 * label)
                images[:, 4:12, 4:12] = level
                images += draws.integers(0, 12, images.shape)
                writer.append(images.astype(np.uint8), [label] * each, [owner] * each, range(each))
