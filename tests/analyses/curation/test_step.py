import dataclasses
import json

import numpy as np
import pytest
from fabricated.preparation import record_preparation

from kgan.analyses.curation import step as curate
from kgan.analyses.curation.decisions_file import read_decisions, write_decisions
from kgan.analyses.curation.settings import CurationSettings
from kgan.analyses.curation.tables import CLUSTERS, IMAGES, read_facts
from kgan.data.store.store import ImageStore, StoreWriter
from kgan.errors import DataError, RunError
from kgan.features.fixed import PixelFeatures
from kgan.pipeline.context import StepContext
from kgan.pipeline.records import manifest
from kgan.schema.data import ViewSettings
from kgan.steps.checks.cohort_limits import Outcome
from kgan.steps.features import ChosenFeatures
from kgan.steps.settings.shared import FeatureSettings

CLASSES = ("non_tumor", "tumor")
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


def share_out(folder, train, test, subjects=(), further=()):
    parts = {"train": train, "validation": [], "test": test, "further": [*further]}
    record_preparation(folder, parts, dict(subjects))


class Digested(PixelFeatures):
    digest = "d" * 64


def curation_settings(**changes):
    values = {
        "seed": 3, "source": "generate-pggan", "rule": "automatic", "clusters": 8, "discard": 0.25,
        "decisions": None, "features": FeatureSettings(image_size=(SIDE, SIDE), network="densenet169"),
        "classes": CLASSES, "need": (18, 18), "view": ViewSettings(), "canvas": (SIDE, SIDE),
    }  # fmt: skip
    return CurationSettings(**{**values, **changes})


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Return ``run(**settings)``: (facts, folder); a quarter of the pool's images are bright squares."""
    monkeypatch.setattr(curate, "import_tensorflow", lambda: None)
    monkeypatch.setattr(
        curate, "network_features", lambda context, features: ChosenFeatures(Digested((SIDE, SIDE)))
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
        inputs = {name: tmp_path / name for name in ("prepare", "generate-pggan")}
        return curate.run(StepContext("curate-pggan", curation_settings(**changes), inputs, out)), out

    go.root = tmp_path
    return go


def test_the_unlike_quarter_goes_and_the_rest_stays_in_order(run):
    facts, out = run()
    counts = read_facts(facts)
    assert (counts.images, counts.kept, counts.discarded) == (36, 36, 12)
    assert {name: (of.images, of.kept) for name, of in counts.classes.items()} == dict.fromkeys(
        CLASSES, (24, 18)
    )
    assert all(of.baseline > 0 for of in counts.classes.values())
    assert facts["patients"] == ["p1", "p2"]
    assert "farthest from the real training images" in facts["rule"] and "25 %" in facts["rule"]
    rows = IMAGES.read(out)
    kept = [row.image for row in rows if row.kept]
    bright = [*range(6, 12), *range(30, 36)]
    assert [row.image for row in rows if not row.kept] == bright
    source, pool = ImageStore(run.root / "generate-pggan" / "pool.h5"), ImageStore(out / "pool.h5")
    np.testing.assert_array_equal(pool.images(range(36)), source.images(kept))
    np.testing.assert_array_equal(pool.labels, source.labels[kept])
    assert pool.provenance["of"] == GAN
    assert min(row.distance for row in rows if not row.kept) > max(row.distance for row in rows if row.kept)


def test_clusters_are_of_one_class_each_and_listed(run):
    facts, out = run()
    clusters = CLUSTERS.read(out)
    assert facts["clusters"] == len(clusters) == 8
    assert [row.class_name for row in clusters] == ["non_tumor"] * 4 + ["tumor"] * 4
    assert sum(row.images for row in clusters) == 48
    class_of = {row.cluster: row.class_name for row in clusters}
    assert all(class_of[row.cluster] == row.class_name for row in IMAGES.read(out))
    assert {row.reason for row in clusters if not row.kept} == {"among the farthest 25 % of the images"}
    assert {path.name for path in (out / "montages").iterdir()} == {"non_tumor-01.png", "tumor-01.png"}
    assert all((out / source).exists() for source in facts["publish"].values())


def test_equal_settings_give_equal_files(run):
    (_, first), (_, second) = run(), run()
    for name in ("pool.h5", "kept.csv", "decisions.json", "clusters.png"):
        assert (first / name).read_bytes() == (second / name).read_bytes(), name


def test_decisions_replayed_on_the_same_pool_give_the_same_images(run):
    _, first = run()
    facts, second = run(rule="decided", decisions=str(first / "decisions.json"))
    assert (first / "kept.csv").read_text() == (second / "kept.csv").read_text()
    assert (first / "decisions.json").read_text() == (second / "decisions.json").read_text()
    assert "as decided in decisions.json" in facts["rule"]


def test_a_person_s_decisions_hold_on_a_later_pool(run):
    _, first = run()
    path = first / "decisions.json"
    result = json.loads(path.read_text())
    for cluster in result["clusters"]:
        cluster["keep"] = cluster["class"] == "tumor" or not cluster["keep"]
    result |= {"decided_by": "a reviewer", "rule": "a person"}
    path.write_text(json.dumps(result))
    store(run.root / "generate-pggan" / "pool.h5", [230, 230, 100], 7, provenance=GAN, seed=2)
    facts, second = run(rule="decided", decisions=str(path), need=[14, 21])
    counts = read_facts(facts).classes
    assert {name: (of.images, of.kept) for name, of in counts.items()} == {
        "non_tumor": (21, 14),
        "tumor": (21, 21),
    }
    assert facts["decided_by"] == "a reviewer"
    assert [row.kept for row in IMAGES.read(second)] == [True] * 14 + [False] * 7 + [True] * 21
    assert {row.reason for row in CLUSTERS.read(second)} == {"decided so"}


def test_single_images_are_decided_on_in_their_very_pool(run):
    _, first = run()
    path = first / "decisions.json"
    result = json.loads(path.read_text())
    result["exceptions"] = [{"image": 0, "keep": False}, {"image": 6, "keep": True}]
    path.write_text(json.dumps(result))
    _, second = run(rule="decided", decisions=str(path))
    kept = {row.image: row.kept for row in IMAGES.read(second)}
    assert (kept[0], kept[6], kept[1], kept[7]) == (False, True, True, False)
    store(run.root / "generate-pggan" / "pool.h5", [90, 230, 100, 110], 6, provenance=GAN, seed=2)
    with pytest.raises(DataError, match="decides on 2 single images of another pool"):
        run(rule="decided", decisions=str(path))


def test_decisions_on_another_gan_s_pool_are_refused(run):
    _, first = run()
    store(run.root / "generate-pggan" / "pool.h5", [90], 24, provenance={**GAN, "gan": "dcgan"})
    with pytest.raises(DataError, match="belongs to another pool: its maker: pggan; this pool's: dcgan"):
        run(rule="decided", decisions=str(first / "decisions.json"))


def test_centroids_of_another_length_are_refused(run):
    _, first = run()
    path = first / "decisions.json"
    result = read_decisions(path)
    write_decisions(path, dataclasses.replace(result, centroids=result.centroids[:, 1:]))
    with pytest.raises(DataError, match=r"decisions.json: centroids of \d+ numbers; expected \d+"):
        run(rule="decided", decisions=str(path))


@pytest.mark.parametrize("subjects", [{}, {"t1": "someone", "p1": "someone"}])
def test_decisions_made_on_a_pool_of_test_patients_are_refused(run, subjects):
    """Decisions of another split of the patients: who was learnt from there may be tested on here."""
    facts, first = run()
    assert facts["patients"] == ["p1", "p2"]
    tested = ["t1"] if subjects else ["p2", "t1"]
    share_out(run.root / "prepare", ["p3"], tested, subjects)
    store(run.root / "prepare" / "train.h5", [90, 100, 110], 8, ["p3"])
    finish(run.root / "generate-pggan", ["p3"])
    leaked = "p1" if subjects else "p2"
    with pytest.raises(RunError, match=f"decisions.json derives from test patients: {leaked}; expected"):
        run(rule="decided", decisions=str(first / "decisions.json"))


def test_decisions_made_on_a_pool_of_further_patients_are_refused(run):
    _, first = run()
    share_out(run.root / "prepare", ["p3"], ["t1"], further=["p2"])
    store(run.root / "prepare" / "train.h5", [90, 100, 110], 8, ["p3"])
    finish(run.root / "generate-pggan", ["p3"])
    with pytest.raises(RunError, match="decisions.json derives from further patients: p2; expected"):
        run(rule="decided", decisions=str(first / "decisions.json"))


def test_all_images_may_be_kept(run):
    facts, out = run(rule="none", need=[24, 24], features=None)
    assert (facts["kept"], facts["discarded"]) == (48, 0)
    assert facts["patients"] == ["p1"]
    assert "publish" not in facts
    assert (
        "results/curation-pggan.csv" in facts["withdraw"] and "curation/pggan/montages" in facts["withdraw"]
    )
    assert sorted(path.name for path in out.iterdir()) == ["pool.h5"]
    source = ImageStore(run.root / "generate-pggan" / "pool.h5")
    np.testing.assert_array_equal(ImageStore(out / "pool.h5").images(range(48)), source.images(range(48)))


def test_too_few_kept_images_are_refused(run):
    with pytest.raises(RunError, match="18 of 24 images of class tumor are kept; expected 19 or more"):
        run(need=[18, 19])


def test_more_clusters_than_images_are_refused(run):
    with pytest.raises(DataError, match="24 images of class non_tumor for 25 clusters"):
        run(clusters=50)


def test_a_class_without_real_images_is_refused(run):
    store(run.root / "prepare" / "train.h5", [90], 0)
    with pytest.raises(DataError, match="no real training image of class non_tumor"):
        run()


def test_pools_without_classes_are_compared_with_all_real_images(run):
    store(run.root / "generate-pggan" / "pool.h5", [90, 230, 100, 110], 6, provenance=GAN, classless=True)
    facts, out = run(need=[])
    (counts,) = read_facts(facts).classes.values()
    assert (counts.images, counts.kept) == (48, 36)
    assert {row.class_name for row in CLUSTERS.read(out)} == {""}


@pytest.mark.parametrize("rule", ["automatic", "none"])
def test_a_pool_of_a_test_patient_is_refused(run, rule):
    finish(run.root / "generate-pggan", ["p1", "t1"])
    with pytest.raises(RunError, match="generate-pggan derives from test patients: t1"):
        run(rule=rule)


def test_real_images_of_a_test_patient_are_refused(run):
    store(run.root / "prepare" / "train.h5", [90, 100], 8, ["p1", "t1"])
    with pytest.raises(RunError, match="the training split derives from test patients: t1"):
        run()


def test_decisions_on_test_patients_are_refused_before_anything_is_trained(run):
    _, out = run()
    decided = curation_settings(rule="decided", decisions=str(out / "decisions.json"), features=None)
    assert curate.limits("curate-pggan", decided, run.root / "prepare") == []
    share_out(run.root / "prepare", ["p1"], ["p2", "t1"])
    (limit,) = curate.limits("curate-pggan", decided, run.root / "prepare")
    assert limit.outcome is Outcome.REFUSED and "derives from test patients: p2" in limit.text
