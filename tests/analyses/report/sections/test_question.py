from kgan.analyses.report.resolved_recipe import ResolvedRecipe
from kgan.analyses.report.sections.question import question_section

GANS = {"gans": {"pggan": {}}, "refiners": {"simgan": {}}}
SETUPS = {"setups": {"real": {"real": "all", "pggan": 0}, "mix": {"real": 500, "pggan": 1000}}}


def section_of(recipe):
    return question_section(ResolvedRecipe.model_validate(recipe), {"pggan": "PGGAN"})


def test_setups_ask_for_the_better_classifier():
    variants = {"classifier": {"variants": {"scratch": {}, "pretrained": {}}}}
    section = section_of({**GANS, **SETUPS, **variants, "cite": "Han 2019"})
    assert section.paragraphs[0].startswith("Does adding images")
    assert "2 variants (scratch and pretrained)" in section.paragraphs[0]
    assert section.paragraphs[1:] == ["Models that make images: PGGAN and simgan.", "After: Han 2019"]
    assert section.items == ["real: all real", "mix: 500 real + 1,000 PGGAN"]


def test_gans_alone_ask_for_the_most_realistic():
    assert section_of(GANS).paragraphs[0].startswith("Which GAN makes images")
    assert not section_of({}).paragraphs


def test_sources_of_controls_are_named_in_words():
    setups = {"more": {"real": "all", "further_real": 90}, "noise": {"real": "all", "noise": 90}}
    items = section_of({"setups": setups}).items
    assert items == [
        "more: all real + 90 real of further patients", "noise: all real + 90 noise with random labels"
    ]  # fmt: skip
