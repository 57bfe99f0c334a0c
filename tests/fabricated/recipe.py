import textwrap

import pytest

#: A recipe of third-party plugins alone: TensorFlow-free, and independent of what kgan ships.
RECIPE = """\
name: boards
title: Chequerboards
seed: 5
profile: quick
data:
  reader: {plugin: checkers, parameters: {boards: 9}}
  sequences: [t1c]
  slices: {first: 0, last: 9}
  image_size: 12
  labels: {min_tumor_area: 1}
  split: {train: 5, validation: 2, test: 2}
gans:
  tiles:
    plugin: tiles
    parameters: {latent: 4, rates: [1e-3, 1]}
    loss: {plugin: plain, parameters: {scale: 2}}
    canvas: [16, 16]
    crop: 3
    train: {batch_size: 4, epochs: 2, average: 0.9}
refiners:
  polish:
    plugin: polish
    source: tiles
    images_per_class: 40
    image_size: 12
    train: {batch_size: 2, steps: 5}
classifier:
  plugin: brightness
  parameters: {rate: 0.2}
  image_size: 12
  train: {batch_size: 4, epochs: 3, patience: 2}
  variants:
    mean: {parameters: {form: mean}}
    max: {parameters: {form: max, rate: 0.1}}
setups:
  1 real: {real: all}
  2 +classic: {real: 10, classic: 20}
  3 +tiles: {real: all, tiles: 90}
  4 +polish: {real: all, classic: 20, polish: 30}
compare: {involving: refined}
published:
  1 real:
    mean: {accuracy: 91.5}
profiles:
  quick: {}
  paper:
    gans: {tiles: {train: {epochs: 200}}}
    setups: {3 +tiles: {tiles: 9000}}
  lean:
    refiners: {polish: null}
    setups: {4 +polish: null, 2 +classic: {real: all}}
    classifier: {variants: {max: null}}
    data: {reader: {plugin: stranger}}
"""


@pytest.fixture
def write(tmp_path, third_party):
    """Return ``write(text)``: a recipe file beside which third-party plugins are installed."""
    third_party("good")

    def write(text=RECIPE, *, change=()):
        for old, new in [change] if change else []:
            assert old in text, old
            text = text.replace(old, new, 1)
        path = tmp_path / "boards.yaml"
        path.write_text(textwrap.dedent(text))
        return path

    return write
