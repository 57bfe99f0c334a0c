from fabricated.finished_steps import report_settings, trained_gan

from kgan.analyses.report.contents import Contents
from kgan.analyses.report.sections.deviations import deviations_section
from kgan.pipeline.records.run_folder import Steps


def test_a_note_of_a_gan_stands_once_after_all_who_have_it(tmp_path):
    notes = {"notes": ["A note."]}
    run = Steps(
        [
            trained_gan("a", facts=notes, class_name="tumor"),
            trained_gan("a", facts=notes, class_name="non_tumor"),
            trained_gan("b", facts=notes),
        ]
    )
    (section,) = deviations_section(Contents(report_settings(), run, tmp_path, labels={"a": "A"}))
    assert section.items == ["A and b: A note."]


def test_settings_that_differ_are_folded(tmp_path):
    settings = report_settings(recipe={"data": {"min_patients": 1}}, paper={"data": {"min_patients": 2}})
    (section,) = deviations_section(Contents(settings, Steps(), tmp_path))
    ((heading, changed),) = section.folded
    assert heading.endswith(": 1") and changed == ["data.min_patients: 1 here, 2 in the paper profile"]


def test_a_run_of_the_paper_itself_has_no_section(tmp_path):
    assert not list(deviations_section(Contents(report_settings(), Steps(), tmp_path)))
