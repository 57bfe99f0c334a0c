import csv
import dataclasses
import json

import numpy as np
import pytest

from kgan.analyses.curation import step as curate
from kgan.analyses.curation.clustering import maker
from kgan.analyses.curation.decisions_file import read_decisions, write_decisions
from kgan.data.store.store import ImageStore, StoreWriter
from kgan.errors import DataError, RunError
from kgan.features.fixed import PixelFeatures
from kgan.pipeline import manifest
from kgan.pipeline.context import StepContext
from kgan.steps.features import ChosenFeatures

CLASSES = ["non_tumor", "tumor"]
GAN = {"kind": "generated", "gan": "pggan", "step": "generate-pggan"}
SIDE = 16


def images(label, level, count, seed):
    draws = np.random.default_rng([label, level, seed])
    made = np.full((count, SIDE, SIDE, 1), 20 + 60 * label)
    made[:, 4:12, 4:12] = level
    return (made + draws.integers(0, 12, made.shape)).astype(np.uint8)


def store(path, levels, each, patients=("",), provenance=(), seed=0, classless=False):
    path.parent.mkdir(parents=True, exist_ok=True)
    with StoreWriter(
        path, image_shape=(SIDE, SIDE, 1), classes=CLASSES, provenance=dict(provenance)
    ) as writer:
        for label in (0, 1):
            for level in levels:
                owners = [patients[i % len(patients)] for i in range(each)]
                shown = -1 if classless else label
                writer.append(images(label, level, each, seed), [shown] * each, owners, range(each))


def finish(folder, patients):
    manifest.write(folder, {"step": folder.name, "facts": {"patients": patients}, "outputs": {}})


def share_out(folder, train, test, subjects=()):
    parts = {"train": train, "validation": [], "test": test}
    facts = {"patients": parts, "subjects": dict(subjects)}
    manifest.write(folder, {"kind": "prepare", "facts": facts, "outputs": {}})


class Digested(PixelFeatures):
    digest = "d" * 64


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Return ``run(**settings)``: (facts, folder); a quarter of the pool's images are bright squares."""
    monkeypatch.setattr(curate, "import_tensorflow", lambda: None)
    monkeypatch.setattr(
        curate, "choose_features", lambda context, features: ChosenFeatures(Digested((SIDE, SIDE)))
    )
    store(tmp_path / "prepare" / "train.h5", [90, 100, 110], 8, ["p1", "p2"])
    store(tmp_path / "prepare" / "test.h5", [90], 2, ["t1"])
    share_out(tmp_path / "prepare", ["p1", "p2"], ["t1"])
    store(tmp_path / "generate-pggan" / "pool.h5", [90, 230, 100, 110], 6, provenance=GAN, seed=1)
    finish(tmp_path / "generate-pggan", ["p1"])
    runs = []

    def go(**changes):
        out = tmp_path / f"out{len(runs)}"
        out.mkdir()
        runs.append(out)
        settings = {
            "seed": 3, "source": "generate-pggan", "rule": "automatic", "clusters": 8, "discard": 0.25,
            "decisions": None, "features": {}, "classes": CLASSES, "need": [18, 18],
        }  # fmt: skip
        inputs = {name: tmp_path / name for name in ("prepare", "generate-pggan")}
        return curate.run(StepContext("curate-pggan", {**settings, **changes}, inputs, out)), out

    go.root = tmp_path
    return go


