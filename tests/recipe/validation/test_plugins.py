import pytest

from kgan import recipe as recipes
from kgan.recipe.validation.plugins import place_in_variant, plugin_mistakes
from kgan.schema.base import Plugin


@pytest.fixture
def recipe(write):
    return recipes.load(write())


def mistakes(recipe, needs_data=False):
    return list(plugin_mistakes(recipe, needs_data))


def with_gan(recipe, **changes):
    tiles = recipe.gans["tiles"].model_copy(update=changes)
    return recipe.model_copy(update={"gans": {"tiles": tiles}})


def with_data(recipe, **changes):
    return recipe.model_copy(update={"data": recipe.data.model_copy(update=changes)})


def test_the_fabricated_recipe_has_none(recipe):
    assert mistakes(recipe) == mistakes(recipe, needs_data=True) == []


def test_an_unknown_plugin_is_named_with_its_neighbour(recipe):
    ((place, text),) = mistakes(with_gan(recipe, plugin="tile"))
    assert place == ("gans", "tiles", "plugin")
    assert "'tile'" in text and "did you mean 'tiles'" in text


def test_a_refiner_does_not_stand_among_gans(recipe):
    texts = dict(mistakes(with_gan(recipe, plugin="polish", parameters={})))
    says = "'polish' is a ImageToImageGAN; expected under 'refiners', not 'gans'"
    assert texts["gans", "tiles", "plugin"] == says


def test_a_gan_without_a_loss_says_which_there_are(recipe):
    ((place, text),) = mistakes(with_gan(recipe, loss=None))
    assert place == ("gans", "tiles")
    assert text.startswith("'loss' is missing: 'tiles' needs one. Installed: ") and "plain" in text


def test_a_folder_for_a_reader_of_none(recipe):
    ((place, text),) = mistakes(with_data(recipe, reader=Plugin(plugin="phantom"), path="scans"))
    assert place == ("data", "path")
    assert text == "reader 'phantom' reads no folder; leave it out or name another reader"


def test_a_reader_of_a_folder_needs_one_before_it_runs(recipe):
    brats = with_data(recipe, reader=Plugin(plugin="brats"))
    assert mistakes(brats) == []
    ((place, text),) = mistakes(brats, needs_data=True)
    assert place == ("data", "path")
    assert text == "reader 'brats' needs a folder of scans: give one with --data DIR"
    assert mistakes(with_data(brats, path="scans"), needs_data=True) == []


def test_weights_for_a_classifier_without_any(recipe):
    classifier = recipe.classifier
    weighted = classifier.variants["max"].model_copy(update={"weights": "imagenet"})
    changed = classifier.model_copy(update={"variants": {**classifier.variants, "max": weighted}})
    ((place, text),) = mistakes(recipe.model_copy(update={"classifier": changed}))
    assert place == ("classifier", "variants", "max", "weights")
    assert text == "'brightness' takes no weights; expected null"


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        (("rate",), ("classifier", "variants", "max", "parameters", "rate")),
        (("other",), ("classifier", "parameters", "other")),
        (("weights",), ("classifier", "variants", "max", "weights")),
        ((), ("classifier", "parameters")),
    ],
)
def test_where_a_variants_parameter_is_written(recipe, place, expected):
    assert place_in_variant(recipe.classifier, "max", place) == expected
