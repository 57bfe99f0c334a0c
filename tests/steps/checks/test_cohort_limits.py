"""What a cohort does not bear is told before anything is trained, by the rule that each step goes by."""

import importlib

import numpy as np
import pytest
from kgan.plan.analyses import LIMITED
from kgan.plan.step import MODULES

from kgan import recipe as recipes
from kgan.data.store.store import StoreWriter
from kgan.errors import DataError
from kgan.pipeline import manifest
from kgan.pipeline.context import StepContext
from kgan.plan import plan, steps_until
from kgan.progress import Silent
from kgan.steps import check_cohort
from kgan.steps.checks.cohort_limits import Outcome

CLASSES = ("non_tumor", "tumor")
SEEN = {"view": None, "canvas": [8, 8], "crop": 0}


def prepared(folder, train=(40, 30), validation=(20, 20), test=(20, 20), patients=6, classes=CLASSES, size=8):
    """Write a preparation of so many images of each class; patients take turns."""
    parts = {}
    for split, counts in (("train", train), ("validation", validation), ("test", test)):
        labels = np.repeat(np.arange(len(counts)), counts) if classes else np.full(sum(counts), -1)
        owners = [f"{split}-{number % patients}" for number in range(len(labels))]
        folder.mkdir(exist_ok=True)
        with StoreWriter(
            folder / f"{split}.h5", image_shape=(size, size, 1), classes=classes, provenance={}
        ) as store:
            store.append(np.zeros((len(labels), size, size, 1), np.uint8), labels, owners, range(len(labels)))
        parts[split] = sorted(set(owners))
    manifest.write(folder, {"kind": "prepare", "facts": {"patients": parts}, "outputs": {}})
    return folder


def limits(does, settings, folder):
    return importlib.import_module(MODULES[does]).limits("it", settings, folder)


def texts(does, settings, folder):
    found = limits(does, settings, folder)
    assert all(limit.outcome is Outcome.REDUCED for limit in found)
    return [limit.text for limit in found]


def the_one(does, settings, folder):
    (limit,) = limits(does, settings, folder)
    return limit.outcome, limit.text


TSNE = {"images": 300, "perplexity": 100.0, "classes": list(CLASSES)}


MEASURE = {
    "pools": [{"view": None}],
    "images": 1000,
    "components": 16,
    "distances": {"images": 500, "neighbours": 5, "features": "random"},
}


@pytest.mark.parametrize(
    ("train", "patients", "said"),
    [
        ((600, 400), 6, []),
        (
            (40, 30),
            6,
            [
                "70 training images instead of 1000 (measures.images)",
                "distances of 70 training images and as many synthetic ones instead of 500 "
                "(measures.distances.images)",
            ],
        ),
        (
            (3, 2),
            1,
            [
                "5 training images instead of 1000 (measures.images)",
                "1 principal components instead of 16 (measures.pca.components)",
                "distances of 5 training images and as many synthetic ones instead of 500 "
                "(measures.distances.images)",
                "1 neighbours instead of 5 (measures.distances.neighbours)",
                "distances without intervals nor baselines, as there are 1 training patients",
            ],
        ),
    ],
    ids=["enough", "some", "few"],
)
def test_measures_take_less(tmp_path, train, patients, said):
    assert texts("measure", MEASURE, prepared(tmp_path / "p", train=train, patients=patients)) == said


def test_measures_of_three_images_are_left_out_and_sequences_count_apart(tmp_path):
    folder = prepared(tmp_path / "p", train=(2, 1))
    outcome, text = the_one("measure", MEASURE, folder)
    assert outcome is Outcome.LEFT_OUT and text.startswith("measures: 3 training images; expected 4 or more.")
    assert texts("measure", {**MEASURE, "distances": None}, prepared(tmp_path / "q", train=(3, 2))) == [
        "5 training images instead of 1000 (measures.images)",
        "1 principal components instead of 16 (measures.pca.components)",
    ]


def cells(*patients):
    return [
        {"patients": number, "pool": pool, "step": f"worth-{number}-{pool}", "seed": 1}
        for number in patients
        for pool in (False, True)
    ]


