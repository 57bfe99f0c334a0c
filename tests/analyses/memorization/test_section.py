import numpy as np
from PIL import Image

from kgan.analyses.memorization.section import answers, sections
from kgan.analyses.memorization.settings import MemorizationSettings
from kgan.analyses.memorization.tables import PATIENTS, POOLS, PatientScore, PoolResult
from kgan.pipeline.records.run_folder import FinishedStep, Steps

LABELS = {"pggan": "PGGAN"}


def empty_run(folder):
    settings = MemorizationSettings(seed=1, images=9, max_auc=None, pools=(), features="pixels")
    return Steps([FinishedStep("privacy", folder, settings)])


def run(folder, max_auc=None, closed=(None, None)):
    common = {
        "pool": "pggan", "features": "pixels at 32x32", "low": 0.4, "high": 0.75,
        "nearer": 0.5, "nearer_low": 0.3, "nearer_high": 0.7,
        "distance_training": 7.2, "distance_held_out": 7.5,
        "training_images": 1200, "training_patients": 29,
        "held_out_images": 400, "held_out_patients": 19, "synthetic_images": 500, "max_auc": max_auc,
    }  # fmt: skip
    results = [
        PoolResult(**common, class_name=name, auc=auc, closed=is_closed)
        for name, auc, is_closed in zip(("tumor", "non_tumor"), (0.53, 0.61), closed, strict=True)
    ]
    POOLS.write(folder, results)
    scores = [
        PatientScore(
            pool="pggan", class_name="tumor", features=features, patient=f"p{n}", images=8,
            membership_score=score, distance=7.25, scan=f"p{n}", slice_number=3, synthetic=n,
        )
        for features, score in (("pixels", 0.8), ("random", 0.9))
        for n in range(14)
    ]  # fmt: skip
    PATIENTS.write(folder, scores)
    Image.fromarray(np.zeros((8, 8), np.uint8)).save(folder / "pairs-pggan.png")
    return empty_run(folder)


def texts(row):
    return [cell if isinstance(cell, str) else cell.text for cell in row]


def test_each_class_with_its_interval_and_sizes(tmp_path):
    (section,) = sections(run(tmp_path), LABELS)
    results, scores = section.tables
    assert texts(results.rows[0]) == ["PGGAN, tumor", "pixels at 32x32", "53.0", "50.0", "7.2", "7.5"]
    assert results.rows[1][0].text == "PGGAN, non-tumor"
    assert results.rows[0][2].below == "[40.0,\xa075.0]"
    assert "training 1,200 of 29, held out 400 of 19 patients" in results.rows[0][0].below
    assert len(scores.rows) == 10 and {row[2] for row in scores.rows} == {"random"}
    assert [figure.path.name for figure in section.figures] == ["pairs-pggan.png"]
    assert "Gate" not in results.columns and list(answers(run(tmp_path), LABELS)) == []


def test_an_open_and_a_closed_gate(tmp_path):
    (sentence,) = answers(run(tmp_path, max_auc=0.7, closed=(False, False)), LABELS)
    assert sentence.endswith(
        "70.0\xa0%; no pool is above it. What counts is the AUC itself, not its interval."
    )
    closed = run(tmp_path, max_auc=0.6, closed=(False, True))
    (sentence,) = answers(closed, LABELS)
    assert "closed for “PGGAN”" in sentence
    (section,) = sections(closed, LABELS)
    assert section.tables[0].columns[-1] == "Gate"
    assert [row[-1].text for row in section.tables[0].rows] == ["open", "closed"]


def test_without_a_search_there_is_no_section(tmp_path):
    for steps in (Steps(), empty_run(tmp_path)):
        assert list(sections(steps, {})) == list(answers(steps, {})) == []
