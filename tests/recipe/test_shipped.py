from pathlib import Path

import pytest
import yaml

from kgan import recipe as recipes

FOLDER = Path(__file__).parents[2] / "recipes"
FILES = sorted(FOLDER.glob("*.yaml"))


def profiles(path):
    return list(yaml.safe_load(path.read_text())["profiles"])


CASES = [(path, profile) for path in FILES for profile in profiles(path)]


@pytest.mark.parametrize(("path", "profile"), CASES, ids=[f"{path.stem}-{name}" for path, name in CASES])
def test_every_profile_of_every_shipped_recipe_can_be_planned(path, profile, tmp_path):
    recipe = recipes.load(path, profile=profile, data=tmp_path if profile == "paper" else None)
    steps = recipes.plan(recipe)
    assert steps[0].does == "prepare"
    assert steps[-1].does == "report"
    assert recipe.name == path.stem


def test_shipped_recipes_are_those_of_the_folder():
    assert list(recipes.shipped()) == [path.stem for path in FILES]


def test_two_step_is_the_published_protocol(tmp_path):
    recipe = recipes.load("two_step", profile="paper", data=tmp_path)
    pggan, simgan = recipe.gans["pggan"], recipe.refiners["simgan"]
    assert (pggan.canvas, pggan.crop, pggan.train.batch_size, pggan.train.epochs) == ((256, 256), 15, 16, 100)
    assert pggan.loss.parameters == {"weight": 10}
    assert (simgan.image_size, simgan.images_per_class, simgan.train.steps) == ((224, 224), 3000, 20000)
    assert recipe.classifier.train.model_dump() == {
        "batch_size": 96, "epochs": 200, "patience": 20, "precision": "float32"
    }  # fmt: skip
    assert recipe.data.split.model_dump() == {"train": 154, "validation": 44, "test": 22}
    assert recipe.setups["10 +classic +simgan"] == {"real": "all", "classic": 200000, "simgan": 200000}
    assert list(recipe.classifier.variants) == ["scratch", "pretrained"]


def test_infinite_brain_is_the_published_protocol(tmp_path):
    recipe = recipes.load("infinite_brain", profile="paper", data=tmp_path)
    pggan, classifier = recipe.gans["pggan"], recipe.classifier
    assert (pggan.canvas, pggan.crop, pggan.train.batch_size, pggan.train.epochs) == ((256, 256), 0, 16, 100)
    assert (recipe.data.image_size, classifier.image_size, classifier.center_crop) == (
        (240, 240), (224, 224), True
    )  # fmt: skip
    assert (classifier.train.batch_size, classifier.train.patience) == (192, 10)
    figures = {"head": "softmax", "optimizer": "adam", "learning_rate": 1e-3, "dropout": 0.5}
    assert figures.items() <= classifier.parameters.items()
    assert {name: variant.weights for name, variant in classifier.variants.items()} == {
        "pretrained": "imagenet"
    }
    assert list(recipe.setups.values()) == [
        {"real": "all"},
        {"real": "all", "classic": 200000},
        {"real": "all", "pggan": 200000},
        {"real": "all", "classic": 200000, "pggan": 200000},
    ]
    published = [of["pretrained"].model_dump() for of in recipe.published.values()]
    assert [list(one.values()) for one in published] == [
        [90.06, 85.27, 97.04], [90.70, 88.70, 93.62], [62.02, 99.94, 6.84], [91.08, 86.60, 97.60]
    ]  # fmt: skip


def test_two_step_demo_tries_six_setups_from_scratch():
    recipe = recipes.load("two_step")
    assert [name.split()[0] for name in recipe.setups] == ["1", "2", "4", "6", "9", "10"]
    assert list(recipe.classifier.variants) == ["scratch"]
    assert recipe.stands_in


def test_the_zoo_is_the_published_protocol(tmp_path):
    recipe = recipes.load("mri_generation", profile="paper", data=tmp_path)
    assert list(recipe.gans) == [
        f"{network}_{loss}"
        for network in ("dcgan", "srresnet", "progan")
        for loss in ("original", "lsgan", "wgan", "wgan_gp", "dragan")
    ]
    for name, gan in recipe.gans.items():
        network, _, loss = name.partition("_")
        assert gan.plugin == {"progan": "pggan"}.get(network, network) and gan.loss.plugin == loss
        assert gan.image_shape(recipe.data.sequences) == (256, 256, 1)
        assert gan.train.batch_size == 64 and gan.train.epochs == {"progan": 260}.get(network, 60)
        ratio = {"dcgan": 3, "srresnet": 2, "progan": 1}[network]
        assert gan.train.generator_updates == ratio and gan.train.critic_updates is None
        smoothing = gan.loss.parameters.get("smoothing")
        assert smoothing == (0.9 if loss in ("original", "lsgan", "dragan") else None)
    assert recipe.data.split.model_dump() == {"train": 354, "validation": 0, "test": 0}
    assert recipe.measures.images == 11328 and recipe.measures.pca.components == 16
    published = {name: tuple(one.model_dump().values()) for name, one in recipe.measures.published.items()}
    assert published == {
        "real": (0.739, 409, 15), "dcgan_dragan": (0.718, 352, 15),
        "srresnet_dragan": (0.678, 329, 16), "progan_wgan_gp": (0.601, 331, 13),
    }  # fmt: skip


def test_multi_sequence_is_the_published_protocol(tmp_path):
    recipe = recipes.load("multi_sequence", profile="paper", data=tmp_path)
    names = ("t1", "t1c", "t2", "flair", "concat", "concat_64")
    assert list(recipe.gans) == [f"{network}_{name}" for network in ("dcgan", "wgan") for name in names]
    for name, gan in recipe.gans.items():
        network, _, what = name.partition("_")
        size = 64 if what == "concat_64" else 128
        assert (gan.plugin, gan.image_shape(recipe.data.sequences)) == (network, (size, size, 1))
        seen = gan.seen(recipe.data.sequences)
        assert seen == (
            ((what,),) if what in recipe.data.sequences else (("t1",), ("t1c",), ("t2",), ("flair",))
        )
        assert gan.train.batch_size == 64
        assert gan.train.critic_updates == {"dcgan": None, "wgan": 5}[network]
    data = recipe.data
    assert (data.plane, data.slices.first, data.slices.last) == ("sagittal", 80, 149)
    assert [one.accuracy for one in recipe.turing.published.values()] == [
        70, 71, 64, 54, 77, 54, 64, 55, 58, 62, 66, 53
    ]  # fmt: skip
    for one in recipe.turing.published.values():
        assert sum(one.real) == sum(one.synthetic) == 50
        assert one.accuracy == one.real[0] + one.synthetic[1]


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
    same = {step.name: step.settings for step in recipes.plan(again) if step.does not in ("export", "report")}
    assert same == {step.name: step.settings for step in recipes.plan(loaded) if step.name in same}


def _without(name):
    """Return what else must go when its DCGAN with DRAGAN is taken out of the zoo: its export."""
    return ["export.models=[progan_wgan_gp]"] if name == "mri_generation" else []
