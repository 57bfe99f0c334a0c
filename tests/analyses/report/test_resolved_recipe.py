import pytest

from kgan import recipe as recipes
from kgan.analyses.report.resolved_recipe import ResolvedRecipe


@pytest.mark.parametrize("name", ["two_step", "infinite_brain", "multi_sequence", "mri_generation"])
def test_a_published_protocol_has_what_the_report_shows(name):
    recipe = recipes.load(name, profile="paper", needs_data=False)
    shown = ResolvedRecipe.model_validate(recipe.resolved())
    assert (shown.seed, shown.profile, list(shown.gans)) == (recipe.seed, "paper", list(recipe.gans))
    assert {name: model.canvas for name, model in shown.gans.items()} == {
        name: gan.canvas for name, gan in recipe.gans.items()
    }
    assert shown.data.split == recipe.data.split and shown.data.slices == recipe.data.slices
    assert shown.data.stored_size == recipe.data.stored_size
    assert shown.setups == recipe.setups
    assert shown.variants == list(recipe.classifier.variants if recipe.classifier else ())


def test_what_a_recipe_leaves_out_has_a_default():
    empty = ResolvedRecipe.model_validate({})
    assert (empty.seed, empty.variants, empty.data.stored_size) == (0, [], None)
