import csv

import numpy as np
from fabricated.steps import finished
from PIL import Image

from kgan.analyses.memorization.section import privacy_answer, privacy_section
from kgan.analyses.memorization.step import COLUMNS, EXPOSED_COLUMNS

LABELS = {"pggan": "PGGAN"}


def write(path, columns, rows):
    with path.open("w", newline="") as file:
        table = csv.DictWriter(file, columns, restval="")
        table.writeheader()
        table.writerows(rows)


def step(folder, max_auc="", closed=("", "")):
    about = {
        "pool": "pggan",
        "features": "pixels at 32x32",
        "low": 0.4,
        "high": 0.75,
        "nearer": 0.5,
        "nearer_low": 0.3,
        "nearer_high": 0.7,
        "distance_training": 7.2,
        "distance_held_out": 7.5,
        "training_images": 1200,
        "training_patients": 29,
        "held_out_images": 400,
        "held_out_patients": 19,
        "synthetic_images": 500,
        "max_auc": max_auc,
    }
    rows = [
        {**about, "class": kind, "auc": auc, "closed": shut}
        for kind, auc, shut in zip(("tumor", "non_tumor"), (0.53, 0.61), closed, strict=True)
    ]
    write(folder / "privacy.csv", COLUMNS, rows)
    exposed = [
        {
            "pool": "pggan",
            "class_name": "tumor",
            "features": by,
            "patient": f"p{n}",
            "images": 8,
            "exposure": share,
            "distance": 7.25,
        }
        for by, share in (("pixels", 0.8), ("random", 0.9))
        for n in range(14)
    ]
    write(folder / "exposed.csv", EXPOSED_COLUMNS, exposed)
    Image.fromarray(np.zeros((8, 8), np.uint8)).save(folder / "pairs-pggan.png")
    return finished("privacy", "privacy", folder)


def texts(row):
    return [cell if isinstance(cell, str) else cell.text for cell in row]


def test_each_class_with_its_interval_and_sizes(tmp_path):
    section = privacy_section(step(tmp_path), LABELS)
    table, exposed = section.tables
    assert texts(table.rows[0]) == ["PGGAN, tumor", "pixels at 32x32", "53.0", "50.0", "7.2"]
    assert table.rows[1][0].text == "PGGAN, non-tumor"
    assert table.rows[0][2].below == "[40.0,\xa075.0]"
    assert "training 1,200 of 29, held out 400 of 19 patients" in table.rows[0][0].below
    assert len(exposed.rows) == 10 and {row[2] for row in exposed.rows} == {"random"}
    assert [figure.path.name for figure in section.figures] == ["pairs-pggan.png"]
    assert "Gate" not in table.columns and privacy_answer(step(tmp_path), LABELS) == ()


def test_an_open_and_a_closed_gate(tmp_path):
    opened = step(tmp_path, max_auc="0.7", closed=("no", "no"))
    assert privacy_answer(opened, LABELS)[0].endswith(
        "70.0\xa0%; no pool is above it. What counts is the figure itself, not its interval."
    )
    shut = step(tmp_path, max_auc="0.6", closed=("no", "yes"))
    assert "closed for “PGGAN”" in privacy_answer(shut, LABELS)[0]
    table = privacy_section(shut, LABELS).tables[0]
    assert table.columns[-1] == "Gate"
    assert [row[-1].text for row in table.rows] == ["open", "closed"]


def test_not_looked_for(tmp_path):
    assert privacy_section(None, {}) is None
    assert privacy_section(finished("privacy", "privacy", tmp_path), {}) is None
    assert privacy_answer(None, {}) == ()
