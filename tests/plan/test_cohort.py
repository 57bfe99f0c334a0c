import pytest

from kgan import recipe as recipes
from kgan.plan import plan
from kgan.plan.cohort import ALL, expected_images, patients, prepared_images, slices


def prepare(**options):
    return plan(recipes.load("two_step", **options))[0].settings


def test_patients_and_slices_of_the_recipe_or_the_reader(tmp_path):
    paper = prepare(profile="paper", data=tmp_path)
    assert (patients(paper), slices(paper)) == (154 + 44 + 22, 101)
    demo = prepare()  # the stand-in's 48 patients, slices 46 to 118 by 3
    assert (patients(demo), slices(demo)) == (48, 25)
    shares = ["data.split={train: 0.7, validation: 0.1, test: 0.2}"]
    assert patients(prepare(profile="paper", data=tmp_path, overrides=shares)) is None


def test_classes_share_the_labelled_slices_evenly():
    images = expected_images(prepare(), ("non_tumor", "tumor"))
    assert images.of("train", "tumor") == pytest.approx(0.6 * 48 * 25 * 0.55 / 2)
    assert images.of("test") == pytest.approx(0.25 * 48 * 25 * 0.55)
    assert images.patients == pytest.approx(0.6 * 48)
    assert images.assumed == ("55% of the slices in a class",)


def test_all_slices_count_where_no_rule_leaves_any_out():
    images = expected_images(
        prepare(overrides=["data.labels={min_tumor_area: 0, margin: 0, incomplete: null}"]), ()
    )
    assert images.counts["train"] == {ALL: pytest.approx(0.6 * 48 * 25)}
    assert images.assumed == ()


def test_images_of_a_finished_preparation():
    facts = {
        "counts": {"train": {"tumor": 7, "non_tumor": 5}, "validation": {"tumor": 2}, "test": {}},
        "patients": {"train": ["a", "b", "c"], "validation": ["d"], "test": []},
    }
    images = prepared_images(facts)
    assert (images.of("train"), images.of("train", "tumor"), images.of("validation", "non_tumor")) == (
        12,
        7,
        0,
    )
    assert (images.patients, images.assumed) == (3, ())


def test_further_patients_are_counted():
    split = "data.split={train: 8, validation: 4, test: 6, further: 30}"
    settings = prepare(overrides=[split])
    assert patients(settings) == 48
    images = expected_images(settings, ("non_tumor", "tumor"))
    assert images.of("further") == pytest.approx(30 * 25 * 0.55)
    assert settings.describe().endswith("split 8/4/6 + 30 further")
    assert expected_images(prepare(), ()).of("further") == 0
