import json
from dataclasses import replace

import numpy as np
import pytest

from kgan.analyses.patient_equivalence import step as equivalent
from kgan.analyses.patient_equivalence.settings import LearningCurvePoint, PatientEquivalenceSettings
from kgan.analyses.patient_equivalence.tables import CURVES
from kgan.data.store.store import StoreWriter
from kgan.errors import DataError, RunError
from kgan.pipeline.context import StepContext
from kgan.pipeline.records import manifest
from kgan.stats.predictions import Predictions, write_predictions

SIZES = (7, 14, 28)
TEST, IMAGES = 6, 100


def classified(folder, accuracy, first=0):
    """Write a classifier's predictions of 6 patients; their shares of right answers differ a little."""
    shares = accuracy + np.linspace(-0.06, 0.06, TEST)
    right = np.arange(IMAGES)[None] < np.round(IMAGES * shares)[:, None]
    patients = np.repeat([f"t{first + number}" for number in range(TEST)], IMAGES)
    slices = np.tile(np.arange(IMAGES), TEST)
    truth = slices % 2
    table = Predictions(patients, slices, truth, np.where(right.ravel(), truth, 1 - truth).astype(float))
    write_predictions(folder / "predictions.csv", table)
    derives(folder, ["a", "b"])


def derives(folder, patients):
    facts = {} if patients is None else {"patients": patients}
    manifest.write(folder, {"step": folder.name, "facts": facts, "outputs": {}})


def store(path, patients):
    with StoreWriter(path, image_shape=(8, 8, 1), classes=("no", "yes"), provenance={}) as writer:
        n = len(patients)
        writer.append(np.zeros((n, 8, 8, 1), np.uint8), np.arange(n) % 2, patients, np.arange(n))


@pytest.fixture
def context(tmp_path):
    """Doubling the patients gains 8 points; the pool does as much."""
    cells, inputs = [], {"prepare": tmp_path / "prepare"}
    inputs["prepare"].mkdir()
    store(inputs["prepare"] / "train.h5", [f"p{number}" for number in range(SIZES[-1])] * 2)
    store(inputs["prepare"] / "test.h5", ["t0", "t1"])
    parts = {"train": ["a", "b", "t0-again"], "validation": [], "test": ["t0", "t3"]}
    facts = {"patients": parts, "subjects": {"t0": "person", "t0-again": "person"}}
    manifest.write(inputs["prepare"], {"kind": "prepare", "facts": facts, "outputs": {}})
    for pool in (False, True):
        for place, patients in enumerate(SIZES):
            step = f"classify-equivalent-{patients}-{pool}"
            inputs[step] = tmp_path / step
            inputs[step].mkdir()
            classified(inputs[step], 0.6 + 0.08 * (place + pool))
            cells.append(LearningCurvePoint(patients=patients, pool=pool, step=step, seed=1))
    (tmp_path / "out").mkdir()
    settings = PatientEquivalenceSettings(
        seed=1, source="pggan", title="PG$GAN", cells=tuple(cells), base="real images"
    )
    return StepContext("equivalent", settings, inputs, tmp_path / "out")


def with_cells(context, cells):
    return replace(context, settings=context.settings.model_copy(update={"cells": tuple(cells)}))


def test_table_figure_and_facts(context):
    facts = equivalent.run(context)
    rows = CURVES.read(context.out)
    assert [(row.patients, row.with_pool) for row in rows] == [
        (size, side) for size in SIZES for side in (False, True)
    ]
    with_pool = rows[1::2]
    assert [row.equivalent.written for row in with_pool] == ["7", "14", ">0"]
    assert all(row.equivalent is None for row in rows[::2])
    assert rows[0].accuracy == pytest.approx(0.6, abs=1e-3)
    assert rows[0].low < 0.6 < rows[0].high
    assert rows[0].auroc_low <= rows[0].auroc <= rows[0].auroc_high
    assert with_pool[2].note == "28 patients without the pool do not do as well"
    assert with_pool[0].equivalent_low.number > 0
    assert facts["patients"] == ["a", "b"]
    assert facts["headlines"][0].startswith("With 7 real patients, the pool is equivalent to 7 more (95")
    assert facts["rises"] is True
    assert (facts["test_images"], facts["test_patients"], facts["runs"]) == (600, 6, 1)
    assert set(facts["publish"].values()) == {path.name for path in context.out.iterdir()}
    assert json.loads(json.dumps(facts)) == facts


def test_the_same_again(context, tmp_path):
    first = equivalent.run(context), (context.out / CURVES.file).read_text()
    assert first == (equivalent.run(context), (context.out / CURVES.file).read_text())


def test_several_runs_are_one_classifier(context, tmp_path):
    again = []
    for cell in context.settings.cells:
        step = f"{cell.step}-seed2"
        context.inputs[step] = tmp_path / step
        context.inputs[step].mkdir()
        classified(context.inputs[step], 0.62 + 0.08 * (SIZES.index(cell.patients) + cell.pool))
        again.append(cell.model_copy(update={"step": step, "seed": 2}))
    facts = equivalent.run(with_cells(context, [*context.settings.cells, *again]))
    row = CURVES.read(context.out)[0]
    assert row.accuracy == pytest.approx(0.61, abs=1e-3) and row.runs == 2
    assert facts["runs"] == 2 and "too narrow" not in facts["not_covered"]


def test_shares_and_all_are_counted(context):
    amounts = {7: 0.25, 14: 0.5, 28: "all"}
    cells = [cell.model_copy(update={"patients": amounts[cell.patients]}) for cell in context.settings.cells]
    equivalent.run(with_cells(context, cells))
    assert [row.patients for row in CURVES.read(context.out)[::2]] == [7, 14, 28]


def test_a_planted_leak_is_refused(context):
    leaking = context.inputs["classify-equivalent-14-True"]
    derives(leaking, ["a", "t3"])
    with pytest.raises(RunError, match="derives from test patients: t3; .*Remove the folder"):
        equivalent.run(context)
    derives(leaking, ["a", "t0-again"])
    with pytest.raises(RunError, match="derives from test patients: t0-again"):
        equivalent.run(context)
    derives(leaking, None)
    with pytest.raises(RunError, match="does not say which patients"):
        equivalent.run(context)
    assert not list(context.out.iterdir())


def test_tables_of_other_images_are_refused(context):
    classified(context.inputs["classify-equivalent-14-True"], 0.7, first=1)
    with pytest.raises(DataError, match="not tested on the same images: patient 't0' slice 0"):
        equivalent.run(context)


@pytest.mark.parametrize(
    ("kept", "text"),
    [
        (lambda cells: cells[:-1], "no classifier of 28 patients with the pool; expected both"),
        (lambda cells: [], "two numbers of patients or more, received none"),
        (lambda cells: cells[1::3], "two numbers of patients or more, received 14"),
    ],
    ids=["side", "none", "one number"],
)
def test_cells_that_are_no_two_curves_are_refused_in_one_line(context, kept, text):
    with pytest.raises(DataError, match=text) as caught:
        equivalent.run(with_cells(context, kept(context.settings.cells)))
    assert "\n" not in str(caught.value)
    assert not list(context.out.iterdir())


def test_several_scans_of_a_person_are_one_patient(context):
    record = manifest.read(context.prepared)
    record["facts"]["subjects"] = {"t0": "somebody", "t1": "somebody"}
    manifest.write(context.prepared, record)
    facts = equivalent.run(context)
    assert (facts["test_images"], facts["test_patients"]) == (600, 5)
    assert "fewer than 6 test patients: no interval" in CURVES.read(context.out)[1].note
