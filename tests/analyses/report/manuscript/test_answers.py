from fabricated.manuscripts import FACTS, RECIPE, manuscript

from kgan.analyses.report.manuscript.answers import answers
from kgan.analyses.report.manuscript.contents import Manuscript
from kgan.pipeline.records.finished_run import FinishedRun
from kgan.pipeline.records.run_folder import Steps


def test_answers_name_files_that_exist(tmp_path):
    known = answers(manuscript(tmp_path))
    assert {"source", "partitions", "sample size", "metrics", "performance", "protocol"} <= set(known)
    for answer in known.values():
        assert (tmp_path / answer.file).is_file() and answer.text


def test_what_they_say(tmp_path):
    known = {topic: answer.text for topic, answer in answers(manuscript(tmp_path)).items()}
    assert known["source"] == "read by any: computed phantoms"
    assert known["partitions"] == "patients, at random: train 2 and test 1"
    assert known["imbalance"] == "training images: 30 non_tumor and 10 tumor"
    assert known["initial"] == "initial weights of the classifier: scratch: random"
    assert known["internal"] == "test on 200 images of 12 patients of the same cohort"
    assert "9.0" in known["sample size"] and "points" in known["sample size"]
    assert known["protocol"] == "the resolved recipe; after Somebody, 2019"


def test_what_has_no_file_or_no_value_is_no_answer(tmp_path):
    known = answers(manuscript(tmp_path))
    assert not {"eligibility", "limitations", "robustness", "missing", "reference"} & set(known)
    (tmp_path / "results/limits.csv").write_text("")
    assert (
        answers(Manuscript(FinishedRun(tmp_path, RECIPE, Steps())))["limitations"].file
        == "results/limits.csv"
    )


def test_a_run_without_classifiers_answers_less(tmp_path):
    recipe = {**RECIPE, "classifier": None, "setups": {}}
    known = answers(manuscript(tmp_path, recipe, FACTS, compared=False))
    assert "technology" in known and not {"metrics", "performance", "objective", "model"} & set(known)
