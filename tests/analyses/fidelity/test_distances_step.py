import numpy as np
import pytest

from kgan.analyses.fidelity import step as measure
from kgan.analyses.fidelity.settings import DistanceSettings, FidelitySettings, MeasuredPool
from kgan.analyses.fidelity.tables import DISTANCES
from kgan.data.store.store import StoreWriter
from kgan.pipeline.context import StepContext
from kgan.pipeline.records import manifest
from kgan.schema.data import ViewSettings


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
        measured = tuple(
            MeasuredPool(name=name, step=name, view=ViewSettings(), canvas=(8, 8)) for name in pools
        )
        settings = FidelitySettings(
            seed=1, pools=measured, components=3, images=60, published=None, distances=distances
        )
        (tmp_path / "out").mkdir()
        return StepContext("measure", settings, inputs, tmp_path / "out")

    return make


SETTINGS = DistanceSettings(features="pixels", neighbours=3, images=50, draws=12)


def test_every_measure_of_every_pool(context):
    made = context(SETTINGS)
    facts = measure.run(made)
    assert facts["publish"] == {
        "results/measures.csv": "measures.csv",
        "results/distances.csv": "distances.csv",
    }
    rows = DISTANCES.read(made.out)
    metrics = {(row.pool, row.measure): row for row in rows}
    assert len(metrics) == len(rows) == 16
    assert {row.features for row in rows} == {"pixels at 32x32"}
    assert {(row.against, row.real_images, row.patients) for row in rows} == {("real", 50, 10)}
    for measured in ("kid", "fid_shrunk", "c2st"):
        like, bright = (metrics[name, measured].value for name in ("like", "bright"))
        assert like < bright and metrics["like", measured].baseline is not None, measured


def test_several_scans_of_a_person_are_one_patient(context):
    made = context(SETTINGS, pools=("like",))
    record = manifest.read(made.prepared)
    record["facts"]["subjects"] = {f"p{number}": f"person-{number % 3}" for number in range(10)}
    manifest.write(made.prepared, record)
    facts = measure.run(made)
    assert any("there are 3 training patients" in note for note in facts["limits"])
    assert {row.patients for row in DISTANCES.read(made.out)} == {3}


def test_a_black_pool_is_measured_all_the_same(context):
    """A GAN that collapsed must not end the run."""
    made = context(SETTINGS, pools=("black",))
    measure.run(made)
    rows = {row.measure: row for row in DISTANCES.read(made.out)}
    assert rows["coverage"].value == 0 and rows["c2st"].value > 0.95


def test_without_the_key_there_is_no_table(context):
    made = context(None)
    assert measure.run(made)["publish"] == {"results/measures.csv": "measures.csv"}
    assert not (made.out / "distances.csv").exists()


def test_of_too_many_neighbours_as_many_are_taken_as_there_can_be(context):
    facts = measure.run(context(SETTINGS.model_copy(update={"neighbours": 50})))
    assert [note for note in facts["limits"] if "instead of 50 (measures.distances.neighbours)" in note]
