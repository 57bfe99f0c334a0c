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
    pggan, simgan, munit = recipe.gans["pggan"], recipe.refiners["simgan"], recipe.refiners["munit"]
    assert (pggan.canvas, pggan.crop, pggan.train.batch_size, pggan.train.epochs) == ((256, 256), 15, 16, 100)
    assert pggan.loss.parameters == {"weight": 10}
    for refiner, setup in ((simgan, "10 +classic +simgan"), (munit, "8 +classic +munit")):
        assert (refiner.image_size, refiner.images_per_class) == ((224, 224), 3000)
        assert refiner.choose.model_dump() == {
            "among": (20000, 50000, 100000), "setup": setup, "variant": "pretrained"
        }  # fmt: skip
    assert (simgan.train.batch_size, munit.train.batch_size) == (10, 1)
    weights = {"adversarial": 1, "reconstruction": 10, "kl": 0.01, "cycle": 10, "cycle_kl": 0.01}
    assert weights.items() <= munit.parameters.items()
    assert (munit.parameters["learning_rate"], munit.parameters["halve_every"]) == (1e-4, 20000)
    curation = recipe.curations["pggan_curated"]
    assert (curation.clusters, curation.discard, curation.features.network) == (200, 0.25, "densenet169")
    assert recipe.classifier.train.model_dump() == {
        "batch_size": 96, "epochs": 200, "patience": 20, "precision": "float32"
    }  # fmt: skip
    assert recipe.data.split.model_dump() == {"train": 154, "validation": 44, "test": 22}
    assert list(recipe.setups.values()) == [
        {"real": "all"},
        {"real": "all", "classic": 200000},
        {"real": "all", "classic": 400000},
        {"real": "all", "pggan_curated": 200000},
        {"real": "all", "pggan": 200000},
        {"real": "all", "classic": 200000, "pggan_curated": 200000},
        {"real": "all", "munit": 200000},
        {"real": "all", "classic": 200000, "munit": 200000},
        {"real": "all", "simgan": 200000},
        {"real": "all", "classic": 200000, "simgan": 200000},
    ]
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
        {"real": "all", "pggan_curated": 200000},
        {"real": "all", "classic": 200000, "pggan_curated": 200000},
    ]
    published = [of["pretrained"].model_dump() for of in recipe.published.values()]
    assert [list(one.values()) for one in published] == [
        [90.06, 85.27, 97.04], [90.70, 88.70, 93.62], [62.02, 99.94, 6.84], [91.08, 86.60, 97.60]
    ]  # fmt: skip


def test_two_step_has_the_published_figures(tmp_path):
    recipe = recipes.load("two_step", profile="paper", data=tmp_path)
    got = [
        [*of["pretrained"].model_dump().values(), *of["scratch"].model_dump().values()]
        for of in recipe.published.values()
    ]
    # Table 5: accuracy, sensitivity, specificity with pre-training, then without.
    assert got == [
        [93.14, 90.91, 95.85, 86.33, 88.88, 83.22],
        [95.01, 93.67, 96.64, 92.20, 89.94, 94.97],
        [94.83, 91.88, 98.42, 93.23, 90.91, 96.05],
        [93.94, 92.61, 95.56, 86.19, 87.26, 84.90],
        [94.83, 91.88, 98.42, 80.67, 80.19, 81.24],
        [96.17, 93.99, 98.82, 95.59, 94.16, 97.33],
        [94.30, 93.02, 95.85, 83.65, 87.82, 78.58],
        [96.70, 95.45, 98.22, 96.35, 97.48, 94.97],
        [94.48, 92.29, 97.14, 77.64, 82.31, 71.96],
        [96.39, 95.13, 97.93, 95.01, 95.05, 94.97],
    ]


@pytest.mark.parametrize(
    ("name", "kinds", "size"),
    [("two_step", 4, (224, 224)), ("infinite_brain", 4, None), ("multi_sequence", 2, None)],
)
def test_visual_turing_tests_show_what_the_papers_show(tmp_path, name, kinds, size):
    """50 of each kind, once: real and synthetic, tumour and not (200 images), or real and synthetic (100)."""
    recipe = recipes.load(name, profile="paper", data=tmp_path)
    (step,) = [step for step in recipes.plan(recipe) if step.name == "turing"]
    settings = step.settings
    classes = 1 if recipe.data.labels is None else len(settings["classes"])
    assert classes * (settings["real"] + settings["synthetic"]) == kinds * 50
    assert (settings["real"], settings["repeats"]) == (50, 0)
    assert settings["image_size"] == (size and list(size))
    assert len(settings["tests"]) == {"two_step": 3, "infinite_brain": 1, "multi_sequence": 12}[name]


def test_two_step_demo_tries_all_ten_setups_from_scratch():
    recipe = recipes.load("two_step")
    assert [name.split()[0] for name in recipe.setups] == [str(number) for number in range(1, 11)]
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
    """Return what else must go when the zoo's DCGAN with DRAGAN is taken out: its export and its test."""
    left = "[progan_wgan_gp]"
    return [f"export.models={left}", f"turing.sources={left}"] if name == "mri_generation" else []
