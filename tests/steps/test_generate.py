"""A pool is what its models make of latents that follow from seed, model and number."""

import numpy as np
import pytest

from kgan.data.store.pixels import to_store
from kgan.data.store.store import ImageStore
from kgan.errors import RunError
from kgan.pipeline.context import StepContext
from kgan.pipeline.records import manifest
from kgan.random import tensors
from kgan.steps import generate
from kgan.steps.settings.pools import GenerateSettings, PoolModel
from kgan.training import model_files
from kgan.training.generation import BATCH

CLASSES = ("non_tumor", "tumor")
RECIPE = {
    "kind": "gans",
    "plugin": "dcgan",
    "parameters": {"width": 1 / 32, "latent_size": 8},
    "loss": {"plugin": "original"},
    "image_shape": [16, 16, 1],
}


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    """Two models with other weights, as their training leaves them: name -> folder."""
    folders = {}
    for seed, name in enumerate(("train-gan-non_tumor", "train-gan-tumor")):
        folders[name] = tmp_path_factory.mktemp(name)
        model_files.save(model_files.build(RECIPE, seed), RECIPE, folders[name])
        record = {"step": name, "facts": {"patients": [f"p{seed}", "p9"]}, "outputs": {}}
        manifest.write(folders[name], record)
    return folders


def context(models, out, count, seed=4):
    parts = tuple(PoolModel(step=step, label=label, count=count) for label, step in enumerate(models))
    settings = GenerateSettings(models=parts, classes=CLASSES, seed=seed)
    return StepContext("generate-gan", settings, models, out)


@pytest.fixture(scope="module")
def pool_folder(tmp_path_factory):
    return tmp_path_factory.mktemp("pool")


@pytest.fixture(scope="module")
def facts(models, pool_folder):
    """The facts of a batch and three images of each model, which lie in ``pool_folder``."""
    return generate.run(context(models, pool_folder, BATCH + 3))


def test_images_of_each_model_with_its_class(models, pool_folder, facts):
    with ImageStore(pool_folder / "pool.h5") as pool:
        assert pool.labels.tolist() == [0] * (BATCH + 3) + [1] * (BATCH + 3)
        assert pool.classes == CLASSES
        images = pool.images(np.arange(len(pool)))
    for label, (step, folder) in enumerate(models.items()):
        gan = model_files.load(folder)
        for batch, start in enumerate((0, BATCH)):
            seed = tensors.seed_for(4, step, batch)
            expected = to_store(gan.sample(gan.sample_latents(BATCH, seed)).numpy())
            drawn = images[label * (BATCH + 3) + start :][: min(BATCH, BATCH + 3 - start)]
            # A graph and single operations round differently in the last bit, and so may a grey value.
            assert np.abs(drawn.astype(int) - expected[: len(drawn)].astype(int)).max() <= 1
    assert facts == {"images": 2 * (BATCH + 3), "patients": ["p0", "p1", "p9"]}


@pytest.mark.usefixtures("facts")
def test_an_image_follows_from_the_seed_and_not_from_the_size_of_the_pool(models, pool_folder, tmp_path):
    first = dict(list(models.items())[:1])
    for seed in (4, 5):
        generate.run(context(first, tmp_path / str(seed), 5, seed))
    large, same, other = (
        ImageStore(folder / "pool.h5").images(np.arange(5))
        for folder in (pool_folder, tmp_path / "4", tmp_path / "5")
    )
    assert np.array_equal(large, same)
    assert not np.array_equal(large, other)


def test_a_model_that_does_not_say_whom_it_learnt_from_is_refused(models, tmp_path):
    silent = tmp_path / "silent"
    model_files.save(model_files.build(RECIPE, 0), RECIPE, silent)
    manifest.write(silent, {"step": "train-gan-tumor", "facts": {}, "outputs": {}})
    (tmp_path / "pool").mkdir()
    with pytest.raises(RunError, match="does not say which patients it derives from"):
        generate.run(context({"train-gan-tumor": silent}, tmp_path / "pool", 2))


def test_models_of_different_precisions_make_no_pool(models, tmp_path):
    """As ``auto`` may be on two machines: rounding would tell the classes apart."""
    other = tmp_path / "other"
    model_files.save(model_files.build(RECIPE, 1), {**RECIPE, "precision": "bfloat16"}, other)
    names = list(models)
    mixed = {names[0]: models[names[0]], names[1]: other}
    with pytest.raises(RunError, match="different precisions"):
        generate.run(context(mixed, tmp_path, 2))
    assert not (tmp_path / "pool.h5").exists()
