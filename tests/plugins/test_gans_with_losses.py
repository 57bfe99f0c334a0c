"""Every noise-to-image GAN under every loss: the laws on which the loss bears.

Those on which it does not (samples, latents, saved models) are held by each GAN's own tests.
"""

import keras
import pytest

from kgan import registry
from kgan.testing import hold, laws
from kgan.testing.replicas import two_cpus

LOSSES = ("original", "lsgan", "wgan", "wgan_gp", "dragan")
NETWORKS = ("dcgan", "wgan", "srresnet", "pggan")
UNTOUCHED = {
    "samples_are_images",
    "critic_scores_each_image",
    "latents_follow_the_seed",
    "generator_survives_saving",
}
two_cpus()


def under(gan, loss):
    def make():
        cls = registry.load("gans", gan)
        config = cls.tiny().get_config()
        other = registry.load("losses", loss)()
        return cls.from_config({**config, "loss": keras.saving.serialize_keras_object(other)})

    return make


def combined():
    """Return all pairs but those that the GANs' own tests hold to every law."""
    own = {(gan, type(registry.load("gans", gan).tiny().loss)) for gan in NETWORKS}
    return {
        f"{gan}+{loss}": under(gan, loss)
        for gan in NETWORKS
        for loss in LOSSES
        if (gan, registry.load("losses", loss)) not in own
    }


def test_these_are_all_that_ship():
    shipped = {
        name
        for name in registry.available("gans")
        if "NoiseToImageGAN" in registry.describe("gans", name).lineage
        and registry.describe("gans", name).distribution == "kgan"
    }
    assert shipped == set(NETWORKS)
    assert set(LOSSES) <= set(registry.available("losses"))


@pytest.mark.parametrize("law", sorted(set(laws("noise_to_image")) - UNTOUCHED))
@pytest.mark.parametrize(("name", "make"), [pytest.param(*pair, id=pair[0]) for pair in combined().items()])
def test_keeps_the_laws_on_which_a_loss_bears(name, make, law):
    result = hold(law, laws("noise_to_image")[law], make)
    assert result.passed, f"{name}: {result.message}"
