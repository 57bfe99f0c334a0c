import click
import pytest
from click.testing import CliRunner

from kgan.cli.options import load_with, recipe_options
from kgan.errors import RecipeError


@pytest.fixture
def loaded():
    """Return ``loaded(*arguments)``: the recipe that a command of these options loads."""

    def run(*arguments):
        recipes = []

        @click.command()
        @recipe_options
        def command(**options):
            recipes.append(load_with(options, needs_data=False))

        result = CliRunner().invoke(command, arguments, catch_exceptions=False)
        assert result.exit_code == 0, result.output
        return recipes[0]

    return run


def test_a_recipe_alone_is_loaded_as_it_stands(loaded):
    recipe = loaded("two_step")
    assert (recipe.name, recipe.profile) == ("two_step", "demo")


def test_each_option_changes_the_recipe(loaded, tmp_path):
    recipe = loaded(
        "two_step",
        *("--profile", "small", "--data", str(tmp_path), "--seed", "11"),
        *("--set", "data.min_patients=9", "--set", "data.image_size=64"),
    )
    assert (recipe.profile, recipe.seed, recipe.data.min_patients) == ("small", 11, 9)
    assert recipe.data.path == str(tmp_path)
    assert tuple(recipe.data.image_size) == (64, 64)


def test_a_wrong_override_is_the_recipe_s_error(loaded):
    with pytest.raises(RecipeError, match="alfa"):
        loaded("two_step", "--set", "alfa=0.01")


def test_a_seed_is_a_whole_number():
    command = click.command()(recipe_options(lambda **options: None))
    result = CliRunner().invoke(command, ["two_step", "--seed", "often"])
    assert result.exit_code == 2 and "'often' is not a valid integer" in result.output
