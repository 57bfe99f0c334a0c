from kgan.analyses.report.sections.missing_analyses import Missing, limits_section, limits_warning
from kgan.data.cohort.limits_table import LIMITS, LimitRow, Outcome
from kgan.pipeline.records.run_folder import FinishedStep, Steps
from kgan.steps.settings.check_cohort import CheckCohortSettings

ROWS = [
    LimitRow(step="tsne", outcome=Outcome.LEFT_OUT, text="t-SNE: 3 images"),
    LimitRow(step="measure", outcome=Outcome.REDUCED, text="60 images instead of 400."),
    LimitRow(step="worth-4", outcome=Outcome.LEFT_OUT, text="no image of class tumor"),
]


def run(folder, rows):
    LIMITS.write(folder, rows)
    return Steps([FinishedStep("check-cohort", folder, CheckCohortSettings(seed=0, steps={}))])


def test_missing_analyses_precede_reduced_ones_without_repetition(tmp_path):
    missing = [Missing("tsne", "t-SNE", "t-SNE: 3 images."), Missing("odd", "odd", "it failed")]
    (section,) = limits_section(run(tmp_path, ROWS), missing)
    assert section.items == [
        "tsne: t-SNE left out: t-SNE: 3 images.",
        "odd: odd left out: it failed.",
        "measure: 60 images instead of 400.",
        "worth-4: left out: no image of class tumor.",
    ]
    assert limits_warning(missing) == ["Left out: t-SNE and odd. The reasons are below."]


def test_no_section_without_limits(tmp_path):
    assert not list(limits_section(Steps(), [])) and not list(limits_section(run(tmp_path, []), []))
    assert limits_warning([]) == []
