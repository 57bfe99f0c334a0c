from kgan.data.cohort.limits_table import LIMITS, LimitRow, Outcome
from kgan.pipeline.run_folder import FinishedStep
from kgan.report.sections.missing_analyses import Missing, limits_section, limits_warning
from kgan.steps.settings.check_cohort import CheckCohortSettings

ROWS = [
    LimitRow(step="tsne", outcome=Outcome.LEFT_OUT, text="t-SNE: 3 images"),
    LimitRow(step="measure", outcome=Outcome.REDUCED, text="60 images instead of 400."),
    LimitRow(step="worth-4", outcome=Outcome.LEFT_OUT, text="no image of class tumor"),
]


def check(folder, rows):
    LIMITS.write(folder, rows)
    return FinishedStep("check-cohort", folder, CheckCohortSettings(seed=0, steps={}))


def test_missing_analyses_precede_reduced_ones_without_repetition(tmp_path):
    missing = [Missing("tsne", "embed", "t-SNE: 3 images."), Missing("odd", "odd", "it failed")]
    section = limits_section(check(tmp_path, ROWS), missing)
    assert section.items == [
        "tsne: the t-SNE plot left out: t-SNE: 3 images.",
        "odd: odd left out: it failed.",
        "measure: 60 images instead of 400.",
        "worth-4: left out: no image of class tumor.",
    ]
    assert limits_warning(missing) == ["Left out: the t-SNE plot and odd. The reasons are below."]


def test_no_section_without_limits(tmp_path):
    assert limits_section(None, []) is None and limits_section(check(tmp_path, []), []) is None
    assert limits_warning([]) == []
