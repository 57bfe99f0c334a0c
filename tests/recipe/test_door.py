"""Wrong values of the plugins that ship with kgan end where the recipe is read."""

import subprocess
import sys

import pytest

from kgan import recipe as recipes
from kgan.errors import RecipeError

CASES = {
    "gans.pggan.parameters.latent_size=-1": "latent_size: .* expected int >= 1, received -1",
    "gans.pggan.parameters.kernel=4": "gans.pggan.parameters.kernel: pggan's 'kernel': expected an odd",
    "gans.pggan.canvas=100": "gans.pggan.canvas: pggan: images of shape",
    "gans.pggan.train.batch_size=6": "gans.pggan.train.batch_size: pggan: a batch of 6",
    "gans.pggan.parameters.channels={4: 0}": "channels.4: .* expected a number of at least 1, received 0",
    "gans.pggan.loss.parameters.weight=.inf": "weight: .* expected a finite number, received Infinity",
    "gans.pggan={plugin: dcgan, parameters: {critic_norm: batch}}": "critic_norm: the loss 'wgan_gp' needs",
    "refiners.simgan.parameters.critic_stride=3": "refiners.simgan.image_size: simgan: images of 56x56 px",
    "refiners.simgan.image_size=28": "simgan: images of 28x28 px .* expected at least 29 px a side",
    "refiners.simgan.parameters.halve_at=0": "halve_at: .* expected int >= 1, received 0",
    "classifier.parameters.blocks=[1, 2, 3]": "'blocks': expected .int >= 1, .*, received .1, 2, 3",
    "classifier.variants.scratch.weights=imagenet": "variants.scratch.weights: resnet50: weights imagenet",
    "classifier.parameters.dropout=1": "dropout: .* expected 0 <= float < 1, received 1",
    "classifier.image_size=4": "classifier.image_size: resnet50: images of 4x4 px; expected at least 5",
    "data.stand_in.parameters.patients=0": "patients: .* expected 1 <= int <= 9999, received 0",
    "data.stand_in.parameters.tumor_diameter=[9, 5]": r"tumor_diameter \[9, 5\]; expected \[least, most\]",
    "data.sequences=[t1ce]": "no sequence 't1ce'; did you mean 't1c'. It has t1, t1c, t2, flair",
}


@pytest.mark.parametrize("override", CASES)
def test_wrong_values_are_refused(override):
    with pytest.raises(RecipeError, match=CASES[override]) as caught:
        recipes.load("two_step", overrides=[override])
    assert str(caught.value).startswith(f"--set {override}: ")
    assert "\n" not in str(caught.value)


def test_nothing_heavy_is_imported_for_that():
    code = f"""
import sys
from kgan import recipe
recipe.load("two_step")
for override in {list(CASES)!r}:
    try:
        recipe.load("two_step", overrides=[override])
    except recipe.load.__globals__["RecipeError"]:
        continue
print(sorted({{"tensorflow", "keras", "nilearn", "scipy"}} & set(sys.modules)))
"""
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"