def test_numbers_of_patients_that_there_are_not_are_left_out_and_equal_ones_are_one(tmp_path):
    from kgan.analyses.patient_equivalence import step as equivalent

    folder = prepared(tmp_path / "p")
    asked = {"cells": cells(2, 4, 8, "all", 0.34)}
    assert texts("equivalent", asked, folder) == [
        "not for 8 patients (equivalent.patients), as 6 have training images",
        "0.34 are 2 patients, as 2 are: once is enough",
    ]
    kept, _ = equivalent.bearable(asked, folder)
    assert [(cell["patients"], cell["pool"]) for cell in kept] == [
        (2, False), (2, True), (4, False), (4, True), (6, False), (6, True)
    ]  # fmt: skip
    kept, said = equivalent.bearable(asked, folder, ["worth-4-True"])
    assert {cell["patients"] for cell in kept} == {2, 6}
    assert "not for 4 patients, as their classifiers are left out" in said
    outcome, text = the_one("equivalent", {"cells": cells(6, "all", 20)}, folder)
    assert outcome is Outcome.LEFT_OUT and "1 of the numbers of patients asked for can be had of 6" in text


def test_several_scans_of_a_person_are_one_of_the_numbers_of_patients(tmp_path):
    folder = prepared(tmp_path / "p")
    about = manifest.read(folder)
    about["facts"]["subjects"] = {f"train-{number}": f"person-{number // 2}" for number in range(6)}
    manifest.write(folder, about)
    said = texts("equivalent", {"cells": cells(1, 2, 6)}, folder)
    assert said == ["not for 6 patients (equivalent.patients), as 3 have training images"]
    # Of 70 images of three persons, two have more than 40.
    assert texts("classify", classify(real(patients=2), batch=40), folder) == []
    assert texts("classify", classify(real(patients=1), batch=40), folder)


def classify(*sources, batch=8, **more):
    about = {"classifier": {"plugin": "resnet50", "parameters": {}}, "image_size": [8, 8]}
    return {"sources": list(sources), "train": {"batch_size": batch}, "seed": 1, **about, **more}


def real(count=None, **more):
    return {"name": "real", "kind": "real", "count": count, **more}


CLASSIC = {"name": "classic", "kind": "classic", "count": 20}


def test_more_real_images_than_there_are_are_refused(tmp_path):
    folder = prepared(tmp_path / "p")
    assert texts("classify", classify(real(70)), folder) == []
    outcome, text = the_one("classify", classify(real(500)), folder)
    assert outcome is Outcome.REFUSED
    assert text == "500 real images are asked for and 70 are there; write all, or ask for fewer, in setups"


def test_classic_images_of_a_class_that_is_not_drawn_are_refused(tmp_path):
    folder = prepared(tmp_path / "p", train=(200, 1))
    assert texts("classify", classify(real(), CLASSIC), folder) == []
    outcome, text = the_one("classify", classify(real(3), CLASSIC), folder)
    assert outcome is Outcome.REFUSED and text.startswith("no image of class tumor is among the 3 real ones")


def test_a_crop_that_images_do_not_hold_is_refused(tmp_path):
    folder = prepared(tmp_path / "p")
    outcome, text = the_one("classify", classify(real(), image_size=[9, 9], center_crop=True), folder)
    assert outcome is Outcome.REFUSED and "expected a smaller classifier.image_size" in text


def test_a_batch_larger_than_the_images_is_told(tmp_path):
    folder = prepared(tmp_path / "p")
    said = texts("classify", classify(real(), CLASSIC, batch=100), folder)
    assert said == ["a batch of 100 (batch_size) holds images several times, as there are 90"]


def test_patients_who_lack_a_class_leave_their_classifier_out(tmp_path):
    folder = tmp_path / "p"
    prepared(folder, train=(30, 1))
    outcomes = {
        tuple(
            limit.outcome
            for limit in limits("classify", {**classify(real(patients=1), batch=1), "seed": seed}, folder)
        )
        for seed in range(20)
    }
    assert outcomes == {(), (Outcome.LEFT_OUT,)}
    assert limits("classify", classify(real(patients=99)), folder) == []


GAN = {"label": 1, "canvas": [8, 8], "crop": 0, "view": None, "train": {"batch_size": 16}}


