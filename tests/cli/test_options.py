import click
import pytest
from click.testing import CliRunner

from kgan import recipe as recipes
from kgan.cli import options
from kgan.cli.options import load_with, recipe_options
from kgan.errors import RecipeError, RunError
from kgan.pipeline.execution.machine import Machine
from kgan.progress import SilentRun


@pytest.fixture
def loaded():
    """Return ``loaded(*arguments)``: the recipe that a command of these options loads."""

    def run(*arguments):
        loaded = []

        @click.command()
        @recipe_options
        def command(**given):
            loaded.append(load_with(given, needs_data=False))

        result = CliRunner().invoke(command, arguments, catch_exceptions=False)
        assert result.exit_code == 0, result.output
        return loaded[0]

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


@pytest.mark.parametrize(
    ("text", "devices"),
    [("2", 2), ("0,2", ("0", "2")), ("3,", ("3",)), ("GPU-a, GPU-b", ("GPU-a", "GPU-b"))],
)
def test_devices_are_a_number_or_names(text, devices):
    assert options.parse_devices(text) == devices


@pytest.mark.parametrize("text", ["0", "-1", "two", "", "1.5", ","])
def test_other_devices_are_refused(text):
    with pytest.raises(RunError, match="--devices: expected a number of GPUs .* received"):
        options.parse_devices(text)


def test_a_run_takes_the_named_gpus_alone():
    machine = Machine(8, 64.0, ("0", "1", "2"))
    assert options.with_devices(machine, (2, "0")).gpus == ("2", "0")
    assert options.with_devices(machine, 2).gpus == ("0", "1", "2")
    with pytest.raises(RunError, match="GPU 5 is not there; found 0, 1, 2"):
        options.with_devices(machine, (0, 5))


@pytest.mark.parametrize("value", ["0", "-2", "[]"])
def test_a_recipe_without_a_device_is_refused(value):
    with pytest.raises(RecipeError, match="compute.devices"):
        recipes.load("two_step", overrides=[f"compute.devices={value}"])


def test_a_list_of_gpus_comes_from_a_recipe():
    recipe = recipes.load("two_step", overrides=["compute.devices=[0, 2]"])
    assert recipe.compute.devices == (0, 2)


def test_the_backend_follows_the_option(monkeypatch):
    monkeypatch.setattr(options, "this_machine", lambda: Machine(4, 64.0))
    recipe = recipes.load("two_step")
    with options.local_backend(recipe) as chosen, options.local_backend(recipe, 3) as given:
        assert (chosen.jobs, given.jobs, given.gpus) == (4, 3, 0)


def test_a_cluster_is_not_given_names_of_gpus_of_this_machine(tmp_path):
    recipe = recipes.load("two_step", overrides=["compute.devices=[0, 2]"])
    with pytest.raises(RunError, match="names GPUs of this machine, and --scheduler runs steps on others"):
        options.backend_of(recipe, (), tmp_path, SilentRun(), scheduler="local")
