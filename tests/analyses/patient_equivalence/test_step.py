import csv
import json

import numpy as np
import pytest

from kgan.analyses.patient_equivalence import step as equivalent
from kgan.data.store.store import StoreWriter
from kgan.errors import DataError, RecipeError, RunError
from kgan.pipeline import manifest
from kgan.pipeline.context import StepContext
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
            cells.append({"patients": patients, "pool": pool, "step": step})
    (tmp_path / "out").mkdir()
    settings = {"source": "pggan", "title": "PG$GAN", "base": "real images", "cells": cells, "seed": 1}
    return StepContext("equivalent", settings, inputs, tmp_path / "out")


def rows_of(context):
    with (context.out / "equivalent.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_table_figure_and_facts(context):
    facts = equivalent.run(context)
    rows = rows_of(context)
    assert [(row["patients"], row["with_pool"]) for row in rows] == [
        (str(size), side) for size in SIZES for side in ("no", "yes")
    ]
    with_pool = rows[1::2]
    assert [row["worth"] for row in with_pool] == ["7", "14", ">0"]
    assert all(row["worth"] == "" for row in rows[::2])
    assert float(rows[0]["accuracy"]) == pytest.approx(0.6, abs=1e-3)
    assert float(rows[0]["low"]) < 0.6 < float(rows[0]["high"])
    assert float(rows[0]["auroc_low"]) <= float(rows[0]["auroc"]) <= float(rows[0]["auroc_high"])
    assert with_pool[2]["note"] == "28 patients without the pool do not do as well"
    assert facts["patients"] == ["a", "b"]
    assert facts["headlines"][0].startswith("With 7 real patients, the pool is worth 7 more (95")
    assert "how much cannot be told" in facts["headlines"][1]
    assert facts["worths"][0]["told"] is True and facts["rises"] is True
    assert (facts["test_images"], facts["test_patients"], facts["trainings"]) == (600, 6, 1)
    assert "too narrow" in facts["not_covered"]
    assert set(facts["publish"].values()) == {path.name for path in context.out.iterdir()}
    assert json.loads(json.dumps(facts)) == facts


def test_the_same_again(context, tmp_path):
    first = equivalent.run(context), (context.out / "equivalent.csv").read_text()
    assert first == (equivalent.run(context), (context.out / "equivalent.csv").read_text())


def test_several_trainings_are_one_classifier(context, tmp_path):
    for cell in list(context.settings["cells"]):
        step = f"{cell['step']}-seed2"
        context.inputs[step] = tmp_path / step
        context.inputs[step].mkdir()
        place = SIZES.index(cell["patients"]) + cell["pool"]
        classified(context.inputs[step], 0.62 + 0.08 * place)
        context.settings["cells"].append({**cell, "step": step, "seed": 2})
    facts = equivalent.run(context)
    row = rows_of(context)[0]
    assert float(row["accuracy"]) == pytest.approx(0.61, abs=1e-3) and row["trainings"] == "2"
    assert facts["trainings"] == 2 and "too narrow" not in facts["not_covered"]


def test_shares_and_all_are_counted(context):
    asked = {7: 0.25, 14: 0.5, 28: "all"}
    context.settings["cells"][:] = [
        {**cell, "patients": asked[cell["patients"]]} for cell in context.settings["cells"]
    ]
    equivalent.run(context)
    assert [row["patients"] for row in rows_of(context)[::2]] == ["7", "14", "28"]


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


def change(cells, **about):
    cells[-1] = {**cells[-1], **about}


@pytest.mark.parametrize(
    ("spoil", "error", "says"),
    [
        (lambda cells: cells.pop(), DataError, "no classifier of 28 patients with the pool; expected both"),
        (lambda cells: cells.clear(), DataError, "two numbers of patients or more, received none"),
        (lambda cells: change(cells, patients=14), RecipeError, "14 patients with the pool are named twice"),
        (lambda cells: change(cells, step=cells[0]["step"]), RecipeError, "is named for two trainings"),
        (lambda cells: change(cells, patients=0), RecipeError, "1 or more, received 0"),
        (lambda cells: change(cells, patients=0.5), DataError, "no classifier of 28 patients with the pool"),
        (lambda cells: change(cells, patients=1.5), RecipeError, "1 or more, received 1.5"),
        (lambda cells: change(cells, split=2), RecipeError, "expected the same splits of all"),
    ],
    ids=["side", "none", "twice", "step", "zero", "share", "no-number", "splits"],
)
def test_bad_cells_are_refused_in_one_line(context, spoil, error, says):
    spoil(context.settings["cells"])
    with pytest.raises(error, match=says) as caught:
        equivalent.run(context)
    assert "\n" not in str(caught.value)
    assert not list(context.out.iterdir())


def test_one_number_of_patients_is_no_curve(context):
    context.settings["cells"][:] = [cell for cell in context.settings["cells"] if cell["patients"] == 14]
    with pytest.raises(DataError, match="two numbers of patients or more, received 14"):
        equivalent.run(context)


def test_several_scans_of_a_person_are_one_patient(context):
    about = manifest.read(context.prepared)
    about["facts"]["subjects"] = {"t0": "somebody", "t1": "somebody"}
    manifest.write(context.prepared, about)
    facts = equivalent.run(context)
    assert (facts["test_images"], facts["test_patients"]) == (600, 5)
    assert "fewer than 6 test patients: no interval" in rows_of(context)[1]["note"]