def test_what_a_gan_cannot_learn_from_is_refused(tmp_path):
    folder = prepared(tmp_path / "p", size=10)
    outcome, text = the_one("train_gan", GAN, folder)
    assert outcome is Outcome.REFUSED and text.startswith(
        "images of 10x10 px on a canvas of 8x8, moved within 0 px"
    )
    assert texts("train_gan", {**GAN, "canvas": [12, 12]}, folder) == []
    assert the_one("train_gan", {**GAN, "canvas": [12, 12], "crop": 3}, folder)[0] is Outcome.REFUSED
    smaller = {**GAN, "view": {"image_size": [8, 8]}}
    assert texts("train_gan", smaller, folder) == []
    said = texts("train_gan", {**smaller, "train": {"batch_size": 64}}, folder)
    assert said == ["a batch of 64 (batch_size) holds images several times, as there are 30"]
    none = prepared(tmp_path / "none", train=(5, 0))
    assert the_one("train_gan", GAN, none)[0] is Outcome.REFUSED


def test_a_refiner_learns_from_the_real_images_that_there_are(tmp_path):
    asked = {"label": 1, "images": 200, "gan": {"plugin": "simgan", "parameters": {}}, "image_size": [8, 8]}
    said = texts("train_refiner", asked, prepared(tmp_path / "p"))
    assert said == ["30 real images instead of 200 (images_per_class)"]
    assert texts("train_refiner", {**asked, "label": 0, "images": 40}, tmp_path / "p") == []


@pytest.fixture
def offline(monkeypatch, tmp_path):
    """Keras has no weights in its cache and no network to fetch them from."""
    import keras

    def fetch(*given, **about):
        raise Exception("URL fetch failure: no network")

    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    monkeypatch.setattr(keras.utils, "get_file", fetch)
    for application in (
        keras.src.applications.resnet,
        keras.src.applications.densenet,
        keras.src.applications.vgg16,
    ):
        monkeypatch.setattr(application.file_utils, "get_file", fetch)


def test_weights_that_cannot_be_had_are_refused_before_anything_is_trained(tmp_path, offline):
    folder = prepared(tmp_path / "p")
    parameters = {"weights": "imagenet"}
    asked = classify(real(), classifier={"plugin": "resnet50", "parameters": parameters}, image_size=[32, 32])
    outcome, text = the_one("classify", asked, folder)
    assert outcome is Outcome.REFUSED and "resnet50_weights_tf_dim_ordering_tf_kernels_notop.h5" in text
    munit = {"plugin": "munit", "parameters": {"width": 0.1, "blocks": 1, "vgg_weights": "imagenet"}}
    refiner = {"label": 1, "images": 20, "gan": munit, "image_size": [64, 64]}
    outcome, text = the_one("train_refiner", refiner, folder)
    assert outcome is Outcome.REFUSED and "VGG16" in text
    features = {"network": "densenet169", "weights": "imagenet", "image_size": [32, 32]}
    outcome, text = the_one("curate", {"rule": "automatic", "features": features}, folder)
    assert outcome is Outcome.REFUSED and "densenet169" in text
    # Where a classifier stands in, or an analysis alone wants them, the run begins.
    standing_in = {"rule": "automatic", "features": {**features, "classifier": "classify-real"}}
    assert limits("curate", standing_in, folder) == []
    (said,) = texts("privacy", {"max_auc": None, "images": 100, "features": features}, folder)
    assert said.startswith("it will fail, unless this is mended meanwhile: densenet169")


def test_a_file_of_weights_that_does_not_fit_is_refused(tmp_path):
    folder = prepared(tmp_path / "p")
    (tmp_path / "weights.h5").write_bytes(b"no weights")
    parameters = {"weights": str(tmp_path / "weights.h5")}
    asked = classify(real(), classifier={"plugin": "resnet50", "parameters": parameters}, image_size=[32, 32])
    outcome, text = the_one("classify", asked, folder)
    assert outcome is Outcome.REFUSED and "cannot be read as a Keras weights file" in text


def test_too_few_test_patients_to_find_anything_are_told(tmp_path):
    cells = [{"step": "a", "setup": "a", "prepare": "prepare"}]
    planned = [{"first": "a", "second": "b", "variant": ""}] * 3
    asked = {"cells": cells, "planned": planned, "alpha": 0.05}
    (said,) = texts("compare", asked, prepared(tmp_path / "p"))
    assert said.startswith("no difference can be found with 6 patients and 3 comparisons: test more patients")
    assert texts("compare", asked, prepared(tmp_path / "q", patients=20)) == []
    assert texts("compare", {**asked, "planned": []}, tmp_path / "p") == []
    # Of AUROC the patients of the smaller class bear, of a rate those of its class.
    few = prepared(tmp_path / "r", patients=20, test=(20, 2))
    assert texts("compare", asked, few) == texts("compare", {**asked, "metric": "specificity"}, few) == []
    for metric in ("auroc", "sensitivity"):
        (said,) = texts("compare", {**asked, "metric": metric}, few)
        assert said.startswith("no difference can be found with 2 patients and 3 comparisons")
    # Two splits test twice as many.
    twice = {**asked, "cells": [*cells, {**cells[0], "prepare": "prepare-split2"}]}
    assert texts("compare", twice, tmp_path / "p") == []


