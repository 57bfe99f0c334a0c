import subprocess
import sys

import pytest

from kgan import recipe as recipes
from kgan.errors import RecipeError

RECIPE = """\
name: slides
title: Slides
data:
  reader: {plugin: slides, parameters: {last: 5}}
  sequences:
    - red
    - green
  slices: {first: 0, last: 9}
  image_size: 16
  labels: {min_tumor_area: 1}
  split: {train: 5, validation: 2, test: 2}
gans:
  tiles:
    plugin: picky
    parameters:
      norm: layer
      rate: 0.5
    loss: {plugin: steep}
    canvas: [16, 20]
    train: {batch_size: 4, epochs: 2}
classifier:
  plugin: chooser
  parameters: {depth: 4}
  image_size: 16
  train: {batch_size: 4, epochs: 3, patience: 2}
  variants:
    scratch: {}
    other: {parameters: {depth: 3}}
setups:
  1 real: {real: all}
"""


@pytest.fixture
def picky(tmp_path, third_party):
    """Return ``picky(old, new)``: the recipe's file with one part replaced."""
    third_party("picky")

    def write(old="", new=""):
        assert old in RECIPE
        path = tmp_path / "slides.yaml"
        path.write_text(RECIPE.replace(old, new, 1))
        return path

    return write


def test_what_plugins_accept_is_loaded(picky):
    assert recipes.load(picky()).gans["tiles"].image_shape(("red", "green")) == (16, 20, 2)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (
            "canvas: [16, 20]",
            "canvas: [16, 18]",
            r"slides.yaml:19: gans.tiles.canvas: picky: images of \(16, 18, 2\); expected sides that are",
        ),
        (
            "batch_size: 4, epochs: 2",
            "batch_size: 3, epochs: 2",
            "slides.yaml:20: gans.tiles.train.batch_size: picky: a batch of 3; expected an even number",
        ),
        (
            "rate: 0.5",
            "rate: 2",
            "slides.yaml:17: gans.tiles.parameters.rate: picky: rate 2; expected at most 1",
        ),
        (
            "rate: 0.5",
            "rate: 0",
            "slides.yaml:17: gans.tiles.parameters.rate: picky's 'rate': expected float > 0, received 0",
        ),
        (
            "norm: layer",
            "norm: batch",
            "slides.yaml:16: gans.tiles.parameters.norm: the loss 'steep' needs independent scores: it "
            "penalises .*. norm: batch takes them away; expected norm: layer or none, or another loss .*easy",
        ),
        (
            "norm: layer",
            "stride: 4",
            "slides.yaml:18: gans.tiles.loss: the loss 'steep' needs independent scores: .* norm: batch",
        ),
        (
            "norm: layer",
            "norm: layer\n      sigmoid: true",
            "slides.yaml:17: gans.tiles.parameters.sigmoid: the loss 'steep' needs unbounded scores.*"
            "sigmoid: True takes them away; expected sigmoid: False, or another loss",
        ),
        (
            "norm: layer\n      rate: 0.5\n    loss: {plugin: steep}\n    canvas: [16, 20]\n    train: {",
            "rate: 0.5\n    loss: {plugin: easy}\n    canvas: [16, 20]\n    train: {r1: 10, ",
            "slides.yaml:19: gans.tiles.train.r1: R1 needs independent scores: .*; expected norm: layer or "
            "none, or train.r1: 0",
        ),
        (
            "norm: layer",
            "norm: layer\n      shares:\n        a: 1\n        b: 0",
            "slides.yaml:19: gans.tiles.parameters.shares.b: picky's 'shares', at b: expected a number",
        ),
        (
            "{plugin: slides, parameters: {last: 5}}",
            "{plugin: old}",
            r"slides.yaml:4: data.reader.plugin: reader 'old' of kgan-picky 0.5 .* is a class; expected a "
            r"configuration .* read 'A plugin in ten minutes' \(plugins/README.md\)",
        ),
        (
            "- green",
            "- grene",
            "slides.yaml:7: data.sequences.1: the reader 'slides' has no sequence 'grene'; did you mean "
            "'green'. It has red, green",
        ),
        (
            "{last: 5}",
            "{last: 5, first: 6}",
            "slides.yaml:4: data.reader.parameters.last: slides: last 5; expected 6 or more",
        ),
        (
            "scratch: {}",
            "scratch: {weights: imagenet}",
            "slides.yaml:27: classifier.variants.scratch.weights: chooser: weights imagenet with 2 channels",
        ),
        (
            "{depth: 3}",
            "{depth: 5}",
            "slides.yaml:28: classifier.variants.other.parameters.depth: chooser: depth 5; expected at most",
        ),
        (
            "{depth: 4}",
            "{depth: 5}",
            "slides.yaml:23: classifier.parameters.depth: chooser: depth 5; expected at most the batch, 4",
        ),
    ],
)
def test_wrong_parameters_are_refused_at_their_line(picky, old, new, says):
    with pytest.raises(RecipeError, match=says) as caught:
        recipes.load(picky(old, new))
    assert "\n" not in str(caught.value)


def test_a_configuration_that_imports_keras_is_refused_and_nothing_heavy_is_imported(picky):
    rest = "images_per_class: 2, image_size: 18, train: {batch_size: 2, steps: 5}"
    refiner = f"{{plugin: heavy, source: tiles, {rest}}}"
    path = picky("classifier:\n  plugin", f"refiners:\n  shine: {refiner}\nclassifier:\n  plugin")
    code = f"""
import sys
sys.path[:] = {sys.path!r}
from kgan import recipe
try:
    recipe.load({str(path)!r})
except Exception as error:
    print(type(error).__name__, error)
print(sorted({{"tensorflow", "keras"}} & set(sys.modules)))
"""
    process = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    error, modules = process.stdout.splitlines()
    assert "RecipeError" in error
    assert (
        "refiners.shine.plugin: GAN 'heavy' of kgan-picky 0.5 (kgan_picky.heavy:HeavyConfig) imports keras;"
        in error
    )
    assert modules == "[]"


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        (
            "norm: layer",
            "norm: layer\n      pretrained_path: start.h5",
            "slides.yaml:17: gans.tiles.parameters.pretrained_path",
        ),
        (
            "norm: layer\n      rate: 0.5\n    loss: {plugin: steep}",
            "norm: layer\n    loss: {plugin: easy, parameters: {weights_file: start.h5}}",
            "slides.yaml:17: gans.tiles.loss.parameters.weights_file",
        ),
        (
            "scratch: {}",
            "scratch: {weights: start.h5}",
            "slides.yaml:27: classifier.variants.scratch.weights",
        ),
    ],
    ids=["gan", "loss", "classifier"],
)
def test_files_stand_beside_the_recipe_and_must_be_there(picky, tmp_path, monkeypatch, old, new, place):
    monkeypatch.chdir("/")
    path = picky(old, new)
    missing = f"{place}: no file {tmp_path / 'start.h5'}; expected "
    with pytest.raises(RecipeError, match=missing):
        recipes.load(path)
    (tmp_path / "start.h5").touch()
    assert str(tmp_path / "start.h5") in str(recipes.load(path).resolved())


def test_a_file_of_the_command_line_stands_in_the_working_directory(picky, tmp_path, monkeypatch):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "start.h5").touch()
    monkeypatch.chdir(elsewhere)
    override = "gans.tiles.parameters.pretrained_path=start.h5"
    recipe = recipes.load(picky(), overrides=[override])
    assert recipe.gans["tiles"].parameters["pretrained_path"] == str(elsewhere / "start.h5")