def rows(path):
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def test_the_unlike_quarter_goes_and_the_rest_stays_in_order(run):
    facts, out = run()
    assert (facts["images"], facts["kept"], facts["discarded"]) == (36, 36, 12)
    assert facts["classes"] == {kind: {"images": 24, "kept": 18} for kind in CLASSES}
    assert facts["patients"] == ["p1", "p2"]
    assert "farthest from the real training images" in facts["rule"] and "25 %" in facts["rule"]
    table = rows(out / "kept.csv")
    kept = [int(row["image"]) for row in table if row["kept"] == "yes"]
    bright = [*range(6, 12), *range(30, 36)]
    assert [int(row["image"]) for row in table if row["kept"] == "no"] == bright
    source, pool = ImageStore(run.root / "generate-pggan" / "pool.h5"), ImageStore(out / "pool.h5")
    np.testing.assert_array_equal(pool.images(range(36)), source.images(kept))
    np.testing.assert_array_equal(pool.labels, source.labels[kept])
    assert pool.provenance["of"] == GAN
    assert min(float(row["distance"]) for row in table if row["kept"] == "no") > max(
        float(row["distance"]) for row in table if row["kept"] == "yes"
    )


def test_clusters_are_of_one_class_each_and_told(run):
    facts, out = run()
    clusters = rows(out / "clusters.csv")
    assert facts["clusters"] == len(clusters) == 8
    assert [row["class"] for row in clusters] == ["non_tumor"] * 4 + ["tumor"] * 4
    assert sum(int(row["images"]) for row in clusters) == 48
    of = {int(row["cluster"]): row["class"] for row in clusters}
    assert all(of[int(row["cluster"])] == row["class"] for row in rows(out / "kept.csv"))
    assert {row["reason"] for row in clusters if row["kept"] == "no"} == {
        "among the farthest 25 % of the images"
    }
    assert {path.name for path in (out / "montages").iterdir()} == {"non_tumor-01.png", "tumor-01.png"}
    assert all((out / source).exists() for source in facts["publish"].values())


def test_equal_settings_give_equal_files(run):
    (_, one), (_, two) = run(), run()
    for name in ("pool.h5", "kept.csv", "decisions.json", "clusters.png"):
        assert (one / name).read_bytes() == (two / name).read_bytes(), name


def test_decisions_replayed_on_the_same_pool_give_the_same_images(run):
    _, one = run()
    facts, two = run(rule="decided", decisions=str(one / "decisions.json"))
    assert (one / "kept.csv").read_text() == (two / "kept.csv").read_text()
    assert (one / "decisions.json").read_text() == (two / "decisions.json").read_text()
    assert "as decided in decisions.json" in facts["rule"]


def test_a_person_s_decisions_hold_on_a_later_pool(run):
    _, one = run()
    path = one / "decisions.json"
    found = json.loads(path.read_text())
    for cluster in found["clusters"]:
        cluster["keep"] = cluster["class"] == "tumor" or not cluster["keep"]
    found |= {"decided_by": "a reader", "rule": "a person"}
    path.write_text(json.dumps(found))
    store(run.root / "generate-pggan" / "pool.h5", [230, 230, 100], 7, provenance=GAN, seed=2)
    facts, two = run(rule="decided", decisions=str(path), need=[14, 21])
    assert facts["classes"] == {
        "non_tumor": {"images": 21, "kept": 14},
        "tumor": {"images": 21, "kept": 21},
    }
    assert facts["decided_by"] == "a reader"
    assert [row["kept"] for row in rows(two / "kept.csv")] == ["yes"] * 14 + ["no"] * 7 + ["yes"] * 21
    assert {row["reason"] for row in rows(two / "clusters.csv")} == {"decided so"}


def test_single_images_are_decided_on_in_their_very_pool(run):
    _, one = run()
    path = one / "decisions.json"
    found = json.loads(path.read_text())
    found["exceptions"] = [{"image": 0, "keep": False}, {"image": 6, "keep": True}]
    path.write_text(json.dumps(found))
    _, two = run(rule="decided", decisions=str(path))
    fate = {int(row["image"]): row["kept"] for row in rows(two / "kept.csv")}
    assert (fate[0], fate[6], fate[1], fate[7]) == ("no", "yes", "yes", "no")
    store(run.root / "generate-pggan" / "pool.h5", [90, 230, 100, 110], 6, provenance=GAN, seed=2)
    with pytest.raises(DataError, match="decides on 2 single images of another pool"):
        run(rule="decided", decisions=str(path))


