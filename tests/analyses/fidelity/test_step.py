import numpy as np
import pytest

from kgan.analyses.fidelity import step as measure
from kgan.analyses.fidelity.settings import FidelitySettings, MeasuredPool, PublishedMeasures
from kgan.analyses.fidelity.tables import PCA_METRICS
from kgan.data.store.store import StoreWriter
from kgan.errors import DataError, RunError
from kgan.pipeline.context import StepContext
from kgan.pipeline.records import manifest
from kgan.schema.data import ViewSettings


def images(count, seed, channels=1, spread=40):
    """Draw smooth random images."""
    generator = np.random.default_rng(seed)
    y, x = np.mgrid[0:1:8j, 0:1:8j]
    waves = [np.cos(np.pi * (k * x + m * y)) for k in range(4) for m in range(3)]
    weights = generator.normal(0, spread / np.arange(1, 13), (count, channels, 12))
    return np.clip(128 + np.einsum("ncw,whx->nhxc", weights, waves), 0, 255).astype(np.uint8)


def write(path, array, provenance, patient="p"):
    with StoreWriter(path, image_shape=array.shape[1:], classes=(), provenance=provenance) as store:
        store.append(array, [-1] * len(array), [patient] * len(array), [-1] * len(array))


def derives(folder, patients):
    manifest.write(folder, {"step": folder.name, "facts": {"patients": patients}, "outputs": {}})


@pytest.fixture
def context(tmp_path):
    """Return ``make(pools, **settings)``: pools are name -> (view, images)."""

    def make(pools, **changes):
        inputs = {"prepare": tmp_path / "prepare"}
        inputs["prepare"].mkdir()
        write(inputs["prepare"] / "train.h5", images(60, 0, channels=2), {"sequences": ["t1", "t2"]})
        parts = {"train": ["p"], "validation": [], "test": ["tested"]}
        manifest.write(inputs["prepare"], {"kind": "prepare", "facts": {"patients": parts}, "outputs": {}})
        measured = []
        write(inputs["prepare"] / "test.h5", images(2, 1, channels=2), {}, "tested")
        for name, (seen, array) in pools.items():
            step = f"generate-{name}"
            inputs[step] = tmp_path / step
            inputs[step].mkdir()
            write(inputs[step] / "pool.h5", array, {})
            derives(inputs[step], ["p"])
            measured.append(MeasuredPool(name=name, step=step, view=seen, canvas=(8, 8)))
        out = tmp_path / "measure"
        out.mkdir()
        values = {"seed": 3, "components": 4, "images": 50, "published": None, **changes}
        settings = FidelitySettings(pools=tuple(measured), **values)
        return StepContext("measure", settings, inputs, out)

    return make


def table(context):
    facts = measure.run(context)
    assert facts["publish"] == {"results/measures.csv": "measures.csv"}
    return {row.pool: row for row in PCA_METRICS.read(context.out)}


ONE = ViewSettings(sequences=("t1",))
EACH = ViewSettings(concat=True)


def test_like_images_measure_alike_and_collapsed_ones_do_not(context):
    same = np.repeat(images(1, 5), 60, axis=0)
    noise = np.random.default_rng(1).integers(0, 256, (60, 8, 8, 1)).astype(np.uint8)
    published = PublishedMeasures(rho=0.7, sigma=400, delta=15)
    rows = table(
        context(
            {"like": (ONE, images(60, 9)), "flat": (ONE, same), "noise": (ONE, noise)}, published=published
        )
    )
    assert list(rows) == ["real", "like", "flat", "noise"]
    assert {row.against for name, row in rows.items() if name != "real"} == {"real"}
    assert rows["real"].images == 50 and rows["real"].explained > 0.8
    assert rows["real"].published_sigma == 400 and rows["like"].published_sigma is None
    rho, sigma = ({name: getattr(row, key) for name, row in rows.items()} for key in ("rho", "sigma"))
    assert abs(rho["like"] - rho["real"]) < 0.1 < 0.3 < rho["real"] - rho["noise"]
    assert abs(sigma["like"] / sigma["real"] - 1) < 0.5
    assert (sigma["flat"], rows["flat"].delta) == (0, 0)
    assert rows["noise"].delta > rows["real"].delta


def test_each_pool_is_compared_with_what_its_gan_saw(context):
    rows = table(context({"t1": (ONE, images(60, 9)), "concat": (EACH, images(60, 8))}))
    assert list(rows) == ["real t1 8x8", "real one by one 8x8", "t1", "concat"]
    assert rows["concat"].against == "real one by one 8x8"


def test_the_same_settings_give_the_same_table(context):
    made = context({"t1": (ONE, images(60, 9))})
    assert table(made) == table(made)


def test_too_few_images_are_refused(context):
    made = context({"t1": (ONE, images(60, 9))}, images=100)
    write(made.prepared / "train.h5", images(3, 0, channels=2), {"sequences": ["t1", "t2"]})
    with pytest.raises(DataError, match="measures: 3 training images; expected 4 or more"):
        measure.run(made)


def test_of_few_images_fewer_components_are_taken(context):
    made = context({"t1": (ONE, images(60, 9))}, components=60, images=100)
    facts = measure.run(made)
    assert facts["limits"] == [
        "60 training images instead of 100 (measures.images)",
        "15 principal components instead of 60 (measures.pca.components)",
    ]
    assert 0 < PCA_METRICS.read(made.out)[0].rho < 1


def test_a_pool_of_test_patients_is_refused(context):
    made = context({"good": (ONE, images(60, 2)), "leaky": (ONE, images(60, 3))})
    derives(made.inputs["generate-leaky"], ["p", "tested"])
    with pytest.raises(RunError, match="generate-leaky derives from test patients: tested"):
        measure.run(made)
