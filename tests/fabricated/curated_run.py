"""A run whose GAN's pool was curated by rule: dark, middling and bright squares on two greys, by class."""

from pathlib import Path
from unittest import mock

import numpy as np
from fabricated.small_run import finish_step, prepare_settings, record_run

from kgan.analyses.curation import step as curate
from kgan.analyses.curation.settings import CurationSettings
from kgan.data.store.store import StoreWriter
from kgan.features.fixed import PixelFeatures
from kgan.pipeline.context import StepContext
from kgan.schema.data import ViewSettings
from kgan.steps.features import ChosenFeatures
from kgan.steps.settings.pools import GenerateSettings
from kgan.steps.settings.shared import FeatureSettings

CLASSES = ("non_tumor", "tumor")
SIDE = 16
LEVELS = (90, 230, 100, 110)


class _Pixels(PixelFeatures):
    digest = "d" * 64


def curated_run(folder: Path, *, each=6, clusters=8):
    """Write the run; of the pool's 8 x ``each`` images the rule discards the bright quarter."""
    parts = {"train": ["p1"], "validation": [], "test": ["t1"]}
    finish_step(folder, "prepare", prepare_settings(), {"patients": parts, "classes": CLASSES})
    for split, owner in (("train", "p1"), ("test", "t1")):
        store(place(folder, "prepare") / f"{split}.h5", LEVELS[::2], 6, owner, {"sequences": ["t1c"]}, seed=2)
    store(place(folder, "generate-pggan") / "pool.h5", LEVELS, each, "", {"gan": "pggan"}, seed=1)
    generated = GenerateSettings(seed=1, models=(), classes=CLASSES)
    finish_step(folder, "generate-pggan", generated, {"patients": ["p1"]})
    settings = curation_settings(clusters=clusters)
    facts = curate_again(folder, settings, place(folder, "curate-pggan_good"))
    finish_step(folder, "curate-pggan_good", settings, facts)
    recipe = {"gans": {"pggan": {"title": "PGGAN"}}, "curations": {"pggan_good": {"source": "pggan"}}}
    record_run(folder, recipe, ("prepare", "generate-pggan", "curate-pggan_good"))
    return folder


def curation_settings(**changes):
    """Return settings of the curation; the rule decides unless they are changed."""
    values = {
        "seed": 3, "source": "generate-pggan", "rule": "automatic", "clusters": 8, "discard": 0.25,
        "decisions": None, "features": FeatureSettings(image_size=(SIDE, SIDE), network="densenet169"),
        "classes": CLASSES, "need": (), "view": ViewSettings(), "canvas": (SIDE, SIDE),
    }  # fmt: skip
    return CurationSettings(**{**values, **changes})


def curate_again(folder: Path, settings, out: Path):
    """Run the step on the run's pool with pixels as features; return its facts."""
    inputs = {name: place(folder, name) for name in ("prepare", "generate-pggan")}
    out.mkdir(parents=True, exist_ok=True)
    chosen = ChosenFeatures(_Pixels((SIDE, SIDE)))
    with (
        mock.patch.object(curate, "import_tensorflow"),
        mock.patch.object(curate, "network_features", return_value=chosen),
    ):
        return curate.run(StepContext("curate-pggan_good", settings, inputs, out))


def place(folder, step):
    return folder / "steps" / step / "0"


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
