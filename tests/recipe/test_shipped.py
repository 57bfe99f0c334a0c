from pathlib import Path

import pytest
import yaml

from kgan import recipe as recipes
from kgan.plan import plan

FOLDER = Path(__file__).parents[2] / "recipes"
FILES = sorted(FOLDER.glob("*.yaml"))


def profiles(path):
    return list(yaml.safe_load(path.read_text())["profiles"])


CASES = [(path, profile) for path in FILES for profile in profiles(path)]


@pytest.mark.parametrize(("path", "profile"), CASES, ids=[f"{path.stem}-{name}" for path, name in CASES])
def test_every_profile_of_every_shipped_recipe_can_be_planned(path, profile, tmp_path):
    recipe = recipes.load(path, profile=profile, data=tmp_path if profile == "paper" else None)
    steps = plan(recipe)
    assert steps[0].kind == "prepare"
    assert steps[-1].kind == "report"
    assert recipe.name == path.stem


def test_shipped_recipes_are_those_of_the_folder():
    assert list(recipes.shipped()) == [path.stem for path in FILES]


@pytest.mark.parametrize(
    ("name", "kinds", "size"),
    [("two_step", 4, (224, 224)), ("infinite_brain", 4, None), ("multi_sequence", 2, None)],
)
def test_visual_turing_tests_show_what_the_papers_show(tmp_path, name, kinds, size):
    """50 of each kind, once: real and synthetic, tumour and not (200 images), or real and synthetic (100)."""
    recipe = recipes.load(name, profile="paper", data=tmp_path)
    (step,) = [step for step in plan(recipe) if step.name == "turing"]
    settings = step.settings
    classes = 1 if recipe.data.labels is None else len(settings.classes)
    assert classes * (settings.real + settings.synthetic) == kinds * 50
    assert (settings.real, settings.repeats) == (50, 0)
    assert settings.image_size == size
    assert len(settings.tests) == {"two_step": 3, "infinite_brain": 1, "multi_sequence": 12}[name]


def test_two_step_demo_tries_all_ten_setups_from_scratch():
    recipe = recipes.load("two_step")
    assert [name.split()[0] for name in recipe.setups] == [str(number) for number in range(1, 11)]
    assert list(recipe.classifier.variants) == ["scratch"]
    assert recipe.stands_in


def test_the_zoo_pairs_three_networks_with_five_losses(tmp_path):
    recipe = recipes.load("mri_generation", profile="paper", data=tmp_path)
    losses = ("original", "lsgan", "wgan", "wgan_gp", "dragan")
    assert {name: (gan.plugin, gan.loss.plugin) for name, gan in recipe.gans.items()} == {
        f"{network}_{loss}": ({"progan": "pggan"}.get(network, network), loss)
        for network in ("dcgan", "srresnet", "progan")
        for loss in losses
    }
    assert all(gan.image_shape(recipe.data.sequences) == (256, 256, 1) for gan in recipe.gans.values())


@pytest.mark.parametrize("profile", ["paper", "demo"])
def test_both_models_of_multi_sequence_update_their_generators_equally_often(profile):
    recipe = recipes.load("multi_sequence", profile=profile, needs_data=False)
    trains = [gan.train for gan in recipe.gans.values()]
    updates = {(item.epochs, (item.steps or 0) * (item.generator_updates or 1)) for item in trains}
    assert updates == ({(100, 0)} if profile == "paper" else {(None, 1400)})


def test_each_gan_of_multi_sequence_sees_its_sequences(tmp_path):
    recipe = recipes.load("multi_sequence", profile="paper", data=tmp_path)
    names = ("t1", "t1c", "t2", "flair", "concat", "concat_64")
    assert list(recipe.gans) == [f"{network}_{name}" for network in ("dcgan", "wgan") for name in names]
    for name, gan in recipe.gans.items():
        what = name.partition("_")[2]
        size = 64 if what == "concat_64" else 128
        assert gan.image_shape(recipe.data.sequences) == (size, size, 1)
        alone, pooled = ((what,),), (("t1",), ("t1c",), ("t2",), ("flair",))
        assert gan.seen(recipe.data.sequences) == (pooled if what.startswith("concat") else alone)


@pytest.mark.parametrize(
    ("name", "profile", "override"),
    [
        ("two_step", "demo", "setups.mine={real: all, classic: 10}"),
        ("two_step", "small", "setups.mine={real: all, classic: 10}"),
        ("infinite_brain", "demo", "setups.mine={real: all, pggan: 10}"),
        ("mri_generation", "demo", "gans.dcgan_dragan=null"),
        ("multi_sequence", "demo", "gans.wgan_t2=null"),
    ],
)
def test_a_resolved_recipe_is_a_recipe_that_says_the_same(tmp_path, name, profile, override):
    loaded = recipes.load(name, profile=profile, overrides=[override, *_without(name)])
    plain = {name: value for name, value in loaded.resolved().items() if name != "profile"}
    (tmp_path / "again.yaml").write_text(yaml.safe_dump(plain, sort_keys=False))
    again = recipes.load(tmp_path / "again.yaml")
    same = {step.name: step.settings for step in plan(again) if step.kind not in ("export", "report")}
    assert same == {step.name: step.settings for step in plan(loaded) if step.name in same}


def _without(name):
    """Return what else must go when the zoo's DCGAN with DRAGAN is taken out: its export and its test."""
    left = "[progan_wgan_gp]"
    return [f"export.models={left}", f"turing.sources={left}"] if name == "mri_generation" else []
