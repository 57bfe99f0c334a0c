from dataclasses import replace

import pytest
from fabricated.finished_steps import trained_gan
from fabricated.manuscripts import RECIPE, manuscript

from kgan.analyses.report.manuscript.contents import Manuscript
from kgan.analyses.report.manuscript.methods import methods
from kgan.pipeline.records.run_folder import Steps


def test_the_methods_of_an_experiment(tmp_path):
    text = methods(manuscript(tmp_path))
    for sentence in (
        "From each volume (t1c), axial slices 30 to 130 were extracted.",
        "Images had 30 × 30 pixels.",
        "assigned to the partitions at random: 2 for train and 1 for test.",
        "PGGAN was trained on the training images alone for 8 steps with batches of 4.",
        "Clusters of the images of PGGAN were discarded by the rule “automatic”.",
        "A classifier (resnet50) was trained for at most 2 epochs on each of 2 setups: “real” (all real); "
        "“+PGGAN” (all real + 2,000 PGGAN).",
        "The primary metric was accuracy. Of 1 planned comparison, each was tested with patients as units",
        "Each classifier was trained once",
        "Software: kgan 0.1.0. All random numbers derive from the seed 4.",
    ):
        assert sentence in text
    assert text.count("were discarded") == 1, "a curation that keeps all discards nothing"


def test_runs_are_counted(tmp_path):
    assert "Each classifier was trained in 3 runs" in methods(manuscript(tmp_path, runs=3))


def test_without_a_classifier_none_is_described(tmp_path):
    recipe = {**RECIPE, "classifier": None, "setups": {}}
    assert "classifier" not in methods(manuscript(tmp_path, recipe, compared=False))


@pytest.mark.parametrize(
    ("precisions", "sentence"),
    [
        (["float32", "float32"], " Networks were trained in float32. All"),
        (
            ["bfloat16 (auto: native on this machine)", "float32"],
            " Networks were trained in bfloat16 (train-0) and float32 (train-1). All",
        ),
        (["", ""], "Software: kgan 0.1.0. All"),
    ],
    ids=["one", "two", "not recorded"],
)
def test_the_precision_is_stated(tmp_path, precisions, sentence):
    text = manuscript(tmp_path)
    steps = [
        trained_gan(str(number), facts={"precision": precision})
        for number, precision in enumerate(precisions)
    ]
    run = replace(text.run, steps=Steps([*text.run.steps, *steps]))
    assert sentence in methods(Manuscript(run))
