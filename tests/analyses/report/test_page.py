import pytest
from fabricated.finished_steps import prepared, report_settings

from kgan.analyses import ANALYSES
from kgan.analyses.report.contents import Contents
from kgan.analyses.report.page import PHANTOM, write_report
from kgan.analyses.report.sections.missing_analyses import Missing
from kgan.pipeline.records.run_folder import Steps

RECIPE = {
    "name": "mine",
    "title": "My <mix>",
    "scale": "Tiny.",
    "seed": 4,
    "setups": {"real": {"real": "all", "classic": 0}, "mix": {"real": 500, "classic": 1000}},
    "gans": {"pggan": {"plugin": "pggan"}},
}
TEXTS = {name: RECIPE[name] for name in ("name", "title", "scale")}


@pytest.fixture
def page(tmp_path):
    """Return ``make(run, recipe, paper, synthetic, **contents)``: the page as text."""

    def make(run=None, recipe=RECIPE, paper=None, synthetic=False, **contents):
        texts = TEXTS if recipe else {}
        settings = report_settings(recipe=recipe, paper=paper, synthetic=synthetic, **texts)
        return write_report(Contents(settings=settings, run=run or Steps(), out=tmp_path, **contents))

    return make


def test_a_phantom_is_stated_first(page):
    text = page(synthetic=True)
    assert text.index(PHANTOM) < text.index("<h2>Question")
    assert "Tiny." in text
    assert PHANTOM not in page()


def test_setups_are_shown_as_sums(page):
    text = page(labels={"pggan": "PGGAN"})
    assert "<li>real: all real</li>" in text
    assert "<li>mix: 500 real + 1,000 classic</li>" in text
    assert "Models that make images: PGGAN." in text
    assert "My &lt;mix&gt;" in text


def test_deviations_are_listed(page):
    text = page(paper={**RECIPE, "setups": {"other": {}}}, deviations=["By hand."], synthetic=True)
    assert "<li>By hand.</li>" in text
    assert "Not run: setup “other”." in text
    assert "Every setting that differs" in text


def test_an_empty_run_still_has_a_page(page):
    text = page(recipe={})
    assert "A run of kgan" in text
    assert 'id="classification"' not in text


def test_what_is_left_out_is_stated_first_and_why_below(page):
    text = page(missing=[Missing("privacy", "Membership inference test", "out of memory")])
    first = text.index("Left out: Membership inference test. The reasons are below.")
    assert first < text.index("<h2>Question")
    assert "privacy: Membership inference test left out: out of memory." in text


def test_near_copies_in_two_splits_are_stated_before_anything_else(page):
    def run(across_splits):
        counts = {"images": 4, "across_splits": across_splits}
        return Steps([prepared(facts={"near_copies": counts})])

    warning = "images of one split look like near copies of another split’s"
    text = page(run(3))
    assert text.index(f"3 {warning}") < text.index("<h2>Question")
    assert warning not in page(run(0))


def test_each_analysis_has_a_place_of_its_own_in_the_report():
    places = [(analysis.report_group, analysis.report_order) for analysis in ANALYSES]
    assert len(set(places)) == len(places)
