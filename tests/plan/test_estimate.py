import pytest

from kgan import recipe as recipes
from kgan.plan import plan
from kgan.plan.estimate import estimate


def test_sums_of_what_is_known_before_the_run(write):
    overrides = ["data.sequences=[t1c, flair]", "refiners.polish.image_size=[10, 12]"]
    estimated = estimate(plan(recipes.load(write(), overrides=overrides)))
    assert estimated.images == {"generate-tiles": 90, "refine-polish": 64}
    assert estimated.bytes == {
        "prepare": 9 * 10 * 12 * 12 * 2,
        "generate-tiles": 90 * 16 * 16 * 2,
        "refine-polish": 64 * 10 * 12 * 2,
    }
    assert (estimated.linked, estimated.unknown, estimated.warm_up) == ({}, [], 0)
    assert estimated.steps == 10
    assert estimated.epochs == {"train-tiles-non_tumor": 2, "train-tiles-tumor": 2}
    assert estimated.classifiers == 8


def test_the_two_step_paper_by_hand(tmp_path):
    """From the paper's numbers: its sections III-A to III-D, and table 5's 200k, 100,000 of each class.

    220 patients of slices 30 to 130 at 240x240; a quarter of PGGAN's images fails, so 133,334 a class at
    256x256 leave 100,000; both refiners work on all of these at 224x224, after three numbers of steps.
    """
    sums = estimate(plan(recipes.load("two_step", profile="paper", data=tmp_path)))
    pggan, refined = 2 * 133_334 * 256 * 256, 2 * 100_000 * 224 * 224
    steps = [
        f"refine-{name}-{number}" for name in ("munit", "simgan") for number in (20_000, 50_000, 100_000)
    ]
    assert sums.bytes == {
        "prepare": (154 + 44 + 22) * 101 * 240 * 240,
        "generate-pggan": pggan,
        "curate-pggan_curated": pggan,
        **dict.fromkeys(steps, refined),
    }
    assert sums.linked == {"choose-munit": refined, "choose-simgan": refined}
    assert sums.images == {"generate-pggan": 266_668, **dict.fromkeys(steps, 200000)}
    # A model of each class: 100,000 steps of MUNIT and of SimGAN, whose refiner is alone for 500 before.
    assert (sums.steps, sums.warm_up) == (2 * 100_000 + 2 * 100_000, 2 * 500)
    assert sums.epochs == {"train-pggan-non_tumor": 100, "train-pggan-tumor": 100}
    # Ten setups from scratch and pre-trained; two of them are trained once for each number of steps.
    assert sums.classifiers == 10 * 2 - 2 + 2 * 3
    assert not sums.unknown


def test_equivalent_patients_and_features_are_trained_too(tmp_path):
    equivalent = "equivalent={source: pggan_curated, images: 2000, patients: [4, 8, all]}"
    paper = {"profile": "paper", "data": tmp_path}
    several = estimate(plan(recipes.load("two_step", **paper, overrides=[equivalent, "repeats.seeds=2"])))
    alone = estimate(plan(recipes.load("two_step", **paper, overrides=["repeats.seeds=2"])))
    assert several.classifiers - alone.classifiers == 3 * 2 * 2


def test_what_is_done_is_not_counted(tmp_path):
    steps = plan(recipes.load("two_step", profile="paper", data=tmp_path))
    left = estimate(steps, ["train-simgan-tumor", "refine-simgan-20000", "choose-simgan"])
    assert (left.steps, left.warm_up, list(left.bytes)) == (100_000, 500, ["refine-simgan-20000"])
    assert list(left.linked) == ["choose-simgan"]


@pytest.mark.parametrize(
    ("overrides", "bytes_"),
    [
        ([], 48 * 25 * 62 * 62),  # the stand-in's 48 patients, slices 46 to 118 by 3, cut to 62x62
        (["data.slices={step: 6}"], 48 * 13 * 62 * 62),
        (["data.center_crop=null", "data.image_size=60"], 48 * 25 * 60 * 60),
        (["data.split={train: 20, validation: 5, test: 5}"], 30 * 25 * 62 * 62),
    ],
)
def test_prepared_images(overrides, bytes_):
    sums = estimate(plan(recipes.load("two_step", overrides=overrides)))
    assert (sums.bytes["prepare"], sums.unknown) == (bytes_, [])


def test_a_cohort_of_unknown_size_is_reported(tmp_path):
    overrides = ["data.split={train: 0.7, validation: 0.1, test: 0.2}"]
    recipe = recipes.load("two_step", profile="paper", data=tmp_path, overrides=overrides)
    sums = estimate(plan(recipe))
    assert sums.unknown == ["prepare"] and "prepare" not in sums.bytes
