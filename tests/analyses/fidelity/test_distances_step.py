import csv

import numpy as np
import pytest

from kgan.analyses.fidelity import step as measure
from kgan.data.store.store import StoreWriter
from kgan.pipeline import manifest
from kgan.pipeline.context import StepContext

SEEN = {"view": None, "canvas": [8, 8], "crop": 0, "published": {}}


def images(count, seed, brightness=0):
    draw = np.random.default_rng(seed)
    y, x = np.mgrid[0:1:8j, 0:1:8j]
    waves = np.stack([np.cos(np.pi * (k * x + m * y)) for k in range(3) for m in range(2)])
    flat = np.einsum("nw,whx->nhx", draw.normal(0, 30, (count, 6)), waves)
    return np.clip(128 + brightness + flat, 0, 255).astype(np.uint8)[..., None]


POOLS = {"like": images(60, 1), "bright": images(60, 1, 60), "black": np.zeros((60, 8, 8, 1), np.uint8)}


def write(path, array, patients):
    path.parent.mkdir(exist_ok=True)
    with StoreWriter(path, image_shape=array.shape[1:], classes=(), provenance={}) as store:
        store.append(array, [-1] * len(array), patients, [-1] * len(array))


@pytest.fixture
def context(tmp_path):
    def make(distances, pools=("like", "bright")):
        write(tmp_path / "prepare" / "train.h5", images(60, 0), [f"p{n // 6}" for n in range(60)])
        write(tmp_path / "prepare" / "test.h5", images(2, 4), ["tested"] * 2)
        inputs = {"prepare": tmp_path / "prepare"}
        parts = {"train": [f"p{n}" for n in range(10)], "validation": [], "test": ["tested"]}
        manifest.write(inputs["prepare"], {"kind": "prepare", "facts": {"patients": parts}, "outputs": {}})
        for name in pools:
            write(tmp_path / name / "pool.h5", POOLS[name], [""] * 60)
            inputs[name] = tmp_path / name
            manifest.write(inputs[name], {"step": name, "facts": {"patients": ["p0"]}, "outputs": {}})
        about = [{"name": name, "step": name, **SEEN} for name in pools]
        settings = {"pools": about, "components": 3, "images": 60, "published": {}, "seed": 1}
        (tmp_path / "out").mkdir()
        return StepContext("measure", {**settings, "distances": distances}, inputs, tmp_path / "out")

    return make


ASKED = {"features": "pixels", "neighbours": 3, "images": 50, "draws": 12}


def test_every_measure_of_every_pool(context):
    made = context(ASKED)
    facts = measure.run(made)
    assert facts["publish"] == {
        "results/measures.csv": "measures.csv",
        "results/distances.csv": "distances.csv",
    }
    with (made.out / "distances.csv").open() as file:
        rows = list(csv.DictReader(file))
    found = {(row["pool"], row["measure"]): row for row in rows}
    assert len(found) == len(rows) == 16
    assert {row["features"] for row in rows} == {"pixels at 32x32"}
    assert {(row["against"], row["real_images"], row["patients"]) for row in rows} == {("real", "50", "10")}
    for measured in ("kid", "fid_shrunk", "c2st"):
        like, bright = (float(found[name, measured]["value"]) for name in ("like", "bright"))
        assert like < bright and found["like", measured]["baseline"], measured


def test_several_scans_of_a_person_are_one_patient(context):
    made = context(ASKED, pools=("like",))
    about = manifest.read(made.prepared)
    about["facts"]["subjects"] = {f"p{number}": f"person-{number % 3}" for number in range(10)}
    manifest.write(made.prepared, about)
    facts = measure.run(made)
    assert any("there are 3 training patients" in said for said in facts["limits"])
    with (made.out / "distances.csv").open() as file:
        assert {row["patients"] for row in csv.DictReader(file)} == {"3"}


def test_a_black_pool_is_measured_all_the_same(context):
    """A GAN that collapsed must not end the run."""
    made = context(ASKED, pools=("black",))
    measure.run(made)
    with (made.out / "distances.csv").open() as file:
        rows = {row["measure"]: row for row in csv.DictReader(file)}
    assert float(rows["coverage"]["value"]) == 0 and float(rows["c2st"]["value"]) > 0.95


def test_without_the_key_there_is_no_table(context):
    made = context(None)
    assert measure.run(made)["publish"] == {"results/measures.csv": "measures.csv"}
    assert not (made.out / "distances.csv").exists()


def test_of_too_many_neighbours_as_many_are_taken_as_there_can_be(context):
    facts = measure.run(context({**ASKED, "neighbours": 50}))
    assert [said for said in facts["limits"] if "instead of 50 (measures.distances.neighbours)" in said]
