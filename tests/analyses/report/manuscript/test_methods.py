from dataclasses import replace

import pytest
from fabricated.finished_steps import trained_gan
from fabricated.manuscripts import FACTS, RECIPE, manuscript

from kgan.analyses.report.manuscript.answers import answers
from kgan.analyses.report.manuscript.contents import Manuscript
from kgan.analyses.report.manuscript.methods import classes_text, methods
from kgan.data.cohort.tables import SLICES, SliceRow
from kgan.pipeline.records.run_folder import Steps
from kgan.schema.data import ALL_SLICES, Labels


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


@pytest.fixture
def labelled(tmp_path):
    """Return a function: the run whose slices have an area of tumour, or none, by rules for their classes."""

    def labelled(area, synthetic=False, **rules):
        text = manuscript(tmp_path, facts={**FACTS, "synthetic": synthetic})
        row = SliceRow(
            patient="a", slice=3, split="train", class_name="tumor", tumor_area=area, used=True, reason=""
        )
        SLICES.write(text.prepare.folder, [row])
        settings = text.prepare.settings.model_copy(update={"labels": Labels(**rules)})
        steps = [replace(text.prepare, settings=settings), *text.run.steps[1:]]
        return Manuscript(replace(text.run, steps=Steps(steps)))

    return labelled


def test_classes_come_from_masks_where_there_are_any(labelled):
    text = labelled(120.0, min_tumor_area=100, margin=2)
    classes = (
        "A slice was positive with at least 100 mm² of tumour in the segmentation mask, and negative "
        "without any. Slices with some but less than 100 mm² or without tumour but within 2 slices "
        "of some were left out: they are in neither class."
    )
    assert classes in methods(text)
    assert answers(text)["reference"].text == classes


def test_without_limits_no_slice_is_left_out(labelled):
    text = classes_text(labelled(120.0))
    assert "with any tumour in the" in text and "left out" not in text


def test_masks_of_phantoms_are_computed(labelled):
    text = classes_text(labelled(120.0, synthetic=True))
    assert "in the computed mask of the phantom, and negative" in text
    assert "segmentation" not in text


def test_without_masks_the_reader_gives_the_classes(labelled):
    text = methods(labelled(None, min_tumor_area=100, margin=2))
    assert "The classes are those that the reader “any” gives." in text and "mm²" not in text


def test_all_slices_have_no_last_one(tmp_path):
    text = manuscript(tmp_path)
    request = text.prepare.settings.request.model_copy(update={"first": 0, "last": ALL_SLICES})
    settings = text.prepare.settings.model_copy(update={"request": request})
    run = replace(text.run, steps=Steps([replace(text.prepare, settings=settings)]))
    assert "all axial slices were extracted" in methods(Manuscript(run))
    assert answers(Manuscript(run))["preprocessing"].text == "all axial slices; 30 × 30 pixels"


def test_images_that_are_files_have_no_slices(tmp_path):
    text = manuscript(tmp_path, facts={**FACTS, "pictures": True}, compared=False)
    assert "Images were read from files (t1c)." in methods(text) and "slices 30" not in methods(text)
    assert answers(text)["preprocessing"].text == "images of files; 30 × 30 pixels"


def test_what_is_not_planned_is_exploratory(tmp_path):
    text = manuscript(tmp_path)
    settings = text.comparison.settings.model_copy(update={"planned": (), "alpha": 0.1})
    *others, _ = text.run.steps
    run = Manuscript(replace(text.run, steps=Steps([*others, replace(text.comparison, settings=settings)])))
    assert "No comparison was planned: all are exploratory" in methods(run) and "Of 0" not in methods(run)
    assert "Intervals (90 % of differences, 95 % of all else) have patients as units" in methods(run)
    assert not {"objective", "uncertainty"} & set(answers(run))


def test_notes_on_the_data_are_kept(tmp_path):
    note = "Images without patient ids cannot be split safely"
    assert f" {note}. " in methods(manuscript(tmp_path, facts={**FACTS, "notes": [note]}))
