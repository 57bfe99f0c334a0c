"""Whose images the search for training patients compares."""

import numpy as np
import pytest
from fabricated.preparation import CLASSES, record_preparation

from kgan.analyses.memorization.image_sets import Gathering
from kgan.analyses.memorization.settings import MemorizationSettings
from kgan.data.store.store import StoreWriter
from kgan.pipeline.context import StepContext
from kgan.schema.data import ViewSettings
from kgan.steps.settings.shared import ViewedPool

POOL = ViewedPool(name="gan", step="generate-gan", view=ViewSettings(), canvas=(6, 6))


def write(path, images, patients, labels):
    path.parent.mkdir(parents=True, exist_ok=True)
    with StoreWriter(path, image_shape=images.shape[1:], classes=CLASSES, provenance={}) as store:
        store.append(images, labels, patients, np.arange(len(images)))


def grey(count, value, size=4):
    return np.full((count, size, size, 1), value, np.uint8)


@pytest.fixture
def context(tmp_path):
    """Return ``context(images)``: splits of 2 or 1 patients with 4 images each, and a pool of 6."""
    parts = {"train": ["p1", "p2"], "validation": ["v1"], "test": ["t1"]}
    for number, (split, patients) in enumerate(parts.items(), 1):
        owners = np.repeat(patients, 4)
        write(
            tmp_path / f"prepare/{split}.h5",
            grey(len(owners), 10 * number),
            owners,
            [0, 1] * (len(owners) // 2),
        )
    write(tmp_path / "generate-gan/pool.h5", grey(6, 200, 6), [""] * 6, [0, 0, 1, 1, 1, 1])
    record_preparation(tmp_path / "prepare", parts, {"v1": "person"})

    def made(images=100):
        settings = MemorizationSettings(seed=1, pools=(POOL,), images=images, features="pixels", max_auc=None)
        inputs = {name: tmp_path / name for name in ("prepare", "generate-gan")}
        return StepContext("privacy", settings, inputs, tmp_path)

    return made


def test_a_class_has_its_own_images_on_each_side(context):
    first, second = Gathering(context()).sets(POOL, ["p1", "p2"])
    assert (first.class_name, second.class_name) == CLASSES
    assert [(len(sets.synthetic), len(sets.training), len(sets.held_out)) for sets in (first, second)] == [
        (2, 4, 4), (4, 4, 4)
    ]  # fmt: skip


def test_members_are_those_that_the_pool_derives_from_and_no_others(context):
    first, _ = Gathering(context()).sets(POOL, ["p2"])
    assert set(first.training.scans) == {"p2"} and len(first.training) == 2


def test_held_out_images_are_of_validation_and_test(context):
    first, _ = Gathering(context()).sets(POOL, ["p1"])
    assert set(first.held_out.scans) == {"v1", "t1"}
    # Pixels of the middle, read across both stores in any order.
    images = first.held_out.images(np.array([3, 0, 2, 1]))
    assert images[:, 3, 3, 0].tolist() == [30, 20, 30, 20]
    assert first.held_out.image_shape == images.shape[1:] == (6, 6, 1)


def test_there_are_at_most_so_many_and_always_the_same(context):
    draws = [next(Gathering(context(1)).sets(POOL, ["p1", "p2"])) for _ in range(2)]
    assert (len(draws[0].synthetic), len(draws[0].training), len(draws[0].held_out)) == (1, 1, 2)
    for name in ("scans", "slices"):
        np.testing.assert_array_equal(*(getattr(sets.training, name) for sets in draws))


def test_pools_of_one_view_and_patients_share_their_real_images(context):
    gathering = Gathering(context())
    other = POOL.model_copy(update={"name": "other"})
    (first, _), (second, _), (third, _) = (
        gathering.sets(*of) for of in ((POOL, ["p1"]), (other, ["p1"]), (other, ["p1", "p2"]))
    )
    assert first.training is second.training and first.held_out is second.held_out is third.held_out
    assert third.training is not first.training
