from dataclasses import replace

from fabricated.manuscripts import FACTS, RECIPE, manuscript

from kgan.analyses.report.manuscript.answers import answers
from kgan.analyses.report.manuscript.contents import Manuscript
from kgan.analyses.report.manuscript.methods import methods
from kgan.data.cohort.tables import EXCLUSIONS, ExclusionRow
from kgan.pipeline.records.finished_run import FinishedRun
from kgan.pipeline.records.run_folder import Steps


def test_answers_name_files_that_exist(tmp_path):
    known = answers(manuscript(tmp_path))
    assert {"source", "partitions", "sample size", "metrics", "performance", "protocol"} <= set(known)
    for answer in known.values():
        assert answer.text and answer.files and all((tmp_path / file).is_file() for file in answer.files)


def test_what_they_say(tmp_path):
    known = {topic: answer.text for topic, answer in answers(manuscript(tmp_path)).items()}
    assert known["source"] == "read by any: computed phantoms"
    assert known["partitions"] == "patients, at random: 2 for train and 1 for test"
    assert known["imbalance"] == "training images: 30 non_tumor and 10 tumor"
    assert known["initial"] == "initial weights of the classifier: scratch: random"
    assert known["internal"] == "test on 200 images of 12 patients of the same cohort"
    assert "9.0" in known["sample size"] and "points" in known["sample size"]
    assert known["protocol"] == "the resolved recipe; after Somebody, 2019"


def test_what_has_no_file_or_no_value_is_no_answer(tmp_path):
    known = answers(manuscript(tmp_path))
    assert not {"eligibility", "limitations", "robustness", "missing", "reference"} & set(known)
    (tmp_path / "results/limits.csv").write_text("")
    known = answers(Manuscript(FinishedRun(tmp_path, RECIPE, Steps())))
    assert known["limitations"].files == ("results/limits.csv",)


def test_a_run_without_classifiers_answers_less(tmp_path):
    recipe = {**RECIPE, "classifier": None, "setups": {}}
    known = answers(manuscript(tmp_path, recipe, FACTS, compared=False))
    assert known["technology"].text == "deep learning: PGGAN and SimGAN"
    assert not {"metrics", "performance", "objective", "initial"} & set(known)


def test_what_proves_them(tmp_path):
    known = answers(manuscript(tmp_path))
    compared = "steps/compare/0/manifest.json"
    for topic in ("uncertainty", "metrics"):
        assert compared in known[topic].files, "thresholds and the primary metric are settings of this step"
    assert known["objective"].files == (compared,)
    assert known["output"].files == ("steps/classify-a/0/predictions.csv",)
    assert known["uncertainty"].text.endswith("Holm–Bonferroni over 1 planned comparison at 0.05")


def test_exclusions_are_counted(tmp_path):
    run = manuscript(tmp_path)
    reasons = [
        ("c", None, "unusable: empty"),
        ("d", None, "by hand: no"),
        ("a", 3, "borderline"),
        ("a", 4, ""),
    ]
    EXCLUSIONS.write(
        tmp_path / "results", [ExclusionRow(patient=who, slice=at, reason=why) for who, at, why in reasons]
    )
    known = answers(run)
    assert known["flow"].text == "40 images of 3 patients used; left out: 2 patients and 2 slices of others"
    assert known["flow"].files == ("steps/prepare/0/manifest.json", "results/exclusions.csv")
    assert known["missing"].text == "1 patient without a usable scan left out"


def test_versions_that_differ_are_all_named(tmp_path):
    text = manuscript(tmp_path)
    prepare, classify, *others = text.run.steps
    steps = [prepare, replace(classify, versions={"kgan": "0.2.0"}), *others]
    answer = answers(Manuscript(replace(text.run, steps=Steps(steps))))["software"]
    assert answer.text == "kgan 0.1.0 or 0.2.0 (versions differ between steps)"
    assert answer.files == ("steps/prepare/0/manifest.json", "steps/classify-a/0/manifest.json")


def test_weights_that_the_recipe_does_not_state_are_no_answer(tmp_path):
    classifier = {**RECIPE["classifier"], "variants": {"scratch": {"parameters": {}}}}
    assert "initial" not in answers(manuscript(tmp_path, {**RECIPE, "classifier": classifier}))


def test_further_patients_and_other_splits(tmp_path):
    facts = {**FACTS, "patients": {**FACTS["patients"], "further": ["d", "e"]}}
    text = manuscript(tmp_path, facts=facts)
    prepare, *others = text.run.steps
    more = tmp_path / "steps/prepare-split2/0"
    more.mkdir(parents=True)
    (more / "manifest.json").write_text("{}")
    again = replace(prepare, name="prepare-split2", folder=more)
    run = Manuscript(replace(text.run, steps=Steps([prepare, again, *others])))
    parts = "2 for train, 1 for test and 2 held back for positive controls"
    parts += " (the first of 2 splits, each with other test patients)"
    known = answers(run)
    assert known["partitions"].text == f"patients, at random: {parts}"
    assert f"assigned to the partitions at random: {parts}." in methods(run)
    assert known["level"].text.endswith("no patient is in the test sets of two splits")
    assert known["level"].files == ("steps/prepare/0/manifest.json", "steps/prepare-split2/0/manifest.json")
