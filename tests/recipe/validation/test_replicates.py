import pytest

from kgan import recipe as recipes
from kgan.errors import RecipeError
from kgan.recipe.validation.replicates import preferred_variant

FRACTIONS = ("split: {train: 5, validation: 2, test: 2}", "split: {train: 0.5, validation: 0.3, test: 0.2}")


@pytest.mark.parametrize("splits", [1, 4, 5])
def test_splits_that_test_each_patient_at_most_once_are_accepted(write, splits):
    path = write(change=FRACTIONS)
    assert recipes.load(path, overrides=[f"repeats.splits={splits}"]).repeats.splits == splits


def test_a_split_more_would_test_a_patient_twice(write):
    says = "a test of 0.2 of the patients without testing anybody twice allows 5, received 6"
    with pytest.raises(RecipeError, match=says):
        recipes.load(write(change=FRACTIONS), overrides=["repeats.splits=6"])


@pytest.mark.parametrize(
    ("weights", "variant"),
    [((None, None), "mean"), ((None, "imagenet"), "max"), (("imagenet", "imagenet"), "mean")],
)
def test_the_preferred_variant_is_the_first_with_weights(write, weights, variant):
    classifier = recipes.load(write()).classifier
    variants = {
        name: classifier.variants[name].model_copy(update={"weights": of})
        for name, of in zip(("mean", "max"), weights, strict=True)
    }
    assert preferred_variant(classifier.model_copy(update={"variants": variants})) == variant
