from pathlib import Path

from fabricated.steps import finished

from kgan.analyses.visual_turing.section import turing_section
from kgan.report.html import Cell

TEST = {
    "name": "pggan",
    "test": "0" * 16,
    "images": 200,
    "real": 100,
    "synthetic": 100,
    "repeats": 12,
    "image_size": [224, 224],
    "real_from": ["validation", "test"],
    "patients": 22,
}


def texts(row):
    return [cell.text if isinstance(cell, Cell) else cell for cell in row]


def test_nothing_to_say():
    assert turing_section(None, None, {}) is None
    assert turing_section(None, {"published": {}}, {}) is None
    assert turing_section(finished("turing", "turing", Path()), {}, {}) is None


def test_tests_that_were_written():
    step = finished("turing", "turing", Path(), facts={"tests": [TEST]})
    section = turing_section(step, {"published": {}}, {"pggan": "PGGAN"})
    assert section.anchor == "turing" and section.title == "Visual Turing Test"
    (table,) = section.tables
    assert texts(table.rows[0]) == ["PGGAN", "100\u00a0:\u00a0100", "12", "224\u00a0×\u00a0224", "22"]
    assert table.rows[0][-1].below == "validation and test split"
    assert section.links == ["turing/pggan.html"]
    assert "kgan turing score" in section.code[0][1]


def test_published_figures():
    about = {"accuracy": 54.0, "real": [12, 38], "synthetic": None}
    section = turing_section(None, {"published": {"a": about}}, {"a": "A"})
    assert section.title == "Visual Turing Test, as published"
    (table,) = section.tables
    assert texts(table.rows[0]) == ["A", "54", "12\u00a0:\u00a038", "–"]
    assert "paper" in table.note and not section.links


def test_published_figures_of_classes():
    whole = {"accuracy": 79.5, "real": [73, 27], "synthetic": [14, 86]}
    whole |= {"class_accuracy": 87.5, "positive": [77, 23], "negative": [2, 98]}
    without = {"accuracy": 50.0}
    section = turing_section(None, {"published": {"pggan": whole, "other": without}}, {})
    (table,) = section.tables
    assert len(table.columns) == 7
    assert texts(table.rows[0])[4:] == ["87.5", "77\u00a0:\u00a023", "2\u00a0:\u00a098"]
    assert texts(table.rows[1])[2:] == ["–"] * 5
