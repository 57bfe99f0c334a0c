from kgan import recipe as recipes
from kgan.recipe.estimate import estimate


def test_sums_of_what_is_known_before_the_run(write):
    overrides = ["data.sequences=[t1c, flair]", "refiners.polish.image_size=[10, 12]"]
    found = estimate(recipes.plan(recipes.load(write(), overrides=overrides)))
    assert found.images == {"generate-tiles": 90, "refine-polish": 64}
    assert found.bytes == {"generate-tiles": 90 * 16 * 16 * 2, "refine-polish": 64 * 10 * 12 * 2}
    assert found.steps == 10
    assert found.epochs == {"train-tiles-non_tumor": 2, "train-tiles-tumor": 2}
    assert found.classifiers == 8
