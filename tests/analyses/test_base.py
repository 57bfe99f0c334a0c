from kgan.analyses import ANALYSES
from kgan.pipeline.records.run_folder import Steps


def test_every_analysis_brings_sections_of_its_own_and_none_without_its_step():
    for analysis in ANALYSES:
        assert not list(analysis.sections(Steps(), {})), analysis.name
        assert not list(analysis.answers(Steps(), {})), analysis.name


def test_the_question_of_a_run_is_answered_by_some():
    assert [analysis.name for analysis in ANALYSES if analysis.answers_question] == ["measures", "compare"]
