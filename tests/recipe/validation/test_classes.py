import pytest

from kgan import recipe as recipes
from kgan.errors import RecipeError
from kgan.plan import plan
from kgan.recipe.validation.classes import classes_of

RECIPE = """
name: mine
title: Mine
profile: base
data:
  path: {path}
  reader: {{plugin: folder, parameters: {{classes: {classes}}}}}
  sequences: [t1]
  labels: {labels}
  split: {{train: 3, validation: 1, test: 1}}
gans:
  pggan:
    plugin: pggan
    loss: {{plugin: wgan_gp}}
    canvas: 64
    per_class: {per_class}
    train: {{batch_size: 4, steps: 10}}
profiles: {{base: {{}}}}
"""


@pytest.fixture
def write(tmp_path):
    def write(**changes):
        figures = {"path": tmp_path, "classes": "[no, yes]", "labels": "{}", "per_class": "true", **changes}
        path = tmp_path / "mine.yaml"
        path.write_text(RECIPE.format(**figures))
        return path

    return write


def test_a_readers_parameter_goes_before_its_attribute(write):
    loaded = recipes.load(write())
    assert classes_of(loaded) == ("no", "yes")
    names = [step.name for step in plan(loaded)]
    assert {"train-pggan-no", "train-pggan-yes"} <= set(names)
    assert plan(loaded)[0].settings.labels.min_tumor_area == 0


def test_images_without_class_need_no_names(write):
    loaded = recipes.load(write(classes="[]", labels="null", per_class="false"))
    assert classes_of(loaded) == ()
    steps = {step.name: step for step in plan(loaded)}
    assert steps["generate-pggan"].settings.models[0].count > 0
    assert steps["prepare"].settings.request.last > 9999


def test_a_reader_without_such_a_parameter_tells_its_classes():
    assert classes_of(recipes.load("two_step")) == ("non_tumor", "tumor")


@pytest.mark.parametrize(
    ("classes", "says"),
    [
        ("[]", "mine.yaml:7: .*classes: 'data.labels' needs two classes or more, received none: name the"),
        ("[yes]", "received one, yes"),
        ("[yes, yes]", "expected each class once, received yes, yes"),
        ("[a/b, c]", "letters, digits.* received 'a/b'"),
        ("[1, 2]", "classes"),
    ],
)
def test_mistakes(write, classes, says):
    with pytest.raises(RecipeError, match=says):
        recipes.load(write(classes=classes))
