import re
from dataclasses import replace

import pytest
from fabricated.manuscripts import FACTS, RECIPE, manuscript

from kgan.analyses.memorization.settings import MemorizationSettings
from kgan.analyses.memorization.tables import POOLS, PoolResult
from kgan.analyses.report.manuscript.document import markdown
from kgan.errors import RunError
from kgan.pipeline.records.run_folder import FinishedStep, Steps


def test_the_whole_text(tmp_path):
    text = markdown(manuscript(tmp_path).run, tmp_path)
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
    text = markdown(manuscript(tmp_path, recipe, facts, compared=False).run, tmp_path)
    assert text.startswith("# mine\n") and "Nothing was compared." in text and "phantom" not in text
    assert r"after A \| B" in text, "a bar would begin another cell"


def test_a_run_that_is_not_finished_has_no_text(tmp_path):
    run = replace(manuscript(tmp_path).run, unfinished=("train-pggan", "compare"))
    with pytest.raises(RunError, match="not finished: train-pggan, compare; expected"):
        markdown(run, tmp_path)


def test_analyses_without_a_result_are_named_and_not_read(tmp_path):
    run = manuscript(tmp_path).run
    settings = MemorizationSettings(seed=1, images=9, max_auc=None, pools=(), features="pixels")
    privacy = FinishedStep("privacy", tmp_path, settings, {"left_out": "two patients are too few."})
    result = PoolResult(pool="pggan", class_name="tumor", features="pixels", auc=0.55, low=0.4, high=0.7)
    POOLS.write(tmp_path, [result])
    text = markdown(replace(run, steps=Steps([*run.steps, privacy])), tmp_path)
    assert "Left out: Membership inference (privacy): two patients are too few.\n" in text
    assert "Membership AUC" not in text


def test_links_lead_from_where_the_text_is_to_the_run(tmp_path):
    run, elsewhere = manuscript(tmp_path / "a run").run, tmp_path / "texts"
    links = re.findall(r"\]\(<(.*?)>\)", markdown(run, elsewhere))
    assert links[0] == "../a run/run.json"
    elsewhere.mkdir()
    assert all((elsewhere / link).is_file() for link in links)


def test_names_are_no_markdown(tmp_path):
    name = "*bold* _new_ <b> [a](b) `c` A & B"
    recipe = {**RECIPE, "title": name, "setups": {name: {"real": "all"}}}
    text = markdown(manuscript(tmp_path, recipe).run, tmp_path)
    escaped = r"\*bold\* \_new\_ \<b> [a]\(b) \`c\` A \& B"
    assert text.startswith(f"# {escaped}\n") and f"“{escaped}”" in text
    assert "[70.0, 90.0]" in text, "brackets of intervals stay readable"
