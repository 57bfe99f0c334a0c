from pathlib import Path

from kgan.analyses.visual_turing.section import sections
from kgan.analyses.visual_turing.settings import PublishedTuring, VisualTuringSettings
from kgan.pipeline.records.run_folder import FinishedStep, Steps
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


def run(*tests, **published):
    settings = VisualTuringSettings(
        seed=1, tests=(), real=100, synthetic=100, repeats=12, image_size=None, real_from=None, margin=0.1,
        classes=(), published=published,
    )  # fmt: skip
    return Steps([FinishedStep("turing", Path(), settings, {"tests": list(tests)})])


def texts(row):
    return [cell.text if isinstance(cell, Cell) else cell for cell in row]


def test_without_tests_there_is_no_section():
    assert list(sections(Steps(), {})) == list(sections(run(), {})) == []


def test_tests_that_were_written():
    (section,) = sections(run(TEST), {"pggan": "PGGAN"})
    assert section.anchor == "turing" and section.title == "Visual Turing Test"
    (table,) = section.tables
    assert texts(table.rows[0]) == ["PGGAN", "100\u00a0:\u00a0100", "12", "224\u00a0×\u00a0224", "22"]
    assert table.rows[0][-1].below == "validation and test split"
    assert section.links == ["turing/pggan.html"]
    assert "kgan turing score" in section.code[0][1]


def test_published_answers():
    (section,) = sections(run(a=PublishedTuring(accuracy=54.0, real=(12, 38))), {"a": "A"})
    assert section.title == "Visual Turing Test, as published"
    (table,) = section.tables
    assert texts(table.rows[0]) == ["A", "54", "12\u00a0:\u00a038", "–"]
    assert "paper" in table.note and not section.links


def test_published_answers_of_classes():
    whole = PublishedTuring(
        accuracy=79.5, real=(73, 27), synthetic=(14, 86), class_accuracy=87.5, positive=(77, 23),
        negative=(2, 98),
    )  # fmt: skip
    (section,) = sections(run(TEST, pggan=whole, other=PublishedTuring(accuracy=50.0)), {})
    _, table = section.tables
    assert len(table.columns) == 7
    assert texts(table.rows[0])[4:] == ["87.5", "77\u00a0:\u00a023", "2\u00a0:\u00a098"]
    assert texts(table.rows[1])[2:] == ["–"] * 5
