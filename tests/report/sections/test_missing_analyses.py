from fabricated.steps import finished

from kgan.report.sections.missing_analyses import Missing, limits_section, limits_warning

LIMITS = [
    {"step": "tsne", "outcome": "left out", "text": "t-SNE: 3 images"},
    {"step": "measure", "outcome": "told", "text": "60 images instead of 400."},
    {"step": "worth-4", "outcome": "left out", "text": "no image of class tumor"},
]


def check(folder, limits):
    return finished("check-cohort", "check_cohort", folder, facts={"limits": limits})


def test_missing_analyses_precede_reduced_ones_without_repetition(tmp_path):
    missing = [Missing("tsne", "embed", "t-SNE: 3 images."), Missing("odd", "odd", "it failed")]
    section = limits_section(check(tmp_path, LIMITS), missing)
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
