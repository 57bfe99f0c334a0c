"""A run and its data may each be moved, and nothing is made again."""

import shutil

import numpy as np
import pytest
from fabricated.in_process import InProcess
from PIL import Image

from kgan import recipe as recipes
from kgan.pipeline import run, status
from kgan.plan import plan, steps_until

RECIPE = """\
name: moved
title: Moved
data:
  reader: {plugin: folder}
  sequences: [grey]
  image_size: 16
  labels: null
  split: {train: 2, validation: 1, test: 1}
gans:
  dcgan:
    plugin: dcgan
    loss: {plugin: original}
    canvas: [16, 16]
    per_class: false
    train: {batch_size: 2, steps: 2}
"""


@pytest.fixture
def recipe(tmp_path):
    draws = np.random.default_rng(0)
    for patient in range(4):
        path = tmp_path / "data" / f"p{patient}" / "1.png"
        path.parent.mkdir(parents=True)
        Image.fromarray(draws.integers(0, 255, (16, 16), np.uint8)).save(path)
    (tmp_path / "recipe.yaml").write_text(RECIPE)
    return lambda folder: steps_until(
        plan(recipes.load(tmp_path / "recipe.yaml", data=tmp_path / folder)), "prepare"
    )


def test_run_and_data_may_be_moved(recipe, tmp_path):
    run(recipe("data"), tmp_path / "run", backend=InProcess())
    assert [step.why for step in status(recipe("data"), tmp_path / "run")] == ["finished"]
    shutil.copytree(tmp_path / "data", tmp_path / "disk2" / "scans")
    shutil.rmtree(tmp_path / "data")
    shutil.move(tmp_path / "run", tmp_path / "elsewhere")
    assert [step.why for step in status(recipe("disk2/scans"), tmp_path / "elsewhere")] == ["finished"]
    image = tmp_path / "disk2" / "scans" / "p1" / "1.png"
    Image.fromarray(255 - np.asarray(Image.open(image))).save(image)
    (changed,) = status(recipe("disk2/scans"), tmp_path / "elsewhere")
    assert not changed.finished and changed.why == "changed: the scans changed"


def test_no_identity_of_a_plan_knows_where_data_lie(recipe, tmp_path):
    shutil.copytree(tmp_path / "data", tmp_path / "other")
    first, second = (
        plan(recipes.load(tmp_path / "recipe.yaml", data=tmp_path / folder)) for folder in ("data", "other")
    )
    before, after = status(first, tmp_path / "run"), status(second, tmp_path / "run")
    assert [step.id for step in before] == [step.id for step in after]
    assert [standing.step for standing in before][-1] == "report"
