from fabricated.steps import finished

from kgan.analyses.report.page import PHANTOM, Asked, Drawn, write_report
from kgan.pipeline.run_folder import Steps
from kgan.report.sections.missing_analyses import Missing

RECIPE = {
    "name": "mine",
    "title": "My <mix>",
    "scale": "Tiny.",
    "seed": 4,
    "setups": {"real": {"real": "all", "classic": 0}, "mix": {"real": 500, "classic": 1000}},
    "gans": {"pggan": {}},
}


def test_a_phantom_is_said_first():
    page = write_report(Asked(RECIPE, synthetic=True), Steps(), Drawn())
    assert page.index(PHANTOM) < page.index("What was asked")
    assert "Tiny." in page
    assert PHANTOM not in write_report(Asked(RECIPE), Steps(), Drawn())


def test_setups_are_told_as_sums():
    page = write_report(Asked(RECIPE, labels={"pggan": "PGGAN"}), Steps(), Drawn())
    assert "<li>real: all real</li>" in page
    assert "<li>mix: 500 real + 1,000 classic</li>" in page
    assert "Models that make images: PGGAN." in page
    assert "My &lt;mix&gt;" in page


def test_deviations_are_listed():
    asked = Asked(RECIPE, paper={**RECIPE, "setups": {"other": {}}}, deviations=["By hand."], synthetic=True)
    page = write_report(asked, Steps(), Drawn())
    assert "<li>By hand.</li>" in page
    assert "Not run: setup “other”." in page
    assert "Every setting that differs" in page


def test_an_empty_run_still_has_a_page():
    page = write_report(Asked({}), Steps(), Drawn())
    assert "A run of kgan" in page
    assert 'id="classification"' not in page


def test_what_is_left_out_is_said_first_and_why_below():
    missing = [Missing("privacy", "privacy", "out of memory")]
    page = write_report(Asked(RECIPE, missing=missing), Steps(), Drawn())
    first = page.index("Left out: the membership inference test. The reasons are below.")
    assert first < page.index("What was asked")
    assert "privacy: the membership inference test left out: out of memory." in page


def test_near_copies_in_two_splits_are_said_before_anything_else(tmp_path):
    counts = {"images": 4, "across_splits": 3}
    page = write_report(
        Asked(RECIPE),
        Steps([finished("prepare", "prepare", tmp_path, facts={"near_copies": counts})]),
        Drawn(),
    )
    said = "3 images of one split look like near copies of another split’s"
    assert page.index(said) < page.index("What was asked")
    counts["across_splits"] = 0
    prepare = finished("prepare", "prepare", tmp_path, facts={"near_copies": counts})
    assert said[2:] not in write_report(Asked(RECIPE), Steps([prepare]), Drawn())