def test_decisions_on_another_gan_s_pool_are_refused(run):
    _, one = run()
    store(run.root / "generate-pggan" / "pool.h5", [90], 24, provenance={**GAN, "gan": "dcgan"})
    with pytest.raises(DataError, match="belongs to another pool: its maker: pggan; this pool's: dcgan"):
        run(rule="decided", decisions=str(one / "decisions.json"))


def test_centroids_of_another_length_are_refused(run):
    _, one = run()
    path = one / "decisions.json"
    found = read_decisions(path)
    write_decisions(path, dataclasses.replace(found, centroids=found.centroids[:, 1:]))
    with pytest.raises(DataError, match=r"decisions.json: centroids of \d+ numbers; expected \d+"):
        run(rule="decided", decisions=str(path))


@pytest.mark.parametrize("subjects", [{}, {"t1": "someone", "p1": "someone"}])
def test_decisions_made_on_a_pool_of_test_patients_are_refused(run, subjects):
    """Decisions of another split of the patients: who was learnt from there may be tested on here."""
    facts, one = run()
    assert facts["patients"] == ["p1", "p2"]
    tested = ["t1"] if subjects else ["p2", "t1"]
    share_out(run.root / "prepare", ["p3"], tested, subjects)
    store(run.root / "prepare" / "train.h5", [90, 100, 110], 8, ["p3"])
    finish(run.root / "generate-pggan", ["p3"])
    leaked = "p1" if subjects else "p2"
    with pytest.raises(RunError, match=f"decisions.json derives from test patients: {leaked}; expected"):
        run(rule="decided", decisions=str(one / "decisions.json"))


def test_nobody_decides(run):
    facts, out = run(rule="none", need=[24, 24])
    assert (facts["kept"], facts["discarded"]) == (48, 0)
    assert facts["patients"] == ["p1"]
    assert "publish" not in facts
    assert (
        "results/curation-pggan.csv" in facts["withdraw"] and "curation/pggan/montages" in facts["withdraw"]
    )
    assert sorted(path.name for path in out.iterdir()) == ["pool.h5"]
    source = ImageStore(run.root / "generate-pggan" / "pool.h5")
    np.testing.assert_array_equal(ImageStore(out / "pool.h5").images(range(48)), source.images(range(48)))


def test_too_few_kept_images_are_told(run):
    with pytest.raises(RunError, match="18 of 24 images of class tumor are kept; expected 19 or more"):
        run(need=[18, 19])


def test_more_clusters_than_images_are_refused(run):
    with pytest.raises(DataError, match="24 images of class non_tumor for 25 clusters"):
        run(clusters=50)


def test_a_class_without_real_images_is_refused(run):
    store(run.root / "prepare" / "train.h5", [90], 0)
    with pytest.raises(DataError, match="no real training image of class non_tumor"):
        run()


def test_pools_without_classes_are_held_against_all_real_images(run):
    store(run.root / "generate-pggan" / "pool.h5", [90, 230, 100, 110], 6, provenance=GAN, classless=True)
    facts, out = run(need=[])
    assert facts["classes"] == {"": {"images": 48, "kept": 36}}
    assert {row["class"] for row in rows(out / "clusters.csv")} == {""}


@pytest.mark.parametrize("rule", ["automatic", "none"])
def test_a_pool_of_a_test_patient_is_refused(run, rule):
    finish(run.root / "generate-pggan", ["p1", "t1"])
    with pytest.raises(RunError, match="generate-pggan derives from test patients: t1"):
        run(rule=rule)


def test_real_images_of_a_test_patient_are_refused(run):
    store(run.root / "prepare" / "train.h5", [90, 100], 8, ["p1", "t1"])
    with pytest.raises(RunError, match="the training split derives from test patients: t1"):
        run()


def test_makers_are_told_apart():
    assert maker(GAN) == "pggan"
    assert maker({"kind": "curated", "of": GAN}) == "pggan"
    assert maker({"kind": "refined", "gan": "simgan", "of": GAN}) == "simgan of pggan"
