import numpy as np
import pytest
from fabricated.preparation import preparation

from kgan.analyses.tsne import step as tsne
from kgan.analyses.tsne.settings import MappedSource, TsneSettings
from kgan.analyses.tsne.tables import POINTS
from kgan.data.store.store import StoreWriter
from kgan.errors import DataError
from kgan.pipeline.context import StepContext
from kgan.schema.data import Classic
from kgan.steps.checks.cohort_limits import Outcome

CLASSES = ("non_tumor", "tumor")


def tsne_settings(**changes):
    sources = (
        MappedSource(name="classic", title="classic DA", kind="classic", step="prepare"),
        MappedSource(name="pggan", title="PGGAN", kind="pool", step="generate-pggan"),
    )
    values = {
        "seed": 5, "sources": sources, "classic": Classic(), "classes": CLASSES, "images": 30,
        "image_size": (8, 8), "perplexity": 15, "iterations": 250, "together": False,
    }  # fmt: skip
    return TsneSettings(**{**values, **changes})


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
        inputs = {name: tmp_path / name for name in ("prepare", "generate-pggan")}
        return StepContext("tsne", tsne_settings(**changes), inputs, tmp_path / "out")

    return make


def test_each_set_has_its_figure_and_all_one_table(context):
    made = context()
    facts = tsne.run(made)
    assert facts["points"] == 180
    assert set(facts["publish"]) == {
        "results/tsne.csv", "figures/tsne-classic.png", "figures/tsne-pggan.png"
    }  # fmt: skip
    assert all((made.out / file).stat().st_size for file in facts["publish"].values())
    assert (made.out / "tsne.csv").read_text().startswith("set,class,x,y\nreal,non_tumor,")
    points = {}
    for row in POINTS.read(made.out):
        points.setdefault((row.image_set, row.class_name), []).append((row.x, row.y))
    assert len(points) == 6 and all(len(points_of_set) == 30 for points_of_set in points.values())
    centres = {key: np.mean(points_of_set, axis=0) for key, points_of_set in points.items()}
    # The pool is far brighter than the real images, so it lies elsewhere; classic DA lies among them.
    far = np.linalg.norm(centres["real", "tumor"] - centres["pggan", "tumor"])
    near = np.linalg.norm(centres["real", "tumor"] - centres["classic", "tumor"])
    assert far > near


def test_all_sets_may_be_in_one_figure(context):
    facts = tsne.run(context(together=True))
    assert set(facts["publish"]) == {"results/tsne.csv", "figures/tsne.png"}


def test_of_fewer_real_images_as_many_are_taken_of_each_set_and_the_perplexity_falls(context, monkeypatch):
    calls = []

    def spy(images, **parameters):
        calls.append((len(images), parameters["perplexity"]))
        return np.random.default_rng(0).normal(size=(len(images), 2))

    monkeypatch.setattr(tsne, "embed", spy)
    facts = tsne.run(context(images=50, perplexity=20))
    assert calls == [(40 * 2 * 3, 16.0)] and facts["points"] == 240
    (text,) = facts["limits"]
    assert (
        text.startswith("40 images of each class instead of 50 (tsne.images)") and "16 instead of 20" in text
    )


def test_its_limits_are_known_before_anything_is_trained(tmp_path):
    folder = preparation(tmp_path / "p")
    (limit,) = tsne.limits("tsne", tsne_settings(images=300, perplexity=100), folder)
    assert limit.text == (
        "30 images of each class instead of 300 (tsne.images), as there are so many training images of class "
        "tumor; perplexity 10 instead of 100, in proportion"
    )
    assert tsne.limits("tsne", tsne_settings(images=30), folder) == []
    (limit,) = tsne.limits("tsne", tsne_settings(), preparation(tmp_path / "few", train=(40, 9)))
    assert limit.outcome is Outcome.LEFT_OUT
    assert limit.text.startswith("t-SNE: 9 training images of class tumor; expected 10")


def test_too_few_images_of_a_class_are_refused(context):
    made = context(images=50)
    store(made.prepared / "train.h5", 20, each=9)
    with pytest.raises(
        DataError, match="9 training images of class non_tumor; expected 10 or more for a map"
    ):
        tsne.run(made)
    assert not list(made.out.iterdir())


def test_sets_of_other_channels_are_refused(context):
    with pytest.raises(DataError, match="images of pggan have 2 channels and the real ones 1"):
        tsne.run(context(channels=2))