class Told(Silent):
    def __init__(self):
        self.lines = []

    def say(self, text):
        self.lines.append(text)


def check(folder, steps, out):
    asking = {name: {"does": does, "prepare": "prepare", "settings": s} for name, (does, s) in steps.items()}
    out.mkdir(exist_ok=True)
    told = Told()
    facts = check_cohort.run(StepContext("check-cohort", {"steps": asking}, {"prepare": folder}, out, told))
    return facts, told.lines


def test_the_check_tells_each_limit_once_in_the_log_a_table_and_its_facts(tmp_path):
    folder = prepared(tmp_path / "p", train=(30, 9))
    refiner = {"label": 1, "images": 20, "gan": {"plugin": "simgan", "parameters": {}}, "image_size": [8, 8]}
    steps = {"tsne": ("embed", TSNE), "train-simgan-tumor": ("train_refiner", refiner)}
    facts, lines = check(folder, steps, tmp_path / "out")
    assert [line.partition(":")[0] for line in lines] == ["check-cohort"] * 2
    assert lines[1] == "check-cohort: train-simgan-tumor: 9 real images instead of 20 (images_per_class)"
    assert lines[0].startswith("check-cohort: tsne: left out: t-SNE: 9 training images")
    assert [one["outcome"] for one in facts["limits"]] == ["left out", "reduced"]
    table = (tmp_path / "out" / "limits.csv").read_text().splitlines()
    assert table[0] == "step,outcome,what" and len(table) == 3


def test_what_holds_for_several_steps_is_said_once(tmp_path):
    folder = prepared(tmp_path / "p")
    steps = {f"classify-{name}": ("classify", classify(real(), batch=100)) for name in "abc"}
    _, lines = check(folder, steps, tmp_path / "out")
    (line,) = lines
    assert line.startswith(
        "check-cohort: classify-a and 2 more: a batch of 100 (batch_size) holds images several"
    )


def test_the_check_refuses_what_no_step_does_with_less_of(tmp_path):
    folder = prepared(tmp_path / "p")
    steps = {
        "tsne": ("embed", TSNE),
        "classify-a": ("classify", classify(real(500))),
        "classify-b": ("classify", classify(real(600))),
    }
    with pytest.raises(
        DataError, match="classify-a: 500 real images are asked for .* .and 1 more such limits"
    ):
        check(folder, steps, tmp_path / "out")


def test_it_comes_before_all_training_and_asks_every_step_that_reads_the_cohort():
    steps = plan(recipes.load("two_step"))
    names = [step.name for step in steps]
    assert names[:2] == ["prepare", "check-cohort"]
    asked = steps[1].settings["steps"]
    assert set(asked) == {step.name for step in steps if step.kind in LIMITED}
    # Whatever reads the preparation says what it asks of it, or goes by tables and patients' names alone.
    without = {step.kind for step in steps if "prepare" in step.needs and step.kind not in LIMITED}
    assert without == {"check_cohort", "choose", "report"}
    assert all(hasattr(importlib.import_module(MODULES[does]), "limits") for does in LIMITED)


def test_a_run_until_some_training_is_checked_too():
    steps = plan(recipes.load("two_step"))
    assert [step.name for step in steps_until(steps, "prepare")] == ["prepare"]
    some = [step.name for step in steps_until(steps, "train-pggan-tumor")]
    assert some == ["prepare", "check-cohort", "train-pggan-tumor"]


def test_no_training_changes_with_what_an_analysis_asks():
    loaded = [
        recipes.load("two_step", overrides=overrides)
        for overrides in ((), ("tsne.images=20", "tsne.perplexity=5"))
    ]
    first, second = ({step.name: step for step in plan(one)} for one in loaded)
    assert first["train-pggan-tumor"] == second["train-pggan-tumor"]
    assert first["check-cohort"] != second["check-cohort"]
