from dataclasses import replace

import pytest

from kgan.analyses.patient_equivalence.quantity import CensoredCount
from kgan.analyses.patient_equivalence.section import sections
from kgan.analyses.patient_equivalence.settings import PatientEquivalenceSettings
from kgan.analyses.patient_equivalence.tables import CURVES, FIGURE, CurvePoint
from kgan.pipeline.records.run_folder import FinishedStep, Steps

CENSORED = "14 patients without the pool do not do as well"
FACTS = {"headlines": [], "rises": True, "test_images": 600, "test_patients": 6, "runs": 1, "not_covered": ""}


def point(patients, with_pool, values, estimate=(None, None, None), note=""):
    """A row of the table; the values are accuracy and AUROC with their limits."""
    names = ("accuracy", "low", "high", "auroc", "auroc_low", "auroc_high")
    limits = (text and CensoredCount.read(text) for text in estimate)
    estimates = zip(("equivalent", "equivalent_low", "equivalent_high"), limits, strict=True)
    row = {"patients": patients, "with_pool": with_pool, "runs": 1, "note": note}
    return CurvePoint(**row, **dict(zip(names, values, strict=True)), **dict(estimates))


def points(note=""):
    return [
        point(7, False, (0.7, 0.6, 0.8, 0.75, 0.65, 0.85)),
        point(7, True, (0.76, 0.66, 0.86, 0.81, 0.7, 0.9), ("6.2", "-2.1", ">7"), note),
        point(14, False, (0.78, 0.7, 0.86, None, None, None)),
        point(14, True, (0.8, 0.7, 0.9, None, None, None), (">0", "0", ">0"), CENSORED),
    ]


@pytest.fixture
def step(tmp_path):
    CURVES.write(tmp_path, points())
    (tmp_path / FIGURE).write_bytes(b"")
    settings = PatientEquivalenceSettings(
        seed=0, source="pggan", title="PGGAN", cells=(), base="real images and 400 of classic augmentation"
    )
    return FinishedStep("equivalent", tmp_path, settings, FACTS)


def section_of(step, labels=()):
    (section,) = sections(Steps([step]), dict(labels))
    return section


def test_a_curve_that_does_not_rise_limits_the_estimate(step):
    flat = replace(step, facts={**FACTS, "rises": False})
    assert "says little here" in section_of(flat).paragraphs[1]
    assert "says little here" not in section_of(step).paragraphs[1]


def test_section_has_a_table_a_figure_and_what_is_left_out(step):
    section = section_of(step, {"pggan": "PGGAN"})
    assert section.title == "Equivalent patients: PGGAN"
    assert "real images and 400 of classic augmentation" in section.paragraphs[0]
    assert "too narrow" in section.paragraphs[2]
    (table,) = section.tables
    first, second = table.rows
    assert all(len(row) == len(table.columns) for row in table.rows)
    assert [cell.text for cell in first] == ["7", "70.0", "76.0", "0.750", "0.810", "6"]
    assert [cell.below for cell in first[1:3]] == ["[60.0,\xa080.0]", "[66.0,\xa086.0]"]
    assert first[-1].below == "[−2, >\xa07]" and not first[-1].strong
    assert second[-1].text == ">\xa00" and second[3].text == "–"
    assert second[-1].title == CENSORED
    assert CENSORED not in table.note
    assert section.figures[0].path == step.folder / FIGURE


def test_remarks_stand_below_the_table(step):
    CURVES.write(step.folder, points("the curve is flat here"))
    assert section_of(step).tables[0].note.endswith("7 patients: the curve is flat here.")


def test_several_runs_are_stated(step):
    several = section_of(replace(step, facts={**FACTS, "runs": 3}))
    assert "3 or more" in several.paragraphs[2]


def test_without_a_table_there_is_no_section(step):
    assert not list(sections(Steps(), {}))
    (step.folder / CURVES.file).unlink()
    assert not list(sections(Steps([step]), {}))
