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


def test_a_run_that_is_not_finished_has_no_text(tmp_path):
    run = replace(manuscript(tmp_path).run, unfinished=("train-pggan", "compare"))
    with pytest.raises(RunError, match="not finished: train-pggan, compare; expected"):
        markdown(run)


def test_analyses_without_a_result_are_named_and_not_read(tmp_path):
    run = manuscript(tmp_path).run
    settings = MemorizationSettings(seed=1, images=9, max_auc=None, pools=(), features="pixels")
    privacy = FinishedStep("privacy", tmp_path, settings, {"left_out": "two patients are too few."})
    result = PoolResult(pool="pggan", class_name="tumor", features="pixels", auc=0.55, low=0.4, high=0.7)
    POOLS.write(tmp_path, [result])
    text = markdown(replace(run, steps=Steps([*run.steps, privacy])))
    assert "Left out: Membership inference (privacy): two patients are too few.\n" in text
    assert "Membership AUC" not in text
