import csv

import numpy as np
import pytest

from kgan.analyses.tsne import step as embed
from kgan.data.store.store import StoreWriter
from kgan.errors import DataError
from kgan.pipeline.context import StepContext

CLASSES = ["non_tumor", "tumor"]


def store(path, level, each=40, channels=1):
    draws = np.random.default_rng(level)
    path.parent.mkdir(parents=True, exist_ok=True)
    with StoreWriter(path, image_shape=(10, 10, channels), classes=CLASSES, provenance={}) as writer:
        for label in (0, 1):
            images = draws.integers(0, 40, (each, 10, 10, channels)) + level + 60 * label
            writer.append(images.astype(np.uint8), [label] * each, ["p"] * each, range(each))


@pytest.fixture
def context(tmp_path):
    def make(channels=1, **changes):
        store(tmp_path / "prepare" / "train.h5", 20)
        store(tmp_path / "generate-pggan" / "pool.h5", 120, channels=channels)
        (tmp_path / "out").mkdir()
        classic = {
            "horizontal_flip": True, "vertical_flip": True, "rotation": 10, "shift": 0.08,
            "shear": 0.08, "zoom": 0.08, "fill": 0,
        }  # fmt: skip
        sources = [
            {"name": "classic", "title": "classic DA", "kind": "classic", "step": "prepare"},
            {"name": "pggan", "title": "PGGAN", "kind": "pool", "step": "generate-pggan"},
        ]
        settings = {
            "seed": 5, "sources": sources, "classic": classic, "classes": CLASSES, "images": 30,
            "image_size": [8, 8], "perplexity": 15, "iterations": 250, "together": False,
        }  # fmt: skip
        inputs = {name: tmp_path / name for name in ("prepare", "generate-pggan")}
        return StepContext("tsne", {**settings, **changes}, inputs, tmp_path / "out")

    return make


def test_each_set_has_its_figure_and_all_one_table(context):
    made = context()
    facts = embed.run(made)
    assert facts["points"] == 180
    assert set(facts["publish"]) == {
        "results/tsne.csv", "figures/tsne-classic.png", "figures/tsne-pggan.png"
    }  # fmt: skip
    assert all((made.out / file).stat().st_size for file in facts["publish"].values())
    with (made.out / "tsne.csv").open() as file:
        rows = list(csv.DictReader(file))
    counts = {(row["set"], row["class"]) for row in rows}
    assert len(rows) == 180 and len(counts) == 6
    spots = {
        key: np.mean([[float(r["x"]), float(r["y"])] for r in rows if (r["set"], r["class"]) == key], axis=0)
        for key in counts
    }
    # The pool is far brighter than the real images, so it lies elsewhere; classic DA lies among them.
    far = np.linalg.norm(spots["real", "tumor"] - spots["pggan", "tumor"])
    near = np.linalg.norm(spots["real", "tumor"] - spots["classic", "tumor"])
    assert far > near


def test_all_sets_may_be_in_one_figure(context):
    facts = embed.run(context(together=True))
    assert set(facts["publish"]) == {"results/tsne.csv", "figures/tsne.png"}


def test_of_fewer_real_images_as_many_are_taken_of_each_set_and_the_perplexity_falls(context, monkeypatch):
    asked = []

    def spy(images, **figures):
        asked.append((len(images), figures["perplexity"]))
        return np.random.default_rng(0).normal(size=(len(images), 2))

    monkeypatch.setattr(embed, "embed", spy)
    facts = embed.run(context(images=50, perplexity=20))
    assert asked == [(40 * 2 * 3, 16.0)] and facts["points"] == 240
    (said,) = facts["limits"]
    assert (
        said.startswith("40 images of each class instead of 50 (tsne.images)") and "16 instead of 20" in said
    )


def test_too_few_images_of_a_class_are_refused(context):
    made = context(images=50)
    store(made.prepared / "train.h5", 20, each=9)
    with pytest.raises(
        DataError, match="9 training images of class non_tumor; expected 10 or more for a map"
    ):
        embed.run(made)
    assert not list(made.out.iterdir())


def test_sets_of_other_channels_are_refused(context):
    with pytest.raises(DataError, match="images of pggan have 2 channels and the real ones 1"):
        embed.run(context(channels=2))
