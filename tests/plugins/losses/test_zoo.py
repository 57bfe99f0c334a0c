"""The zoo paper's equations 1 to 5, by hand, for the losses as its recipe has them.

D(x) = 0.8 and D(G(z)) = 0.25 where D is a probability; the scores are their logits, ln 4 and -ln 3. Label 0.9
for real images, and for what the generator aims at (section 2.3).
"""

import math

import numpy as np
import pytest
import tensorflow as tf

from kgan import recipe as recipes
from kgan import registry

REAL, FAKE = math.log(4), -math.log(3)

# Each network's loss by the letter of the paper: critic, generator, penalty at a gradient norm of 3.
CRITIC_CROSS_ENTROPY = -0.9 * math.log(0.8) - 0.1 * math.log(0.2) - math.log(0.75)
GENERATOR_CROSS_ENTROPY = -0.9 * math.log(0.25) - 0.1 * math.log(0.75)
EQUATIONS = {
    "original": (CRITIC_CROSS_ENTROPY, GENERATOR_CROSS_ENTROPY, None),
    "lsgan": ((0.8 - 0.9) ** 2 + 0.25**2, (0.25 - 0.9) ** 2, None),
    "wgan": (-math.log(4) - math.log(3), math.log(3), None),
    # λ is 0.25, and the code's drift adds 0.001 of the squared score of real images.
    "wgan_gp": (-math.log(4) - math.log(3) + 0.001 * math.log(4) ** 2, math.log(3), 0.25 * (3 - 1) ** 2),
    "dragan": (CRITIC_CROSS_ENTROPY, GENERATOR_CROSS_ENTROPY, 0.25 * (3 - 1) ** 2),
}


@pytest.fixture(scope="module")
def recipe(tmp_path_factory):
    return recipes.load("mri_generation", profile="paper", data=tmp_path_factory.mktemp("OASIS"))


@pytest.mark.parametrize("network", ["dcgan", "srresnet", "progan"])
@pytest.mark.parametrize("name", EQUATIONS)
def test_a_loss_of_the_recipe_is_the_papers_equation(recipe, network, name):
    part = recipe.gans[f"{network}_{name}"].loss
    loss = registry.configure("losses", part.plugin, part.parameters).build()
    critic, generator, penalty = EQUATIONS[name]
    real, fake = tf.constant([REAL], tf.float32), tf.constant([FAKE], tf.float32)
    np.testing.assert_allclose(loss.discriminator(real, fake), [critic], rtol=1e-5)
    np.testing.assert_allclose(loss.generator(fake), [generator], rtol=1e-5)
    images = tf.zeros((2, 3, 3, 1))
    result = loss.penalty(
        lambda x: tf.reduce_sum(x, axis=(1, 2, 3)), images, images, tf.constant([1, 2], tf.int64)
    )
    if penalty is None:
        assert result is None
    else:  # The gradient norm of the sum of nine pixels is 3.
        np.testing.assert_allclose(result, [penalty] * 2, rtol=1e-5)
