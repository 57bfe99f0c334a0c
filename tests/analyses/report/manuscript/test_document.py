import re

from fabricated.manuscripts import FACTS, RECIPE, manuscript

from kgan.analyses.report.manuscript.document import markdown


def test_the_whole_text(tmp_path):
    text = markdown(manuscript(tmp_path).run)
    headings = ["# My experiment", "## Methods", "## Results", "## CLAIM 2024", "## TRIPOD+AI (2024)"]
    assert re.findall(r"^#+ .*", text, re.M) == headings
    assert text.index("phantom cohort: nothing here is a clinical claim") < text.index("## Methods")
    assert "| 44 | funding | not reported |  |" in text
    assert "| 7 | data sources | read by any: computed phantoms | [steps/prepare/0/manifest.json]" in text
    for file in re.findall(r"\]\(<(.*?)>\)", text):
        assert (tmp_path / file).is_file()


def test_a_run_without_results_says_so(tmp_path):
    recipe = {**RECIPE, "classifier": None, "setups": {}, "title": "", "cite": "A | B"}
    facts = {**FACTS, "synthetic": False}
    text = markdown(manuscript(tmp_path, recipe, facts, compared=False).run)
    assert text.startswith("# mine\n") and "Nothing was compared." in text and "phantom" not in text
    assert "after A / B" in text, "a bar would begin another cell"
